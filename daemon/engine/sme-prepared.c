/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-prepared.h"

#include "engine/sme-pin.h"
#include "engine/sme-validate.h"

static SmePrepared *
prepared_new (SmcConstraints *constraints)
{
  SmePrepared *prepared = g_rc_box_new0 (SmePrepared);

  prepared->constraints = constraints;
  prepared->contributes = !constraints->is_empty;
  prepared->has_image = constraints->image_entries != NULL && constraints->image_entries->len > 0;
  prepared->image_terms = sme_image_terms_list_new (0);
  prepared->pairs = sme_pairs_new (0);
  prepared->unknown = g_array_new (FALSE, FALSE, sizeof (SmcPixelFormat));
  return prepared;
}

static gboolean
bounds_imply_size (const SmcImageBounds *bounds)
{
  if (smc_size_has_area (bounds->min_size) || smc_size_has_area (bounds->required_max_size))
    return TRUE;
  for (guint i = 0;
       bounds->required_max_size_list != NULL && i < bounds->required_max_size_list->len; i++)
    if (smc_size_has_area (g_array_index (bounds->required_max_size_list, SmcSize, i)))
      return TRUE;
  return FALSE;
}

/* 03 §6, the gate: does this participant say how large a buffer is at least? */
static gboolean
implies_size (const SmcConstraints *constraints)
{
  if (constraints->memory.min_size_bytes > 0)
    return TRUE;
  for (guint i = 0; constraints->image_entries != NULL && i < constraints->image_entries->len; i++)
    {
      const SmcImageEntry *entry = g_ptr_array_index (constraints->image_entries, i);
      if (bounds_imply_size (&entry->bounds))
        return TRUE;
    }
  return FALSE;
}

SmePrepared *
sme_prepared_new (const SmcConstraints *constraints, GError **error)
{
  g_autoptr (SmePrepared) prepared = prepared_new (smc_constraints_copy (constraints));

  if (!prepared->contributes)
    return g_steal_pointer (&prepared);
  if (!sme_validate_terms (prepared->constraints, error))
    return NULL;
  if (prepared->has_image && !sme_validate_images (prepared->constraints, prepared, error))
    return NULL;

  sme_terms_init_from (&prepared->terms, prepared->constraints);
  prepared->implies_size = implies_size (prepared->constraints);
  return g_steal_pointer (&prepared);
}

SmePrepared *
sme_prepared_new_pinning (const SmcSettings *settings, gboolean with_count, const SmeHeap *heap)
{
  SmePrepared *prepared = prepared_new (sme_pin_get_constraints (settings, with_count));

  sme_terms_init_from (&prepared->terms, prepared->constraints);
  prepared->implies_size = TRUE;
  prepared->pinned = smc_settings_copy (settings);
  prepared->pins_count = with_count;
  prepared->pinned_heap = heap != NULL ? sme_heap_copy (heap) : NULL;
  if (!prepared->has_image)
    return prepared;

  /* Settings were possible once, so the rules of 6.1 have nothing to find here. */
  SmePair pair = { .pixel_format = settings->image->pixel_format };
  SmeImageTerms terms;
  sme_image_terms_init (&terms, g_ptr_array_index (prepared->constraints->image_entries, 0));
  g_array_append_val (prepared->image_terms, terms);
  g_array_append_val (prepared->pairs, pair);
  return prepared;
}

SmePrepared *
sme_prepared_ref (SmePrepared *prepared)
{
  return g_rc_box_acquire (prepared);
}

static void
prepared_clear (SmePrepared *prepared)
{
  sme_terms_clear (&prepared->terms);
  g_array_unref (prepared->image_terms);
  g_array_unref (prepared->pairs);
  g_array_unref (prepared->unknown);
  g_clear_pointer (&prepared->pinned, smc_settings_free);
  g_clear_pointer (&prepared->pinned_heap, sme_heap_free);
  smc_constraints_free (prepared->constraints);
}

void
sme_prepared_unref (SmePrepared *prepared)
{
  g_rc_box_release_full (prepared, (GDestroyNotify)prepared_clear);
}

const SmcConstraints *
sme_prepared_get_constraints (const SmePrepared *prepared)
{
  return prepared->pinned == NULL ? prepared->constraints : NULL;
}
