/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the heaps need of the kernel's graphics devices, without being in anybody's way. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SMD_DRM_DIRECTORY "/dev/dri"

/* ioctl () that goes on when it is interrupted. */
int smd_drm_ioctl (int fd, unsigned long request, gpointer argument);

/* Opens a node; of a primary one we are never master: a compositor must be able to become it.
 * Returns: -1 with errno set when it cannot be opened */
int smd_drm_open_node (const char *node);

/* A dma-buf of the buffer behind a handle, for reading and writing, as the first export fixes that
 * for good. The handle stays. Returns: -1 with errno set when the driver refuses */
int smd_drm_export (int device, guint32 handle);

/* Some drivers export buffers that no other device can import. FALSE: this one is of that kind, by
 * the word of a device that tried. TRUE is no promise: there may be nobody to ask. */
gboolean smd_drm_export_is_importable (int dma_buf);

G_END_DECLS
