/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-entry.h"

#include "common/smc-checked.h"
#include "common/smc-image.h"

void
sme_image_terms_init (SmeImageTerms *terms, const SmcImageEntry *from)
{
  terms->color_spaces = 0;
  for (guint i = 0; i < from->color_spaces->len; i++)
    terms->color_spaces |= 1u << g_array_index (from->color_spaces, SmcColorSpace, i);
  terms->alphas = SME_ALPHA_BIT (from->bounds.is_alpha_present);
  smc_image_bounds_copy (&terms->bounds, &from->bounds);
}

static void
image_terms_clear (SmeImageTerms *terms)
{
  smc_image_bounds_clear (&terms->bounds);
}

GArray *
sme_image_terms_list_new (guint reserved)
{
  GArray *list = g_array_sized_new (FALSE, FALSE, sizeof (SmeImageTerms), reserved);

  g_array_set_clear_func (list, (GDestroyNotify)image_terms_clear);
  return list;
}

void
sme_entry_init (SmeEntry *entry, const SmeImageTerms *terms, const SmcPixelFormat *pixel_format)
{
  entry->terms.color_spaces = terms->color_spaces;
  entry->terms.alphas = terms->alphas;
  smc_image_bounds_copy (&entry->terms.bounds, &terms->bounds);
  entry->pixel_format = *pixel_format;
  entry->info = pixel_format->any_fourcc ? NULL : smc_format_lookup (pixel_format->fourcc);
}

void
sme_entry_clear (SmeEntry *entry)
{
  image_terms_clear (&entry->terms);
}

gboolean
sme_entry_row_bytes (const SmeEntry *entry, guint64 width, guint64 *row_bytes)
{
  const SmcImageBounds *bounds = &entry->terms.bounds;
  guint64 stride;

  return smc_image_row_bytes (&entry->pixel_format, width, &stride)
         && smc_checked_round_up (row_bytes, MAX (stride, bounds->min_bytes_per_row),
                                  bounds->bytes_per_row_divisor);
}

GArray *
sme_entries_new (guint reserved)
{
  GArray *entries = g_array_sized_new (FALSE, FALSE, sizeof (SmeEntry), reserved);

  g_array_set_clear_func (entries, (GDestroyNotify)sme_entry_clear);
  return entries;
}
