/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-collection.h"

#include "server/smd-allocation.h"
#include "server/smd-ask-again.h"
#include "server/smd-buffer.h"
#include "server/smd-changes.h"
#include "server/smd-client.h"
#include "server/smd-journal.h"
#include "server/smd-leak.h"
#include "server/smd-linger.h"
#include "server/smd-notice.h"
#include "server/smd-stall.h"
#include "server/smd-token.h"
#include "server/smd-tracker.h"
#include "server/smd-wait.h"

static void
collection_free (SmdCollection *collection)
{
  g_assert (collection->tree == NULL && collection->allocation == NULL);
  g_hash_table_unref (collection->nodes);
  g_ptr_array_unref (collection->buffers);
  g_ptr_array_unref (collection->trackers);
  g_clear_pointer (&collection->settings, smc_settings_free);
  g_clear_pointer (&collection->failure, sme_explanation_unref);
  g_free (collection->name);
  g_free (collection);
}

SmdCollection *
smd_collection_ref (SmdCollection *collection)
{
  g_ref_count_inc (&collection->ref_count);
  return collection;
}

void
smd_collection_unref (SmdCollection *collection)
{
  if (g_ref_count_dec (&collection->ref_count))
    collection_free (collection);
}

gboolean
smd_collection_charge (SmdCollection *collection,
                       SmdResource resource,
                       guint64 amount,
                       SmdCharge *charge,
                       GError **error)
{
  return smd_charge (charge, collection->server->accounts, collection->payer, resource, amount,
                     error);
}

static gboolean
check_trees (SmdClient *client, GError **error)
{
  guint64 limit = client->server->limits.max_trees_per_connection;

  if (g_hash_table_size (client->trees) < limit)
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
               "MaxTreesPerConnection: this connection has made %u collections that still exist; "
               "the limit is %" G_GUINT64_FORMAT,
               g_hash_table_size (client->trees), limit);
  return FALSE;
}

static SmdCollection *
collection_new (SmdClient *client, SmdCharge *charge)
{
  SmdServer *server = client->server;
  SmdCollection *collection = g_new0 (SmdCollection, 1);

  g_ref_count_init (&collection->ref_count); /* until smd_collection_maybe_end () */
  collection->server = server;
  collection->id = smd_server_take_id (server);
  collection->tree = sme_tree_new (server->policy, "", 0);
  collection->maker = client;
  collection->payer = client->uid;
  smd_charge_move (&collection->charge, charge);
  collection->created = smd_timers_now (server->timers);
  collection->nodes = g_hash_table_new (NULL, NULL);
  collection->buffers = g_ptr_array_new_with_free_func ((GDestroyNotify)smd_buffer_free);
  collection->trackers = smd_trackers_new ();
  g_hash_table_add (client->trees, collection);
  g_hash_table_insert (server->collections, &collection->id, collection);
  smd_stall_start (collection);
  return collection;
}

gboolean
smd_collection_new_shared (SmdClient *client,
                           gboolean linger,
                           const guint32 *masks,
                           guint n_masks,
                           GArray *tokens,
                           GError **error)
{
  SmdServer *server = client->server;
  g_autoptr (GPtrArray) handles = NULL;
  g_auto (SmdCharge) charge = { 0 };
  SmdCollection *collection;

  /* All that can be refused comes before there is a tree to undo. */
  if (!check_trees (client, error)
      || !smd_charge (&charge, server->accounts, client->uid, SMD_RESOURCE_COLLECTIONS, 1, error))
    return FALSE;
  handles = smd_token_handles_new (server, client->uid, 1 + n_masks, error);
  if (handles == NULL)
    return FALSE;
  collection = collection_new (client, &charge);
  smd_token_handles_use (handles, collection, sme_tree_get_root (collection->tree), client, linger,
                         tokens);
  if (n_masks > 0)
    smd_node_use_handles (g_array_index (tokens, SmdNewToken, 0).node, client, masks, n_masks,
                          handles, tokens);
  smd_linger_changed (collection);
  return TRUE;
}

SmdNode *
smd_collection_new_single (SmdClient *client,
                           gboolean linger,
                           SmePrepared *prepared,
                           GError **error)
{
  g_autoptr (GArray) tokens = smd_new_tokens_new ();
  SmdNode *node;

  if ((prepared != NULL
       && !smd_node_check_constraints (client->server, client->uid, prepared, error))
      || !smd_collection_new_shared (client, linger, NULL, 0, tokens, error))
    return NULL;
  node = g_array_index (tokens, SmdNewToken, 0).node;
  return smd_node_bind (node, client, linger, prepared, error) ? node : NULL;
}

