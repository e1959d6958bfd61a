/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-describe.h"
#include "bus/smd-methods.h"
#include "server/smd-buffer.h"
#include "server/smd-client.h"
#include "server/smd-holder-search.h"
#include "server/smd-visibility.h"
#include "server/smd-wait.h"

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
    if (smd_client_sees (call->client, l->data))
      {
        g_variant_builder_open (&list, G_VARIANT_TYPE_VARDICT);
        smd_describe_summary (l->data, &list);
        g_variant_builder_close (&list);
      }
  return g_variant_new ("(aa{sv})", &list);
}

/* A description that waits for a worker thread to look for holders. */
typedef struct
{
  SmdBus *bus;
  GDBusMethodInvocation *invocation; /* owned */
} Describing;

static void
describing_free (Describing *describing)
{
  g_clear_object (&describing->invocation);
  g_free (describing);
}

static void
on_holders_found (SmdCollection *collection, SmdHolderTable *table, gpointer data)
{
  Describing *describing = data;
  SmdBus *bus = describing->bus;
  const char *sender = g_dbus_method_invocation_get_sender (describing->invocation);
  SmdClient *client = smd_client_lookup (bus->server, sender);
  g_autoptr (GArray) reply_fds = smd_reply_fds_new ();
  SmdCall call = { .bus = bus, .server = bus->server, .client = client };

  if (client == NULL)
    return; /* it left */
  client->n_descriptions--;
  smd_call_complete (bus, g_steal_pointer (&describing->invocation),
                     smd_describe (&call, collection, table), reply_fds, NULL);
}

static GVariant *
describe_with_holders (SmdCall *call, SmdCollection *collection, GError **error)
{
  Describing *describing;

  /* They wait like those for an allocation, and count like them. */
  if (!smd_wait_check_count (call->client, error))
    return NULL;
  call->client->n_descriptions++;
  describing = g_new0 (Describing, 1);
  describing->bus = call->bus;
  describing->invocation = call->invocation;
  call->deferred = TRUE;
  smd_holder_search_ask (call->server->holders, collection, on_holders_found, describing,
                         (GDestroyNotify)describing_free);
  return NULL;
}

static GVariant *
describe_collection (SmdCall *call, GError **error)
{
  SmdCollection *collection;
  guint64 id;

  g_variant_get (call->parameters, "(t)", &id);
  collection = smd_collection_find (call->server, id);
  if (collection == NULL || !smd_client_sees (call->client, collection))
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NOT_FOUND,
                   "id: there is no collection %" G_GUINT64_FORMAT " that you may see", id);
      return NULL;
    }
  if (smd_client_sees_all (call->client, collection))
    return describe_with_holders (call, collection, error);
  return smd_describe (call, collection, NULL);
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
  g_variant_builder_add (&dict, "{sv}", "trees",
                         g_variant_new_uint32 (g_hash_table_size (client->trees)));
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

      if (smd_client_sees_everybody (call->client) || call->client->uid == client->uid)
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
