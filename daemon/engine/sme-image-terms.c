/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §6.2, what is said of one pixel format: one row per field of the contract, with the rule by
 * which a participant's say is merged into what there is so far. Every rule is total, and FALSE
 * drops the format. */

#include "engine/sme-aggregate.h"

#include "common/smc-checked.h"
#include "engine/sme-merge-rules.h"

static gboolean
merge_max (gpointer into, gconstpointer with)
{
  guint32 *value = into;

  *value = MAX (*value, *(const guint32 *)with);
  return TRUE;
}

static gboolean
merge_min (gpointer into, gconstpointer with)
{
  guint32 *value = into;

  *value = MIN (*value, *(const guint32 *)with);
  return TRUE;
}

static gboolean
merge_larger_size (gpointer into, gconstpointer with)
{
  SmcSize *size = into;
  const SmcSize *other = with;

  size->width = MAX (size->width, other->width);
  size->height = MAX (size->height, other->height);
  return TRUE;
}

static gboolean
merge_smaller_size (gpointer into, gconstpointer with)
{
  SmcSize *size = into;
  const SmcSize *other = with;

  size->width = MIN (size->width, other->width);
  size->height = MIN (size->height, other->height);
  return TRUE;
}

/* > 32 bits drops the format. */
static gboolean
merge_lcm (gpointer into, gconstpointer with)
{
  return smc_checked_raise_divisor (into, *(const guint32 *)with);
}

/* `*` yields; else intersection; empty drops the format. Where a format took the place of a "*",
 * color spaces that it cannot carry are filtered out. */
static gboolean
merge_color_spaces (gpointer into, gconstpointer with)
{
  SmeEntry *entry = into;
  SmcColorSpaces *ours = &entry->terms.color_spaces;
  SmcColorSpaces theirs = ((const SmeImageTerms *)with)->color_spaces;

  if (*ours == SME_COLOR_SPACES_ANY)
    *ours = theirs;
  else if (theirs != SME_COLOR_SPACES_ANY)
    *ours &= theirs;

  if (entry->info != NULL && *ours != SME_COLOR_SPACES_ANY)
    *ours &= entry->info->color_spaces;
  return *ours != 0;
}

/* Absent yields; true against false drops the format. A format with neither A nor X has no alpha
 * to speak of. */
static gboolean
merge_alpha (gpointer into, gconstpointer with)
{
  SmeEntry *entry = into;

  entry->terms.alphas |= ((const SmeImageTerms *)with)->alphas;
  return entry->info == NULL || !entry->info->has_alpha_slot
         || (entry->terms.alphas & SME_ALPHA_CONTRADICTION) != SME_ALPHA_CONTRADICTION;
}

/* min (a union): everybody's smallest image must be possible. */
static gboolean
merge_required_min_size (gpointer into, gconstpointer with)
{
  SmcImageBounds *bounds = &((SmeImageTerms *)into)->bounds;
  const SmcImageBounds *other = &((const SmeImageTerms *)with)->bounds;

  if (!other->has_required_min_size)
    return TRUE;
  if (bounds->has_required_min_size)
    return merge_smaller_size (&bounds->required_min_size, &other->required_min_size);
  bounds->has_required_min_size = TRUE;
  bounds->required_min_size = other->required_min_size;
  return TRUE;
}

static gboolean
merge_required_max_size_list (gpointer into, gconstpointer with)
{
  SmcImageBounds *bounds = &((SmeImageTerms *)into)->bounds;
  const GArray *more = ((const SmeImageTerms *)with)->bounds.required_max_size_list;

  if (more == NULL)
    return TRUE;
  if (bounds->required_max_size_list == NULL)
    bounds->required_max_size_list = g_array_new (FALSE, FALSE, sizeof (SmcSize));
  g_array_append_vals (bounds->required_max_size_list, more->data, more->len);
  return TRUE;
}

#define AT(member) G_STRUCT_OFFSET (SmeImageTerms, bounds.member)
#define WHOLE 0 /* the SmeEntry and the SmeImageTerms */

/* clang-format off */
static const SmeMergeRow rules[] = {
  { SME_IMAGE_FIELD ("color_spaces"),                            WHOLE,                                        merge_color_spaces },
  { SME_IMAGE_FIELD ("min_size"),                                AT (min_size),                                merge_larger_size },
  { SME_IMAGE_FIELD ("size_alignment"),                          AT (size_alignment),                          merge_larger_size },
  { SME_IMAGE_FIELD ("display_rect_alignment"),                  AT (display_rect_alignment),                  merge_larger_size },
  { SME_IMAGE_FIELD ("start_offset_divisor"),                    AT (start_offset_divisor),                    merge_max },
  { SME_IMAGE_FIELD ("pad_for_block_size"),                      AT (pad_for_block_size),                      merge_larger_size },
  { SME_IMAGE_FIELD ("pad_beyond_image_size_bytes"),             AT (pad_beyond_image_size_bytes),             sme_merge_max_64 },
  { SME_IMAGE_FIELD ("min_bytes_per_row"),                       AT (min_bytes_per_row),                       merge_max },
  { SME_IMAGE_FIELD ("max_size"),                                AT (max_size),                                merge_smaller_size },
  { SME_IMAGE_FIELD ("max_bytes_per_row"),                       AT (max_bytes_per_row),                       merge_min },
  { SME_IMAGE_FIELD ("max_width_times_height"),                  AT (max_width_times_height),                  sme_merge_min_64 },
  { SME_IMAGE_FIELD ("bytes_per_row_divisor"),                   AT (bytes_per_row_divisor),                   merge_lcm },
  { SME_IMAGE_FIELD ("require_bytes_per_row_at_pixel_boundary"), AT (require_bytes_per_row_at_pixel_boundary), sme_merge_or },
  { SME_IMAGE_FIELD ("required_min_size"),                       WHOLE,                                        merge_required_min_size },
  { SME_IMAGE_FIELD ("required_max_size"),                       AT (required_max_size),                       merge_larger_size },
  { SME_IMAGE_FIELD ("required_max_size_list"),                  WHOLE,                                        merge_required_max_size_list },
  { SME_IMAGE_FIELD ("is_alpha_present"),                        WHOLE,                                        merge_alpha },
};
/* clang-format on */

gboolean
sme_image_terms_merge (SmeEntry *into, const SmeImageTerms *with, const char **field)
{
  return sme_merge_rows (rules, G_N_ELEMENTS (rules), into, with, field);
}

/* Block width > 1: rows are whole blocks. The format is specific, or the block size would have been
 * refused. */
gboolean
sme_image_merge_block_width (SmeEntry *entry, const char **field)
{
  guint64 block_bytes;
  guint32 block_width = entry->terms.bounds.pad_for_block_size.width;

  if (block_width <= 1 || entry->info == NULL)
    return TRUE;
  *field = SME_IMAGE_FIELD ("bytes_per_row_divisor");
  if (!smc_checked_mul (&block_bytes, block_width, entry->info->stride_bytes)
      || block_bytes > G_MAXUINT32)
    return FALSE;

  return smc_checked_raise_divisor (&entry->terms.bounds.bytes_per_row_divisor,
                                    (guint32)block_bytes);
}
