/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-changes.h"

#include "server/smd-client.h"
#include "server/smd-notice.h"
#include "server/smd-visibility.h"

#define INTERVAL_US (100 * 1000)

/* A collection of which somebody was told less than 100 ms ago. */
typedef struct
{
  SmdServer *server;
  guint64 id;
  const char *what;  /* is still to be told; NULL: nothing */
  GHashTable *names; /* set of connections that may know */
  SmdTimer *timer;
} Change;

static void
change_free (Change *change)
{
  g_clear_pointer (&change->timer, smd_timer_cancel);
  g_hash_table_unref (change->names);
  g_free (change);
}

static void on_interval (gpointer data);

static gboolean
is_subscribed (SmdServer *server, const char *name)
{
  const SmdClient *client = smd_client_lookup (server, name);

  return client != NULL && client->subscribed;
}

static void
tell (Change *change)
{
  SmdServer *server = change->server;
  SmdTimers *timers = server->timers;
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, change->names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (is_subscribed (server, name)) /* still */
      smd_notice_collection_changed (server, name, change->id, change->what);
  change->what = NULL;
  change->timer =
    smd_timers_add (timers, smd_timers_now (timers) + INTERVAL_US, on_interval, change);
}

static void
on_interval (gpointer data)
{
  Change *change = data;
  SmdServer *server = change->server;

  change->timer = NULL;
  if (change->what != NULL)
    {
      tell (change);
      smd_server_flush (server);
      return;
    }
  g_hash_table_remove (server->changes, &change->id);
  change_free (change);
}

static void
add_names (Change *change, SmdCollection *collection)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, change->server->clients);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SmdClient *client = value;

      if (client->subscribed && smd_client_sees (client, collection))
        g_hash_table_add (change->names, g_strdup (client->name));
    }
}

void
smd_changes_tell (SmdCollection *collection, const char *what)
{
  SmdServer *server = collection->server;
  Change *change = g_hash_table_lookup (server->changes, &collection->id);

  if (server->n_subscribers == 0)
    return;
  if (change == NULL)
    {
      change = g_new0 (Change, 1);
      change->server = server;
      change->id = collection->id;
      change->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (server->changes, &change->id, change);
    }
  if (change->what != what) /* else this is one of many nodes that say the same */
    add_names (change, collection);
  change->what = what;
  if (change->timer == NULL)
    tell (change);
}

void
smd_changes_forget_all (SmdServer *server)
{
  GHashTableIter iter;
  gpointer change;

  g_hash_table_iter_init (&iter, server->changes);
  while (g_hash_table_iter_next (&iter, NULL, &change))
    {
      g_hash_table_iter_remove (&iter);
      change_free (change);
    }
}
