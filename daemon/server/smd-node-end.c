/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a node ends: released, failed, or with its tree; and how long its failure can be read. */

#include "server/smd-client.h"
#include "server/smd-collection.h"
#include "server/smd-journal.h"
#include "server/smd-node.h"
#include "server/smd-notice.h"
#include "server/smd-token.h"
#include "server/smd-tracker.h"
#include "server/smd-wait.h"

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
  node->collection->n_failed_nodes++;
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
  if (node->failure != NULL)
    smd_collection_forget_failed_node (node->collection);
  smd_node_retire (node);
  smd_node_unref (node);
}
