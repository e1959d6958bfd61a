/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-client.h"

#include "server/smd-collection.h"
#include "server/smd-unread.h"
#include "server/smd-wait.h"

static char *
read_process_name (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/comm", (int)pid);
  char *name = NULL;

  if (pid <= 0 || !g_file_get_contents (path, &name, NULL, NULL))
    return g_strdup ("");
  g_strchomp (name);
  if (!g_utf8_validate (name, -1, NULL))
    *name = '\0';
  return name;
}

SmdClient *
smd_client_new (SmdServer *server, const char *name, uid_t uid, pid_t pid)
{
  SmdClient *client = g_new0 (SmdClient, 1);

  client->server = server;
  client->name = g_strdup (name);
  client->uid = uid;
  client->pid = pid;
  client->process_name = read_process_name (pid);
  client->nodes = g_hash_table_new (NULL, NULL);
  client->waits = g_ptr_array_new ();
  client->trees = g_hash_table_new (NULL, NULL);
  g_queue_init (&client->failed_nodes);
  g_hash_table_insert (server->clients, client->name, client);
  return client;
}

SmdClient *
smd_client_lookup (SmdServer *server, const char *name)
{
  return g_hash_table_lookup (server->clients, name);
}

void
smd_client_set_debug_info (SmdClient *client, const char *name, guint64 id)
{
  g_free (client->debug_name);
  client->debug_name = g_strdup (name);
  client->debug_id = id;
}

void
smd_client_set_subscribed (SmdClient *client, gboolean subscribed)
{
  if (client->subscribed == subscribed)
    return;
  client->subscribed = subscribed;
  client->server->n_subscribers += subscribed ? 1 : -1;
}

static gint
compare_departures (gconstpointer a, gconstpointer b)
{
  const SmdNode *x = *(SmdNode *const *)a;
  const SmdNode *y = *(SmdNode *const *)b;
  gboolean x_is_token = x->sme->kind == SME_NODE_TOKEN;
  gboolean y_is_token = y->sme->kind == SME_NODE_TOKEN;

  if (x_is_token != y_is_token)
    return x_is_token ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

/* Tokens first: they merely lose their owner, and when another node's end takes them along, whoever
 * has their handle can still ask why. Then the oldest, which others hear of. */
static void
abandon_nodes (SmdClient *client)
{
  g_autoptr (GPtrArray) nodes = smd_nodes_snapshot (client->nodes);

  g_ptr_array_sort (nodes, compare_departures);
  for (guint i = 0; i < nodes->len; i++)
    smd_node_owner_left (nodes->pdata[i]);
}

void
smd_client_leave (SmdClient *client)
{
  SmdServer *server = client->server;
  GHashTableIter iter;
  gpointer collection;

  while (client->waits->len > 0)
    smd_wait_drop (client->waits->pdata[0]);
  abandon_nodes (client);
  smd_unread_client_left (client);
  smd_client_set_subscribed (client, FALSE);
  g_hash_table_iter_init (&iter, client->trees);
  while (g_hash_table_iter_next (&iter, &collection, NULL))
    ((SmdCollection *)collection)->maker = NULL;
  g_hash_table_remove (server->clients, client->name);
  g_hash_table_unref (client->nodes);
  g_ptr_array_unref (client->waits);
  g_hash_table_unref (client->trees);
  g_queue_clear (&client->failed_nodes);
  g_free (client->process_name);
  g_free (client->debug_name);
  g_free (client->name);
  g_free (client);
}
