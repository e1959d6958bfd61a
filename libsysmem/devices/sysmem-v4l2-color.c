/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "devices/sysmem-v4l2-color.h"

#include <linux/videodev2.h>

/* clang-format off */

/* What the defaults resolve to. Where two rows fit, the first one counts. */
static const struct
{
  SmcColorSpace space;
  SysmemV4l2Color color;
} spaces[] = {
  { SMC_COLOR_SPACE_REC2100,
    { V4L2_COLORSPACE_BT2020, V4L2_YCBCR_ENC_BT2020, V4L2_QUANTIZATION_LIM_RANGE,
      V4L2_XFER_FUNC_SMPTE2084 } },
  { SMC_COLOR_SPACE_REC2020,
    { V4L2_COLORSPACE_BT2020, V4L2_YCBCR_ENC_BT2020, V4L2_QUANTIZATION_LIM_RANGE,
      V4L2_XFER_FUNC_709 } },
  { SMC_COLOR_SPACE_REC709,
    { V4L2_COLORSPACE_REC709, V4L2_YCBCR_ENC_709, V4L2_QUANTIZATION_LIM_RANGE,
      V4L2_XFER_FUNC_709 } },
  { SMC_COLOR_SPACE_REC601_PAL,
    { V4L2_COLORSPACE_470_SYSTEM_BG, V4L2_YCBCR_ENC_601, V4L2_QUANTIZATION_LIM_RANGE,
      V4L2_XFER_FUNC_709 } },
  { SMC_COLOR_SPACE_REC601_PAL_FULL,
    { V4L2_COLORSPACE_470_SYSTEM_BG, V4L2_YCBCR_ENC_601, V4L2_QUANTIZATION_FULL_RANGE,
      V4L2_XFER_FUNC_709 } },
  { SMC_COLOR_SPACE_REC601_NTSC,
    { V4L2_COLORSPACE_SMPTE170M, V4L2_YCBCR_ENC_601, V4L2_QUANTIZATION_LIM_RANGE,
      V4L2_XFER_FUNC_709 } },
  { SMC_COLOR_SPACE_REC601_NTSC_FULL,
    { V4L2_COLORSPACE_SMPTE170M, V4L2_YCBCR_ENC_601, V4L2_QUANTIZATION_FULL_RANGE,
      V4L2_XFER_FUNC_709 } },
};
/* clang-format on */

static gboolean
is_equal (const SysmemV4l2Color *a, const SysmemV4l2Color *b)
{
  return a->colorspace == b->colorspace && a->ycbcr_enc == b->ycbcr_enc
         && a->quantization == b->quantization && a->xfer_func == b->xfer_func;
}

/* Webcams send what was JPEG, or pretends to be: the primaries of sRGB, which are those of Rec. 709,
 * with the matrix of Rec. 601. To all that computes with it, the matrix and range matter. */
static guint32
colorspace_of_matrix (const SysmemV4l2Color *color)
{
  gboolean is_srgb =
    color->colorspace == V4L2_COLORSPACE_SRGB || color->colorspace == V4L2_COLORSPACE_JPEG;

  if (!is_srgb)
    return color->colorspace;
  return color->ycbcr_enc == V4L2_YCBCR_ENC_709 ? V4L2_COLORSPACE_REC709
                                                : V4L2_COLORSPACE_SMPTE170M;
}

static SmcColorSpace
yuv_to_space (const SysmemV4l2Color *color)
{
  SysmemV4l2Color full = *color;

  if (full.ycbcr_enc == V4L2_YCBCR_ENC_DEFAULT)
    full.ycbcr_enc = (guint32)V4L2_MAP_YCBCR_ENC_DEFAULT (full.colorspace);
  if (full.quantization == V4L2_QUANTIZATION_DEFAULT)
    full.quantization =
      (guint32)V4L2_MAP_QUANTIZATION_DEFAULT (FALSE, full.colorspace, full.ycbcr_enc);
  full.colorspace = colorspace_of_matrix (&full);
  if (full.xfer_func != V4L2_XFER_FUNC_SMPTE2084)
    full.xfer_func = V4L2_XFER_FUNC_709;
  for (guint i = 0; i < G_N_ELEMENTS (spaces); i++)
    if (is_equal (&spaces[i].color, &full))
      return spaces[i].space;
  return SMC_COLOR_SPACE_PASSTHROUGH;
}

SmcColorSpace
sysmem_v4l2_color_to_space (const SysmemV4l2Color *color, gboolean is_yuv)
{
  if (color->colorspace == V4L2_COLORSPACE_DEFAULT)
    return SMC_COLOR_SPACE_PASSTHROUGH;
  if (is_yuv)
    return yuv_to_space (color);
  if (color->colorspace == V4L2_COLORSPACE_SRGB
      && color->quantization != V4L2_QUANTIZATION_LIM_RANGE)
    return SMC_COLOR_SPACE_SRGB;
  return SMC_COLOR_SPACE_PASSTHROUGH;
}

SysmemV4l2Color
sysmem_v4l2_color_from_space (SmcColorSpace space)
{
  SysmemV4l2Color color = { 0, 0, 0, 0 };

  if (space == SMC_COLOR_SPACE_SRGB)
    color.colorspace = V4L2_COLORSPACE_SRGB;
  for (guint i = 0; i < G_N_ELEMENTS (spaces); i++)
    if (spaces[i].space == space)
      color = spaces[i].color;
  return color;
}
