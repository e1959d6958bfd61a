/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How much memory a participant's constraints take. What they are made of is counted, not what the
 * allocator adds: every list at the size of its elements, every text at its length; and with them
 * what will be kept of its pixel formats once they have dropped. Nothing here can overflow: all lists
 * have limits that were checked before (03 §13). */

#include "engine/sme-trail.h"

#include "common/smc-limits.h"

#include <string.h>

static gsize
array_size (const GArray *array)
{
  return array != NULL ? sizeof (GArray) + array->len * g_array_get_element_size ((GArray *)array)
                       : 0;
}

static gsize
entry_size (const SmcImageEntry *entry)
{
  return sizeof *entry + array_size (entry->pixel_formats) + array_size (entry->color_spaces)
         + array_size (entry->bounds.required_max_size_list);
}

/* The terms hold each name twice, in their order and as a set, by pointers. */
static gsize
heaps_size (char *const *heaps)
{
  gsize size = 0;

  for (; heaps != NULL && *heaps != NULL; heaps++)
    size += strlen (*heaps) + 1 + 4 * sizeof (char *);
  return size;
}

static gsize
constraints_size (const SmcConstraints *constraints)
{
  const GPtrArray *entries = constraints->image_entries;
  gsize size = sizeof *constraints + heaps_size (constraints->memory.permitted_heaps);

  for (guint i = 0; entries != NULL && i < entries->len; i++)
    size += entry_size (g_ptr_array_index (entries, i));
  return size;
}

static gsize
drops_size (const SmePrepared *prepared)
{
  guint n_formats = prepared->pairs->len + prepared->unknown->len;

  return MIN (n_formats, SMC_MAX_REJECTIONS) * sizeof (SmeDrop);
}

gsize
sme_prepared_get_size (const SmePrepared *prepared)
{
  gsize size = sizeof *prepared + constraints_size (prepared->constraints)
               + array_size (prepared->image_terms) + array_size (prepared->pairs)
               + array_size (prepared->unknown) + drops_size (prepared);

  for (guint i = 0; i < prepared->image_terms->len; i++)
    size += array_size (
      g_array_index (prepared->image_terms, SmeImageTerms, i).bounds.required_max_size_list);
  return size;
}
