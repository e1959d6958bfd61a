/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-model.h"

#include <string.h>

#include "common/smc-format.h"

static GArray *
copy_array (GArray *array)
{
  return array != NULL ? g_array_copy (array) : NULL;
}

static guint
array_length (const GArray *array)
{
  return array != NULL ? array->len : 0;
}

/* An absent array equals an empty one: no field of the model tells them apart. */
static gboolean
arrays_equal (const GArray *a, const GArray *b, gsize element_size)
{
  guint length = array_length (a);

  if (length != array_length (b))
    return FALSE;
  return length == 0 || memcmp (a->data, b->data, length * element_size) == 0;
}

static gboolean
sizes_equal (SmcSize a, SmcSize b)
{
  return a.width == b.width && a.height == b.height;
}

/* Image bounds */

void
smc_image_bounds_init (SmcImageBounds *bounds)
{
  static const SmcSize one = { 1, 1 };

  *bounds = (SmcImageBounds){
    .max_size = { G_MAXUINT32, G_MAXUINT32 },
    .max_bytes_per_row = G_MAXUINT32,
    .max_width_times_height = G_MAXUINT64,
    .size_alignment = one,
    .display_rect_alignment = one,
    .bytes_per_row_divisor = 1,
    .start_offset_divisor = 1,
    .pad_for_block_size = one,
  };
}

void
smc_image_bounds_copy (SmcImageBounds *to, const SmcImageBounds *from)
{
  *to = *from;
  to->required_max_size_list = copy_array (from->required_max_size_list);
}

void
smc_image_bounds_clear (SmcImageBounds *bounds)
{
  g_clear_pointer (&bounds->required_max_size_list, g_array_unref);
}

gint
smc_size_compare (gconstpointer a, gconstpointer b)
{
  const SmcSize *left = a, *right = b;

  if (left->width != right->width)
    return left->width < right->width ? -1 : 1;
  if (left->height != right->height)
    return left->height < right->height ? -1 : 1;
  return 0;
}

/* The order in which participants named their sizes means nothing. */
static gboolean
size_lists_equal (GArray *a, GArray *b)
{
  if (array_length (a) != array_length (b))
    return FALSE;
  if (array_length (a) == 0)
    return TRUE;

  g_autoptr (GArray) left = g_array_copy (a);
  g_autoptr (GArray) right = g_array_copy (b);
  g_array_sort (left, smc_size_compare);
  g_array_sort (right, smc_size_compare);
  return arrays_equal (left, right, sizeof (SmcSize));
}

gboolean
smc_image_bounds_equal (const SmcImageBounds *a, const SmcImageBounds *b)
{
  return sizes_equal (a->min_size, b->min_size) && sizes_equal (a->max_size, b->max_size)
         && a->min_bytes_per_row == b->min_bytes_per_row
         && a->max_bytes_per_row == b->max_bytes_per_row
         && a->max_width_times_height == b->max_width_times_height
         && sizes_equal (a->size_alignment, b->size_alignment)
         && sizes_equal (a->display_rect_alignment, b->display_rect_alignment)
         && !a->has_required_min_size == !b->has_required_min_size
         && (!a->has_required_min_size || sizes_equal (a->required_min_size, b->required_min_size))
         && !a->has_required_max_size == !b->has_required_max_size
         && (!a->has_required_max_size || sizes_equal (a->required_max_size, b->required_max_size))
         && size_lists_equal (a->required_max_size_list, b->required_max_size_list)
         && a->bytes_per_row_divisor == b->bytes_per_row_divisor
         && a->start_offset_divisor == b->start_offset_divisor
         && !a->require_bytes_per_row_at_pixel_boundary
              == !b->require_bytes_per_row_at_pixel_boundary
         && a->is_alpha_present == b->is_alpha_present
         && sizes_equal (a->pad_for_block_size, b->pad_for_block_size)
         && a->pad_beyond_image_size_bytes == b->pad_beyond_image_size_bytes;
}

/* Image entries */

SmcImageEntry *
smc_image_entry_new (void)
{
  SmcImageEntry *entry = g_new0 (SmcImageEntry, 1);

  entry->pixel_formats = g_array_new (FALSE, FALSE, sizeof (SmcPixelFormat));
  entry->color_spaces = g_array_new (FALSE, FALSE, sizeof (SmcColorSpace));
  smc_image_bounds_init (&entry->bounds);
  return entry;
}

