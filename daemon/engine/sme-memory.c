/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Between the decision and the memory (03 §4, §7.2). Making memory takes time and can fail, so it
 * is done elsewhere; the tree waits, for one attempt at a time. Where a heap cannot deliver, the
 * same participants negotiate again without it: who was chosen in the groups stays chosen. As
 * every failed heap is left out of the next round, there are at most as many rounds as heaps.
 *
 * When no heap is left, it depends on what they lacked. Memory: that ends the tree. But if each
 * of them, laying the image out, found that it cannot make what was agreed, then the combination
 * did not fit (§5), and the next one is tried. */

#include "engine/sme-tree-private.h"

/* Takes @settings. */
static void
ask_for (SmeTree *tree, SmcSettings *settings, GPtrArray *events)
{
  SmePending *pending = tree->pending;
  const SmeHeap *heap = sme_policy_find_heap (tree->policy, settings->heap);

  g_clear_pointer (&pending->settings, smc_settings_free);
  g_clear_pointer (&pending->heap, sme_heap_free);
  pending->settings = settings;
  pending->heap = heap != NULL ? sme_heap_copy (heap) : NULL;
  sme_events_add (events, SME_EVENT_ALLOCATE, NULL, settings, NULL);
}

static void
begin_combination (SmePending *pending)
{
  g_ptr_array_set_size (pending->failed_heaps, 0);
  g_ptr_array_add (pending->failed_heaps, NULL);
  g_string_truncate (pending->reasons, 0);
  pending->lacks_memory = FALSE;
}

void
sme_memory_request (SmeTree *tree, SmcSettings *settings, SmeTry *try, GPtrArray *events)
{
  SmePending *pending = g_new0 (SmePending, 1);

  pending->try = try;
  pending->failed_heaps = g_ptr_array_new_with_free_func (g_free);
  pending->reasons = g_string_new (NULL);
  begin_combination (pending);
  tree->pending = pending;
  ask_for (tree, settings, events);
}

void
sme_memory_forget (SmeTree *tree)
{
  SmePending *pending = g_steal_pointer (&tree->pending);

  g_clear_pointer (&pending->settings, smc_settings_free);
  g_clear_pointer (&pending->heap, sme_heap_free);
  sme_try_free (pending->try);
  g_ptr_array_unref (pending->failed_heaps);
  g_string_free (pending->reasons, TRUE);
  g_free (pending);
}

/* The outcome is here and it is bad: nothing is under way that would have to be cancelled. */
static void
end_tree (SmeTree *tree, SmeExplanation *explanation, GPtrArray *events)
{
  sme_memory_forget (tree);
  sme_domain_end_subtree (tree->root, explanation, events);
}

static void
record_failed_heap (SmePending *pending, const GError *error)
{
  const char *heap = pending->settings->heap;

  sme_trail_add (pending->try->trail, SME_REJECTED_HEAP, heap, error->message);
  g_string_append_printf (pending->reasons, "%sheap %s: %s", pending->reasons->len > 0 ? "; " : "",
                          heap, error->message);
  g_ptr_array_insert (pending->failed_heaps, (gint)pending->failed_heaps->len - 1, g_strdup (heap));
  if (!g_error_matches (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY))
    pending->lacks_memory = TRUE;
}

/* The same combination without the heaps that failed; NULL: no heap is left for it. */
static SmcSettings *
negotiate_again (SmeTree *tree)
{
  SmePending *pending = tree->pending;
  g_autoptr (GArray) participants = sme_try_list_participants (tree->root);
  SmcSettings *settings = NULL;

  sme_negotiate ((const SmeParticipant *)participants->data, participants->len, tree->policy,
                 (const char *const *)pending->failed_heaps->pdata, pending->try->trail, &settings,
                 NULL);
  return settings;
}

static SmcSettings *
try_next_combination (SmeTree *tree, SmeExplanation **failure)
{
  SmePending *pending = tree->pending;
  g_autoptr (GError) error = g_error_new_literal (
    SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY, pending->reasons->str);

  begin_combination (pending);
  return sme_try_go_on (pending->try, error, failure);
}

static SmeExplanation *
explain_lack_of_memory (const SmePending *pending)
{
  char *message = g_strdup_printf ("settings were found, but not the memory for %u buffers of "
                                   "%" G_GUINT64_FORMAT " bytes: %s",
                                   pending->settings->buffer_count,
                                   pending->settings->raw_size_bytes, pending->reasons->str);

  return sme_explain_end_with_trail (SYSMEM_ERROR_NO_MEMORY, message, pending->try->trail);
}

static void
fall_back (SmeTree *tree, GPtrArray *events)
{
  SmcSettings *settings = negotiate_again (tree);
  g_autoptr (SmeExplanation) failure = NULL;

  if (settings == NULL && tree->pending->lacks_memory)
    failure = explain_lack_of_memory (tree->pending);
  else if (settings == NULL)
    settings = try_next_combination (tree, &failure);

  if (settings != NULL)
    ask_for (tree, settings, events);
  else
    end_tree (tree, failure, events);
}

static void
deliver (SmeTree *tree, const SmcSettings *settings, GPtrArray *events)
{
  g_autoptr (SmeTrail) trail = sme_trail_ref (tree->pending->try->trail);

  tree->settings = smc_settings_copy (settings);
  tree->heap = g_steal_pointer (&tree->pending->heap);
  sme_memory_forget (tree);
  sme_allocation_deliver (tree->root, trail, events);
  sme_allocation_run (tree, events);
}

void
sme_tree_memory_done (SmeTree *tree,
                      const SmcSettings *settings,
                      const GError *error,
                      GPtrArray *events)
{
  SmePending *pending = tree->pending;

  g_return_if_fail (pending != NULL);

  if (error == NULL)
    {
      deliver (tree, settings != NULL ? settings : pending->settings, events);
      return;
    }
  if (g_error_matches (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED))
    {
      g_autoptr (SmeExplanation) failure = sme_explain_end_with_trail (
        SYSMEM_ERROR_LIMIT_EXCEEDED, g_strdup (error->message), pending->try->trail);

      end_tree (tree, failure, events);
      return;
    }
  record_failed_heap (pending, error);
  fall_back (tree, events);
}
