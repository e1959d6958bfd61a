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

/* One plane of pixels side by side. */
#define PACKED(code, bytes, alignment, alpha) \
  { \
    DRM_FORMAT_##code, bytes, 1, 1, alignment, 1, 0, 0, FALSE, alpha, RGB \
  }
/* Two pixels share their chroma samples, all in one plane. */
#define PACKED_YUV(code) \
  { \
    DRM_FORMAT_##code, 2, 2, 1, 2, 1, 0, 0, FALSE, FALSE, YUV_8 \
  }
/* A plane of luma and a plane of chroma pairs. */
#define SEMI_PLANAR(code, bytes, alignment, width_shift, height_shift, colors) \
  { \
    DRM_FORMAT_##code, bytes, 1 << width_shift, 1 << height_shift, alignment, 2, width_shift, \
      height_shift, TRUE, FALSE, colors \
  }
/* A plane for each component. */
#define PLANAR(code, alignment, width_shift, height_shift) \
  { \
    DRM_FORMAT_##code, 1, 1 << width_shift, 1 << height_shift, alignment, 3, width_shift, \
      height_shift, FALSE, FALSE, YUV_8 \
  }

/* clang-format off */
static const SmcFormatInfo formats[] = {
  PACKED (XRGB8888, 4, 4, TRUE), PACKED (ARGB8888, 4, 4, TRUE),
  PACKED (XBGR8888, 4, 4, TRUE), PACKED (ABGR8888, 4, 4, TRUE),
  PACKED (RGBX8888, 4, 4, TRUE), PACKED (RGBA8888, 4, 4, TRUE),
  PACKED (BGRX8888, 4, 4, TRUE), PACKED (BGRA8888, 4, 4, TRUE),
  PACKED (XRGB2101010, 4, 4, TRUE), PACKED (ARGB2101010, 4, 4, TRUE),
  PACKED (XBGR2101010, 4, 4, TRUE), PACKED (ABGR2101010, 4, 4, TRUE),
  PACKED (RGB888, 3, 1, FALSE), PACKED (BGR888, 3, 1, FALSE),
  PACKED (RGB565, 2, 2, FALSE), PACKED (BGR565, 2, 2, FALSE),
  PACKED (GR88, 2, 2, FALSE), PACKED (RG88, 2, 2, FALSE),
  PACKED (R8, 1, 1, FALSE), PACKED (RGB332, 1, 1, FALSE),
  PACKED_YUV (YUYV), PACKED_YUV (UYVY), PACKED_YUV (YVYU), PACKED_YUV (VYUY),
  SEMI_PLANAR (NV12, 1, 2, 1, 1, YUV_8), SEMI_PLANAR (NV21, 1, 2, 1, 1, YUV_8),
  PLANAR (YUV420, 2, 1, 1), PLANAR (YVU420, 2, 1, 1),
  SEMI_PLANAR (NV16, 1, 2, 1, 0, YUV_8), SEMI_PLANAR (NV61, 1, 2, 1, 0, YUV_8),
  PLANAR (YUV422, 2, 1, 0),
  SEMI_PLANAR (NV24, 1, 1, 0, 0, YUV_8),
  PLANAR (YUV444, 1, 0, 0),
  SEMI_PLANAR (P010, 2, 4, 1, 1, YUV_10), SEMI_PLANAR (P016, 2, 4, 1, 1, YUV_10),
  PACKED (ABGR16161616F, 8, 8, TRUE), PACKED (ARGB16161616F, 8, 8, TRUE),
  PACKED (XBGR16161616F, 8, 8, TRUE), PACKED (XRGB16161616F, 8, 8, TRUE),
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

/* The tilings below are defined for 32-bit RGB pixels only. */
#define TILED_PIXEL_BYTES 4

static gboolean
can_be_tiled (const SmcFormatInfo *format)
{
  return format->n_planes == 1 && format->stride_bytes == TILED_PIXEL_BYTES;
}

/* Intel: tiles of 4 KiB. */
static const SmcModifierInfo intel_tilings[] = {
  { I915_FORMAT_MOD_X_TILED, 512, 8, 0, 0, 1 },
  { I915_FORMAT_MOD_Y_TILED, 128, 32, 0, 0, 1 },
  { I915_FORMAT_MOD_Yf_TILED, 128, 32, 0, 0, 1 },
};

/* Arm's compressed layout. Every superblock of 16x16 or 32x8 pixels has a header of 16 bytes and
 * room for its uncompressed pixels; the table of headers comes first. With the TILED flag the image
 * is a grid of 8x8 superblocks. The other flags say what is in the blocks, not where they are. */
#define AFBC_HEADER_BYTES 16
#define AFBC_HEADER_AREA_MULTIPLE 1024
#define AFBC_TILED_HEADER_AREA_MULTIPLE 4096
#define AFBC_TILE_BLOCKS 8

static const guint64 afbc_flags[] = {
  AFBC_FORMAT_MOD_YTR,
  AFBC_FORMAT_MOD_SPLIT,
  AFBC_FORMAT_MOD_SPARSE,
  AFBC_FORMAT_MOD_TILED,
};

static void
afbc_describe (guint64 modifier, SmcModifierInfo *info)
{
  gboolean is_16x16 =
    (modifier & AFBC_FORMAT_MOD_BLOCK_SIZE_MASK) == AFBC_FORMAT_MOD_BLOCK_SIZE_16x16;
  gboolean is_tiled = (modifier & AFBC_FORMAT_MOD_TILED) != 0;
  guint32 block_width = is_16x16 ? 16 : 32, block_height = is_16x16 ? 16 : 8;
  guint32 tile_blocks = is_tiled ? AFBC_TILE_BLOCKS : 1;

  *info = (SmcModifierInfo){
    .modifier = modifier,
    .tile_row_bytes = block_width * TILED_PIXEL_BYTES * tile_blocks,
    .tile_rows = block_height * tile_blocks,
    .block_bytes = block_width * block_height * TILED_PIXEL_BYTES,
    .block_header_bytes = AFBC_HEADER_BYTES,
    .header_area_multiple = is_tiled ? AFBC_TILED_HEADER_AREA_MULTIPLE : AFBC_HEADER_AREA_MULTIPLE,
  };
}

/* The known AFBC modifiers, numbered: bit 0 is the superblock size, the others are afbc_flags. */
#define N_AFBC (2u << G_N_ELEMENTS (afbc_flags))

static guint64
afbc_nth (guint n)
{
  guint64 mode = n & 1 ? AFBC_FORMAT_MOD_BLOCK_SIZE_32x8 : AFBC_FORMAT_MOD_BLOCK_SIZE_16x16;

  for (guint i = 0; i < G_N_ELEMENTS (afbc_flags); i++)
    if (n & (2u << i))
      mode |= afbc_flags[i];
  return DRM_FORMAT_MOD_ARM_AFBC (mode);
}

/* All modifiers of a tileable format, numbered: linear, Intel's, Arm's. */
#define N_MODIFIERS (1 + (guint)G_N_ELEMENTS (intel_tilings) + N_AFBC)

static void
describe_nth_modifier (guint n, SmcModifierInfo *info)
{
  if (n == 0)
    *info = (SmcModifierInfo){ SMC_MODIFIER_LINEAR, 1, 1, 0, 0, 1 };
  else if (n <= G_N_ELEMENTS (intel_tilings))
    *info = intel_tilings[n - 1];
  else
    afbc_describe (afbc_nth (n - 1 - (guint)G_N_ELEMENTS (intel_tilings)), info);
}

static guint
count_modifiers (guint32 fourcc)
{
  const SmcFormatInfo *format = smc_format_lookup (fourcc);

  if (format == NULL)
    return 0;
  return can_be_tiled (format) ? N_MODIFIERS : 1;
}

gboolean
smc_format_get_modifier_info (guint32 fourcc, guint64 modifier, SmcModifierInfo *info)
{
  guint n_modifiers = count_modifiers (fourcc);

  for (guint i = 0; i < n_modifiers; i++)
    {
      SmcModifierInfo candidate;

      describe_nth_modifier (i, &candidate);
      if (candidate.modifier == modifier)
        {
          *info = candidate;
          return TRUE;
        }
    }
  return FALSE;
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
  guint n_modifiers = count_modifiers (fourcc);

  for (guint i = 0; i < MIN (n_modifiers, max); i++)
    {
      SmcModifierInfo info;

      describe_nth_modifier (i, &info);
      modifiers[i] = info.modifier;
    }
  return n_modifiers;
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
  if (format->any_modifier)
    return format->any_fourcc || smc_format_lookup (format->fourcc) != NULL;
  if (!format->any_fourcc)
    return smc_pixel_format_is_known (format->fourcc, format->modifier);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (smc_pixel_format_is_known (formats[i].fourcc, format->modifier))
      return TRUE;
  return FALSE;
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