SmcImageEntry *
smc_image_entry_copy (const SmcImageEntry *entry)
{
  SmcImageEntry *copy = g_new0 (SmcImageEntry, 1);

  copy->pixel_formats = g_array_copy (entry->pixel_formats);
  copy->color_spaces = g_array_copy (entry->color_spaces);
  smc_image_bounds_copy (&copy->bounds, &entry->bounds);
  return copy;
}

void
smc_image_entry_free (SmcImageEntry *entry)
{
  if (entry == NULL)
    return;

  g_array_unref (entry->pixel_formats);
  g_array_unref (entry->color_spaces);
  smc_image_bounds_clear (&entry->bounds);
  g_free (entry);
}

gboolean
smc_image_entry_equal (const SmcImageEntry *a, const SmcImageEntry *b)
{
  if (a->pixel_formats->len != b->pixel_formats->len)
    return FALSE;
  for (guint i = 0; i < a->pixel_formats->len; i++)
    if (!smc_pixel_format_equal (&g_array_index (a->pixel_formats, SmcPixelFormat, i),
                                 &g_array_index (b->pixel_formats, SmcPixelFormat, i)))
      return FALSE;

  return arrays_equal (a->color_spaces, b->color_spaces, sizeof (SmcColorSpace))
         && smc_image_bounds_equal (&a->bounds, &b->bounds);
}

static GPtrArray *
copy_image_entries (GPtrArray *entries)
{
  if (entries == NULL)
    return NULL;

  GPtrArray *copy = g_ptr_array_new_full (entries->len, (GDestroyNotify)smc_image_entry_free);
  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (copy, smc_image_entry_copy (g_ptr_array_index (entries, i)));
  return copy;
}

static gboolean
image_entries_equal (const GPtrArray *a, const GPtrArray *b)
{
  guint length = a != NULL ? a->len : 0;

  if (length != (b != NULL ? b->len : 0))
    return FALSE;
  for (guint i = 0; i < length; i++)
    if (!smc_image_entry_equal (g_ptr_array_index (a, i), g_ptr_array_index (b, i)))
      return FALSE;
  return TRUE;
}

/* Constraints */

SmcConstraints *
smc_constraints_new (void)
{
  SmcConstraints *constraints = g_new0 (SmcConstraints, 1);

  constraints->is_empty = TRUE;
  constraints->max_buffer_count = G_MAXUINT32;
  constraints->memory.max_size_bytes = G_MAXUINT64;
  constraints->memory.domains = smc_default_domains (0, FALSE);
  constraints->memory.min_physical_base_alignment = 1;
  return constraints;
}

SmcConstraints *
smc_constraints_new_neutral (const SmcConstraints *constraints)
{
  SmcConstraints *neutral = smc_constraints_new ();

  neutral->memory.domains =
    smc_default_domains (constraints->usage, constraints->memory.secure_required);
  return neutral;
}

SmcConstraints *
smc_constraints_copy (const SmcConstraints *constraints)
{
  SmcConstraints *copy = g_new0 (SmcConstraints, 1);

  *copy = *constraints;
  copy->memory.permitted_heaps = g_strdupv (constraints->memory.permitted_heaps);
  copy->image_entries = copy_image_entries (constraints->image_entries);
  return copy;
}

void
smc_constraints_free (SmcConstraints *constraints)
{
  if (constraints == NULL)
    return;

  g_strfreev (constraints->memory.permitted_heaps);
  g_clear_pointer (&constraints->image_entries, g_ptr_array_unref);
  g_free (constraints);
}

/* No list (any heap) is something else than an empty list (no heap at all). */
static gboolean
heap_lists_equal (char **a, char **b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_strv_equal ((const char *const *)a, (const char *const *)b);
}

static gboolean
memory_constraints_equal (const SmcMemoryConstraints *a, const SmcMemoryConstraints *b)
{
  return a->min_size_bytes == b->min_size_bytes && a->max_size_bytes == b->max_size_bytes
         && !a->physically_contiguous_required == !b->physically_contiguous_required
         && !a->secure_required == !b->secure_required && a->domains == b->domains
         && heap_lists_equal (a->permitted_heaps, b->permitted_heaps)
         && !a->has_min_physical_base_alignment == !b->has_min_physical_base_alignment
         && a->min_physical_base_alignment == b->min_physical_base_alignment
         && !a->dma_buf_required == !b->dma_buf_required;
}