void
smd_collection_set_name (SmdCollection *collection, guint32 priority, const char *name)
{
  if (collection->name != NULL && priority <= collection->name_priority)
    return;
  g_free (collection->name);
  collection->name = g_strdup (name);
  collection->name_priority = priority;
}

/* The tree has ended; the collection remains as long as one of its buffers does. */
static void
end_tree (SmdCollection *collection)
{
  smd_allocation_cancel (collection);
  smd_stall_stop (collection);
  smd_linger_stop (collection);
  if (collection->maker != NULL)
    g_hash_table_remove (collection->maker->trees, collection);
  collection->maker = NULL;
  g_clear_pointer (&collection->tree, sme_tree_free);
  smd_buffers_reconsider (collection);
  smd_changes_tell (collection, "ended");
  smd_collection_maybe_end (collection);
}

void
smd_collection_maybe_end (SmdCollection *collection)
{
  if (collection->tree != NULL || collection->n_existing > 0)
    return;
  if (!g_hash_table_remove (collection->server->collections, &collection->id))
    return;
  if (collection->failure != NULL && collection->n_failed_nodes > 0)
    g_hash_table_insert (collection->server->failed, &collection->id, collection);
  smd_trackers_reconsider (collection);
  smd_ask_again_stop (collection);
  smd_leak_stop (collection);
  smd_charge_clear (&collection->charge);
  smd_charge_clear (&collection->bytes_charge);
  smd_charge_clear (&collection->fds_charge);
  smd_collection_unref (collection);
}

void
smd_collection_forget_failed_node (SmdCollection *collection)
{
  if (--collection->n_failed_nodes == 0)
    (void)g_hash_table_remove (collection->server->failed, &collection->id);
}

SmdCollection *
smd_collection_find (SmdServer *server, guint64 id)
{
  SmdCollection *collection = g_hash_table_lookup (server->collections, &id);

  return collection != NULL ? collection : g_hash_table_lookup (server->failed, &id);
}

/* Nodes fail deepest first, so the last is the root, whose reason is the tree's. */
static SmeExplanation *
find_last_failure (GPtrArray *events)
{
  for (guint i = events->len; i > 0; i--)
    {
      const SmeEvent *event = events->pdata[i - 1];

      if (event->type == SME_EVENT_NODE_FAILED)
        return sme_explanation_ref (event->explanation);
    }
  return NULL;
}

static void
carry_out_event (SmdCollection *collection, SmeEvent *event, GPtrArray *all)
{
  SmdNode *node = event->node != NULL ? event->node->owner : NULL;

  switch (event->type)
    {
    case SME_EVENT_ALLOCATE:
      smd_allocation_start (collection, event->settings, all);
      break;
    case SME_EVENT_CANCEL:
      smd_allocation_cancel (collection);
      break;
    case SME_EVENT_NODE_ALLOCATED:
      smd_stall_stop (collection);
      smd_wait_end (node, NULL);
      smd_notice_node_allocated (node);
      smd_changes_tell (collection, "allocated");
      break;
    case SME_EVENT_NODE_FAILED:
      smd_changes_tell (collection, "failed"); /* while those who see it are still in it */
      smd_node_failed (node, event->explanation);
      break;
    case SME_EVENT_NODE_GONE:
      smd_node_gone (node);
      break;
    case SME_EVENT_TREE_ENDED:
      collection->failure = find_last_failure (all);
      end_tree (collection);
      break;
    }
}

void
smd_collection_carry_out (SmdCollection *collection, GPtrArray *events)
{
  g_autoptr (SmdCollection) keep = smd_collection_ref (collection);
  g_autoptr (GPtrArray) list = events;

  /* An allocation that ends at once appends its own events; nodes of events are kept by them. */
  for (guint i = 0; i < list->len; i++)
    carry_out_event (collection, g_ptr_array_index (list, i), list);
  smd_journal_outcome (collection, list);
  smd_collection_tree_changed (collection); /* a release changes it without any event */
}

void
smd_collection_tree_changed (SmdCollection *collection)
{
  smd_trackers_reconsider (collection);
  smd_linger_changed (collection);
  if (collection->n_existing > 0)
    smd_buffers_reconsider (collection);
}

void
smd_collection_fail (SmdCollection *collection, SysmemError code, const char *reason)
{
  GPtrArray *events = sme_events_new ();

  if (collection->tree != NULL)
    sme_tree_fail (collection->tree, code, reason, events);
  smd_collection_carry_out (collection, events);
}

void
smd_collection_shut_down (SmdCollection *collection)
{
  g_autoptr (SmdCollection) keep = smd_collection_ref (collection);

  smd_collection_fail (collection, SYSMEM_ERROR_UNSPECIFIED, "the sysmem daemon is stopping");
  smd_buffers_let_go (collection);
}
