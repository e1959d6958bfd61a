/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-collection-private.h"
#include "sysmem-group-private.h"
#include "sysmem-new-tokens.h"

static SysmemCall
make_duplicate (SysmemRights rights)
{
  return sysmem_new_token_make_call (SYSMEM_INTERFACE_TOKEN, "Duplicate", rights);
}

/**
 * sysmem_token_duplicate:
 * @self: a token
 * @rights: what of its parent's rights the new token keeps
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Makes one more token of the same collection, for one more participant.
 *
 * Returns: (transfer full): the new token, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemToken *
sysmem_token_duplicate (SysmemToken *self,
                        SysmemRights rights,
                        GCancellable *cancellable,
                        GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_TOKEN (self), NULL);

  call = make_duplicate (rights);
  return sysmem_new_token_call_sync (self, &call, cancellable, error);
}

/**
 * sysmem_token_duplicate_async:
 * @self: a token
 * @rights: what of its parent's rights the new token keeps
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Token.duplicate], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_token_duplicate_async (SysmemToken *self,
                              SysmemRights rights,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_TOKEN (self));

  call = make_duplicate (rights);
  sysmem_node_call_async (self, &call, sysmem_token_duplicate_async, cancellable, callback,
                          user_data);
}

/**
 * sysmem_token_duplicate_finish:
 * @self: a token
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Token.duplicate_async].
 *
 * Returns: (transfer full): the new token, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemToken *
sysmem_token_duplicate_finish (SysmemToken *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_TOKEN (self), NULL);

  return sysmem_new_token_call_finish (self, result, sysmem_token_duplicate_async, error);
}

static SysmemCall
make_duplicate_many (const SysmemRights *rights, gsize n_rights)
{
  return sysmem_new_tokens_make_call (SYSMEM_INTERFACE_TOKEN, "DuplicateSync", rights, n_rights);
}

/**
 * sysmem_token_duplicate_many:
 * @self: a token
 * @rights: (array length=n_rights): for each new token, what of its parent's rights it keeps
 * @n_rights: how many tokens, at most 64 and no more than the daemon sends file descriptors in
 *   one message, which is 16 unless configured
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Makes several tokens at once: all or none.
 *
 * Returns: (transfer container) (element-type SysmemToken): the new tokens in the order of @rights,
 *   or %NULL with an error
 *
 * Since: 1.0
 */
GPtrArray *
sysmem_token_duplicate_many (SysmemToken *self,
                             const SysmemRights *rights,
                             gsize n_rights,
                             GCancellable *cancellable,
                             GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_TOKEN (self), NULL);
  g_return_val_if_fail (rights != NULL && n_rights > 0, NULL);

  call = make_duplicate_many (rights, n_rights);
  return sysmem_new_tokens_call_sync (self, &call, cancellable, error);
}

/**
 * sysmem_token_duplicate_many_async:
 * @self: a token
 * @rights: (array length=n_rights): for each new token, what of its parent's rights it keeps
 * @n_rights: how many tokens, at most 64 and no more than the daemon sends file descriptors in
 *   one message, which is 16 unless configured
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Token.duplicate_many], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_token_duplicate_many_async (SysmemToken *self,
                                   const SysmemRights *rights,
                                   gsize n_rights,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_TOKEN (self));
  g_return_if_fail (rights != NULL && n_rights > 0);

  call = make_duplicate_many (rights, n_rights);
  sysmem_node_call_async (self, &call, sysmem_token_duplicate_many_async, cancellable, callback,
                          user_data);
}

/**
 * sysmem_token_duplicate_many_finish:
 * @self: a token
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Token.duplicate_many_async].
 *
 * Returns: (transfer container) (element-type SysmemToken): the new tokens in the order of @rights,
 *   or %NULL with an error
 *
 * Since: 1.0
 */
GPtrArray *
sysmem_token_duplicate_many_finish (SysmemToken *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_TOKEN (self), NULL);

  return sysmem_new_tokens_call_finish (self, result, sysmem_token_duplicate_many_async, error);
}

static SysmemCall
make_set_dispensable (void)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = SYSMEM_INTERFACE_TOKEN,
    .method = "SetDispensable",
  };
}

/**
 * sysmem_token_set_dispensable:
 * @self: a token
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Makes this participant dispensable: once the buffers are allocated it may fail without taking
 * the others down. Before, its failure is everybody's as usual.
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_token_set_dispensable (SysmemToken *self, GCancellable *cancellable, GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_TOKEN (self), FALSE);

  call = make_set_dispensable ();
  return sysmem_node_say_sync (self, &call, cancellable, error);
}

/**
 * sysmem_token_set_dispensable_async:
 * @self: a token
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Token.set_dispensable], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_token_set_dispensable_async (SysmemToken *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_TOKEN (self));

  call = make_set_dispensable ();
  sysmem_node_call_async (self, &call, sysmem_token_set_dispensable_async, cancellable, callback,
                          user_data);
}

/**
 * sysmem_token_set_dispensable_finish:
 * @self: a token
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Token.set_dispensable_async].
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_token_set_dispensable_finish (SysmemToken *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_TOKEN (self), FALSE);

  return sysmem_node_say_finish (self, result, sysmem_token_set_dispensable_async, error);
}

static void
group_made (gpointer source, gpointer data, GDBusMessage *reply)
{
  sysmem_node_set_place_from_reply (data, reply);
}

static SysmemCall
make_create_group (void)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = SYSMEM_INTERFACE_TOKEN,
    .method = "CreateBufferCollectionTokenGroup",
    .answer = "(o)",
    .done = group_made,
  };
}

/**
 * sysmem_token_create_group:
 * @self: a token
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Makes a choice among child tokens, of which exactly one will take part.
 *
 * Returns: (transfer full): the new group, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemGroup *
sysmem_token_create_group (SysmemToken *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (SysmemGroup) made = NULL;
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_TOKEN (self), NULL);

  made = sysmem_group_new (sysmem_node_get_client (SYSMEM_NODE (self)));
  call = make_create_group ();
  call.source = self;
  call.data = made;
  reply = sysmem_node_call_sync (self, &call, cancellable, error);
  return reply != NULL ? g_steal_pointer (&made) : NULL;
}

/**
 * sysmem_token_create_group_async:
 * @self: a token
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Token.create_group], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_token_create_group_async (SysmemToken *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  SysmemGroup *made;
  SysmemCall call;
  GTask *task;

  g_return_if_fail (SYSMEM_IS_TOKEN (self));

  made = sysmem_group_new (sysmem_node_get_client (SYSMEM_NODE (self)));
  call = make_create_group ();
  task =
    sysmem_node_task_new (self, sysmem_token_create_group_async, cancellable, callback, user_data);
  g_task_set_task_data (task, made, g_object_unref);
  sysmem_node_call_start (&call, task);
}

/**
 * sysmem_token_create_group_finish:
 * @self: a token
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Token.create_group_async].
 *
 * Returns: (transfer full): the new group, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemGroup *
sysmem_token_create_group_finish (SysmemToken *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_TOKEN (self), NULL);

  reply = sysmem_node_call_finish (self, result, sysmem_token_create_group_async, error);
  return reply != NULL ? g_object_ref (g_task_get_task_data (G_TASK (result))) : NULL;
}
