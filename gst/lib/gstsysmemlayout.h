/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What was settled, in GStreamer's words. */

#pragma once

#include "gstsysmemtypes.h"

G_BEGIN_DECLS

GST_SYSMEM_EXPORT gboolean gst_sysmem_settings_get_video_info (SysmemSettings *settings,
                                                               GstCaps *caps,
                                                               GstVideoInfo *info,
                                                               GError **error);
GST_SYSMEM_EXPORT GstVideoInfo *gst_sysmem_settings_dup_video_info (SysmemSettings *settings,
                                                                    GstCaps *caps,
                                                                    GError **error);
GST_SYSMEM_EXPORT GstCaps *gst_sysmem_settings_to_caps (SysmemSettings *settings,
                                                        guint width,
                                                        guint height,
                                                        GError **error);
GST_SYSMEM_EXPORT gboolean gst_sysmem_settings_fit_alignment (SysmemSettings *settings,
                                                              GstCaps *caps,
                                                              const GstVideoAlignment *alignment);
GST_SYSMEM_EXPORT gboolean gst_sysmem_video_info_is_packed (const GstVideoInfo *info);

G_END_DECLS
