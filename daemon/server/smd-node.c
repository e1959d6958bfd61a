/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-node.h"

#include "server/smd-client.h"
#include "server/smd-collection.h"
#include "server/smd-linger.h"
#include "server/smd-token.h"
#include "server/smd-tracker.h"

static void
node_free (SmdNode *node)
{
  g_assert (node->wait == NULL && node->handle == NULL);
  smd_charge_clear (&node->charge);
  smd_charge_clear (&node->constraints_charge);
  smd_charge_clear (&node->ref_charge);
  smd_fd_clear (&node->ref_end);
  g_ptr_array_unref (node->trackers);
  sme_node_unref (node->sme);
  smd_collection_unref (node->collection);
  g_clear_error (&node->failure);
  g_clear_pointer (&node->explanation, sme_explanation_unref);
  g_free (node->debug_name);
  g_free (node);
}

SmdNode *
smd_node_ref (SmdNode *node)
{
  g_ref_count_inc (&node->ref_count);
  return node;
}

void
smd_node_unref (SmdNode *node)
{
  if (g_ref_count_dec (&node->ref_count))
    node_free (node);
}

GPtrArray *
smd_nodes_snapshot (GHashTable *set)
{
  GPtrArray *nodes = g_ptr_array_new_with_free_func ((GDestroyNotify)smd_node_unref);
  GHashTableIter iter;
  gpointer node;

  g_hash_table_iter_init (&iter, set);
  while (g_hash_table_iter_next (&iter, &node, NULL))
    g_ptr_array_add (nodes, smd_node_ref (node));
  return nodes;
}

SmdNode *
smd_node_new (
  SmdCollection *collection, SmeNode *sme, SmdClient *client, gboolean linger, SmdCharge *charge)
{
  SmdNode *node = g_new0 (SmdNode, 1);
  const SmdNode *parent = sme->parent != NULL ? sme->parent->owner : NULL;

  g_ref_count_init (&node->ref_count);
  node->server = collection->server;
  node->collection = smd_collection_ref (collection);
  node->sme = sme_node_ref (sme);
  node->id = smd_server_take_id (node->server);
  node->linger = linger;
  collection->has_or_had_lingering |= linger;
  node->ref_end = -1;
  node->trackers = smd_trackers_new ();
  node->debug_name = g_strdup ("");
  node->created = smd_timers_now (node->server->timers);
  smd_charge_move (&node->charge, charge);
  sme->owner = node;
  node->callable = TRUE;
  g_hash_table_insert (node->server->nodes, &node->id, node);
  g_hash_table_add (collection->nodes, node);
  smd_node_set_owner (node, client);
  smd_node_inherit_identity (node, parent, client);
  return node;
}

void
smd_node_set_owner (SmdNode *node, SmdClient *client)
{
  smd_node_lose_owner (node);
  node->uid = client->uid;
  node->pid = client->pid;
  if (node->linger)
    return;
  node->owner = client;
  g_hash_table_add (client->nodes, node);
}

void
smd_node_lose_owner (SmdNode *node)
{
  if (node->owner == NULL)
    return;
  g_hash_table_remove (node->owner->nodes, node);
  g_queue_remove (&node->owner->failed_nodes, node);
  node->owner = NULL;
}

SmdNode *
smd_node_lookup (SmdServer *server, SmdClient *client, guint64 id)
{
  SmdNode *node = g_hash_table_lookup (server->nodes, &id);

  if (node == NULL)
    return NULL;
  if (node->linger)
    {
      if (node->uid != client->uid)
        return NULL;
      if (node->failure == NULL)
        smd_linger_called (node->collection);
      return node;
    }
  return node->owner == client ? node : NULL;
}

