/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Caps with `format=DMA_DRM`: dma-bufs of any DRM format, as GStreamer has them since 1.24. */

#pragma once

#include "gstsysmemtypes.h"

G_BEGIN_DECLS

#define GST_SYSMEM_DMA_DRM "DMA_DRM"

/* Does the GStreamer that runs know them? */
gboolean gst_sysmem_drm_caps_are_known (void);

gboolean gst_sysmem_structure_is_drm (const GstStructure *structure);

/* The field `drm-format` as the contract spells a pixel format, and back. NULL: it is none. */
char *gst_sysmem_drm_format_to_pixel_format (const char *drm_format);
char *gst_sysmem_drm_format_from_pixel_format (const char *pixel_format);

/* The video format that has the same components, wherever they lie. */
GstVideoFormat gst_sysmem_pixel_format_get_components (const char *pixel_format);

/* The pixel format of fixed caps of raw video. Linear images of a format that GStreamer has come
 * with its usual layout, all others without any plane. FALSE: these are no such caps. */
gboolean gst_sysmem_caps_read (GstCaps *caps, GstVideoInfo *info, char **pixel_format);

/* How many planes have a layout: in those without any, as far as devices have been told of them. */
guint gst_sysmem_video_info_count_planes (const GstVideoInfo *info);

G_END_DECLS
