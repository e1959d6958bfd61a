/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-pairs.h"

GArray *
sme_pairs_new (guint reserved)
{
  return g_array_sized_new (FALSE, FALSE, sizeof (SmePair), reserved);
}

int
sme_pixel_format_compare (const SmcPixelFormat *a, const SmcPixelFormat *b)
{
  if (!a->any_fourcc != !b->any_fourcc)
    return a->any_fourcc ? 1 : -1;
  if (!a->any_fourcc && a->fourcc != b->fourcc)
    return a->fourcc < b->fourcc ? -1 : 1;
  if (!a->any_modifier != !b->any_modifier)
    return a->any_modifier ? 1 : -1;
  if (!a->any_modifier && a->modifier != b->modifier)
    return a->modifier < b->modifier ? -1 : 1;
  return 0;
}

static gint
compare_pairs (gconstpointer a, gconstpointer b)
{
  const SmePair *left = a, *right = b;
  int order = sme_pixel_format_compare (&left->pixel_format, &right->pixel_format);

  if (order != 0)
    return order;
  return left->source < right->source ? -1 : left->source > right->source;
}

void
sme_pairs_sort (GArray *pairs)
{
  g_array_sort (pairs, compare_pairs);
}

guint
sme_pairs_find_fourcc (const GArray *pairs, guint32 fourcc)
{
  guint first = 0, end = pairs->len;

  while (first < end)
    {
      guint middle = first + (end - first) / 2;
      const SmcPixelFormat *format = &sme_pairs_get (pairs, middle)->pixel_format;
      if (!format->any_fourcc && format->fourcc < fourcc)
        first = middle + 1;
      else
        end = middle;
    }
  return first;
}

guint
sme_pairs_find_any_fourcc (const GArray *pairs)
{
  guint start = pairs->len;

  while (start > 0 && sme_pairs_get (pairs, start - 1)->pixel_format.any_fourcc)
    start--;
  return start;
}

static const SmePair *
find_equal (const GArray *pairs, const SmcPixelFormat *pixel_format)
{
  guint first = 0, end = pairs->len;

  while (first < end)
    {
      guint middle = first + (end - first) / 2;
      const SmePair *pair = sme_pairs_get (pairs, middle);
      int order = sme_pixel_format_compare (&pair->pixel_format, pixel_format);
      if (order == 0)
        return pair;
      if (order < 0)
        first = middle + 1;
      else
        end = middle;
    }
  return NULL;
}

const SmePair *
sme_pairs_find_meaning (const GArray *pairs, const SmcPixelFormat *specific)
{
  const SmcPixelFormat spellings[] = {
    *specific,
    { .fourcc = specific->fourcc, .any_modifier = TRUE },
    { .any_fourcc = TRUE, .modifier = specific->modifier },
    { .any_fourcc = TRUE, .any_modifier = TRUE },
  };
  const SmePair *found = NULL;

  for (guint i = 0; found == NULL && i < G_N_ELEMENTS (spellings); i++)
    found = find_equal (pairs, &spellings[i]);
  return found;
}

static gboolean
range_offers (const GArray *pairs, guint start, guint end, const SmcPixelFormat *pixel_format)
{
  for (guint i = start; i < end; i++)
    {
      const SmcPixelFormat *offered = &sme_pairs_get (pairs, i)->pixel_format;
      if (!pixel_format->any_fourcc && !offered->any_fourcc
          && offered->fourcc != pixel_format->fourcc)
        return FALSE; /* past the run of its fourcc */
      if (smc_pixel_format_combinable (offered, pixel_format))
        return TRUE;
    }
  return FALSE;
}

gboolean
sme_pairs_offer (const GArray *pairs, const SmcPixelFormat *pixel_format)
{
  guint any_fourcc = sme_pairs_find_any_fourcc (pairs);
  guint start = pixel_format->any_fourcc ? 0 : sme_pairs_find_fourcc (pairs, pixel_format->fourcc);

  return range_offers (pairs, start, any_fourcc, pixel_format)
         || range_offers (pairs, any_fourcc, pairs->len, pixel_format);
}
