/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-node.h"

#include <errno.h>
#include <fcntl.h>

#include "server/smd-client.h"
#include "server/smd-collection.h"
#include "server/smd-handle.h"
#include "server/smd-journal.h"
#include "server/smd-linger.h"
#include "server/smd-notice.h"
#include "server/smd-token.h"
#include "server/smd-tracker.h"
#include "server/smd-wait.h"

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

/* Who is speaking when this node is named in a message: its debug name, else its process. */
static void
tell_engine_who (SmdNode *node, SmdClient *client)
{
  g_autofree char *process = NULL;

  if (*node->debug_name == '\0' && client != NULL && *client->process_name != '\0')
    process = g_strdup_printf ("%s[%d]", client->process_name, (int)client->pid);
  sme_node_set_debug_info (node->sme, process != NULL ? process : node->debug_name, node->debug_id);
}

static void
set_identity (SmdNode *node, const char *name, guint64 id)
{
  g_free (node->debug_name);
  node->debug_name = g_strdup (name);
  node->debug_id = id;
}

/* A new node is its maker's, unless somebody said who the nodes from here on are. */
static void
inherit_identity (SmdNode *node, const SmdNode *parent, SmdClient *client)
{
  if (parent != NULL)
    set_identity (node, parent->debug_name, parent->debug_id);
  node->debug_info_set = parent != NULL && parent->debug_info_set;
  if (!node->debug_info_set && client->debug_name != NULL)
    set_identity (node, client->debug_name, client->debug_id);
  tell_engine_who (node, client);
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
  inherit_identity (node, parent, client);
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
  if (client->debug_name != NULL)
    set_identity (token, client->debug_name, client->debug_id);
  tell_engine_who (token, client);
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

void
smd_node_retire (SmdNode *node)
{
  if (!node->callable)
    return;
  node->callable = FALSE;
  g_hash_table_remove (node->server->nodes, &node->id);
  smd_node_lose_owner (node);
  smd_token_forget_cookie (node);
}

void
smd_node_release (SmdNode *node)
{
  g_autoptr (GError) closed =
    g_error_new (SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED, "this node was released");
  GPtrArray *events;

  smd_wait_end (node, closed);
  if (node->failure != NULL)
    {
      smd_node_forget (node);
      return;
    }
  smd_token_drop_handle (node);
  smd_trackers_node_left (node);
  smd_node_retire (node);
  events = sme_events_new ();
  sme_node_release (node->sme, events);
  smd_collection_carry_out (node->collection, events);
}

void
smd_node_fail (SmdNode *node, const char *reason)
{
  GPtrArray *events = sme_events_new ();

  sme_node_fail (node->sme, reason, events);
  smd_collection_carry_out (node->collection, events);
}

void
smd_node_owner_left (SmdNode *node)
{
  if (node->owner == NULL)
    return; /* the failure of an earlier one took it along */
  if (node->failure != NULL)
    {
      smd_node_forget (node);
      return;
    }
  if (node->sme->kind == SME_NODE_TOKEN)
    {
      smd_node_lose_owner (node); /* until somebody shows the handle */
      return;
    }
  smd_node_retire (node);
  smd_node_fail (node, "its connection left the bus");
}

/* The place in the tree is gone: whoever watches it is told, nothing refers to it any more. */
static void
leave_tree (SmdNode *node)
{
  g_hash_table_remove (node->collection->nodes, node);
  smd_trackers_node_left (node);
  g_ptr_array_set_size (node->trackers, 0);
  if (node->ref_end >= 0)
    g_hash_table_remove (node->server->node_refs, &node->ref_cookie);
  smd_fd_clear (&node->ref_end);
  smd_charge_clear (&node->ref_charge);
}

static void
on_forget (gpointer data)
{
  SmdNode *node = data;

  node->forget_timer = NULL;
  smd_node_forget (node);
}

/* A failed node stays until its owner has had the time to read why; a connection keeps its newest
 * ones. A token without an owner stays for those who still have its handle. */
static void
keep_failed (SmdNode *node)
{
  const SmcLimits *limits = &node->server->limits;
  SmdClient *owner = node->owner;

  node->forget_timer = smd_timers_add (node->server->timers,
                                       smd_timers_now (node->server->timers)
                                         + (gint64)limits->failed_node_timeout_s * G_USEC_PER_SEC,
                                       on_forget, node);
  if (owner == NULL)
    return;
  g_queue_push_tail (&owner->failed_nodes, node);
  if (owner->failed_nodes.length > limits->max_failed_nodes_per_connection)
    smd_node_forget (g_queue_peek_head (&owner->failed_nodes));
}

void
smd_node_failed (SmdNode *node, SmeExplanation *explanation)
{
  node->failure = sme_explanation_to_error (explanation);
  node->explanation = sme_explanation_ref (explanation);
  smd_journal_node_failed (node);
  smd_wait_end (node, node->failure);
  smd_token_drop_handle (node);
  leave_tree (node);
  if (!node->callable)
    {
      smd_node_forget (node);
      return;
    }
  smd_notice_node_failed (node);
  keep_failed (node);
}

void
smd_node_gone (SmdNode *node)
{
  leave_tree (node);
  smd_node_forget (node);
}

void
smd_node_forget (SmdNode *node)
{
  smd_wait_end (node, node->failure);
  g_clear_pointer (&node->forget_timer, smd_timer_cancel);
  smd_node_retire (node);
  smd_node_unref (node);
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

void
smd_node_set_debug_info (SmdNode *node, const char *name, guint64 id)
{
  set_identity (node, name, id);
  node->debug_info_set = TRUE;
  tell_engine_who (node, node->owner);
}

int
smd_node_dup_ref (SmdNode *node, GError **error)
{
  int copy;

  if (node->ref_end < 0)
    {
      g_auto (SmdHandle) handle = SMD_HANDLE_INIT;
      g_auto (SmdCharge) charge = { 0 };

      if (!smd_collection_charge (node->collection, SMD_RESOURCE_FDS, 1, &charge, error)
          || !smd_handle_new (&handle, &node->ref_end, error))
        return -1;
      node->ref_cookie = handle.cookie;
      smd_charge_move (&node->ref_charge, &charge);
      g_hash_table_insert (node->server->node_refs, &node->ref_cookie, node);
    }
  copy = fcntl (node->ref_end, F_DUPFD_CLOEXEC, 3);
  if (copy < 0)
    g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
                 "the daemon has no fd left for a node ref: %s", g_strerror (errno));
  return copy;
}

SmdNode *
smd_node_lookup_ref (SmdNode *node, guint64 cookie)
{
  SmdNode *found = g_hash_table_lookup (node->server->node_refs, &cookie);

  return found != NULL && found->collection == node->collection ? found : NULL;
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
