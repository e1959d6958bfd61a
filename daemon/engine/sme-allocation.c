/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* When allocation is tried, and what follows (03 §4). Goal: whatever the event was, afterwards
 * nothing is left that could be decided. So each event ends here, and here passes are made until
 * one finds nothing to do:
 *
 *   1. Domains in which nobody is left end (sme-domain.c), and so does an unallocated tree
 *      without a strong node (sme-weak.c).
 *   2. Every pruned subtree that could be next (its top is unallocated, what it hangs on is
 *      allocated) and whose nodes are all ready is tried once: its group combinations in order
 *      (sme-try.c, sme-groups.c), by itself for the root's subtree, together with all that exists
 *      for a later one (sme-late.c).
 *
 * A try ends in delivery or in the failure of the subtree, so there are no more tries than nodes.
 * All tries of one event share one limit of work: those it does not suffice for fail of it.
 * Only the root's subtree needs memory: from its decision to the heap's answer (sme-memory.c) it
 * counts as unallocated and nothing else is tried.
 *
 * Example: x was attached to R, and both have set their constraints. c has not.
 *
 *      R       c sets its constraints:   pass 1: {R, c} is ready, negotiated; memory is asked for
 *     / \
 *    c   x     the memory is there:      R and c are allocated
 *                                        pass 1: {x} is tried against the buffers that exist
 *                                        pass 2: nothing left to do
 */

#include "engine/sme-trail.h"
#include "engine/sme-tree-private.h"

/* Delivery */

/* @node was not chosen: some group above it has another child. One explanation per group. */
static SmeExplanation *
explain_unchosen (const SmeNode *node, SmeTrail *trail, GHashTable *explanations)
{
  const SmeNode *group = node->parent;
  SmeExplanation *explanation;

  while (!group->allocated)
    group = group->parent;
  explanation = g_hash_table_lookup (explanations, group);
  if (explanation == NULL)
    {
      g_autofree char *who = sme_node_describe (group);
      g_autofree char *child = sme_groups_describe_child (group, group->chosen);

      explanation = sme_explain_end_with_trail (
        SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
        g_strdup_printf ("another child of the group was chosen: %s, in the group of %s", child,
                         who),
        trail);
      g_hash_table_insert (explanations, (gpointer)group, explanation);
    }
  return explanation;
}

/* Each ends as if isolated: it takes along what was attached to it and nothing else. */
static void
end_unchosen (GPtrArray *pruned, SmeTrail *trail, GPtrArray *events)
{
  g_autoptr (GHashTable) explanations =
    g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)sme_explanation_unref);

  for (guint i = pruned->len; i > 0; i--)
    {
      SmeNode *node = g_ptr_array_index (pruned, i - 1);

      if (!node->allocated)
        sme_domain_end_subtree (node, explain_unchosen (node, trail, explanations), events);
    }
}

void
sme_allocation_deliver (SmeNode *top, SmeTrail *trail, GPtrArray *events)
{
  SmeTree *tree = top->tree;
  g_autoptr (GPtrArray) pruned = sme_walk_breadth_first (top, SME_WALK_PRUNED);
  g_autoptr (GPtrArray) visible = sme_walk_breadth_first (top, SME_WALK_VISIBLE);

  top->trail = sme_trail_ref (trail);
  for (guint i = 0; i < visible->len; i++)
    {
      SmeNode *node = g_ptr_array_index (visible, i);

      sme_tree_tally (tree, node, -1);
      node->allocated = TRUE;
      sme_tree_tally (tree, node, 1);
      if (node->connected)
        sme_events_add (events, SME_EVENT_NODE_ALLOCATED, node, NULL, NULL);
    }
  if (visible->len < pruned->len)
    end_unchosen (pruned, trail, events);
}

/* Passes */

static void
try_subtree (SmeNode *top, SmeWork *work, GPtrArray *events)
{
  SmeTree *tree = top->tree;
  g_autoptr (SmeTry) try = sme_try_new (top);
  g_autoptr (SmeExplanation) failure = NULL;
  g_autoptr (SmcSettings) settings = NULL;

  try->trail->work = *work;
  settings = sme_try_start (try, &failure);
  *work = try->trail->work;
  if (settings == NULL)
    sme_domain_end_subtree (top, failure, events);
  else if (top == tree->root)
    sme_memory_request (tree, g_steal_pointer (&settings), g_steal_pointer (&try), events);
  else
    sme_allocation_deliver (top, try->trail, events);
}

/* FALSE: nothing was ready. */
static gboolean
try_ready_subtrees (SmeTree *tree, SmeWork *work, GPtrArray *events)
{
  gboolean tried = FALSE;
  g_autoptr (GPtrArray) eligible = NULL;

  if (tree->n_unallocated == 0)
    return FALSE;

  eligible = sme_walk_eligible (tree->root);
  for (guint i = 0; i < eligible->len; i++)
    {
      SmeNode *top = g_ptr_array_index (eligible, i);

      if (!sme_walk_pruned_is_ready (top))
        continue;
      try_subtree (top, work, events);
      tried = TRUE;
    }
  return tried;
}

void
sme_allocation_run (SmeTree *tree, GPtrArray *events)
{
  gboolean progress = TRUE;
  SmeWork work = { 0 };

  while (progress)
    {
      if (tree->root != NULL)
        sme_domain_end_deserted (tree, events);
      if (tree->root != NULL)
        sme_weak_end_without_strong (tree, events);
      progress =
        tree->root != NULL && tree->pending == NULL && try_ready_subtrees (tree, &work, events);
    }
}
