/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What there is and who holds it. Access (02): uid 0 sees all, who pays for a collection sees its
 * whole tree, others see their own nodes. */

#include "bus/smd-encode.h"
#include "bus/smd-inspector.h"
#include "bus/smd-methods.h"
#include "common/smc-codec.h"
#include "heaps/smd-holders.h"
#include "server/smd-buffer.h"
#include "server/smd-client.h"

static gboolean
sees_all (SmdClient *client, SmdCollection *collection)
{
  return client->uid == 0 || client->uid == collection->payer;
}

static gboolean
sees_node (SmdClient *client, SmdNode *node)
{
  return sees_all (client, node->collection) || (node->callable && node->uid == client->uid);
}

gboolean
smd_inspector_sees (SmdClient *client, SmdCollection *collection)
{
  GHashTableIter iter;
  gpointer node;

  if (sees_all (client, collection))
    return TRUE;
  g_hash_table_iter_init (&iter, collection->nodes);
  while (g_hash_table_iter_next (&iter, &node, NULL))
    if (sees_node (client, node))
      return TRUE;
  return FALSE;
}

static const char *
get_state (SmdCollection *collection)
{
  if (collection->tree == NULL)
    return "released";
  return collection->settings != NULL ? "allocated" : "waiting";
}

static void
add_summary (SmdCollection *collection, GVariantBuilder *dict)
{
  const SmcSettings *settings = collection->settings;
  gint64 age = smd_timers_now (collection->server->timers) - collection->created;

  g_variant_builder_add (dict, "{sv}", "id", g_variant_new_uint64 (collection->id));
  g_variant_builder_add (dict, "{sv}", "name",
                         g_variant_new_string (collection->name != NULL ? collection->name : ""));
  g_variant_builder_add (dict, "{sv}", "state", g_variant_new_string (get_state (collection)));
  g_variant_builder_add (dict, "{sv}", "heap",
                         g_variant_new_string (settings != NULL ? settings->heap : ""));
  g_variant_builder_add (dict, "{sv}", "buffer_count",
                         g_variant_new_uint32 (settings != NULL ? settings->buffer_count : 0));
  g_variant_builder_add (dict, "{sv}", "size_bytes",
                         g_variant_new_uint64 (collection->bytes_charge.amount));
  g_variant_builder_add (dict, "{sv}", "uid", g_variant_new_uint32 (collection->payer));
  g_variant_builder_add (dict, "{sv}", "age_usec", g_variant_new_uint64 ((guint64)age));
  g_variant_builder_add (
    dict, "{sv}", "nodes",
    g_variant_new_uint32 (collection->tree != NULL ? sme_tree_get_n_nodes (collection->tree) : 0));
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const SmdCollection *x = a;
  const SmdCollection *y = b;

  return x->id < y->id ? -1 : x->id > y->id;
}

static GVariant *
list_collections (SmdCall *call, GError **error)
{
  g_autoptr (GList) collections =
    g_list_sort (g_hash_table_get_values (call->server->collections), compare_ids);
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (GList *l = collections; l != NULL; l = l->next)
    if (smd_inspector_sees (call->client, l->data))
      {
        g_variant_builder_open (&list, G_VARIANT_TYPE_VARDICT);
        add_summary (l->data, &list);
        g_variant_builder_close (&list);
      }
  return g_variant_new ("(aa{sv})", &list);
}