gboolean
smc_constraints_equal (const SmcConstraints *a, const SmcConstraints *b)
{
  return !a->is_empty == !b->is_empty && a->usage == b->usage
         && a->min_buffer_count_for_camping == b->min_buffer_count_for_camping
         && a->min_buffer_count_for_dedicated_slack == b->min_buffer_count_for_dedicated_slack
         && a->min_buffer_count_for_shared_slack == b->min_buffer_count_for_shared_slack
         && a->min_buffer_count == b->min_buffer_count && a->max_buffer_count == b->max_buffer_count
         && memory_constraints_equal (&a->memory, &b->memory)
         && image_entries_equal (a->image_entries, b->image_entries);
}

guint32
smc_default_domains (guint32 usage, gboolean secure_required)
{
  gboolean uses_cpu = (usage & SMC_USAGE_CPU) != 0;
  guint32 domains = 0;

  if (!secure_required)
    domains |= SMC_DOMAIN_CPU;
  if (!secure_required && !uses_cpu)
    domains |= SMC_DOMAIN_RAM;
  if (!uses_cpu)
    domains |= SMC_DOMAIN_INACCESSIBLE;
  return domains;
}

gboolean
smc_constraints_has_real_usage (const SmcConstraints *constraints)
{
  return (constraints->usage & ~(guint32)SMC_USAGE_NONE) != 0;
}

/* Settings */

SmcSettings *
smc_settings_new (void)
{
  SmcSettings *settings = g_new0 (SmcSettings, 1);

  settings->max_size_bytes = G_MAXUINT64;
  return settings;
}

static SmcImage *
image_copy (const SmcImage *image)
{
  if (image == NULL)
    return NULL;

  SmcImage *copy = g_new0 (SmcImage, 1);
  copy->pixel_format = image->pixel_format;
  copy->color_space = image->color_space;
  smc_image_bounds_copy (&copy->bounds, &image->bounds);
  return copy;
}

static void
image_free (SmcImage *image)
{
  smc_image_bounds_clear (&image->bounds);
  g_free (image);
}

SmcSettings *
smc_settings_copy (const SmcSettings *settings)
{
  SmcSettings *copy = g_new0 (SmcSettings, 1);

  *copy = *settings;
  copy->heap = g_strdup (settings->heap);
  copy->image = image_copy (settings->image);
  copy->planes = copy_array (settings->planes);
  return copy;
}

void
smc_settings_free (SmcSettings *settings)
{
  if (settings == NULL)
    return;

  g_free (settings->heap);
  g_clear_pointer (&settings->image, image_free);
  g_clear_pointer (&settings->planes, g_array_unref);
  g_free (settings);
}

static gboolean
images_equal (const SmcImage *a, const SmcImage *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return smc_pixel_format_equal (&a->pixel_format, &b->pixel_format)
         && a->color_space == b->color_space && smc_image_bounds_equal (&a->bounds, &b->bounds);
}

/* Where a heap lays images out, it does so after the negotiation: settings without planes say
 * nothing about the layout and agree with any. */
static gboolean
layouts_equal (const SmcSettings *a, const SmcSettings *b)
{
  if (a->planes == NULL || b->planes == NULL)
    return TRUE;
  if (a->planes->len != b->planes->len || !sizes_equal (a->image_size, b->image_size))
    return FALSE;

  for (guint i = 0; i < a->planes->len; i++)
    {
      const SmcPlane *left = &g_array_index (a->planes, SmcPlane, i);
      const SmcPlane *right = &g_array_index (b->planes, SmcPlane, i);
      if (left->offset != right->offset || left->stride != right->stride)
        return FALSE;
    }
  return TRUE;
}

gboolean
smc_settings_equal (const SmcSettings *a,
                    const SmcSettings *b,
                    gboolean ignore_count,
                    gboolean ignore_size)
{
  if (!ignore_count && a->buffer_count != b->buffer_count)
    return FALSE;
  if (!ignore_size && (a->size_bytes != b->size_bytes || a->raw_size_bytes != b->raw_size_bytes))
    return FALSE;

  return g_strcmp0 (a->heap, b->heap) == 0 && a->buffer_type == b->buffer_type
         && a->coherency_domain == b->coherency_domain
         && !a->is_physically_contiguous == !b->is_physically_contiguous
         && !a->is_secure == !b->is_secure && a->write_protection == b->write_protection
         && images_equal (a->image, b->image) && layouts_equal (a, b);
}
