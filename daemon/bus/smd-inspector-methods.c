/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-describe.h"
#include "bus/smd-inspector.h"
#include "bus/smd-methods.h"
#include "heaps/smd-holders.h"
#include "server/smd-buffer.h"
#include "server/smd-client.h"

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
        smd_describe_summary (l->data, &list);
        g_variant_builder_close (&list);
      }
  return g_variant_new ("(aa{sv})", &list);
}

/* Looking through /proc for holders takes long enough for a worker thread, which fills in the
 * holders; all else belongs to the main loop, where this is freed, too. */
typedef struct
{
  SmdBus *bus;
  GDBusMethodInvocation *invocation; /* owned */
  SmdCollection *collection;         /* a reference */
  guint64 device;
  guint64 *inodes;
  GPtrArray *holders;
} Describing;

static void
describing_free (Describing *describing)
{
  g_ptr_array_unref (describing->holders);
  g_free (describing->inodes);
  g_free (describing);
}

static Describing *
describing_new (SmdCall *call, SmdCollection *collection)
{
  Describing *describing = g_new0 (Describing, 1);
  guint n = collection->buffers->len;

  describing->bus = call->bus;
  describing->invocation = call->invocation;
  describing->collection = smd_collection_ref (collection);
  describing->holders = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  describing->inodes = g_new0 (guint64, n);
  for (guint i = 0; i < n; i++)
    {
      const SmdBuffer *buffer = collection->buffers->pdata[i];

      describing->device = buffer->device;
      describing->inodes[i] = buffer->inode;
      g_ptr_array_add (describing->holders, smd_holders_new ());
    }
  return describing;
}

static void
find_holders (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Describing *describing = data;

  smd_holders_find (describing->device, describing->inodes, describing->holders);
  g_task_return_boolean (task, TRUE);
}

static void
on_holders_found (GObject *source, GAsyncResult *result, gpointer data)
{
  Describing *describing = data;
  SmdBus *bus = describing->bus;
  GDBusMethodInvocation *invocation = describing->invocation;
  SmdClient *client =
    smd_client_lookup (bus->server, g_dbus_method_invocation_get_sender (invocation));
  g_autoptr (GArray) reply_fds = smd_reply_fds_new ();
  SmdCall call = { .bus = bus, .server = bus->server, .client = client };

  if (client != NULL) /* else it left */
    smd_call_complete (bus, g_steal_pointer (&describing->invocation),
                       smd_describe (&call, describing->collection, describing->holders), reply_fds,
                       NULL);
  describing_free (describing);
}

static void
describe_with_holders (SmdCall *call, SmdCollection *collection)
{
  Describing *describing = describing_new (call, collection);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_holders_found, describing);

  g_task_set_task_data (task, describing, NULL);
  g_task_run_in_thread (task, find_holders);
  call->deferred = TRUE;
}

static GVariant *
describe_collection (SmdCall *call, GError **error)
{
  SmdCollection *collection;
  guint64 id;

  g_variant_get (call->parameters, "(t)", &id);
  collection = g_hash_table_lookup (call->server->collections, &id);
  if (collection == NULL || !smd_inspector_sees (call->client, collection))
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NOT_FOUND,
                   "id: there is no collection %" G_GUINT64_FORMAT " that you may see", id);
      return NULL;
    }
  if (!smd_inspector_sees_all (call->client, collection))
    return smd_describe (call, collection, NULL);
  describe_with_holders (call, collection);
  return NULL;
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
