/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The tree and its events. Each event function checks, records what happened, and lets
 * sme_allocation_run () settle all that became due; the decisions are in the other files. */

#include "engine/sme-tree-private.h"

/* Lists of events */

void
sme_event_free (SmeEvent *event)
{
  g_clear_pointer (&event->node, sme_node_unref);
  g_clear_pointer (&event->settings, smc_settings_free);
  g_clear_pointer (&event->explanation, sme_explanation_unref);
  g_free (event);
}

GPtrArray *
sme_events_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)sme_event_free);
}

void
sme_events_add (GPtrArray *events,
                SmeEventType type,
                SmeNode *node,
                const SmcSettings *settings,
                SmeExplanation *explanation)
{
  SmeEvent *event = g_new0 (SmeEvent, 1);

  event->type = type;
  event->node = node != NULL ? sme_node_ref (node) : NULL;
  event->settings = settings != NULL ? smc_settings_copy (settings) : NULL;
  event->explanation = explanation != NULL ? sme_explanation_ref (explanation) : NULL;
  g_ptr_array_add (events, event);
}

/* The tree */

SmeTree *
sme_tree_new (const SmePolicy *policy, const char *name, guint64 id)
{
  SmeTree *tree = g_new0 (SmeTree, 1);

  tree->policy = policy;
  tree->root = sme_node_new (SME_NODE_TOKEN, NULL);
  tree->root->tree = tree;
  sme_node_set_debug_info (tree->root, name, id);
  sme_tree_tally (tree, tree->root, 1);
  return tree;
}

void
sme_tree_free (SmeTree *tree)
{
  if (tree->root != NULL)
    {
      g_autoptr (GPtrArray) events = sme_events_new ();

      sme_domain_end_subtree (tree->root, NULL, events);
    }
  g_clear_pointer (&tree->settings, smc_settings_free);
  g_clear_pointer (&tree->heap, sme_heap_free);
  g_clear_pointer (&tree->pin, sme_prepared_unref);
  g_free (tree);
}

void
sme_tree_tally (SmeTree *tree, const SmeNode *node, int by)
{
  tree->n_nodes += by;
  if (!node->connected)
    tree->n_orphans += by;
  else if (!node->weak)
    tree->n_strong += by;
  if (!node->allocated)
    tree->n_unallocated += by;
}

SmeNode *
sme_tree_get_root (SmeTree *tree)
{
  return tree->root;
}

guint
sme_tree_get_n_nodes (SmeTree *tree)
{
  return tree->n_nodes;
}

GPtrArray *
sme_tree_list_nodes (SmeTree *tree)
{
  if (tree->root == NULL)
    return g_ptr_array_new ();
  return sme_walk_depth_first (tree->root, SME_WALK_ALL);
}

gboolean
sme_tree_is_allocating (SmeTree *tree)
{
  return tree->pending != NULL;
}

const SmcSettings *
sme_tree_get_settings (SmeTree *tree)
{
  return tree->settings;
}

/* Participants say what they have to say */

gboolean
sme_node_set_constraints (SmeNode *collection,
                          SmePrepared *prepared,
                          const SmcSettings *must_match,
                          GPtrArray *events,
                          GError **error)
{
  g_return_val_if_fail (collection->tree != NULL && collection->connected, FALSE);
  g_return_val_if_fail (collection->kind == SME_NODE_COLLECTION, FALSE);

  if (collection->prepared != NULL)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "SetConstraints was called before: a participant's constraints are set once");
      return FALSE;
    }

  collection->prepared = sme_prepared_ref (prepared);
  if (must_match != NULL)
    collection->must_match = sme_prepared_new_pinning (must_match, FALSE, NULL);
  sme_allocation_run (collection->tree, events);
  return TRUE;
}

gboolean
sme_node_all_children_present (SmeNode *group, GPtrArray *events, GError **error)
{
  g_return_val_if_fail (group->tree != NULL && group->connected, FALSE);
  g_return_val_if_fail (group->kind == SME_NODE_GROUP, FALSE);

  if (group->all_children_present)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "AllChildrenPresent was called before: it is called once");
      return FALSE;
    }
  if (group->children->len == 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "AllChildrenPresent needs at least one child to choose from: this group has "
                   "none, call CreateChild first");
      return FALSE;
    }

  group->all_children_present = TRUE;
  sme_allocation_run (group->tree, events);
  return TRUE;
}

/* The ends of a node */

static void
fail_node (SmeNode *node, char *message, GPtrArray *events)
{
  SmeTree *tree = node->tree;
  g_autoptr (SmeExplanation) explanation = sme_explain_end (SYSMEM_ERROR_UNSPECIFIED, message);

  sme_domain_fail (node, explanation, events);
  sme_allocation_run (tree, events);
}

void
sme_node_fail (SmeNode *node, const char *reason, GPtrArray *events)
{
  g_autofree char *who = NULL;

  g_return_if_fail (node->tree != NULL && node->connected);

  who = sme_node_describe (node);
  fail_node (node, g_strdup_printf ("%s went away: %s", who, reason), events);
}

/* The orphan keeps its place, its children and its constraints. */
void
sme_node_release (SmeNode *node, GPtrArray *events)
{
  SmeTree *tree = node->tree;

  g_return_if_fail (tree != NULL && node->connected);

  if (node->kind == SME_NODE_GROUP && !node->all_children_present)
    {
      g_autofree char *who = sme_node_describe (node);

      fail_node (node, g_strdup_printf ("%s was released before AllChildrenPresent", who), events);
      return;
    }

  sme_tree_tally (tree, node, -1);
  node->connected = FALSE;
  sme_tree_tally (tree, node, 1);
  sme_allocation_run (tree, events);
}

void
sme_tree_fail (SmeTree *tree, SysmemError code, const char *reason, GPtrArray *events)
{
  g_return_if_fail (tree->root != NULL);

  g_autoptr (SmeExplanation) explanation = sme_explain_end (code, g_strdup (reason));
  sme_domain_end_subtree (tree->root, explanation, events);
}
