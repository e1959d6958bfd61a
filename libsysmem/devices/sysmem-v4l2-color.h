/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* V4L2's colorimetry, four enumerations with defaults that depend on each other, and color spaces. */

#pragma once

#include "common/smc-model.h"

G_BEGIN_DECLS

/* As in struct v4l2_pix_format; 0: the default. */
typedef struct
{
  guint32 colorspace;
  guint32 ycbcr_enc;
  guint32 quantization;
  guint32 xfer_func;
} SysmemV4l2Color;

/* PASSTHROUGH for a colorimetry that none of the color spaces describes, the unknown one included. */
SmcColorSpace sysmem_v4l2_color_to_space (const SysmemV4l2Color *color, gboolean is_yuv);
/* What to ask a driver for. The defaults for PASSTHROUGH and ANY. */
SysmemV4l2Color sysmem_v4l2_color_from_space (SmcColorSpace space);

G_END_DECLS
