/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-path.h"

char *
smd_node_path (const SmdNode *node)
{
  return g_strdup_printf (SMD_NODE_PATH "/%" G_GUINT64_FORMAT, node->id);
}

SmdNode *
smd_find_node (SmdServer *server, SmdClient *client, const char *path, GError **error)
{
  SmdNode *node = NULL;
  guint64 id;

  if (g_ascii_string_to_unsigned (path + strlen (SMD_NODE_PATH "/"), 10, 0, G_MAXUINT64, &id, NULL))
    node = smd_node_lookup (server, client, id);
  if (node == NULL)
    g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NOT_FOUND, "you have no node %s", path);
  return node;
}
