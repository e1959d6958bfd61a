/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heaps/smd-image-layout.h"

#include "common/smc-checked.h"
#include "common/smc-image.h"
#include "common/sysmem-error.h"

static gboolean
refuse (GError **error, const char *what, guint64 value, const char *rule, guint64 limit)
{
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
               "its driver lays the image out with %s %" G_GUINT64_FORMAT
               ", but %s is %" G_GUINT64_FORMAT,
               what, value, rule, limit);
  return FALSE;
}

static gboolean
refuse_overflow (GError **error)
{
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
               "the size of the image does not fit 64 bits");
  return FALSE;
}

static gboolean
round_size (const SmcImageBounds *bounds, SmcSize smallest, SmcSize *size)
{
  guint64 width, height;

  if (!smc_checked_round_up (&width, smallest.width, bounds->size_alignment.width)
      || !smc_checked_round_up (&height, smallest.height, bounds->size_alignment.height)
      || width > G_MAXUINT32 || height > G_MAXUINT32)
    return FALSE;
  size->width = (guint32)width;
  size->height = (guint32)height;
  return TRUE;
}

gboolean
smd_image_demand_init (SmdImageDemand *demand, const SmcSettings *settings, GError **error)
{
  const SmcImageBounds *bounds = &settings->image->bounds;
  const GArray *list = bounds->required_max_size_list;
  SmcSize smallest = bounds->min_size;
  guint64 row;

  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      const SmcSize *required = &g_array_index (list, SmcSize, i);

      smallest.width = MAX (smallest.width, required->width);
      smallest.height = MAX (smallest.height, required->height);
    }
  if (!round_size (bounds, smallest, &demand->size)
      || !smc_image_row_bytes (&settings->image->pixel_format, demand->size.width, &row)
      || !smc_checked_round_up (&demand->row_bytes, MAX (row, bounds->min_bytes_per_row),
                                bounds->bytes_per_row_divisor))
    return refuse_overflow (error);
  return TRUE;
}

gboolean
smd_image_measure (const SmcSettings *settings,
                   const SmdImageDemand *demand,
                   guint64 row_bytes,
                   guint64 *size_bytes,
                   guint64 *padded_bytes)
{
  const SmcImage *image = settings->image;
  guint64 image_bytes;

  if (!smc_image_size_bytes (&image->pixel_format, row_bytes, demand->size.height, &image_bytes))
    return FALSE;
  *size_bytes = MAX (image_bytes, settings->size_bytes);
  return smc_checked_add (padded_bytes, *size_bytes, image->bounds.pad_beyond_image_size_bytes);
}

gboolean
smd_image_room_init (SmdImageRoom *room,
                     const SmcSettings *settings,
                     const SmdImageDemand *demand,
                     guint64 row_bytes)
{
  guint64 pixel_bytes = smc_image_pixel_stride (&settings->image->pixel_format);
  guint64 padded, width;

  if (!smd_image_measure (settings, demand, row_bytes, &room->size_bytes, &padded)
      || !smc_checked_round_up (&width, demand->row_bytes, pixel_bytes)
      || !smc_checked_round_up (&padded, padded, row_bytes) || width / pixel_bytes > G_MAXUINT32
      || padded / row_bytes > G_MAXUINT32)
    return FALSE;
  room->width = (guint32)(width / pixel_bytes);
  room->height = (guint32)(padded / row_bytes);
  return TRUE;
}

gboolean
smd_image_lay_out_linear (SmcSettings *settings,
                          const SmdImageDemand *demand,
                          guint64 row_bytes,
                          GError **error)
{
  guint64 offsets[4], strides[4], rows[4];
  guint n_planes = smc_image_planes (&settings->image->pixel_format, row_bytes, demand->size.height,
                                     offsets, strides, rows);

  if (n_planes == 0)
    return refuse_overflow (error);

  g_clear_pointer (&settings->planes, g_array_unref);
  settings->planes = g_array_new (FALSE, FALSE, sizeof (SmcPlane));
  settings->image_size = demand->size;
  for (guint i = 0; i < n_planes; i++)
    {
      SmcPlane plane = { .offset = offsets[i], .stride = (guint32)strides[i] };

      if (strides[i] > G_MAXUINT32)
        return refuse_overflow (error);
      g_array_append_val (settings->planes, plane);
    }
  return TRUE;
}

