/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* V4L2's codes of pixel formats and DRM's: some are spelled alike and differ, some the other way
 * round. Only formats whose planes follow each other in one buffer are listed. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* 0: there is none. */
guint32 sysmem_v4l2_format_to_drm (guint32 v4l2);
guint32 sysmem_v4l2_format_from_drm (guint32 drm);

/* The @n-th V4L2 code that stands for @drm, the one that says the same about alpha first; drivers
 * may know only one. 0: there are no more. */
guint32 sysmem_v4l2_format_nth (guint32 drm, guint n);

G_END_DECLS
