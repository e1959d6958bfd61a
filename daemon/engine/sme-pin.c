/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-pin.h"

#include "engine/sme-entry.h"
#include "engine/sme-terms.h"

#include <string.h>

static SmcImageEntry *
get_image_entry (const SmcImage *image)
{
  SmcImageEntry *entry = smc_image_entry_new ();

  smc_image_bounds_clear (&entry->bounds);
  smc_image_bounds_copy (&entry->bounds, &image->bounds);
  entry->bounds.pad_for_block_size = (SmcSize){ 1, 1 };
  entry->bounds.pad_beyond_image_size_bytes = 0;
  g_array_append_val (entry->pixel_formats, image->pixel_format);
  g_array_append_val (entry->color_spaces, image->color_space);
  return entry;
}

SmcConstraints *
sme_pin_get_constraints (const SmcSettings *settings, gboolean with_count)
{
  SmcConstraints *constraints = smc_constraints_new ();
  const char *heaps[] = { settings->heap, NULL };

  constraints->is_empty = FALSE;
  constraints->usage = SMC_USAGE_NONE;
  if (with_count)
    constraints->min_buffer_count = constraints->max_buffer_count = settings->buffer_count;
  constraints->memory.min_size_bytes = settings->size_bytes;
  if (settings->planes == NULL) /* else the size is the heap's choice, see sme_settle () */
    constraints->memory.max_size_bytes = settings->size_bytes;
  constraints->memory.secure_required = settings->is_secure;
  constraints->memory.domains = settings->coherency_domain;
  constraints->memory.permitted_heaps = g_strdupv ((char **)heaps);
  if (settings->image != NULL)
    {
      constraints->image_entries =
        g_ptr_array_new_with_free_func ((GDestroyNotify)smc_image_entry_free);
      g_ptr_array_add (constraints->image_entries, get_image_entry (settings->image));
    }
  return constraints;
}

#define BOUND(member) \
  { \
    SME_IMAGE_FIELD (#member), G_STRUCT_OFFSET (SmcImageBounds, member), \
      sizeof (((SmcImageBounds *)NULL)->member) \
  }

/* Those that several participants' say can tighten. (Structs of integers without gaps, so that
 * their bytes can be compared.) */
static const struct
{
  const char *field;
  gsize offset, size;
} bounds_fields[] = {
  BOUND (min_size),
  BOUND (max_size),
  BOUND (min_bytes_per_row),
  BOUND (max_bytes_per_row),
  BOUND (max_width_times_height),
  BOUND (size_alignment),
  BOUND (display_rect_alignment),
  BOUND (required_min_size),
  BOUND (bytes_per_row_divisor),
  BOUND (start_offset_divisor),
  BOUND (require_bytes_per_row_at_pixel_boundary),
  BOUND (is_alpha_present),
};

static const char *
find_changed_bound (const SmcImageBounds *pinned, const SmcImageBounds *bounds)
{
  for (guint i = 0; i < G_N_ELEMENTS (bounds_fields); i++)
    if (memcmp ((const char *)pinned + bounds_fields[i].offset,
                (const char *)bounds + bounds_fields[i].offset, bounds_fields[i].size)
        != 0)
      return bounds_fields[i].field;
  return SME_IMAGE_FIELD ("required_max_size_list");
}

static const char *
find_change (const SmcSettings *pinned, const SmcSettings *settings)
{
  if (pinned->image == NULL || settings->image == NULL)
    return pinned->image == settings->image ? SME_MEMORY_FIELD ("min_size_bytes")
                                            : SME_IMAGE_FIELD ("pixel_formats");
  if (!smc_image_bounds_equal (&pinned->image->bounds, &settings->image->bounds))
    return find_changed_bound (&pinned->image->bounds, &settings->image->bounds);
  return SME_MEMORY_FIELD ("min_size_bytes");
}

gboolean
sme_pin_check (const SmcSettings *pinned,
               gboolean with_count,
               const SmcSettings *settings,
               SmeFailure *failure)
{
  if (smc_settings_equal (pinned, settings, !with_count, FALSE))
    return TRUE;
  return sme_fail (failure, find_change (pinned, settings),
                   "the buffers to be shared exist already and would have to be different");
}
