/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §7.4, format: lowest cost by the configured table; the entry sharing most usage bits wins;
 * later wins ties; no entry = most expensive; ties: smaller fourcc, then smaller modifier. */

#include "engine/sme-settle.h"

typedef struct
{
  double cost;
  guint index;
} Candidate;

static gboolean
matches (const SmcPixelFormat *pattern, const SmcPixelFormat *format)
{
  return (pattern->any_fourcc || pattern->fourcc == format->fourcc)
         && (pattern->any_modifier || pattern->modifier == format->modifier);
}

static int
count_bits (guint32 bits)
{
  return __builtin_popcount (bits);
}

static double
get_cost (const SmePolicy *policy, const SmcPixelFormat *format, guint32 usage)
{
  double cost = G_MAXDOUBLE;
  int most_shared = -1;

  for (guint i = 0; i < policy->format_costs->len; i++)
    {
      const SmeFormatCost *row = &g_array_index (policy->format_costs, SmeFormatCost, i);
      int n_shared = count_bits (row->usage & usage);

      if (!matches (&row->pixel_format, format) || (row->usage != 0 && n_shared == 0)
          || n_shared < most_shared)
        continue;
      most_shared = n_shared;
      cost = row->cost;
    }
  return cost;
}

/* The entries are sorted by fourcc and modifier already, so their place decides between equals. */
static gint
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *left = a, *right = b;

  if (left->cost != right->cost)
    return left->cost < right->cost ? -1 : 1;
  return left->index < right->index ? -1 : left->index > right->index;
}

GArray *
sme_order_formats (const GArray *entries, guint32 usage, const SmePolicy *policy)
{
  g_autoptr (GArray) candidates =
    g_array_sized_new (FALSE, FALSE, sizeof (Candidate), entries->len);
  GArray *order = g_array_sized_new (FALSE, FALSE, sizeof (guint), entries->len);

  for (guint i = 0; i < entries->len; i++)
    {
      const SmeEntry *entry = sme_entries_get (entries, i);
      Candidate candidate = { get_cost (policy, &entry->pixel_format, usage), i };
      g_array_append_val (candidates, candidate);
    }
  if (policy->format_costs->len > 0)
    g_array_sort (candidates, compare_candidates);
  for (guint i = 0; i < candidates->len; i++)
    g_array_append_val (order, g_array_index (candidates, Candidate, i).index);
  return order;
}
