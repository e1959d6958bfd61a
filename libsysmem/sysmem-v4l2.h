/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Questions to a V4L2 device, with struct v4l2_format's two shapes made one. */

#pragma once

#include "devices/sysmem-v4l2-color.h"
#include "devices/sysmem-v4l2-stride.h"
#include "sysmem-enums.h"
#include "sysmem-size.h"

G_BEGIN_DECLS

/* One direction of a device. */
typedef struct
{
  int fd;
  guint32 type;            /* enum v4l2_buf_type */
  gboolean is_multiplanar; /* type is one of the _MPLANE ones */
  gboolean is_m2m;         /* the other direction is on the same file */
} SysmemV4l2;

typedef struct
{
  guint32 pixel_format; /* V4L2's code */
  SysmemSize size;
  guint32 field; /* enum v4l2_field */
  guint32 bytes_per_line;
  guint32 size_image;
  guint n_planes; /* in memory: buffers of an image */
  SysmemV4l2Color color;
} SysmemV4l2Format;

/* FALSE with G_IO_ERROR: no V4L2 device, or not in this direction, or without streaming. @card is
 * the device's name. */
gboolean sysmem_v4l2_open (
  int fd, SysmemV4l2Direction direction, SysmemV4l2 *device, char **card, GError **error);

/* V4L2's codes of what is sent or taken. (element-type guint32) */
GArray *sysmem_v4l2_list_formats (const SysmemV4l2 *device);
gboolean sysmem_v4l2_get_format (const SysmemV4l2 *device,
                                 SysmemV4l2Format *format,
                                 GError **error);
/* What the driver makes of a wish: @format is both. Changes nothing. */
gboolean sysmem_v4l2_try_format (const SysmemV4l2 *device,
                                 SysmemV4l2Format *format,
                                 GError **error);
/* The same, and from now on it holds. */
gboolean sysmem_v4l2_set_format (const SysmemV4l2 *device,
                                 SysmemV4l2Format *format,
                                 GError **error);
/* Which strides there are for @format, which the driver has seen. */
SysmemV4l2Strides sysmem_v4l2_find_strides (const SysmemV4l2 *device,
                                            const SysmemV4l2Format *format);
/* The smallest and largest size the driver makes of extreme wishes. */
void sysmem_v4l2_find_sizes (const SysmemV4l2 *device,
                             const SysmemV4l2Format *format,
                             SysmemSize *smallest,
                             SysmemSize *largest);
/* How many buffers the driver needs to work at all. */
guint sysmem_v4l2_find_min_buffers (const SysmemV4l2 *device);

/* Whether somebody has made buffers: then none of what follows is possible. */
gboolean sysmem_v4l2_has_buffers (const SysmemV4l2 *device);
/* Has the driver map @dma_buf as if a frame were to go there, and takes it back. */
gboolean sysmem_v4l2_try_dma_buf (const SysmemV4l2 *device,
                                  int dma_buf,
                                  guint32 size,
                                  GError **error);

G_END_DECLS
