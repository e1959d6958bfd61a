/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-dump.h"

#include "common/smc-codec.h"
#include "common/smc-text.h"
#include "server/smd-client.h"
#include "server/smd-collection.h"
#include "server/smd-missing.h"

#define MAX_CONSTRAINTS_BYTES 1024

/* A log is no place for the constraints of a device that lists 500 pixel formats. */
static char *
print_constraints (SmePrepared *prepared)
{
  g_autoptr (GVariant) said = NULL;

  if (prepared == NULL)
    return g_strdup ("no constraints");
  said = g_variant_ref_sink (smc_constraints_to_variant (sme_prepared_get_constraints (prepared)));
  if (g_variant_get_size (said) > MAX_CONSTRAINTS_BYTES)
    return g_strdup_printf ("%" G_GSIZE_FORMAT " bytes of constraints", g_variant_get_size (said));
  return g_variant_print (said, FALSE);
}

void
smd_dump_node (SmdNode *node)
{
  SmeNode *place = node->sme;
  g_autofree char *who = smc_text_quote (place->name);
  g_autofree char *constraints = print_constraints (place->prepared);

  g_message ("  %*s%s %" G_GUINT64_FORMAT " %s%s: %s, %s", (int)sme_node_get_depth (place) * 2, "",
             smd_node_get_kind_name (node), node->id, who, place->connected ? "" : " (released)",
             smd_node_get_state_name (node), constraints);
}

void
smd_dump_tree (SmdCollection *collection)
{
  g_autoptr (GPtrArray) places = sme_tree_list_nodes (collection->tree);

  for (guint i = 0; i < places->len; i++)
    smd_dump_node (((SmeNode *)places->pdata[i])->owner);
}

static void
dump_heaps (const SmePolicy *policy)
{
  for (guint i = 0; i < policy->heaps->len; i++)
    {
      const SmeHeap *heap = policy->heaps->pdata[i];

      g_message ("Heap %s%s%s", heap->name, heap->physically_contiguous ? ", contiguous" : "",
                 heap->secure ? ", secure" : "");
    }
}

static void
dump_client (const SmdClient *client)
{
  const SmdAccounts *accounts = client->server->accounts;
  g_autofree char *who = smc_text_quote (
    client->debug_name != NULL ? client->debug_name
                               : (client->process_name != NULL ? client->process_name : ""));

  g_message ("Client %s %s (pid %d, uid %u): %u nodes, %u collections made, %u waits, %u bundles "
             "unread; its user holds %" G_GUINT64_FORMAT " bytes and %" G_GUINT64_FORMAT " fds",
             client->name, who, (int)client->pid, (guint)client->uid,
             g_hash_table_size (client->nodes), g_hash_table_size (client->trees),
             client->waits->len, client->n_unread,
             smd_accounts_get_use (accounts, client->uid, SMD_RESOURCE_BYTES),
             smd_accounts_get_use (accounts, client->uid, SMD_RESOURCE_FDS));
}

static void
dump_collection (SmdCollection *collection)
{
  gint64 age = smd_timers_now (collection->server->timers) - collection->created;
  g_autofree char *name = smc_text_quote (collection->name != NULL ? collection->name : "");
  g_autofree char *missing = NULL;

  if (collection->tree != NULL && collection->settings == NULL)
    missing = smd_missing_describe (sme_tree_get_root (collection->tree));
  g_message ("Collection %" G_GUINT64_FORMAT " %s of uid %u, %" G_GINT64_FORMAT
             " s old: %u of %u buffers exist%s%s%s",
             collection->id, name, (guint)collection->payer, age / G_USEC_PER_SEC,
             collection->n_existing, collection->buffers->len,
             missing != NULL ? ", waits for " : "", missing != NULL ? missing : "",
             collection->tree == NULL ? ", nobody left" : "");
  if (collection->tree != NULL)
    smd_dump_tree (collection);
}

void
smd_dump_server (SmdServer *server)
{
  GHashTableIter iter;
  gpointer value;

  g_message ("State: %u clients, %u nodes, %u collections, %u buffers",
             g_hash_table_size (server->clients), g_hash_table_size (server->nodes),
             g_hash_table_size (server->collections), g_hash_table_size (server->buffers));
  dump_heaps (server->policy);
  g_hash_table_iter_init (&iter, server->clients);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    dump_client (value);
  g_hash_table_iter_init (&iter, server->collections);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    dump_collection (value);
}
