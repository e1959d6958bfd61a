/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Places in the tree (03 §1, §2): how they are made, what they inherit, what they are. A node is
 * owned by its tree through its parent's list of children; when it leaves, that reference goes
 * with the event that tells so. */

#include "common/smc-text.h"
#include "engine/sme-tree-private.h"

static const char *const kind_names[] = {
  [SME_NODE_TOKEN] = "token",
  [SME_NODE_GROUP] = "group",
  [SME_NODE_COLLECTION] = "collection",
};

SmeNode *
sme_node_new (SmeNodeKind kind, const SmeNode *parent)
{
  SmeNode *node = g_new0 (SmeNode, 1);

  node->ref_count = 1;
  node->kind = kind;
  node->connected = TRUE;
  node->rights = SMC_RIGHTS_ALL;
  node->failure_mode = SME_FAILURE_PROPAGATE;
  node->children = g_ptr_array_new ();
  node->name = g_strdup (parent != NULL ? parent->name : "");
  if (parent == NULL)
    return node;

  node->rights = parent->rights;
  node->id = parent->id;
  node->weak = parent->weak;
  node->weak_ok_from_parent = parent->weak_ok_for_children || parent->weak_ok_from_parent;
  if (parent->kind == SME_NODE_COLLECTION)
    node->failure_mode = SME_FAILURE_ISOLATE;
  return node;
}

SmeNode *
sme_node_ref (SmeNode *node)
{
  node->ref_count++;
  return node;
}

void
sme_node_unref (SmeNode *node)
{
  if (--node->ref_count > 0)
    return;

  g_ptr_array_unref (node->children);
  g_clear_pointer (&node->prepared, sme_prepared_unref);
  g_clear_pointer (&node->must_match, sme_prepared_unref);
  g_clear_pointer (&node->trail, sme_trail_unref);
  g_free (node->name);
  g_free (node);
}

/* Children leave before their parents, so the list of children is empty by now. Subtrees leave
 * last child first: looking from the end finds the place at once. */
void
sme_node_leave (SmeNode *node)
{
  SmeTree *tree = node->tree;

  g_assert (node->children->len == 0);
  sme_tree_tally (tree, node, -1);
  if (node->parent == NULL)
    {
      tree->root = NULL;
    }
  else
    {
      guint i = node->parent->children->len;

      while (sme_node_get_child (node->parent, i - 1) != node)
        i--;
      g_ptr_array_remove_index (node->parent->children, i - 1);
    }
  node->tree = NULL;
  node->parent = NULL;
  node->failed = node->connected;
}

/* Rights masks */

gboolean
sme_rights_attenuate (guint32 rights, guint32 mask, guint32 *result, GError **error)
{
  const guint32 same_rights = 0x80000000;

  if (mask == same_rights)
    {
      *result = rights;
      return TRUE;
    }
  if ((mask & SMC_RIGHT_READ) == 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "rights attenuation mask 0x%x keeps no read right: set bit 0 (read), bits 0 and "
                   "1 (read and write), or give 0x80000000 for the same rights",
                   mask);
      return FALSE;
    }
  *result = rights & mask;
  return TRUE;
}

/* Making nodes */

static gboolean
check_masks (const guint32 *masks, guint n_masks, GError **error)
{
  guint32 ignored;

  for (guint i = 0; i < n_masks; i++)
    {
      if (sme_rights_attenuate (SMC_RIGHTS_ALL, masks[i], &ignored, error))
        continue;
      if (n_masks > 1)
        g_prefix_error (error, "mask %u of %u: ", i + 1, n_masks);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_may_have_tokens (const SmeNode *parent, GError **error)
{
  if (parent->kind == SME_NODE_GROUP && parent->all_children_present)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "this group takes no more children: AllChildrenPresent was called");
      return FALSE;
    }
  if (parent->kind == SME_NODE_COLLECTION && parent->weak)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "AttachToken was called on a weak collection: only a strong participant's "
                   "collection takes attached tokens");
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_room (const SmeTree *tree, guint n_more, GError **error)
{
  if (n_more <= SMC_MAX_NODES_PER_TREE && tree->n_nodes <= SMC_MAX_NODES_PER_TREE - n_more)
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
               "MaxNodesPerTree: this collection's tree has %u nodes and may have %u; %u more do "
               "not fit",
               tree->n_nodes, SMC_MAX_NODES_PER_TREE, n_more);
  return FALSE;
}

