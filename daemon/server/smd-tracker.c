/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-tracker.h"

#include "server/smd-collection.h"

GHashTable *
smd_tracker_counts_new (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

guint
smd_tracker_counts_get (GHashTable *counts, guint64 asker)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (counts, &asker));
}

static void
counts_set (GHashTable *counts, guint64 asker, guint n)
{
  if (n == 0)
    g_hash_table_remove (counts, &asker);
  else
    g_hash_table_insert (counts, g_memdup2 (&asker, sizeof asker), GUINT_TO_POINTER (n));
}

void
smd_tracker_count (SmdTracker *tracker, GHashTable *counts, guint64 asker)
{
  tracker->counts = counts;
  tracker->asker = asker;
  counts_set (counts, asker, smd_tracker_counts_get (counts, asker) + 1);
}

static void
tracker_free (SmdTracker *tracker)
{
  if (tracker->counts != NULL)
    counts_set (tracker->counts, tracker->asker,
                smd_tracker_counts_get (tracker->counts, tracker->asker) - 1);
  smd_handle_clear (&tracker->handle);
  smd_charge_clear (&tracker->charge);
  g_free (tracker);
}

GPtrArray *
smd_trackers_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)tracker_free);
}

static void
on_closed (gpointer data)
{
  SmdTracker *tracker = data;
  SmdServer *server = tracker->server;
  void (*closed) (gpointer owner) = tracker->closed;
  gpointer owner = tracker->owner;

  g_ptr_array_remove_fast (tracker->list, tracker);
  if (closed != NULL)
    closed (owner);
  smd_server_flush (server);
}

SmdTracker *
smd_tracker_add (GPtrArray *list,
                 SmdCollection *collection,
                 void (*closed) (gpointer owner),
                 gpointer owner,
                 SmdFd *client_end,
                 GError **error)
{
  SmdTracker *tracker = g_new0 (SmdTracker, 1);

  tracker->server = collection->server;
  tracker->handle = (SmdHandle)SMD_HANDLE_INIT;
  if (!smd_collection_charge (collection, SMD_RESOURCE_FDS, 1, &tracker->charge, error)
      || !smd_handle_new (&tracker->handle, client_end, error)
      || !smd_handle_watch (&tracker->handle, tracker->server->hangups, collection->payer,
                            *client_end, on_closed, tracker, error))
    {
      smd_fd_clear (client_end);
      tracker_free (tracker);
      return NULL;
    }
  tracker->list = list;
  tracker->closed = closed;
  tracker->owner = owner;
  g_ptr_array_add (list, tracker);
  return tracker;
}

static gboolean
check_count (const char *what, const GPtrArray *list, guint limit, const char *key, GError **error)
{
  if (list->len < limit)
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
               "%s: %s has %u trackers; the limit is %u", key, what, list->len, limit);
  return FALSE;
}

gboolean
smd_node_attach_tracking (SmdNode *node, SmdFd *client_end, GError **error)
{
  return check_count ("this node", node->trackers, SMC_MAX_NODE_TRACKERS, "MaxNodeTrackers", error)
         && smd_tracker_add (node->trackers, node->collection, NULL, NULL, client_end, error)
              != NULL;
}

gboolean
smd_node_attach_lifetime_tracking (SmdNode *node,
                                   guint buffers_remaining,
                                   SmdFd *client_end,
                                   GError **error)
{
  SmdCollection *collection = node->collection;
  SmdTracker *tracker;

  if (!check_count ("this logical buffer collection", collection->trackers,
                    SMC_MAX_LIFETIME_TRACKERS, "MaxLifetimeTrackers", error))
    return FALSE;
  tracker = smd_tracker_add (collection->trackers, collection, NULL, NULL, client_end, error);
  if (tracker == NULL)
    return FALSE;
  tracker->node = node;
  tracker->buffers_remaining = buffers_remaining;
  smd_trackers_reconsider (collection);
  return TRUE;
}

static gboolean
is_due (const SmdTracker *tracker, const SmdCollection *collection)
{
  if (tracker->node != NULL && !tracker->node->sme->allocated)
    return FALSE;
  return collection->settings != NULL && collection->n_existing <= tracker->buffers_remaining;
}

void
smd_trackers_reconsider (SmdCollection *collection)
{
  GPtrArray *trackers = collection->trackers;

  for (guint i = trackers->len; i-- > 0;)
    if (is_due (trackers->pdata[i], collection))
      g_ptr_array_remove_index_fast (trackers, i);
}

void
smd_trackers_node_left (SmdNode *node)
{
  GPtrArray *trackers = node->collection->trackers;

  for (guint i = trackers->len; i-- > 0;)
    {
      SmdTracker *tracker = trackers->pdata[i];

      if (tracker->node != node)
        continue;
      tracker->node = NULL;
      if (!node->sme->allocated)
        g_ptr_array_remove_index_fast (trackers, i);
    }
}
