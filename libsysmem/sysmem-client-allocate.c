/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-client-private.h"
#include "sysmem-token-private.h"

static SysmemToken *
take_token (SysmemClient *self, GDBusMessage *reply, GError **error)
{
  return sysmem_token_new_from_reply (self, reply, error);
}

static GPtrArray *
take_tokens (SysmemClient *self, GDBusMessage *reply, GError **error)
{
  g_autoptr (GVariant) list = g_variant_get_child_value (g_dbus_message_get_body (reply), 2);
  g_autoptr (SysmemToken) root = sysmem_token_new_from_reply (self, reply, error);
  GPtrArray *tokens;

  if (root == NULL)
    return NULL;
  tokens = sysmem_tokens_new_from_reply (self, reply, list, error);
  if (tokens != NULL)
    g_ptr_array_insert (tokens, 0, g_steal_pointer (&root));
  return tokens;
}

static GVariant *
make_masks (const SysmemRights *rights, gsize n_rights)
{
  g_autoptr (GVariant) masks = g_variant_ref_sink (sysmem_token_make_masks (rights, n_rights));
  g_autoptr (GVariant) list = g_variant_get_child_value (masks, 0);
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert_value (&options, "rights_attenuation_masks", list);
  return g_variant_new ("(@a{sv})", g_variant_dict_end (&options));
}

static SysmemCall
make_allocate_shared (void)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .path = SYSMEM_ROOT_PATH,
    .interface = SYSMEM_ALLOCATOR,
    .method = "AllocateSharedCollection",
    .parameters = g_variant_new ("(a{sv})", NULL),
    .answer = "(oha(oh))",
  };
}

/**
 * sysmem_client_allocate_shared:
 * @self: a client
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Begins a new collection that several participants share.
 *
 * Returns: (transfer full): its root token, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemToken *
sysmem_client_allocate_shared (SysmemClient *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);

  call = make_allocate_shared ();
  reply = sysmem_client_call_sync (self, &call, cancellable, error);
  return reply != NULL ? take_token (self, reply, error) : NULL;
}

/**
 * sysmem_client_allocate_shared_async:
 * @self: a client
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Client.allocate_shared], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_client_allocate_shared_async (SysmemClient *self,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_CLIENT (self));

  call = make_allocate_shared ();
  sysmem_client_call_async (self, &call, sysmem_client_allocate_shared_async, cancellable, callback,
                            user_data);
}

/**
 * sysmem_client_allocate_shared_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Client.allocate_shared_async].
 *
 * Returns: (transfer full): its root token, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemToken *
sysmem_client_allocate_shared_finish (SysmemClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);

  reply = sysmem_client_call_finish (self, result, sysmem_client_allocate_shared_async, error);
  return reply != NULL ? take_token (self, reply, error) : NULL;
}

static SysmemCall
make_allocate_shared_many (const SysmemRights *rights, gsize n_rights)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .path = SYSMEM_ROOT_PATH,
    .interface = SYSMEM_ALLOCATOR,
    .method = "AllocateSharedCollection",
    .parameters = make_masks (rights, n_rights),
    .answer = "(oha(oh))",
    .n_answers = n_rights,
  };
}

/**
 * sysmem_client_allocate_shared_many:
 * @self: a client
 * @rights: (array length=n_rights) (nullable): for each further token, what of the root's
 *   rights it keeps
 * @n_rights: how many further tokens, at most 64 and one less than the daemon sends file
 *   descriptors in one message, which is 16 unless configured
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Begins a new collection and makes tokens for its participants in the same step.
 *
 * Returns: (transfer container) (element-type SysmemToken): the root token, and behind it the
 *   further ones in the order of @rights; or %NULL with an error
 *
 * Since: 1.0
 */
GPtrArray *
sysmem_client_allocate_shared_many (SysmemClient *self,
                                    const SysmemRights *rights,
                                    gsize n_rights,
                                    GCancellable *cancellable,
                                    GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);

  call = make_allocate_shared_many (rights, n_rights);
  reply = sysmem_client_call_sync (self, &call, cancellable, error);
  return reply != NULL ? take_tokens (self, reply, error) : NULL;
}

/**
 * sysmem_client_allocate_shared_many_async:
 * @self: a client
 * @rights: (array length=n_rights) (nullable): for each further token, what of the root's
 *   rights it keeps
 * @n_rights: how many further tokens, at most 64 and one less than the daemon sends file
 *   descriptors in one message, which is 16 unless configured
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Client.allocate_shared_many], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_client_allocate_shared_many_async (SysmemClient *self,
                                          const SysmemRights *rights,
                                          gsize n_rights,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_CLIENT (self));

  call = make_allocate_shared_many (rights, n_rights);
  sysmem_client_call_async (self, &call, sysmem_client_allocate_shared_many_async, cancellable,
                            callback, user_data);
}

/**
 * sysmem_client_allocate_shared_many_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Client.allocate_shared_many_async].
 *
 * Returns: (transfer container) (element-type SysmemToken): the root token, and behind it the
 *   further ones in the order of @rights; or %NULL with an error
 *
 * Since: 1.0
 */
GPtrArray *
sysmem_client_allocate_shared_many_finish (SysmemClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);

  reply = sysmem_client_call_finish (self, result, sysmem_client_allocate_shared_many_async, error);
  return reply != NULL ? take_tokens (self, reply, error) : NULL;
}
