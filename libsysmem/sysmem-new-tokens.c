/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-new-tokens.h"

SysmemCall
sysmem_new_token_make_call (const char *interface, const char *method, SysmemRights rights)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = interface,
    .method = method,
    .parameters = g_variant_new ("(u)", (guint32)rights),
    .answer = "(oh)",
  };
}

SysmemCall
sysmem_new_tokens_make_call (const char *interface,
                             const char *method,
                             const SysmemRights *rights,
                             gsize n_rights)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = interface,
    .method = method,
    .parameters = sysmem_token_make_masks (rights, n_rights),
    .answer = "(a(oh))",
    .n_answers = n_rights,
  };
}

/* @reply (nullable): %NULL where the call failed */
static SysmemToken *
take_token (gpointer parent, GDBusMessage *reply, GError **error)
{
  if (reply == NULL)
    return NULL;
  return sysmem_token_new_from_reply (sysmem_node_get_client (parent), reply, error);
}

static GPtrArray *
take_tokens (gpointer parent, GDBusMessage *reply, GError **error)
{
  g_autoptr (GVariant) list = NULL;

  if (reply == NULL)
    return NULL;
  list = g_variant_get_child_value (g_dbus_message_get_body (reply), 0);
  return sysmem_tokens_new_from_reply (sysmem_node_get_client (parent), reply, list, error);
}

SysmemToken *
sysmem_new_token_call_sync (gpointer parent,
                            const SysmemCall *call,
                            GCancellable *cancellable,
                            GError **error)
{
  g_autoptr (GDBusMessage) reply = sysmem_node_call_sync (parent, call, cancellable, error);

  return take_token (parent, reply, error);
}

SysmemToken *
sysmem_new_token_call_finish (gpointer parent, GAsyncResult *result, gpointer tag, GError **error)
{
  g_autoptr (GDBusMessage) reply = sysmem_node_call_finish (parent, result, tag, error);

  return take_token (parent, reply, error);
}

GPtrArray *
sysmem_new_tokens_call_sync (gpointer parent,
                             const SysmemCall *call,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (GDBusMessage) reply = sysmem_node_call_sync (parent, call, cancellable, error);

  return take_tokens (parent, reply, error);
}

GPtrArray *
sysmem_new_tokens_call_finish (gpointer parent, GAsyncResult *result, gpointer tag, GError **error)
{
  g_autoptr (GDBusMessage) reply = sysmem_node_call_finish (parent, result, tag, error);

  return take_tokens (parent, reply, error);
}
