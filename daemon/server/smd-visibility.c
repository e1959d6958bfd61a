/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-visibility.h"

#include "server/smd-client.h"

gboolean
smd_client_sees_everybody (const SmdClient *client)
{
  return client->uid == 0 || client->may_inspect;
}

gboolean
smd_client_sees_all (SmdClient *client, SmdCollection *collection)
{
  return smd_client_sees_everybody (client) || client->uid == collection->payer;
}

gboolean
smd_client_sees_node (SmdClient *client, SmdNode *node)
{
  return smd_client_sees_all (client, node->collection)
         || (node->callable && node->uid == client->uid);
}

gboolean
smd_client_sees (SmdClient *client, SmdCollection *collection)
{
  GHashTableIter iter;
  gpointer node;

  if (smd_client_sees_all (client, collection))
    return TRUE;
  g_hash_table_iter_init (&iter, collection->nodes);
  while (g_hash_table_iter_next (&iter, &node, NULL))
    if (smd_client_sees_node (client, node))
      return TRUE;
  return FALSE;
}
