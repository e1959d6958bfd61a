/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-group.h"
#include "sysmem-token-private.h"

static SysmemToken *
take_token (SysmemGroup *self, GDBusMessage *reply, GError **error)
{
  return sysmem_token_new_from_reply (sysmem_node_get_client (SYSMEM_NODE (self)), reply, error);
}

static GPtrArray *
take_tokens (SysmemGroup *self, GDBusMessage *reply, GError **error)
{
  g_autoptr (GVariant) list = g_variant_get_child_value (g_dbus_message_get_body (reply), 0);

  return sysmem_tokens_new_from_reply (sysmem_node_get_client (SYSMEM_NODE (self)), reply, list,
                                       error);
}

static SysmemCall
make_create_child (SysmemRights rights)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = SYSMEM_INTERFACE_GROUP,
    .method = "CreateChild",
    .parameters = g_variant_new ("(u)", (guint32)rights),
    .answer = "(oh)",
  };
}

/**
 * sysmem_group_create_child:
 * @self: a group
 * @rights: what of its parent's rights the new token keeps
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Makes one more alternative. Those made earlier are preferred.
 *
 * Returns: (transfer full): the new token, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemToken *
sysmem_group_create_child (SysmemGroup *self,
                           SysmemRights rights,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_GROUP (self), NULL);

  call = make_create_child (rights);
  reply = sysmem_node_call_sync (self, &call, cancellable, error);
  return reply != NULL ? take_token (self, reply, error) : NULL;
}

/**
 * sysmem_group_create_child_async:
 * @self: a group
 * @rights: what of its parent's rights the new token keeps
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Group.create_child], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_group_create_child_async (SysmemGroup *self,
                                 SysmemRights rights,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_GROUP (self));

  call = make_create_child (rights);
  sysmem_node_call_async (self, &call, sysmem_group_create_child_async, cancellable, callback,
                          user_data);
}

/**
 * sysmem_group_create_child_finish:
 * @self: a group
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Group.create_child_async].
 *
 * Returns: (transfer full): the new token, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemToken *
sysmem_group_create_child_finish (SysmemGroup *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_GROUP (self), NULL);

  reply = sysmem_node_call_finish (self, result, sysmem_group_create_child_async, error);
  return reply != NULL ? take_token (self, reply, error) : NULL;
}

static SysmemCall
make_create_children (const SysmemRights *rights, gsize n_rights)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = SYSMEM_INTERFACE_GROUP,
    .method = "CreateChildrenSync",
    .parameters = sysmem_token_make_masks (rights, n_rights),
    .answer = "(a(oh))",
    .n_answers = n_rights,
  };
}

/**
 * sysmem_group_create_children:
 * @self: a group
 * @rights: (array length=n_rights): for each new token, what of its parent's rights it keeps
 * @n_rights: how many tokens, at most 64 and no more than the daemon sends file descriptors in
 *   one message, which is 16 unless configured
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Makes several alternatives at once: all or none. Those made earlier are preferred.
 *
 * Returns: (transfer container) (element-type SysmemToken): the new tokens in the order of @rights,
 *   or %NULL with an error
 *
 * Since: 1.0
 */
GPtrArray *
sysmem_group_create_children (SysmemGroup *self,
                              const SysmemRights *rights,
                              gsize n_rights,
                              GCancellable *cancellable,
                              GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_GROUP (self), NULL);
  g_return_val_if_fail (rights != NULL && n_rights > 0, NULL);

  call = make_create_children (rights, n_rights);
  reply = sysmem_node_call_sync (self, &call, cancellable, error);
  return reply != NULL ? take_tokens (self, reply, error) : NULL;
}

/**
 * sysmem_group_create_children_async:
 * @self: a group
 * @rights: (array length=n_rights): for each new token, what of its parent's rights it keeps
 * @n_rights: how many tokens, at most 64 and no more than the daemon sends file descriptors in
 *   one message, which is 16 unless configured
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Group.create_children], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_group_create_children_async (SysmemGroup *self,
                                    const SysmemRights *rights,
                                    gsize n_rights,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_GROUP (self));
  g_return_if_fail (rights != NULL && n_rights > 0);

  call = make_create_children (rights, n_rights);
  sysmem_node_call_async (self, &call, sysmem_group_create_children_async, cancellable, callback,
                          user_data);
}

/**
 * sysmem_group_create_children_finish:
 * @self: a group
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Group.create_children_async].
 *
 * Returns: (transfer container) (element-type SysmemToken): the new tokens in the order of @rights,
 *   or %NULL with an error
 *
 * Since: 1.0
 */
GPtrArray *
sysmem_group_create_children_finish (SysmemGroup *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_GROUP (self), NULL);

  reply = sysmem_node_call_finish (self, result, sysmem_group_create_children_async, error);
  return reply != NULL ? take_tokens (self, reply, error) : NULL;
}
