/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-node-private.h"

static GVariant *
make_weak_options (gboolean for_child_nodes_also)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "for_child_nodes_also", "b", for_child_nodes_also);
  return g_variant_new ("(@a{sv})", g_variant_dict_end (&options));
}

static SysmemCall
make_set_weak (void)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = SYSMEM_INTERFACE_NODE,
    .method = "SetWeak",
  };
}

/**
 * sysmem_node_set_weak:
 * @self: a node
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Makes this participant a weak one: it does not keep buffers alive, and closes a buffer when
 * [signal@Sysmem.Buffer::close-asap] says so. A token may say it any time, a collection before
 * its constraints, a group before all children are present. Existing children are unaffected,
 * later ones are weak. There is no way back.
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_set_weak (SysmemNode *self, GCancellable *cancellable, GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  call = make_set_weak ();
  return sysmem_node_say_sync (self, &call, cancellable, error);
}

/**
 * sysmem_node_set_weak_async:
 * @self: a node
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Node.set_weak], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_node_set_weak_async (SysmemNode *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_NODE (self));

  call = make_set_weak ();
  sysmem_node_call_async (self, &call, sysmem_node_set_weak_async, cancellable, callback,
                          user_data);
}

/**
 * sysmem_node_set_weak_finish:
 * @self: a node
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Node.set_weak_async].
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_set_weak_finish (SysmemNode *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  return sysmem_node_say_finish (self, result, sysmem_node_set_weak_async, error);
}

static SysmemCall
make_set_weak_ok (gboolean for_child_nodes_also)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = SYSMEM_INTERFACE_NODE,
    .method = "SetWeakOk",
    .parameters = make_weak_options (for_child_nodes_also),
  };
}

/**
 * sysmem_node_set_weak_ok:
 * @self: a node
 * @for_child_nodes_also: whether children made later, and theirs, count as having said so
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Says that this participant knows what [signal@Sysmem.Buffer::close-asap] asks of it. To be
 * called before the first wait: the wait of a weak collection that never said so is refused.
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_set_weak_ok (SysmemNode *self,
                         gboolean for_child_nodes_also,
                         GCancellable *cancellable,
                         GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  call = make_set_weak_ok (for_child_nodes_also);
  return sysmem_node_say_sync (self, &call, cancellable, error);
}

/**
 * sysmem_node_set_weak_ok_async:
 * @self: a node
 * @for_child_nodes_also: whether children made later, and theirs, count as having said so
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Node.set_weak_ok], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_node_set_weak_ok_async (SysmemNode *self,
                               gboolean for_child_nodes_also,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_NODE (self));

  call = make_set_weak_ok (for_child_nodes_also);
  sysmem_node_call_async (self, &call, sysmem_node_set_weak_ok_async, cancellable, callback,
                          user_data);
}

/**
 * sysmem_node_set_weak_ok_finish:
 * @self: a node
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Node.set_weak_ok_async].
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_set_weak_ok_finish (SysmemNode *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  return sysmem_node_say_finish (self, result, sysmem_node_set_weak_ok_async, error);
}
