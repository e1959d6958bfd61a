/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §7.6, block padding. Goal: some devices read and write images in whole blocks of bw x bh
 * pixels, past the image's right and lower edge. Whatever image is put into the buffer later, so
 * long as its own bytes fit into size_bytes, the image rounded up to whole blocks must fit too;
 * P is how many bytes that takes beyond size_bytes.
 *
 * Rows are whole blocks already (03 §6.2, the divisor), so only rows are missing at the lower edge:
 * at most bh - 1 of them, of the widest image that fits at that height. The higher the image the
 * narrower it must be, so the worst case is the lowest image of all, or the lowest one that enters
 * a new row of blocks:
 *
 *   H1  the smallest height allowed                       |####|
 *   H2  the smallest height allowed past up(H1, bh)       |----|- - - - next row of blocks
 *                                                         |####| H2
 *                                                         |....| padding
 *
 * Example: XR24, size_bytes 4096, blocks of 1x4, alignment 1x1, min_size 4x1. H1 = 1: one row of
 * 4096 bytes, padded to four: 12288 more. H2 = 5: rows of ⌊4096/5⌋ = 819, that is 204 pixels or
 * 816 bytes, padded from 5 rows to 8: 2448 more. P = 12288. */

#include "engine/sme-settle.h"

#include "common/smc-checked.h"

/* W = min(⌊size/stride/H⌋ rounded to the divisor, max_size.w, max_bytes_per_row/stride), rounded
 * down to alignment. */
static guint64
widest_image (const SmeEntry *entry, guint64 size_bytes, guint64 height)
{
  const SmcImageBounds *bounds = &entry->terms.bounds;
  guint64 stride = entry->info->stride_bytes;
  guint64 row = smc_round_down (size_bytes / height, bounds->bytes_per_row_divisor);
  guint64 width = MIN (row / stride, bounds->max_size.width);

  width = MIN (width, bounds->max_bytes_per_row / stride);
  return smc_round_down (width, bounds->size_alignment.width);
}

/* pad(H) = bytes(up(W, bw), up(H, bh)) − bytes(W, H); 0 where no image of that height fits. */
static gboolean
pad_at_height (const SmeEntry *entry, guint64 size_bytes, guint64 height, guint64 *pad)
{
  const SmcImageBounds *bounds = &entry->terms.bounds;
  guint64 width = widest_image (entry, size_bytes, height);
  guint64 blocks_width, blocks_height, row, blocks_row, bytes, blocks_bytes;

  *pad = 0;
  if (width < bounds->min_size.width || width == 0)
    return TRUE;
  if (!sme_entry_row_bytes (entry, width, &row) || !smc_checked_mul (&bytes, row, height)
      || !smc_checked_round_up (&blocks_width, width, bounds->pad_for_block_size.width)
      || !smc_checked_round_up (&blocks_height, height, bounds->pad_for_block_size.height)
      || !sme_entry_row_bytes (entry, blocks_width, &blocks_row)
      || !smc_checked_mul (&blocks_bytes, blocks_row, blocks_height))
    return FALSE;
  *pad = blocks_bytes - bytes;
  return TRUE;
}

gboolean
sme_block_padding (const SmeEntry *entry, guint64 size_bytes, guint64 *padding)
{
  const SmcImageBounds *bounds = &entry->terms.bounds;
  SmcSize block = bounds->pad_for_block_size;
  guint64 first, next, pad_first, pad_next = 0;

  *padding = 0;
  if (block.width == 1 && block.height == 1)
    return TRUE;

  if (!smc_checked_round_up (&first, MAX (bounds->min_size.height, 1),
                             bounds->size_alignment.height)
      || !smc_checked_round_up (&next, first, block.height)
      || !smc_checked_round_up (&next, next + 1, bounds->size_alignment.height)
      || !pad_at_height (entry, size_bytes, first, &pad_first))
    return FALSE;
  if (next <= bounds->max_size.height && !pad_at_height (entry, size_bytes, next, &pad_next))
    return FALSE;
  *padding = MAX (pad_first, pad_next);
  return TRUE;
}
