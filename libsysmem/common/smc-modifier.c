/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-modifier.h"

#include <drm_fourcc.h>

void
smc_modifier_describe_linear (SmcModifierInfo *info)
{
  *info = (SmcModifierInfo){
    .modifier = SMC_MODIFIER_LINEAR,
    .tile_row_bytes = 1,
    .tile_rows = 1,
    .header_area_multiple = 1,
  };
}

/* Intel: tiles of 4 KiB, of two shapes. */
static const SmcModifierInfo intel_tilings[] = {
  { I915_FORMAT_MOD_X_TILED, 512, 8, 0, 0, 1 },
  { I915_FORMAT_MOD_Y_TILED, 128, 32, 0, 0, 1 },
  { I915_FORMAT_MOD_Yf_TILED, 128, 32, 0, 0, 1 },
};

#define N_INTEL ((guint)G_N_ELEMENTS (intel_tilings))

/* Arm frame buffer compression. Every superblock of 16x16 or 32x8 pixels has a header and, since
 * not every superblock can be compressed, room for all its pixels. With the TILED flag superblocks
 * come in tiles of 8x8 and the table of headers is aligned to whole pages. The other flags say what
 * is inside the superblocks, not where they are. */
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

/* Every superblock size with every combination of flags is a modifier. They are numbered: bit 0 is
 * the superblock size, the bits above are the flags. */
#define N_AFBC_FLAGS ((guint)G_N_ELEMENTS (afbc_flags))
#define N_AFBC (2u << N_AFBC_FLAGS)

static guint64
afbc_nth (guint n)
{
  guint64 mode = n & 1 ? AFBC_FORMAT_MOD_BLOCK_SIZE_32x8 : AFBC_FORMAT_MOD_BLOCK_SIZE_16x16;

  for (guint i = 0; i < N_AFBC_FLAGS; i++)
    if (n & (2u << i))
      mode |= afbc_flags[i];
  return DRM_FORMAT_MOD_ARM_AFBC (mode);
}

/* FALSE: not Arm's, of another superblock size, or with a flag that is not in the table. */
static gboolean
afbc_is_known (guint64 modifier)
{
  guint64 block_size = modifier & AFBC_FORMAT_MOD_BLOCK_SIZE_MASK;
  guint64 mode = block_size;

  for (guint i = 0; i < N_AFBC_FLAGS; i++)
    mode |= modifier & afbc_flags[i];
  return modifier == DRM_FORMAT_MOD_ARM_AFBC (mode)
         && (block_size == AFBC_FORMAT_MOD_BLOCK_SIZE_16x16
             || block_size == AFBC_FORMAT_MOD_BLOCK_SIZE_32x8);
}

static void
afbc_describe (guint64 modifier, SmcModifierInfo *info)
{
  guint64 block_size = modifier & AFBC_FORMAT_MOD_BLOCK_SIZE_MASK;
  gboolean is_16x16 = block_size == AFBC_FORMAT_MOD_BLOCK_SIZE_16x16;
  gboolean is_tiled = (modifier & AFBC_FORMAT_MOD_TILED) != 0;
  guint32 block_width = is_16x16 ? 16 : 32, block_height = is_16x16 ? 16 : 8;
  guint32 tile_blocks = is_tiled ? AFBC_TILE_BLOCKS : 1;

  *info = (SmcModifierInfo){
    .modifier = modifier,
    .tile_row_bytes = block_width * SMC_TILED_PIXEL_BYTES * tile_blocks,
    .tile_rows = block_height * tile_blocks,
    .block_bytes = block_width * block_height * SMC_TILED_PIXEL_BYTES,
    .block_header_bytes = AFBC_HEADER_BYTES,
    .header_area_multiple = is_tiled ? AFBC_TILED_HEADER_AREA_MULTIPLE : AFBC_HEADER_AREA_MULTIPLE,
  };
}

gboolean
smc_modifier_describe_tiling (guint64 modifier, SmcModifierInfo *info)
{
  for (guint i = 0; i < N_INTEL; i++)
    if (intel_tilings[i].modifier == modifier)
      {
        *info = intel_tilings[i];
        return TRUE;
      }
  if (!afbc_is_known (modifier))
    return FALSE;

  afbc_describe (modifier, info);
  return TRUE;
}

guint
smc_modifier_count_tilings (void)
{
  return N_INTEL + N_AFBC;
}

guint64
smc_modifier_nth_tiling (guint n)
{
  return n < N_INTEL ? intel_tilings[n].modifier : afbc_nth (n - N_INTEL);
}