gboolean
smd_node_bind (
  SmdNode *token, SmdClient *client, gboolean linger, SmePrepared *prepared, GError **error)
{
  SmdCollection *collection = token->collection;

  /* If the constraints are refused the token is not consumed. */
  if (prepared != NULL
      && !smd_node_check_constraints (token->server, collection->payer, prepared, error))
    return FALSE;
  smd_token_drop_handle (token);
  smd_token_forget_cookie (token);
  smd_node_lose_owner (token);
  token->linger = linger;
  collection->has_or_had_lingering |= linger;
  smd_node_set_owner (token, client);
  sme_node_bind (token->sme);
  smd_node_take_identity (token, client);
  smd_linger_changed (collection);
  return prepared == NULL || smd_node_set_constraints (token, prepared, NULL, error);
}

gboolean
smd_node_all_children_present (SmdNode *group, GError **error)
{
  GPtrArray *events = sme_events_new ();
  gboolean accepted = sme_node_all_children_present (group->sme, events, error);

  smd_collection_carry_out (group->collection, events);
  return accepted;
}

void
smd_node_use_handles (SmdNode *parent,
                      SmdClient *client,
                      const guint32 *masks,
                      guint n_masks,
                      GPtrArray *handles,
                      GArray *tokens)
{
  g_autoptr (GPtrArray) children = g_ptr_array_new ();
  gboolean added = sme_node_add_tokens (parent->sme, masks, n_masks, children, NULL);

  g_assert (added);
  for (guint i = 0; i < children->len; i++)
    smd_token_handles_use (handles, parent->collection, children->pdata[i], client, parent->linger,
                           tokens);
}

gboolean
smd_node_add_tokens (SmdNode *parent,
                     SmdClient *client,
                     const guint32 *masks,
                     guint n_masks,
                     GArray *tokens,
                     GError **error)
{
  g_autoptr (GPtrArray) handles = NULL;

  if (!sme_node_check_add_tokens (parent->sme, masks, n_masks, error))
    return FALSE;
  handles = smd_token_handles_new (parent->server, parent->collection->payer, n_masks, error);
  if (handles == NULL)
    return FALSE;
  smd_node_use_handles (parent, client, masks, n_masks, handles, tokens);
  return TRUE;
}

SmdNode *
smd_node_add_group (SmdNode *token, SmdClient *client, GError **error)
{
  SmdCollection *collection = token->collection;
  g_auto (SmdCharge) charge = { 0 };
  SmeNode *sme;

  if (!smd_collection_charge (collection, SMD_RESOURCE_NODES, 1, &charge, error))
    return NULL;
  sme = sme_node_add_group (token->sme, error);
  return sme != NULL ? smd_node_new (collection, sme, client, token->linger, &charge) : NULL;
}

gboolean
smd_node_set_weak (SmdNode *node, GError **error)
{
  GPtrArray *events = sme_events_new ();
  gboolean accepted = sme_node_set_weak (node->sme, events, error);

  if (accepted)
    node->collection->has_or_had_weak = TRUE;
  smd_collection_carry_out (node->collection, events);
  return accepted;
}

gboolean
smd_node_set_weak_ok (SmdNode *node, gboolean for_child_nodes_also, GError **error)
{
  if (node->waited)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "SetWeakOk must precede the first WaitForAllBuffersAllocated of this node");
      return FALSE;
    }
  sme_node_set_weak_ok (node->sme, for_child_nodes_also);
  return TRUE;
}

SmeExplanation *
smd_node_explain (SmdNode *node)
{
  if (node->explanation != NULL)
    return sme_explanation_ref (node->explanation);
  return sme_node_explain (node->sme);
}

const char *
smd_node_get_state_name (SmdNode *node)
{
  static const char *const names[] = { "waiting", "ready", "allocated", "failed", "released" };

  return names[node->failure != NULL ? SME_STATE_FAILED : sme_node_get_state (node->sme)];
}

const char *
smd_node_get_kind_name (SmdNode *node)
{
  static const char *const names[] = { "token", "group", "collection" };

  return names[node->sme->kind];
}
