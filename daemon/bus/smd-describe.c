/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-describe.h"

#include "bus/smd-encode.h"
#include "common/smc-codec.h"
#include "server/smd-buffer.h"
#include "server/smd-visibility.h"

/* Of one description, far below what a bus carries in one message. */
#define MAX_CONSTRAINTS_BYTES (64 * 1024)

static const char *
get_state (SmdCollection *collection)
{
  if (collection->tree == NULL)
    return collection->failure != NULL && collection->n_existing == 0 ? "failed" : "released";
  return collection->settings != NULL ? "allocated" : "waiting";
}

void
smd_describe_summary (SmdCollection *collection, GVariantBuilder *dict)
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

/* Participants may say much: what does not fit is left out, not made on everybody's time. */
static void
add_constraints (SmePrepared *prepared, gsize *room, GVariantBuilder *dict)
{
  g_autoptr (GVariant) constraints = NULL;

  if (*room > 0)
    constraints =
      g_variant_ref_sink (smc_constraints_to_variant (sme_prepared_get_constraints (prepared)));
  *room -= constraints != NULL ? MIN (*room, g_variant_get_size (constraints)) : 0;
  if (*room > 0)
    g_variant_builder_add (dict, "{sv}", "constraints", constraints);
  else
    g_variant_builder_add (dict, "{sv}", "constraints_left_out", g_variant_new_boolean (TRUE));
}

static GVariant *
encode_node (SmdClient *client, SmdNode *node, gsize *room)
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
    g_variant_new_uint64 (parent != NULL && smd_client_sees_node (client, parent) ? parent->id
                                                                                  : 0));
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
    add_constraints (place->prepared, room, &dict);
  g_variant_builder_add (&dict, "{sv}", "age_usec", g_variant_new_uint64 ((guint64)age));
  return g_variant_builder_end (&dict);
}

static GVariant *
encode_tree (SmdClient *client, SmdCollection *collection)
{
  g_autoptr (GPtrArray) places = NULL;
  gsize room = MAX_CONSTRAINTS_BYTES;
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  if (collection->tree != NULL)
    places = sme_tree_list_nodes (collection->tree);
  for (guint i = 0; places != NULL && i < places->len; i++)
    {
      const SmeNode *place = places->pdata[i];

      if (smd_client_sees_node (client, place->owner))
        g_variant_builder_add_value (&list, encode_node (client, place->owner, &room));
    }
  return g_variant_builder_end (&list);
}

static GVariant *
encode_holders (const GArray *holders)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(us)"));
  for (guint i = 0; holders != NULL && i < holders->len; i++)
    {
      const SmdHolder *holder = &g_array_index (holders, SmdHolder, i);
      g_autofree char *name = g_utf8_make_valid (holder->name, -1);

      g_variant_builder_add (&list, "(us)", (guint32)holder->pid, name);
    }
  return g_variant_builder_end (&list);
}

static GVariant *
encode_buffers (SmdCollection *collection, SmdHolderTable *table)
{
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
      if (table != NULL)
        g_variant_builder_add (
          &list, "{sv}", "holders",
          encode_holders (smd_holder_table_get (table, buffer->device, buffer->inode)));
      g_variant_builder_close (&list);
    }
  return g_variant_builder_end (&list);
}

/* Of the whole tree, so only for those who see it. Returns: (transfer full) (nullable) */
static SmeExplanation *
explain (SmdClient *client, SmdCollection *collection)
{
  if (!smd_client_sees_all (client, collection))
    return NULL;
  if (collection->tree != NULL)
    return sme_node_explain (sme_tree_get_root (collection->tree));
  return collection->failure != NULL ? sme_explanation_ref (collection->failure) : NULL;
}

GVariant *
smd_describe (SmdCall *call, SmdCollection *collection, SmdHolderTable *table)
{
  g_autoptr (SmeExplanation) explanation = explain (call->client, collection);
  g_autoptr (GPtrArray) nobody = g_ptr_array_new ();
  GVariantBuilder dict;

  g_variant_builder_init (&dict, G_VARIANT_TYPE_VARDICT);
  smd_describe_summary (collection, &dict);
  g_variant_builder_add (&dict, "{sv}", "tree", encode_tree (call->client, collection));
  g_variant_builder_add (&dict, "{sv}", "buffers", encode_buffers (collection, table));
  g_variant_builder_add (
    &dict, "{sv}", "waiting_for",
    smd_encode_waiting_for (explanation != NULL ? explanation->waiting_for : nobody));
  if (explanation != NULL)
    g_variant_builder_add (&dict, "{sv}", "explanation", smd_encode_explanation (explanation));
  if (collection->settings != NULL)
    g_variant_builder_add (&dict, "{sv}", "settings",
                           smd_encode_settings (call, collection->settings));
  return g_variant_new ("(a{sv})", &dict);
}
