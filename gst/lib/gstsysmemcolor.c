/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The contract has eight color spaces and `passthrough`, which says nothing about color; GStreamer
 * has four independent facts. What fits none of the eight exactly travels as `passthrough`: the
 * buffers are the same, and the caps tell the rest. An unknown fact fits everything. */

#include "gstsysmemcolor.h"

#define PASSTHROUGH "passthrough"

typedef struct
{
  const char *name;
  GstVideoColorimetry colorimetry;
  gboolean is_deep; /* only formats with more than 8 bits carry it (03 §12) */
} ColorSpace;

#define COLORIMETRY(range_, matrix_, transfer_, primaries_) \
  { \
    .range = GST_VIDEO_COLOR_RANGE_##range_, .matrix = GST_VIDEO_COLOR_MATRIX_##matrix_, \
    .transfer = GST_VIDEO_TRANSFER_##transfer_, \
    .primaries = GST_VIDEO_COLOR_PRIMARIES_##primaries_ \
  }

/* What is unknown is taken for the first that fits. rec2100 has two transfer functions: perceptual
 * quantization comes first, being the usual one. */
static const ColorSpace spaces[] = {
  { "srgb", COLORIMETRY (0_255, RGB, SRGB, BT709), FALSE },
  { "rec709", COLORIMETRY (16_235, BT709, BT709, BT709), FALSE },
  { "rec601-ntsc", COLORIMETRY (16_235, BT601, BT601, SMPTE170M), FALSE },
  { "rec601-ntsc-full", COLORIMETRY (0_255, BT601, BT601, SMPTE170M), FALSE },
  { "rec601-pal", COLORIMETRY (16_235, BT601, BT601, BT470BG), FALSE },
  { "rec601-pal-full", COLORIMETRY (0_255, BT601, BT601, BT470BG), FALSE },
  { "rec2020", COLORIMETRY (16_235, BT2020, BT2020_10, BT2020), TRUE },
  { "rec2100", COLORIMETRY (16_235, BT2020, SMPTE2084, BT2020), TRUE },
  { "rec2100", COLORIMETRY (16_235, BT2020, ARIB_STD_B67, BT2020), TRUE },
};

/* BT.601, BT.709 and BT.2020 have one transfer function at different precision. */
static GstVideoTransferFunction
same_curve (GstVideoTransferFunction transfer)
{
  return transfer == GST_VIDEO_TRANSFER_BT601 || transfer == GST_VIDEO_TRANSFER_BT2020_10
             || transfer == GST_VIDEO_TRANSFER_BT2020_12
           ? GST_VIDEO_TRANSFER_BT709
           : transfer;
}

#define FITS(said, wanted) ((said) == 0 || (said) == (wanted))

static gboolean
fits (const GstVideoColorimetry *said, const GstVideoColorimetry *space)
{
  return FITS (said->range, space->range) && FITS (said->matrix, space->matrix)
         && FITS (same_curve (said->transfer), same_curve (space->transfer))
         && FITS (said->primaries, space->primaries);
}

/* Can a color space be one of this format's? Gray has no matrix: it counts with RGB, as R8 does. */
static gboolean
can_carry (const GstVideoFormatInfo *format, const ColorSpace *space)
{
  if (GST_VIDEO_FORMAT_INFO_IS_YUV (format))
    return space->colorimetry.matrix != GST_VIDEO_COLOR_MATRIX_RGB
           && (!space->is_deep || GST_VIDEO_FORMAT_INFO_DEPTH (format, 0) > 8);
  return space->colorimetry.matrix == GST_VIDEO_COLOR_MATRIX_RGB;
}

/**
 * gst_sysmem_color_space_for_colorimetry:
 * @format: a video format
 * @colorimetry: how its colors are meant
 *
 * Gets the color space of the contract that a colorimetry is. Where something is unknown, the first
 * color space of the format that fits is taken.
 *
 * Returns: (transfer none): the color space as
 *   [property@Sysmem.ImageFormatConstraints:color-spaces] spells it; `passthrough` if none is the
 *   same or images of this format cannot carry it
 *
 * Since: 1.0
 */
const char *
gst_sysmem_color_space_for_colorimetry (GstVideoFormat format,
                                        const GstVideoColorimetry *colorimetry)
{
  const GstVideoFormatInfo *info = gst_video_format_get_info (format);

  g_return_val_if_fail (info != NULL, PASSTHROUGH);
  g_return_val_if_fail (colorimetry != NULL, PASSTHROUGH);

  for (guint i = 0; i < G_N_ELEMENTS (spaces); i++)
    if (can_carry (info, &spaces[i]) && fits (colorimetry, &spaces[i].colorimetry))
      return spaces[i].name;
  return PASSTHROUGH;
}

/**
 * gst_sysmem_colorimetry_for_color_space:
 * @color_space: (nullable): a color space as the contract spells it
 * @colorimetry: (out caller-allocates): return location for how its colors are meant
 *
 * Gets the colorimetry of a settled color space.
 *
 * Returns: %FALSE if it does not say: `passthrough`, raw bytes, or an unknown one
 *
 * Since: 1.0
 */
gboolean
gst_sysmem_colorimetry_for_color_space (const char *color_space, GstVideoColorimetry *colorimetry)
{
  g_return_val_if_fail (colorimetry != NULL, FALSE);

  for (guint i = 0; color_space != NULL && i < G_N_ELEMENTS (spaces); i++)
    if (g_str_equal (spaces[i].name, color_space))
      {
        *colorimetry = spaces[i].colorimetry;
        return TRUE;
      }
  return FALSE;
}
