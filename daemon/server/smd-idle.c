/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-idle.h"

#include "server/smd-client.h"

static gboolean
is_remembered (const SmdClient *client)
{
  return client->subscribed || client->debug_name != NULL;
}

gboolean
smd_server_is_idle (SmdServer *server)
{
  GHashTableIter iter;
  gpointer client;

  if (g_hash_table_size (server->nodes) > 0 || g_hash_table_size (server->collections) > 0
      || g_hash_table_size (server->jobs) > 0 || g_hash_table_size (server->unread) > 0)
    return FALSE;
  g_hash_table_iter_init (&iter, server->clients);
  while (g_hash_table_iter_next (&iter, NULL, &client))
    if (is_remembered (client))
      return FALSE;
  return TRUE;
}