gboolean
smd_image_measure_planes (const SmcSettings *settings, guint64 raw_size, guint64 *size_bytes)
{
  const SmcPixelFormat *format = &settings->image->pixel_format;
  const SmcPlane *planes = (const SmcPlane *)settings->planes->data;
  guint64 offsets[4], strides[4], rows[4], bytes, end;
  guint n_planes;

  *size_bytes = raw_size;
  if (format->modifier != SMC_MODIFIER_LINEAR)
    return TRUE;
  n_planes = smc_image_planes (format, planes[0].stride, settings->image_size.height, offsets,
                               strides, rows);
  if (n_planes == 0 || n_planes != settings->planes->len)
    return FALSE;
  *size_bytes = settings->size_bytes;
  for (guint i = 0; i < n_planes; i++)
    {
      if (!smc_checked_mul (&bytes, planes[i].stride, rows[i])
          || !smc_checked_add (&end, planes[i].offset, bytes))
        return FALSE;
      *size_bytes = MAX (*size_bytes, end);
    }
  return TRUE;
}

static gboolean
check_size (const SmcSettings *settings, GError **error)
{
  const SmcImageBounds *bounds = &settings->image->bounds;
  guint64 width = settings->image_size.width;
  guint64 height = settings->image_size.height;

  if (width > bounds->max_size.width)
    return refuse (error, "width", width, "max_size.width", bounds->max_size.width);
  if (height > bounds->max_size.height)
    return refuse (error, "height", height, "max_size.height", bounds->max_size.height);
  if (width * height > bounds->max_width_times_height)
    return refuse (error, "pixels", width * height, "max_width_times_height",
                   bounds->max_width_times_height);
  return TRUE;
}

static gboolean
check_first_plane (const SmcSettings *settings, GError **error)
{
  const SmcImageBounds *bounds = &settings->image->bounds;
  const SmcPlane *plane = &g_array_index (settings->planes, SmcPlane, 0);

  if (plane->stride < bounds->min_bytes_per_row)
    return refuse (error, "stride", plane->stride, "min_bytes_per_row", bounds->min_bytes_per_row);
  if (plane->stride > bounds->max_bytes_per_row)
    return refuse (error, "stride", plane->stride, "max_bytes_per_row", bounds->max_bytes_per_row);
  if (plane->stride % bounds->bytes_per_row_divisor != 0)
    return refuse (error, "stride", plane->stride, "bytes_per_row_divisor",
                   bounds->bytes_per_row_divisor);
  if (plane->offset % bounds->start_offset_divisor != 0)
    return refuse (error, "offset", plane->offset, "start_offset_divisor",
                   bounds->start_offset_divisor);
  return TRUE;
}

gboolean
smd_image_accept_layout (SmcSettings *settings,
                         guint64 size_bytes,
                         guint64 raw_size,
                         GError **error)
{
  const SmcImageBounds *bounds = &settings->image->bounds;
  guint64 needed;

  if (!check_size (settings, error) || !check_first_plane (settings, error))
    return FALSE;
  if (bounds->pad_for_block_size.width > 1 || bounds->pad_for_block_size.height > 1)
    return refuse (error, "blocks of width", 1, "pad_for_block_size.width",
                   bounds->pad_for_block_size.width);
  if (size_bytes > settings->max_size_bytes)
    return refuse (error, "bytes", size_bytes, "max_size_bytes", settings->max_size_bytes);
  if (!smc_checked_add (&needed, size_bytes, bounds->pad_beyond_image_size_bytes))
    return refuse_overflow (error);
  if (needed > raw_size)
    return refuse (error, "bytes", raw_size, "what image and padding need", needed);
  settings->size_bytes = size_bytes;
  settings->raw_size_bytes = raw_size;
  return TRUE;
}