static GVariant *
encode_node (SmdClient *client, SmdNode *node)
{
  static const char *const modes[] = { "propagate", "propagate-before-allocation", "isolate" };
  const SmeNode *place = node->sme;
  SmdNode *parent = place->parent != NULL ? place->parent->owner : NULL;
  gint64 age = smd_timers_now (node->server->timers) - node->created;
  gboolean has_owner = node->owner != NULL || node->linger;
  GVariantBuilder dict;

  g_variant_builder_init (&dict, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&dict, "{sv}", "node", g_variant_new_uint64 (node->id));
  g_variant_builder_add (
    &dict, "{sv}", "parent",
    g_variant_new_uint64 (parent != NULL && sees_node (client, parent) ? parent->id : 0));
  g_variant_builder_add (&dict, "{sv}", "kind",
                         g_variant_new_string (smd_node_get_kind_name (node)));
  g_variant_builder_add (&dict, "{sv}", "state",
                         g_variant_new_string (smd_node_get_state_name (node)));
  g_variant_builder_add (&dict, "{sv}", "connected", g_variant_new_boolean (place->connected));
  g_variant_builder_add (&dict, "{sv}", "name", g_variant_new_string (place->name));
  g_variant_builder_add (&dict, "{sv}", "id", g_variant_new_uint64 (place->id));
  g_variant_builder_add (&dict, "{sv}", "pid",
                         g_variant_new_uint32 (has_owner ? (guint32)node->pid : 0));
  g_variant_builder_add (&dict, "{sv}", "uid",
                         g_variant_new_uint32 (has_owner ? node->uid : G_MAXUINT32));
  g_variant_builder_add (&dict, "{sv}", "weak", g_variant_new_boolean (place->weak));
  g_variant_builder_add (&dict, "{sv}", "failure_mode",
                         g_variant_new_string (modes[place->failure_mode]));
  g_variant_builder_add (&dict, "{sv}", "rights", g_variant_new_uint32 (place->rights));
  if (place->prepared != NULL)
    g_variant_builder_add (
      &dict, "{sv}", "constraints",
      smc_constraints_to_variant (sme_prepared_get_constraints (place->prepared)));
  g_variant_builder_add (&dict, "{sv}", "age_usec", g_variant_new_uint64 ((guint64)age));
  return g_variant_builder_end (&dict);
}

static GVariant *
encode_tree (SmdClient *client, SmdCollection *collection)
{
  g_autoptr (GPtrArray) places = NULL;
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  if (collection->tree != NULL)
    places = sme_tree_list_nodes (collection->tree);
  for (guint i = 0; places != NULL && i < places->len; i++)
    {
      const SmeNode *place = places->pdata[i];

      if (sees_node (client, place->owner))
        g_variant_builder_add_value (&list, encode_node (client, place->owner));
    }
  return g_variant_builder_end (&list);
}

static GVariant *
encode_holders (GArray *holders)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(us)"));
  for (guint i = 0; i < holders->len; i++)
    {
      const SmdHolder *holder = &g_array_index (holders, SmdHolder, i);
      g_autofree char *name = g_utf8_make_valid (holder->name, -1);

      g_variant_builder_add (&list, "(us)", (guint32)holder->pid, name);
    }
  return g_variant_builder_end (&list);
}

static GPtrArray *
find_holders (SmdCollection *collection)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  g_autofree guint64 *inodes = g_new0 (guint64, MAX (1, collection->buffers->len));

  for (guint i = 0; i < collection->buffers->len; i++)
    {
      const SmdBuffer *buffer = collection->buffers->pdata[i];

      inodes[i] = buffer->inode;
      g_ptr_array_add (found, smd_holders_new ());
    }
  if (found->len > 0)
    smd_holders_find (((SmdBuffer *)collection->buffers->pdata[0])->device, inodes, found);
  return found;
}

static GVariant *
encode_buffers (SmdClient *client, SmdCollection *collection)
{
  gboolean show_holders = sees_all (client, collection);
  g_autoptr (GPtrArray) found = show_holders ? find_holders (collection) : NULL;
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < collection->buffers->len; i++)
    {
      const SmdBuffer *buffer = collection->buffers->pdata[i];

      g_variant_builder_open (&list, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&list, "{sv}", "index", g_variant_new_uint32 (i));
      g_variant_builder_add (&list, "{sv}", "exists",
                             g_variant_new_boolean (buffer->memory != NULL));
      g_variant_builder_add (&list, "{sv}", "inode", g_variant_new_uint64 (buffer->inode));
      if (show_holders)
        g_variant_builder_add (&list, "{sv}", "holders", encode_holders (found->pdata[i]));
      g_variant_builder_close (&list);
    }
  return g_variant_builder_end (&list);
}

static GVariant *
encode_waiting (SmdClient *client, SmdCollection *collection)
{
  g_autoptr (SmeExplanation) explanation = NULL;
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();

  if (collection->tree != NULL && sees_all (client, collection))
    explanation = sme_node_explain (sme_tree_get_root (collection->tree));
  return smd_encode_waiting_for (explanation != NULL ? explanation->waiting_for : nobody);
}

