/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who a node is in messages. */

#include "server/smd-client.h"
#include "server/smd-node.h"

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
void
smd_node_inherit_identity (SmdNode *node, const SmdNode *parent, SmdClient *client)
{
  if (parent != NULL)
    set_identity (node, parent->debug_name, parent->debug_id);
  node->debug_info_set = parent != NULL && parent->debug_info_set;
  if (!node->debug_info_set && client->debug_name != NULL)
    set_identity (node, client->debug_name, client->debug_id);
  tell_engine_who (node, client);
}

void
smd_node_take_identity (SmdNode *node, SmdClient *client)
{
  if (client->debug_name != NULL)
    set_identity (node, client->debug_name, client->debug_id);
  tell_engine_who (node, client);
}

void
smd_node_set_debug_info (SmdNode *node, const char *name, guint64 id)
{
  set_identity (node, name, id);
  node->debug_info_set = TRUE;
  tell_engine_who (node, node->owner);
}