gboolean
sme_node_check_add_tokens (const SmeNode *parent,
                           const guint32 *masks,
                           guint n_masks,
                           GError **error)
{
  g_return_val_if_fail (parent->tree != NULL && parent->connected, FALSE);

  return check_masks (masks, n_masks, error) && check_may_have_tokens (parent, error)
         && check_room (parent->tree, n_masks, error);
}

static SmeNode *
add_child (SmeNode *parent, SmeNodeKind kind)
{
  SmeNode *child = sme_node_new (kind, parent);

  child->tree = parent->tree;
  child->parent = parent;
  g_ptr_array_add (parent->children, child);
  sme_tree_tally (parent->tree, child, 1);
  return child;
}

gboolean
sme_node_add_tokens (
  SmeNode *parent, const guint32 *masks, guint n_masks, GPtrArray *children, GError **error)
{
  if (!sme_node_check_add_tokens (parent, masks, n_masks, error))
    return FALSE;

  for (guint i = 0; i < n_masks; i++)
    {
      SmeNode *token = add_child (parent, SME_NODE_TOKEN);

      sme_rights_attenuate (parent->rights, masks[i], &token->rights, NULL);
      g_ptr_array_add (children, token);
    }
  return TRUE;
}

SmeNode *
sme_node_add_group (SmeNode *token, GError **error)
{
  g_return_val_if_fail (token->tree != NULL && token->connected, NULL);
  g_return_val_if_fail (token->kind == SME_NODE_TOKEN, NULL);

  if (!check_room (token->tree, 1, error))
    return NULL;
  return add_child (token, SME_NODE_GROUP);
}

/* What a node is told about itself */

void
sme_node_bind (SmeNode *token)
{
  g_return_if_fail (token->tree != NULL && token->connected);
  g_return_if_fail (token->kind == SME_NODE_TOKEN);

  token->kind = SME_NODE_COLLECTION;
}

/* Only upwards from the default: an attached token stays isolated. */
void
sme_node_set_dispensable (SmeNode *token)
{
  g_return_if_fail (token->tree != NULL && token->kind == SME_NODE_TOKEN);

  if (token->failure_mode == SME_FAILURE_PROPAGATE)
    token->failure_mode = SME_FAILURE_PROPAGATE_BEFORE_ALLOCATION;
}

void
sme_node_set_debug_info (SmeNode *node, const char *name, guint64 id)
{
  g_autofree char *old_name = node->name;

  node->name = g_strdup (name);
  node->id = id;
}

/* What a node is */

gboolean
sme_node_is_ready (const SmeNode *node)
{
  if (!node->connected)
    return TRUE;
  switch (node->kind)
    {
    case SME_NODE_TOKEN:
      return FALSE;
    case SME_NODE_GROUP:
      return node->all_children_present;
    case SME_NODE_COLLECTION:
      return node->prepared != NULL;
    }
  g_return_val_if_reached (FALSE);
}

SmeNodeState
sme_node_get_state (const SmeNode *node)
{
  if (node->failed)
    return SME_STATE_FAILED;
  if (!node->connected)
    return SME_STATE_RELEASED;
  if (node->allocated)
    return SME_STATE_ALLOCATED;
  return sme_node_is_ready (node) ? SME_STATE_READY : SME_STATE_WAITING;
}

char *
sme_node_describe_unnamed (const SmeNode *node)
{
  return g_strconcat ("an unnamed ", kind_names[node->kind], NULL);
}

char *
sme_node_describe (const SmeNode *node)
{
  g_autofree char *name =
    *node->name != '\0' ? smc_text_quote (node->name) : sme_node_describe_unnamed (node);

  return g_strdup_printf ("%s (id %" G_GUINT64_FORMAT ")", name, node->id);
}

guint
sme_node_get_depth (const SmeNode *node)
{
  guint depth = 0;

  for (; node->parent != NULL; node = node->parent)
    depth++;
  return depth;
}

gboolean
sme_node_is_alternate_for (const SmeNode *a, const SmeNode *b)
{
  guint depth_a = sme_node_get_depth (a), depth_b = sme_node_get_depth (b);

  g_return_val_if_fail (a->tree != NULL && a->tree == b->tree, FALSE);

  for (; depth_a > depth_b; depth_a--)
    a = a->parent;
  for (; depth_b > depth_a; depth_b--)
    b = b->parent;
  while (a != b)
    {
      a = a->parent;
      b = b->parent;
    }
  return a->kind == SME_NODE_GROUP;
}
