/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the planes of an image are. Every participant computes the same from the same settings:
 *
 *   row of plane 0 = round up (max (bytes of width pixels, min_bytes_per_row), bytes_per_row_divisor)
 *
 * and the planes follow each other without gaps, each as high as its subsampling says (03 §12).
 * NV12 at 1000x600 with a divisor of 256: 600 rows of 1024 bytes, at 614400 300 more.
 *
 * Where the heap has laid the image out, it says so instead. */

#include "sysmem-settings.h"

#include "common/smc-checked.h"
#include "common/smc-image.h"
#include "common/smc-names.h"
#include "sysmem-error.h"

#define MAX_PLANES 4

typedef struct
{
  SmcPixelFormat format;
  const SmcFormatInfo *info;
  guint32 min_bytes_per_row;
  guint32 bytes_per_row_divisor;
} Image;

static gboolean
read_image (SysmemSettings *settings, Image *image, GError **error)
{
  const char *format = sysmem_settings_get_pixel_format (settings);

  if (format == NULL)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "these buffers hold raw bytes: no participant has image_format_constraints");
      return FALSE;
    }
  if (!smc_pixel_format_parse (format, TRUE, &image->format)
      || (image->info = smc_format_lookup (image->format.fourcc)) == NULL)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NOT_FOUND,
                   "this version of the library does not know the pixel format %s", format);
      return FALSE;
    }
  g_object_get (sysmem_settings_get_image_format_constraints (settings), "min-bytes-per-row",
                &image->min_bytes_per_row, "bytes-per-row-divisor", &image->bytes_per_row_divisor,
                NULL);
  return TRUE;
}

static void
add_plane (GPtrArray *planes, guint64 offset, guint64 stride, guint64 rows)
{
  SysmemPlane plane = { offset, stride, rows };

  g_ptr_array_add (planes, sysmem_plane_copy (&plane));
}

/* The rows of plane @index of an image of @height rows. */
static guint64
plane_rows (const SmcFormatInfo *info, guint index, guint64 height)
{
  return index == 0 ? height : height >> info->chroma_height_shift;
}

/* FALSE: they would reach beyond the buffer. */
static gboolean
take_given_planes (
  GVariant *given, const Image *image, guint32 height, guint64 room, GPtrArray *planes)
{
  GVariantIter iter;
  guint64 offset;
  guint32 stride;
  guint index = 0;

  g_variant_iter_init (&iter, given);
  while (g_variant_iter_next (&iter, "(tu)", &offset, &stride))
    {
      guint64 rows = plane_rows (image->info, index++, height);
      guint64 end;

      if (!smc_checked_mul (&end, stride, rows) || !smc_checked_add (&end, end, offset)
          || end > room)
        return FALSE;
      add_plane (planes, offset, stride, rows);
    }
  return index > 0;
}

static gboolean
row_bytes (const Image *image, guint32 width, guint64 *bytes)
{
  return smc_image_row_bytes (&image->format, width, bytes)
         && smc_checked_round_up (bytes, MAX (*bytes, image->min_bytes_per_row),
                                  MAX (image->bytes_per_row_divisor, 1));
}

static gboolean
compute_planes (const Image *image, guint32 width, guint32 height, guint64 room, GPtrArray *planes)
{
  guint64 offsets[MAX_PLANES];
  guint64 strides[MAX_PLANES];
  guint64 rows[MAX_PLANES];
  guint64 row;
  guint64 size;
  guint n;

  if (!row_bytes (image, width, &row) || !smc_image_size_bytes (&image->format, row, height, &size)
      || size > room)
    return FALSE;
  n = smc_image_planes (&image->format, row, height, offsets, strides, rows);
  for (guint i = 0; i < n; i++)
    add_plane (planes, offsets[i], strides[i], rows[i]);
  if (n == 0)
    add_plane (planes, 0, row, height); /* tiled: rows of tiles, in one piece */
  return TRUE;
}

/**
 * sysmem_settings_get_planes:
 * @self: settings
 * @width: of the image, in pixels
 * @height: of the image, in pixels
 * @error: return location for an error
 *
 * Tells where the planes of an image are in each buffer: the layout that all participants agreed
 * upon. Of a tiled format the stride is that of the modifier's definition.
 *
 * Returns: (transfer container) (element-type SysmemPlane): the planes in the order of the pixel
 *   format, or %NULL with %SYSMEM_ERROR_PROTOCOL_DEVIATION if these are no images or the size is not
 *   one of this format, %SYSMEM_ERROR_NOT_FOUND if the format is unknown to the library, or
 *   %SYSMEM_ERROR_LIMIT_EXCEEDED if the buffers are too small for this image
 *
 * Since: 1.0
 */
GPtrArray *
sysmem_settings_get_planes (SysmemSettings *self, guint32 width, guint32 height, GError **error)
{
  g_autoptr (GPtrArray) planes = NULL;
  g_autoptr (GVariant) info = NULL;
  g_autoptr (GVariant) given = NULL;
  guint32 given_width = G_MAXUINT32;
  guint32 given_height = G_MAXUINT32;
  Image image;

  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), NULL);

  if (!read_image (self, &image, error))
    return NULL;
  if (width == 0 || height == 0 || width % image.info->width_divisor != 0
      || height % image.info->height_divisor != 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "an image of %s cannot be %ux%u: its size is a multiple of %ux%u",
                   sysmem_settings_get_pixel_format (self), width, height,
                   image.info->width_divisor, image.info->height_divisor);
      return NULL;
    }
  planes = g_ptr_array_new_with_free_func ((GDestroyNotify)sysmem_plane_free);
  info = sysmem_settings_to_variant (self);
  given = g_variant_lookup_value (info, "planes", G_VARIANT_TYPE ("a(tu)"));
  (void)g_variant_lookup (info, "image_size", "(uu)", &given_width, &given_height);
  if (width <= given_width && height <= given_height
      && (given != NULL ? take_given_planes (given, &image, height,
                                             sysmem_settings_get_raw_size_bytes (self), planes)
                        : compute_planes (&image, width, height,
                                          sysmem_settings_get_size_bytes (self), planes)))
    return g_steal_pointer (&planes);
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
               "an image of %ux%u does not fit into these buffers of %" G_GUINT64_FORMAT
               " bytes: ask for it with min_size or required_max_size",
               width, height, sysmem_settings_get_size_bytes (self));
  return NULL;
}
