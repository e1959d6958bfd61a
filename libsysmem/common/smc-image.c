/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-image.h"

#include "common/smc-checked.h"

gboolean
smc_image_row_bytes (const SmcPixelFormat *format, guint64 width, guint64 *row_bytes)
{
  const SmcFormatInfo *info = smc_format_lookup (format->fourcc);
  SmcModifierInfo modifier;
  guint64 pixels, bytes;

  if (info == NULL || !smc_format_get_modifier_info (format->fourcc, format->modifier, &modifier))
    return FALSE;

  return smc_checked_round_up (&pixels, width, info->width_divisor)
         && smc_checked_mul (&bytes, pixels, info->stride_bytes)
         && smc_checked_round_up (row_bytes, bytes, modifier.tile_row_bytes);
}

/* Divides without losing the samples of a last odd row or column. */
static guint64
subsample (guint64 value, guint shift)
{
  guint64 mask = (G_GUINT64_CONSTANT (1) << shift) - 1;

  return (value >> shift) + ((value & mask) != 0);
}

static gboolean
chroma_stride (const SmcFormatInfo *info, guint64 row_bytes, guint64 *stride)
{
  guint components = info->chroma_interleaved ? 2 : 1;

  return smc_checked_mul (stride, subsample (row_bytes, info->chroma_width_shift), components);
}

guint
smc_image_planes (const SmcPixelFormat *format,
                  guint64 row_bytes,
                  guint64 height,
                  guint64 offsets[4],
                  guint64 strides[4],
                  guint64 rows[4])
{
  const SmcFormatInfo *info = smc_format_lookup (format->fourcc);
  guint64 end = 0;

  if (info == NULL || format->modifier != SMC_MODIFIER_LINEAR)
    return 0;

  for (guint i = 0; i < info->n_planes; i++)
    {
      guint64 bytes;

      offsets[i] = end;
      strides[i] = row_bytes;
      rows[i] = i == 0 ? height : subsample (height, info->chroma_height_shift);
      if (i > 0 && !chroma_stride (info, row_bytes, &strides[i]))
        return 0;
      if (!smc_checked_mul (&bytes, strides[i], rows[i]) || !smc_checked_add (&end, end, bytes))
        return 0;
    }
  return info->n_planes;
}

static gboolean
linear_size_bytes (const SmcPixelFormat *format,
                   guint64 row_bytes,
                   guint64 height,
                   guint64 *size_bytes)
{
  guint64 offsets[4], strides[4], rows[4], bytes;
  guint n_planes = smc_image_planes (format, row_bytes, height, offsets, strides, rows);

  if (n_planes == 0)
    return FALSE;

  guint last = n_planes - 1;
  return smc_checked_mul (&bytes, strides[last], rows[last])
         && smc_checked_add (size_bytes, offsets[last], bytes);
}

/* Whole tiles, after the table of headers if the layout has one. */
static gboolean
tiled_size_bytes (const SmcModifierInfo *modifier,
                  guint64 row_bytes,
                  guint64 height,
                  guint64 *size_bytes)
{
  guint64 stride, rows, body, headers = 0;

  if (!smc_checked_round_up (&stride, row_bytes, modifier->tile_row_bytes)
      || !smc_checked_round_up (&rows, height, modifier->tile_rows)
      || !smc_checked_mul (&body, stride, rows))
    return FALSE;

  if (modifier->block_bytes > 0
      && (!smc_checked_mul (&headers, body / modifier->block_bytes, modifier->block_header_bytes)
          || !smc_checked_round_up (&headers, headers, modifier->header_area_multiple)))
    return FALSE;

  return smc_checked_add (size_bytes, headers, body);
}

gboolean
smc_image_size_bytes (const SmcPixelFormat *format,
                      guint64 row_bytes,
                      guint64 height,
                      guint64 *size_bytes)
{
  SmcModifierInfo modifier;

  if (!smc_format_get_modifier_info (format->fourcc, format->modifier, &modifier))
    return FALSE;
  if (format->modifier == SMC_MODIFIER_LINEAR)
    return linear_size_bytes (format, row_bytes, height, size_bytes);
  return tiled_size_bytes (&modifier, row_bytes, height, size_bytes);
}

guint
smc_image_pixel_stride (const SmcPixelFormat *format)
{
  const SmcFormatInfo *info = smc_format_lookup (format->fourcc);

  g_return_val_if_fail (info != NULL, 1);
  return info->stride_bytes;
}
