/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One at a time looks at what is at a path and puts something of its own there. The lock is a file
 * beside the path; it is gone when it is free, or free when its owner died. */

#pragma once

#include "sysmem-fd.h"

G_BEGIN_DECLS

typedef struct _GstSysmemPathLock GstSysmemPathLock;

/* Does not wait. G_IO_ERROR_WOULD_BLOCK: somebody has it. */
GstSysmemPathLock *gst_sysmem_path_lock_new (const char *path, GError **error);
void gst_sysmem_path_lock_free (GstSysmemPathLock *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstSysmemPathLock, gst_sysmem_path_lock_free)

G_END_DECLS
