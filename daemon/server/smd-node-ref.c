/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Node refs (02 GetNodeRef): one socket of a node, of which copies are given out. */

#include <errno.h>
#include <fcntl.h>

#include "server/smd-collection.h"
#include "server/smd-handle.h"
#include "server/smd-node.h"

int
smd_node_dup_ref (SmdNode *node, GError **error)
{
  int copy;

  if (node->ref_end < 0)
    {
      g_auto (SmdHandle) handle = SMD_HANDLE_INIT;
      g_auto (SmdCharge) charge = { 0 };

      if (!smd_collection_charge (node->collection, SMD_RESOURCE_FDS, 1, &charge, error)
          || !smd_handle_new (&handle, &node->ref_end, error))
        return -1;
      node->ref_cookie = handle.cookie;
      smd_charge_move (&node->ref_charge, &charge);
      g_hash_table_insert (node->server->node_refs, &node->ref_cookie, node);
    }
  copy = fcntl (node->ref_end, F_DUPFD_CLOEXEC, 3);
  if (copy < 0)
    g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
                 "the daemon has no fd left for a node ref: %s", g_strerror (errno));
  return copy;
}

SmdNode *
smd_node_lookup_ref (SmdNode *node, guint64 cookie)
{
  SmdNode *found = g_hash_table_lookup (node->server->node_refs, &cookie);

  return found != NULL && found->collection == node->collection ? found : NULL;
}
