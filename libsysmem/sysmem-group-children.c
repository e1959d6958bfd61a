/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-group.h"
#include "sysmem-new-tokens.h"

static SysmemCall
make_create_child (SysmemRights rights)
{
  return sysmem_new_token_make_call (SYSMEM_INTERFACE_GROUP, "CreateChild", rights);
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
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_GROUP (self), NULL);

  call = make_create_child (rights);
  return sysmem_new_token_call_sync (self, &call, cancellable, error);
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
  g_return_val_if_fail (SYSMEM_IS_GROUP (self), NULL);

  return sysmem_new_token_call_finish (self, result, sysmem_group_create_child_async, error);
}

static SysmemCall
make_create_children (const SysmemRights *rights, gsize n_rights)
{
  return sysmem_new_tokens_make_call (SYSMEM_INTERFACE_GROUP, "CreateChildrenSync", rights,
                                      n_rights);
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
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_GROUP (self), NULL);
  g_return_val_if_fail (rights != NULL && n_rights > 0, NULL);

  call = make_create_children (rights, n_rights);
  return sysmem_new_tokens_call_sync (self, &call, cancellable, error);
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
  g_return_val_if_fail (SYSMEM_IS_GROUP (self), NULL);

  return sysmem_new_tokens_call_finish (self, result, sysmem_group_create_children_async, error);
}
