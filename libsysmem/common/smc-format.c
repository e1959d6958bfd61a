/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-format.h"

#include <drm_fourcc.h>

#define COLOR(name) (1u << SMC_COLOR_SPACE_##name)
#define RGB (COLOR (SRGB) | COLOR (PASSTHROUGH))
#define YUV_8 \
  (COLOR (REC601_NTSC) | COLOR (REC601_NTSC_FULL) | COLOR (REC601_PAL) | COLOR (REC601_PAL_FULL) \
   | COLOR (REC709) | COLOR (PASSTHROUGH))
#define YUV_10 (YUV_8 | COLOR (REC2020) | COLOR (REC2100))

/* clang-format off */

/* One plane of pixels side by side. */
#define PACKED(code, bytes, alignment) \
  { .fourcc = DRM_FORMAT_##code, .stride_bytes = bytes, .width_divisor = 1, .height_divisor = 1, \
    .sample_alignment = alignment, .n_planes = 1, .color_spaces = RGB }

/* The same with room for alpha, used (A) or not (X). */
#define PACKED_ALPHA(code, bytes, alignment) \
  { .fourcc = DRM_FORMAT_##code, .stride_bytes = bytes, .width_divisor = 1, .height_divisor = 1, \
    .sample_alignment = alignment, .n_planes = 1, .has_alpha_slot = TRUE, .color_spaces = RGB }

/* One plane where two pixels share their chroma samples. */
#define PACKED_YUV(code) \
  { .fourcc = DRM_FORMAT_##code, .stride_bytes = 2, .width_divisor = 2, .height_divisor = 1, \
    .sample_alignment = 2, .n_planes = 1, .color_spaces = YUV_8 }

/* A plane of luma samples and a plane of chroma pairs, subsampled. */
#define SEMI_PLANAR(code, bytes, alignment, width_shift, height_shift, colors) \
  { .fourcc = DRM_FORMAT_##code, .stride_bytes = bytes, .width_divisor = 1 << width_shift, \
    .height_divisor = 1 << height_shift, .sample_alignment = alignment, .n_planes = 2, \
    .chroma_width_shift = width_shift, .chroma_height_shift = height_shift, \
    .chroma_interleaved = TRUE, .color_spaces = colors }

/* A plane for each component, of bytes. */
#define PLANAR(code, alignment, width_shift, height_shift) \
  { .fourcc = DRM_FORMAT_##code, .stride_bytes = 1, .width_divisor = 1 << width_shift, \
    .height_divisor = 1 << height_shift, .sample_alignment = alignment, .n_planes = 3, \
    .chroma_width_shift = width_shift, .chroma_height_shift = height_shift, .color_spaces = YUV_8 }

static const SmcFormatInfo formats[] = {
  PACKED_ALPHA (XRGB8888, 4, 4),
  PACKED_ALPHA (ARGB8888, 4, 4),
  PACKED_ALPHA (XBGR8888, 4, 4),
  PACKED_ALPHA (ABGR8888, 4, 4),
  PACKED_ALPHA (RGBX8888, 4, 4),
  PACKED_ALPHA (RGBA8888, 4, 4),
  PACKED_ALPHA (BGRX8888, 4, 4),
  PACKED_ALPHA (BGRA8888, 4, 4),
  PACKED_ALPHA (XRGB2101010, 4, 4),
  PACKED_ALPHA (ARGB2101010, 4, 4),
  PACKED_ALPHA (XBGR2101010, 4, 4),
  PACKED_ALPHA (ABGR2101010, 4, 4),
  PACKED (RGB888, 3, 1),
  PACKED (BGR888, 3, 1),
  PACKED (RGB565, 2, 2),
  PACKED (BGR565, 2, 2),
  PACKED (GR88, 2, 2),
  PACKED (RG88, 2, 2),
  PACKED (R8, 1, 1),
  PACKED (RGB332, 1, 1),
  PACKED_YUV (YUYV),
  PACKED_YUV (UYVY),
  PACKED_YUV (YVYU),
  PACKED_YUV (VYUY),
  SEMI_PLANAR (NV12, 1, 2, 1, 1, YUV_8),
  SEMI_PLANAR (NV21, 1, 2, 1, 1, YUV_8),
  PLANAR (YUV420, 2, 1, 1),
  PLANAR (YVU420, 2, 1, 1),
  SEMI_PLANAR (NV16, 1, 2, 1, 0, YUV_8),
  SEMI_PLANAR (NV61, 1, 2, 1, 0, YUV_8),
  PLANAR (YUV422, 2, 1, 0),
  SEMI_PLANAR (NV24, 1, 1, 0, 0, YUV_8),
  PLANAR (YUV444, 1, 0, 0),
  SEMI_PLANAR (P010, 2, 4, 1, 1, YUV_10),
  SEMI_PLANAR (P016, 2, 4, 1, 1, YUV_10),
  PACKED_ALPHA (ABGR16161616F, 8, 8),
  PACKED_ALPHA (ARGB16161616F, 8, 8),
  PACKED_ALPHA (XBGR16161616F, 8, 8),
  PACKED_ALPHA (XRGB16161616F, 8, 8),
};
/* clang-format on */