static GVariant *
describe_collection (SmdCall *call, GError **error)
{
  SmdCollection *collection;
  GVariantBuilder dict;
  guint64 id;

  g_variant_get (call->parameters, "(t)", &id);
  collection = g_hash_table_lookup (call->server->collections, &id);
  if (collection == NULL || !smd_inspector_sees (call->client, collection))
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NOT_FOUND,
                   "id: there is no collection %" G_GUINT64_FORMAT " that you may see", id);
      return NULL;
    }
  g_variant_builder_init (&dict, G_VARIANT_TYPE_VARDICT);
  add_summary (collection, &dict);
  g_variant_builder_add (&dict, "{sv}", "tree", encode_tree (call->client, collection));
  g_variant_builder_add (&dict, "{sv}", "buffers", encode_buffers (call->client, collection));
  g_variant_builder_add (&dict, "{sv}", "waiting_for", encode_waiting (call->client, collection));
  if (collection->settings != NULL)
    g_variant_builder_add (&dict, "{sv}", "settings",
                           smd_encode_settings (call, collection->settings));
  return g_variant_new ("(a{sv})", &dict);
}

static void
add_quota (SmdClient *client, GVariantBuilder *dict)
{
  static const struct
  {
    const char *use;
    const char *limit;
    SmdResource resource;
  } rows[] = {
    { "collections", "collections_limit", SMD_RESOURCE_COLLECTIONS },
    { "uid_nodes", "uid_nodes_limit", SMD_RESOURCE_NODES },
    { "fds", "fds_limit", SMD_RESOURCE_FDS },
    { "bytes", "bytes_limit", SMD_RESOURCE_BYTES },
  };
  const SmdAccounts *accounts = client->server->accounts;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint64 use = smd_accounts_get_use (accounts, client->uid, rows[i].resource);

      g_variant_builder_add (dict, "{sv}", rows[i].use, g_variant_new_uint64 (use));
      if (client->uid != 0)
        g_variant_builder_add (
          dict, "{sv}", rows[i].limit,
          g_variant_new_uint64 (smd_accounts_get_limit (accounts, client->uid, rows[i].resource)));
    }
}

static GVariant *
encode_client (SmdClient *client)
{
  GVariantBuilder dict;

  g_variant_builder_init (&dict, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&dict, "{sv}", "name", g_variant_new_string (client->name));
  g_variant_builder_add (&dict, "{sv}", "uid", g_variant_new_uint32 (client->uid));
  g_variant_builder_add (&dict, "{sv}", "pid", g_variant_new_uint32 ((guint32)client->pid));
  g_variant_builder_add (
    &dict, "{sv}", "debug_name",
    g_variant_new_string (client->debug_name != NULL ? client->debug_name : ""));
  g_variant_builder_add (&dict, "{sv}", "nodes",
                         g_variant_new_uint32 (g_hash_table_size (client->nodes)));
  g_variant_builder_add (&dict, "{sv}", "trees", g_variant_new_uint32 (g_hash_table_size (client->trees)));
  g_variant_builder_add (&dict, "{sv}", "waits", g_variant_new_uint32 (client->waits->len));
  g_variant_builder_add (&dict, "{sv}", "bundles", g_variant_new_uint32 (client->n_unread));
  add_quota (client, &dict);
  return g_variant_builder_end (&dict);
}

static GVariant *
list_clients (SmdCall *call, GError **error)
{
  GVariantBuilder list;
  GHashTableIter iter;
  gpointer value;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  g_hash_table_iter_init (&iter, call->server->clients);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SmdClient *client = value;

      if (call->client->uid == 0 || call->client->uid == client->uid)
        g_variant_builder_add_value (&list, encode_client (client));
    }
  return g_variant_new ("(aa{sv})", &list);
}

static GVariant *
subscribe (SmdCall *call, GError **error)
{
  smd_client_set_subscribed (call->client, TRUE);
  return g_variant_new ("()");
}

static GVariant *
unsubscribe (SmdCall *call, GError **error)
{
  smd_client_set_subscribed (call->client, FALSE);
  return g_variant_new ("()");
}

const SmdMethod smd_inspector_methods[] = {
  { "ListCollections", list_collections, FALSE },
  { "DescribeCollection", describe_collection, FALSE },
  { "ListClients", list_clients, FALSE },
  { "Subscribe", subscribe, FALSE },
  { "Unsubscribe", unsubscribe, FALSE },
  { NULL, NULL, FALSE },
};
