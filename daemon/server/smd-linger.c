/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-linger.h"

static void
count (SmdCollection *collection, guint *n_lingering, guint *n_ordinary)
{
  GHashTableIter iter;
  gpointer key;

  *n_lingering = *n_ordinary = 0;
  g_hash_table_iter_init (&iter, collection->nodes);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      SmdNode *node = key;

      if (!node->sme->connected)
        continue;
      if (node->linger)
        (*n_lingering)++;
      else
        (*n_ordinary)++;
    }
}

/* The failing of one lingering node may take others along, or the whole tree. */
static void
on_timeout (gpointer data)
{
  SmdCollection *collection = data;
  SmdServer *server = collection->server;
  g_autoptr (SmdCollection) keep = smd_collection_ref (collection);
  g_autoptr (GPtrArray) nodes = smd_nodes_snapshot (collection->nodes);

  collection->linger_timer = NULL;
  for (guint i = 0; i < nodes->len; i++)
    {
      SmdNode *node = nodes->pdata[i];

      if (node->linger && node->sme->tree != NULL && node->sme->connected)
        smd_node_fail (node, "nobody called it for LingerTimeout");
    }
  smd_server_flush (server);
}

static void
start (SmdCollection *collection)
{
  SmdTimers *timers = collection->server->timers;
  gint64 timeout = (gint64)collection->server->limits.linger_timeout_s * G_USEC_PER_SEC;

  collection->linger_timer =
    smd_timers_add (timers, smd_timers_now (timers) + timeout, on_timeout, collection);
}

void
smd_linger_called (SmdCollection *collection)
{
  if (collection->linger_timer != NULL)
    {
      smd_linger_stop (collection);
      start (collection);
    }
}

void
smd_linger_changed (SmdCollection *collection)
{
  guint n_lingering;
  guint n_ordinary;

  if (!collection->has_or_had_lingering)
    return;
  count (collection, &n_lingering, &n_ordinary);
  if (n_lingering == 0 || n_ordinary > 0)
    g_clear_pointer (&collection->linger_timer, smd_timer_cancel);
  else if (collection->linger_timer == NULL)
    start (collection);
}

void
smd_linger_stop (SmdCollection *collection)
{
  g_clear_pointer (&collection->linger_timer, smd_timer_cancel);
}
