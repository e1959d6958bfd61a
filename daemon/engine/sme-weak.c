/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Strong and weak nodes (03 §10), as far as the tree is concerned. A weak participant does not
 * keep buffers: it promises to close them when the last strong holder is gone. Who holds a buffer
 * is the server's affair; the tree knows who will be entitled to what, and that buffers which
 * nobody would hold are not worth making. */

#include "engine/sme-tree-private.h"

static gboolean
check_may_become_weak (const SmeNode *node, GError **error)
{
  if (node->kind == SME_NODE_COLLECTION && node->prepared != NULL)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "SetWeak must come before SetConstraints: this collection has set its "
                   "constraints");
      return FALSE;
    }
  if (node->kind == SME_NODE_GROUP && node->all_children_present)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "SetWeak must come before AllChildrenPresent: this group is complete");
      return FALSE;
    }
  return TRUE;
}

gboolean
sme_node_set_weak (SmeNode *node, GPtrArray *events, GError **error)
{
  SmeTree *tree = node->tree;

  g_return_val_if_fail (tree != NULL && node->connected, FALSE);

  if (!check_may_become_weak (node, error))
    return FALSE;

  sme_tree_tally (tree, node, -1);
  node->weak = TRUE;
  node->weak_ok = TRUE;
  sme_tree_tally (tree, node, 1);
  sme_allocation_run (tree, events);
  return TRUE;
}

void
sme_node_set_weak_ok (SmeNode *node, gboolean for_child_nodes_also)
{
  node->weak_ok = TRUE;
  if (for_child_nodes_also)
    node->weak_ok_for_children = TRUE;
}

gboolean
sme_node_is_weak_ok (const SmeNode *node)
{
  return !node->weak || node->weak_ok || node->weak_ok_from_parent;
}

gboolean
sme_tree_has_connected_strong_node (SmeTree *tree)
{
  return tree->n_strong > 0;
}

void
sme_weak_end_without_strong (SmeTree *tree, GPtrArray *events)
{
  if (tree->root->allocated || tree->n_strong > 0)
    return;

  g_autoptr (SmeExplanation) explanation = sme_explain_end (
    SYSMEM_ERROR_UNSPECIFIED,
    g_strdup ("no strong participant is left: the remaining ones are weak, so nobody would hold "
              "the buffers"));
  sme_domain_end_subtree (tree->root, explanation, events);
}
