/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-device.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_V4L2_QUEUE (sysmem_v4l2_queue_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (SysmemV4l2Queue, sysmem_v4l2_queue, SYSMEM, V4L2_QUEUE, SysmemDevice)

SYSMEM_EXPORT SysmemV4l2Queue *sysmem_v4l2_queue_new (int fd,
                                                      SysmemV4l2Direction direction,
                                                      GError **error);
SYSMEM_EXPORT gboolean sysmem_v4l2_queue_set_format (SysmemV4l2Queue *self,
                                                     SysmemSettings *settings,
                                                     const SysmemSize *size,
                                                     GError **error);
SYSMEM_EXPORT guint sysmem_v4l2_queue_get_buffer_type (SysmemV4l2Queue *self);

G_END_DECLS
