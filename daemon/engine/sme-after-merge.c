/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §6.3, after merging, per format, in the order of the text. Goal: what is left is an image that
 * can be made, with every number final, and applying the steps again changes nothing (§8 relies on
 * that: a pinning participant says what came out, and the same must come out again).
 *
 * Example: NV12 with min_size 1x1 and bytes_per_row_divisor 1 leaves with min_size 2x2,
 * size_alignment 2x2, bytes_per_row_divisor 2, start_offset_divisor 2 and min_bytes_per_row 2. */

#include "engine/sme-aggregate.h"

#include "common/smc-checked.h"
#include "engine/sme-image-rules.h"

/* Append required_max_size to the list if non-zero. */
static void
list_required_max_size (SmcImageBounds *bounds)
{
  if (smc_size_has_area (bounds->required_max_size))
    {
      if (bounds->required_max_size_list == NULL)
        bounds->required_max_size_list = g_array_new (FALSE, FALSE, sizeof (SmcSize));
      g_array_append_val (bounds->required_max_size_list, bounds->required_max_size);
    }
  bounds->has_required_max_size = FALSE;
  bounds->required_max_size = (SmcSize){ 0, 0 };
}

/* Drop list entries covered by another. From the widest down, an entry is covered unless it is
 * higher than all that are at least as wide. What stays is in the same order whoever said it
 * first. */
static void
drop_covered_sizes (GArray *sizes)
{
  guint32 highest = 0;

  if (sizes == NULL || sizes->len < 2)
    return;

  g_array_sort (sizes, smc_size_compare);
  guint first_kept = sizes->len;
  for (guint i = sizes->len; i > 0; i--)
    {
      SmcSize size = g_array_index (sizes, SmcSize, i - 1);
      if (size.height <= highest)
        continue;
      highest = size.height;
      g_array_index (sizes, SmcSize, --first_kept) = size;
    }
  if (first_kept > 0)
    g_array_remove_range (sizes, 0, first_kept);
}

/* min_bytes_per_row ≥ row of min_size.width. */
static gboolean
raise_min_bytes_per_row (SmeEntry *entry)
{
  SmcImageBounds *bounds = &entry->terms.bounds;
  guint64 row;

  if (!sme_entry_row_bytes (entry, bounds->min_size.width, &row) || row > G_MAXUINT32)
    return FALSE;
  bounds->min_bytes_per_row = (guint32)row;
  return TRUE;
}

static gboolean
overflow (SmeFailure *failure, const char *field)
{
  return sme_fail (failure, field, "with what the pixel format needs it does not fit 32 bits");
}

static SmcAlpha
get_alpha (const SmeEntry *entry)
{
  if (!entry->info->has_alpha_slot)
    return SMC_ALPHA_UNSAID;
  if (entry->terms.alphas & SME_ALPHA_BIT (SMC_ALPHA_PRESENT))
    return SMC_ALPHA_PRESENT;
  return entry->terms.alphas & SME_ALPHA_BIT (SMC_ALPHA_ABSENT) ? SMC_ALPHA_ABSENT
                                                                : SMC_ALPHA_UNSAID;
}

/* Rows of tiles are whole tiles. */
static guint32
get_tile_row_bytes (const SmeEntry *entry)
{
  SmcModifierInfo modifier;
  gboolean known = smc_format_get_modifier_info (entry->pixel_format.fourcc,
                                                 entry->pixel_format.modifier, &modifier);

  return known ? modifier.tile_row_bytes : 1;
}

