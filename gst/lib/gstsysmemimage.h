/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* From one structure of caps to image format constraints. */

#pragma once

#include "gstsysmemtypes.h"

G_BEGIN_DECLS

/* What a structure, and who uses it, say about all formats in it. */
typedef struct
{
  const GstVideoAlignment *alignment; /* nullable */
  gboolean packed;                    /* only GStreamer's usual strides will do */
  gboolean is_fixed;                  /* the caps are */

  /*< read from the structure >*/
  const GstStructure *structure;
  GstVideoInterlaceMode interlace_mode;
  SysmemSize min_size, max_size;
} GstSysmemVideo;

/* FALSE: its size is none. */
gboolean gst_sysmem_video_read (GstSysmemVideo *self, const GstStructure *structure);
/* @components: the video format that has the same ones as @pixel_format, wherever they lie;
 * GST_VIDEO_FORMAT_UNKNOWN if there is none. */
SysmemImageFormatConstraints *gst_sysmem_video_make_image (const GstSysmemVideo *self,
                                                           const char *pixel_format,
                                                           GstVideoFormat components);

G_END_DECLS
