/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The orders in which a tree is walked. In this tree, R is the root, g a group with the children a
 * and b of which b is chosen, and x was attached to R:
 *
 *         R            breadth first                depth first
 *       / | \          all      R g c x a b d       R g a b d c x
 *      g  c  x         pruned   R g c a b d         R g a b d c
 *     / \              visible  R g c b d           R g b d c
 *    a   b
 *        |
 *        d
 *
 * Constraints are merged and answers given breadth first, subtrees fail in the reverse of that;
 * groups have their priority depth first. Trees have at most 512 nodes, so lists are cheap, but
 * no event may cost more than its share: what every event asks (is all ready? is somebody left?)
 * has no list. */

#include "engine/sme-tree-private.h"

static gboolean
enters (SmeWalk walk, const SmeNode *parent, guint index)
{
  switch (walk)
    {
    case SME_WALK_ALL:
      return TRUE;
    case SME_WALK_VISIBLE:
      if (parent->kind == SME_NODE_GROUP && index != parent->chosen)
        return FALSE;
      G_GNUC_FALLTHROUGH;
    case SME_WALK_PRUNED:
      return sme_node_get_child (parent, index)->failure_mode != SME_FAILURE_ISOLATE;
    }
  g_return_val_if_reached (FALSE);
}

GPtrArray *
sme_walk_breadth_first (SmeNode *top, SmeWalk walk)
{
  GPtrArray *nodes = g_ptr_array_new ();

  g_ptr_array_add (nodes, top);
  for (guint n = 0; n < nodes->len; n++)
    {
      SmeNode *node = g_ptr_array_index (nodes, n);

      for (guint i = 0; i < node->children->len; i++)
        {
          if (enters (walk, node, i))
            g_ptr_array_add (nodes, sme_node_get_child (node, i));
        }
    }
  return nodes;
}

static void
append_depth_first (GPtrArray *nodes, SmeNode *node, SmeWalk walk)
{
  g_ptr_array_add (nodes, node);
  for (guint i = 0; i < node->children->len; i++)
    {
      if (enters (walk, node, i))
        append_depth_first (nodes, sme_node_get_child (node, i), walk);
    }
}

GPtrArray *
sme_walk_depth_first (SmeNode *top, SmeWalk walk)
{
  GPtrArray *nodes = g_ptr_array_new ();

  append_depth_first (nodes, top, walk);
  return nodes;
}

GPtrArray *
sme_walk_eligible (SmeNode *root)
{
  GPtrArray *eligible = g_ptr_array_new ();

  if (!root->allocated)
    {
      g_ptr_array_add (eligible, root);
      return eligible;
    }

  g_autoptr (GPtrArray) allocated = g_ptr_array_new ();
  g_ptr_array_add (allocated, root);
  for (guint n = 0; n < allocated->len; n++)
    {
      const SmeNode *node = g_ptr_array_index (allocated, n);

      for (guint i = 0; i < node->children->len; i++)
        {
          SmeNode *child = sme_node_get_child (node, i);

          g_ptr_array_add (child->allocated ? allocated : eligible, child);
        }
    }
  return eligible;
}

gboolean
sme_walk_pruned_is_ready (const SmeNode *top)
{
  if (!sme_node_is_ready (top))
    return FALSE;
  for (guint i = 0; i < top->children->len; i++)
    {
      if (enters (SME_WALK_PRUNED, top, i)
          && !sme_walk_pruned_is_ready (sme_node_get_child (top, i)))
        return FALSE;
    }
  return TRUE;
}

SmeNode *
sme_walk_find_top (SmeNode *node)
{
  while (node->parent != NULL && node->failure_mode != SME_FAILURE_ISOLATE)
    node = node->parent;
  return node;
}