const SmcFormatInfo *
smc_format_lookup (guint32 fourcc)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].fourcc == fourcc)
      return &formats[i];
  return NULL;
}

const SmcFormatInfo *
smc_format_nth (guint n)
{
  return n < G_N_ELEMENTS (formats) ? &formats[n] : NULL;
}

static gboolean
can_be_tiled (const SmcFormatInfo *format)
{
  return format->n_planes == 1 && format->stride_bytes == SMC_TILED_PIXEL_BYTES;
}

gboolean
smc_format_get_modifier_info (guint32 fourcc, guint64 modifier, SmcModifierInfo *info)
{
  const SmcFormatInfo *format = smc_format_lookup (fourcc);

  if (format == NULL)
    return FALSE;
  if (modifier != SMC_MODIFIER_LINEAR)
    return can_be_tiled (format) && smc_modifier_describe_tiling (modifier, info);

  smc_modifier_describe_linear (info);
  return TRUE;
}

gboolean
smc_pixel_format_is_known (guint32 fourcc, guint64 modifier)
{
  SmcModifierInfo info;

  return smc_format_get_modifier_info (fourcc, modifier, &info);
}

guint
smc_format_list_modifiers (guint32 fourcc, guint64 *modifiers, guint max)
{
  const SmcFormatInfo *format = smc_format_lookup (fourcc);

  if (format == NULL)
    return 0;

  guint n_tilings = can_be_tiled (format) ? smc_modifier_count_tilings () : 0;
  for (guint i = 0; i < MIN (1 + n_tilings, max); i++)
    modifiers[i] = i == 0 ? SMC_MODIFIER_LINEAR : smc_modifier_nth_tiling (i - 1);
  return 1 + n_tilings;
}

gboolean
smc_pixel_format_equal (const SmcPixelFormat *a, const SmcPixelFormat *b)
{
  return !a->any_fourcc == !b->any_fourcc && (a->any_fourcc || a->fourcc == b->fourcc)
         && !a->any_modifier == !b->any_modifier && (a->any_modifier || a->modifier == b->modifier);
}

gboolean
smc_pixel_format_is_specific (const SmcPixelFormat *format)
{
  return !format->any_fourcc && !format->any_modifier;
}

/* Is there a known pair that @format matches? */
static gboolean
matches_known_pair (const SmcPixelFormat *format)
{
  SmcModifierInfo info;

  if (smc_pixel_format_is_specific (format))
    return smc_pixel_format_is_known (format->fourcc, format->modifier);
  if (!format->any_fourcc)
    return smc_format_lookup (format->fourcc) != NULL;
  return format->any_modifier || format->modifier == SMC_MODIFIER_LINEAR
         || smc_modifier_describe_tiling (format->modifier, &info);
}

gboolean
smc_pixel_format_combinable (const SmcPixelFormat *a, const SmcPixelFormat *b)
{
  gboolean fourcc_fits = a->any_fourcc || b->any_fourcc || a->fourcc == b->fourcc;
  gboolean modifier_fits = a->any_modifier || b->any_modifier || a->modifier == b->modifier;

  if (!fourcc_fits || !modifier_fits)
    return FALSE;

  SmcPixelFormat combination = {
    .any_fourcc = a->any_fourcc && b->any_fourcc,
    .fourcc = a->any_fourcc ? b->fourcc : a->fourcc,
    .any_modifier = a->any_modifier && b->any_modifier,
    .modifier = a->any_modifier ? b->modifier : a->modifier,
  };
  return matches_known_pair (&combination);
}
