/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which of GStreamer's video formats is which DRM fourcc. */

#pragma once

#include "gstsysmemtypes.h"

G_BEGIN_DECLS

GST_SYSMEM_EXPORT guint32 gst_sysmem_video_format_to_fourcc (GstVideoFormat format);
GST_SYSMEM_EXPORT GstVideoFormat gst_sysmem_video_format_from_fourcc (guint32 fourcc);
GST_SYSMEM_EXPORT char *gst_sysmem_video_format_to_pixel_format (GstVideoFormat format);
GST_SYSMEM_EXPORT GstVideoFormat
gst_sysmem_video_format_from_pixel_format (const char *pixel_format);
GST_SYSMEM_EXPORT const GstVideoFormat *gst_sysmem_list_video_formats (guint *n_formats);
GST_SYSMEM_EXPORT GstCaps *gst_sysmem_make_template_caps (void);

G_END_DECLS