/* Now-specific formats get what the format itself needs. */
static gboolean
apply_format (SmeEntry *entry, SmeFailure *failure)
{
  SmcImageBounds *bounds = &entry->terms.bounds;
  const SmcFormatInfo *info = entry->info;

  bounds->is_alpha_present = get_alpha (entry);
  bounds->size_alignment.width = MAX (bounds->size_alignment.width, info->width_divisor);
  bounds->size_alignment.height = MAX (bounds->size_alignment.height, info->height_divisor);
  if (!smc_checked_raise_divisor (&bounds->bytes_per_row_divisor, info->sample_alignment)
      || !smc_checked_raise_divisor (&bounds->bytes_per_row_divisor, get_tile_row_bytes (entry))
      || (bounds->require_bytes_per_row_at_pixel_boundary
          && !smc_checked_raise_divisor (&bounds->bytes_per_row_divisor, info->stride_bytes)))
    return overflow (failure, SME_IMAGE_FIELD ("bytes_per_row_divisor"));
  bounds->start_offset_divisor = MAX (bounds->start_offset_divisor, info->sample_alignment);

  if (!sme_image_round (entry, failure))
    return FALSE;
  if (!raise_min_bytes_per_row (entry))
    return overflow (failure, SME_IMAGE_FIELD ("min_bytes_per_row"));
  return TRUE;
}

static gboolean
finish_entry (SmeEntry *entry, SmeFailure *failure)
{
  const char *field;

  if (!sme_image_merge_block_width (entry, &field))
    return overflow (failure, field);
  list_required_max_size (&entry->terms.bounds);
  drop_covered_sizes (entry->terms.bounds.required_max_size_list);
  if (smc_pixel_format_is_specific (&entry->pixel_format) && !apply_format (entry, failure))
    return FALSE;
  /* …then the rules of 6.1 again. */
  return sme_image_check_together (entry, failure);
}

/* Formats or color spaces still `*`: dropped (somebody must pin them). */
static gboolean
is_pinned (const SmeEntry *entry, SmeTrail *trail)
{
  if (!smc_pixel_format_is_specific (&entry->pixel_format))
    {
      sme_trail_drop_format (
        trail, &entry->pixel_format, SME_STAGE_UNPINNED, SME_IMAGE_FIELD ("pixel_formats"),
        g_strdup ("nobody says which one; somebody has to name a format and a modifier"));
      return FALSE;
    }
  if (entry->terms.color_spaces == SME_COLOR_SPACES_ANY)
    {
      sme_trail_drop_format (trail, &entry->pixel_format, SME_STAGE_UNPINNED,
                             SME_IMAGE_FIELD ("color_spaces"),
                             g_strdup ("nobody says which color space; somebody has to name one"));
      return FALSE;
    }
  return TRUE;
}

/* Of the color spaces the best stays: SmcColorSpace counts from the best. */
static void
keep_best_color_space (SmeEntry *entry)
{
  SmcColorSpaces all = entry->terms.color_spaces;

  entry->terms.color_spaces = all & (~all + 1);
}

static gboolean
keep_entry (SmeEntry *entry, SmeNegotiateFlags flags, SmeTrail *trail)
{
  g_auto (SmeFailure) failure = { .silent = trail->silent };

  if (!finish_entry (entry, &failure))
    {
      sme_trail_drop_format (trail, &entry->pixel_format, SME_STAGE_AFTER_MERGE, failure.field,
                             g_steal_pointer (&failure.detail));
      return FALSE;
    }
  if ((flags & SME_NEGOTIATE_LENIENTLY) == 0 && !is_pinned (entry, trail))
    return FALSE;
  keep_best_color_space (entry);
  return TRUE;
}

gboolean
sme_after_merge (GArray *entries, SmeNegotiateFlags flags, SmeTrail *trail, SmeFailure *failure)
{
  guint n_kept = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      SmeEntry *entry = sme_entries_get (entries, i);
      if (!keep_entry (entry, flags, trail))
        {
          sme_entry_clear (entry);
          continue;
        }
      SmeEntry *place = sme_entries_get (entries, n_kept++);
      if (place != entry)
        {
          *place = *entry;
          entry->terms.bounds.required_max_size_list = NULL; /* it has moved */
        }
    }
  g_array_set_size (entries, n_kept);
  return n_kept > 0 || sme_trail_fail (trail, failure);
}
