/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-unread.h"

#include "server/smd-client.h"

typedef struct
{
  SmdServer *server;
  SmdClient *client; /* NULL once it left */
  SmdBundle *bundle;
  SmdCharge charge;
} SmdUnread;

static void
unread_free (SmdUnread *unread)
{
  if (unread->client != NULL)
    unread->client->n_unread--;
  smd_charge_clear (&unread->charge);
  g_clear_pointer (&unread->bundle, smd_bundle_free);
  g_free (unread);
}

static void
on_read (gpointer data)
{
  SmdUnread *unread = data;

  g_hash_table_remove (unread->server->unread, unread);
  unread_free (unread);
}

/* A client may read and ask again before the main loop has seen that it read. */
static void
sweep (SmdServer *server)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, server->unread);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (smd_bundle_is_read (((SmdUnread *)key)->bundle))
      {
        g_hash_table_iter_remove (&iter);
        unread_free (key);
      }
}

static gboolean
check (SmdClient *client, GError **error)
{
  SmdServer *server = client->server;
  guint64 per_connection = server->limits.max_bundles_per_connection;
  guint64 per_uid = server->limits.max_bundles_per_uid;
  guint64 of_uid = smd_accounts_get_use (server->accounts, client->uid, SMD_RESOURCE_BUNDLES);

  if (client->n_unread >= per_connection)
    g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
                 "MaxBundlesPerConnection: this connection has %u unread bundles; the limit is "
                 "%" G_GUINT64_FORMAT,
                 client->n_unread, per_connection);
  else if (of_uid >= per_uid)
    g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
                 "MaxBundlesPerUid: uid %u has %" G_GUINT64_FORMAT
                 " unread bundles; the limit is %" G_GUINT64_FORMAT,
                 (guint)client->uid, of_uid, per_uid);
  else
    return TRUE;
  return FALSE;
}

gboolean
smd_unread_check (SmdClient *client, GError **error)
{
  if (check (client, NULL))
    return TRUE;
  sweep (client->server);
  return check (client, error);
}

gboolean
smd_unread_keep (SmdClient *client, SmdBundle *bundle, GError **error)
{
  SmdServer *server = client->server;
  SmdUnread *unread = g_new0 (SmdUnread, 1);

  unread->server = server;
  unread->bundle = bundle;
  if (!smd_charge (&unread->charge, server->accounts, client->uid, SMD_RESOURCE_BUNDLES, 1, error)
      || !smd_bundle_watch (bundle, server->hangups, on_read, unread, error))
    {
      unread_free (unread);
      return FALSE;
    }
  unread->client = client;
  client->n_unread++;
  g_hash_table_add (server->unread, unread);
  return TRUE;
}

void
smd_unread_client_left (SmdClient *client)
{
  GHashTableIter iter;
  gpointer key;

  if (client->n_unread == 0)
    return;
  g_hash_table_iter_init (&iter, client->server->unread);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (((SmdUnread *)key)->client == client)
      ((SmdUnread *)key)->client = NULL;
  client->n_unread = 0;
}

void
smd_unread_free_all (SmdServer *server)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, server->unread);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_hash_table_iter_remove (&iter);
      unread_free (key);
    }
}
