/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* GStreamer's colorimetry and the contract's color spaces. */

#pragma once

#include "gstsysmemtypes.h"

G_BEGIN_DECLS

GST_SYSMEM_EXPORT const char *gst_sysmem_color_space_for_colorimetry (
  GstVideoFormat format, const GstVideoColorimetry *colorimetry);
GST_SYSMEM_EXPORT gboolean
gst_sysmem_colorimetry_for_color_space (const char *color_space, GstVideoColorimetry *colorimetry);

G_END_DECLS
