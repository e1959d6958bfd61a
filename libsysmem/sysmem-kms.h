/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the kernel tells about KMS planes. Nothing here changes anything, nothing needs a DRM
 * master. */

#pragma once

#include "sysmem-enums.h"
#include "sysmem-size.h"

G_BEGIN_DECLS

typedef struct
{
  SysmemKmsPlaneKind kind;
  guint32 in_formats; /* id of the blob, 0: there is none */
} SysmemKmsProperties;

/* The driver's name, "virtio_gpu". NULL with G_IO_ERROR: that is no DRM device. */
char *sysmem_kms_get_driver (int fd, GError **error);
/* Returns: (element-type guint32): ids of all planes */
GArray *sysmem_kms_list_planes (int fd, GError **error);
gboolean sysmem_kms_get_properties (int fd,
                                    guint32 plane,
                                    SysmemKmsProperties *properties,
                                    GError **error);
/* Returns: (element-type SmcPixelFormat): the pairs a plane scans out; those of IN_FORMATS, or for
 * older drivers linear ones. */
GArray *sysmem_kms_list_formats (int fd,
                                 guint32 plane,
                                 const SysmemKmsProperties *properties,
                                 GError **error);
/* Of frame buffers. */
gboolean sysmem_kms_get_max_size (int fd, SysmemSize *size, GError **error);
/* Of cursors: 64x64 where the driver does not say. */
SysmemSize sysmem_kms_get_cursor_size (int fd);

G_END_DECLS
