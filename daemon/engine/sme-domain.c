/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Failure domains (03 §3). A failure climbs from the node that failed to the root of its domain:
 * the first node that is the tree's root, or isolated, or dispensable and already allocated. From
 * there everything falls, deepest first, whatever it is. Never sideways:
 *
 *        R        d is dispensable and allocated, x is attached to its child c.
 *       / \
 *      e   d      x fails:                        x falls alone
 *          |      c fails:                        x, c and d fall; R and e stay
 *          c      e fails:                        everything falls
 *          |      c fails before the allocation:  everything falls
 *          x
 *
 * Each place that falls is one event: its node failed, or, where only an orphan's place was left,
 * that place is gone. */

#include "engine/sme-tree-private.h"

static gboolean
is_domain_root (const SmeNode *node)
{
  if (node->parent == NULL)
    return TRUE;
  switch (node->failure_mode)
    {
    case SME_FAILURE_PROPAGATE:
      return FALSE;
    case SME_FAILURE_PROPAGATE_BEFORE_ALLOCATION:
      return node->allocated;
    case SME_FAILURE_ISOLATE:
      return TRUE;
    }
  g_return_val_if_reached (TRUE);
}

void
sme_domain_end_subtree (SmeNode *top, SmeExplanation *explanation, GPtrArray *events)
{
  SmeTree *tree = top->tree;
  gboolean whole_tree = top->parent == NULL;
  g_autoptr (GPtrArray) nodes = sme_walk_breadth_first (top, SME_WALK_ALL);

  if (whole_tree && tree->pending != NULL)
    {
      sme_memory_forget (tree);
      sme_events_add (events, SME_EVENT_CANCEL, NULL, NULL, NULL);
    }
  for (guint i = nodes->len; i > 0; i--)
    {
      SmeNode *node = g_ptr_array_index (nodes, i - 1);

      sme_node_leave (node);
      if (node->failed)
        sme_events_add (events, SME_EVENT_NODE_FAILED, node, NULL, explanation);
      else
        sme_events_add (events, SME_EVENT_NODE_GONE, node, NULL, NULL);
      sme_node_unref (node); /* it was the tree's */
    }
  if (whole_tree)
    sme_events_add (events, SME_EVENT_TREE_ENDED, NULL, NULL, NULL);
}

void
sme_domain_fail (SmeNode *node, SmeExplanation *explanation, GPtrArray *events)
{
  while (!is_domain_root (node))
    node = node->parent;
  sme_domain_end_subtree (node, explanation, events);
}

/* Collects the domains at and below @node without a connected node, inner ones first. */
static gboolean
find_deserted (SmeNode *node, GPtrArray *deserted)
{
  gboolean somebody = node->connected;

  for (guint i = 0; i < node->children->len; i++)
    {
      if (find_deserted (sme_node_get_child (node, i), deserted))
        somebody = TRUE;
    }
  if (!somebody && is_domain_root (node))
    g_ptr_array_add (deserted, node);
  return somebody;
}

/* Nobody left. A dispensable subtree that was released before the allocation is no domain of its
 * own yet, so it does its parent no harm; it ends once it is allocated. */
void
sme_domain_end_deserted (SmeTree *tree, GPtrArray *events)
{
  g_autoptr (GPtrArray) deserted = NULL;

  if (tree->n_orphans == 0)
    return;

  deserted = g_ptr_array_new ();
  find_deserted (tree->root, deserted);
  for (guint i = 0; i < deserted->len; i++)
    sme_domain_end_subtree (g_ptr_array_index (deserted, i), NULL, events);
}
