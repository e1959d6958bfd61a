/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Between the decision and the memory (03 §4, §7.2). Making memory takes time and can fail, so it
 * is done elsewhere; the tree waits, at most for one attempt at a time. Where a heap cannot
 * deliver, the same participants negotiate again without it: who was chosen in the groups stays
 * chosen. As every failed heap is left out of the next round, there are at most as many rounds as
 * heaps. */

#include "engine/sme-tree-private.h"

/* Takes @settings. */
static void
ask_for (SmeTree *tree, SmcSettings *settings, GPtrArray *events)
{
  g_clear_pointer (&tree->pending->settings, smc_settings_free);
  tree->pending->settings = settings;
  sme_events_add (events, SME_EVENT_ALLOCATE, NULL, settings, NULL);
}

void
sme_memory_request (SmeTree *tree, SmcSettings *settings, SmeTrail *trail, GPtrArray *events)
{
  SmePending *pending = g_new0 (SmePending, 1);

  pending->trail = trail;
  pending->failed_heaps = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (pending->failed_heaps, NULL);
  pending->reasons = g_string_new (NULL);
  tree->pending = pending;
  ask_for (tree, settings, events);
}

void
sme_memory_forget (SmeTree *tree)
{
  SmePending *pending = g_steal_pointer (&tree->pending);

  g_clear_pointer (&pending->settings, smc_settings_free);
  g_clear_pointer (&pending->trail, sme_trail_free);
  g_ptr_array_unref (pending->failed_heaps);
  g_string_free (pending->reasons, TRUE);
  g_free (pending);
}

static void
record_failed_heap (SmePending *pending, const GError *error)
{
  const char *heap = pending->settings->heap;

  sme_trail_add (pending->trail, SME_REJECTED_HEAP, heap, error->message);
  g_string_append_printf (pending->reasons, "%sheap %s: %s", pending->reasons->len > 0 ? "; " : "",
                          heap, error->message);
  g_ptr_array_insert (pending->failed_heaps, (gint)pending->failed_heaps->len - 1, g_strdup (heap));
}

/* The outcome is here and it is bad: nothing is under way that would have to be cancelled. */
static void
fail_tree (SmeTree *tree, SysmemError code, char *message, GPtrArray *events)
{
  g_autoptr (SmeExplanation) explanation =
    sme_explain_end_with_trail (code, message, tree->pending->trail);

  sme_memory_forget (tree);
  sme_domain_end_subtree (tree->root, explanation, events);
}

static void
fall_back (SmeTree *tree, GPtrArray *events)
{
  SmePending *pending = tree->pending;
  g_autoptr (GArray) participants = sme_try_list_participants (tree->root);
  SmcSettings *settings = NULL;

  if (sme_negotiate ((const SmeParticipant *)participants->data, participants->len, tree->policy,
                     (const char *const *)pending->failed_heaps->pdata, pending->trail, &settings,
                     NULL))
    {
      ask_for (tree, settings, events);
      return;
    }
  fail_tree (tree, SYSMEM_ERROR_NO_MEMORY,
             g_strdup_printf ("settings were found, but not the memory for %u buffers of "
                              "%" G_GUINT64_FORMAT " bytes: %s",
                              pending->settings->buffer_count, pending->settings->raw_size_bytes,
                              pending->reasons->str),
             events);
}

void
sme_tree_memory_done (SmeTree *tree,
                      const SmcSettings *settings,
                      const GError *error,
                      GPtrArray *events)
{
  SmePending *pending = tree->pending;

  g_return_if_fail (pending != NULL);

  if (g_error_matches (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED))
    {
      fail_tree (tree, SYSMEM_ERROR_LIMIT_EXCEEDED, g_strdup (error->message), events);
      return;
    }
  if (error != NULL)
    {
      record_failed_heap (pending, error);
      fall_back (tree, events);
      return;
    }

  tree->settings = smc_settings_copy (settings != NULL ? settings : pending->settings);
  g_autoptr (SmeTrail) trail = g_steal_pointer (&pending->trail);
  sme_memory_forget (tree);
  sme_allocation_deliver (tree->root, g_steal_pointer (&trail), events);
  sme_allocation_run (tree, events);
}
