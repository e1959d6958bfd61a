/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-explanation-private.h"
#include "sysmem-node-private.h"

static void
released (gpointer source, gpointer data, GDBusMessage *reply)
{
  (void)sysmem_node_set_state (source, SYSMEM_NODE_RELEASED);
}

static SysmemExplanation *
take_explanation (SysmemNode *self, GDBusMessage *reply, GError **error)
{
  g_autoptr (GVariant) dict = g_variant_get_child_value (g_dbus_message_get_body (reply), 0);

  return sysmem_explanation_new_from_variant (dict);
}

static SysmemCall
make_sync (void)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_ASKS,
    .interface = SYSMEM_INTERFACE_NODE,
    .method = "Sync",
  };
}

/**
 * sysmem_node_sync:
 * @self: a node
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Waits until all earlier calls of this client have taken effect. A token that somebody else is
 * to duplicate further, or that another process turns in, is known to the daemon when this
 * returns. Also the way to ask for the error of a node that has failed.
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_sync (SysmemNode *self, GCancellable *cancellable, GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  call = make_sync ();
  return sysmem_node_say_sync (self, &call, cancellable, error);
}

/**
 * sysmem_node_sync_async:
 * @self: a node
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Node.sync], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_node_sync_async (SysmemNode *self,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_NODE (self));

  call = make_sync ();
  sysmem_node_call_async (self, &call, sysmem_node_sync_async, cancellable, callback, user_data);
}

/**
 * sysmem_node_sync_finish:
 * @self: a node
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Node.sync_async].
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_sync_finish (SysmemNode *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  return sysmem_node_say_finish (self, result, sysmem_node_sync_async, error);
}

static SysmemCall
make_release (void)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = SYSMEM_INTERFACE_NODE,
    .method = "Release",
    .done = released,
  };
}

/**
 * sysmem_node_release:
 * @self: a node
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Closes the node cleanly: what it said stays in force and the others go on. The release of a
 * group before all its children are present fails the tree, as the protocol has it. A token's
 * handle stays open until the daemon has answered, then it is closed.
 *
 * Buffers stay usable after their collection was released.
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_release (SysmemNode *self, GCancellable *cancellable, GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  call = make_release ();
  return sysmem_node_say_sync (self, &call, cancellable, error);
}

/**
 * sysmem_node_release_async:
 * @self: a node
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Node.release], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_node_release_async (SysmemNode *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_NODE (self));

  call = make_release ();
  sysmem_node_call_async (self, &call, sysmem_node_release_async, cancellable, callback, user_data);
}

/**
 * sysmem_node_release_finish:
 * @self: a node
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Node.release_async].
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_release_finish (SysmemNode *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  return sysmem_node_say_finish (self, result, sysmem_node_release_async, error);
}

static SysmemCall
make_abandon (const char *reason)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = SYSMEM_INTERFACE_NODE,
    .method = "Abandon",
    .parameters = g_variant_new ("(s)", reason),
    .done = released,
  };
}

/**
 * sysmem_node_abandon:
 * @self: a node
 * @reason: why, for the message the others get
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Closes the node as if by accident: it fails, and with it all that depends on it.
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_abandon (SysmemNode *self,
                     const char *reason,
                     GCancellable *cancellable,
                     GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);
  g_return_val_if_fail (reason != NULL, FALSE);

  call = make_abandon (reason);
  return sysmem_node_say_sync (self, &call, cancellable, error);
}

/**
 * sysmem_node_abandon_async:
 * @self: a node
 * @reason: why, for the message the others get
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Node.abandon], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_node_abandon_async (SysmemNode *self,
                           const char *reason,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_NODE (self));
  g_return_if_fail (reason != NULL);

  call = make_abandon (reason);
  sysmem_node_call_async (self, &call, sysmem_node_abandon_async, cancellable, callback, user_data);
}

/**
 * sysmem_node_abandon_finish:
 * @self: a node
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Node.abandon_async].
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_abandon_finish (SysmemNode *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  return sysmem_node_say_finish (self, result, sysmem_node_abandon_async, error);
}

static SysmemCall
make_explain (void)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_ASKS,
    .interface = SYSMEM_INTERFACE_NODE,
    .method = "Explain",
    .answer = "(a{sv})",
  };
}

/**
 * sysmem_node_explain:
 * @self: a node
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks why the node failed, or how its settings came about, or who is missing: as data what an
 * error says in one sentence.
 *
 * Returns: (transfer full): the explanation, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemExplanation *
sysmem_node_explain (SysmemNode *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), NULL);

  call = make_explain ();
  reply = sysmem_node_call_sync (self, &call, cancellable, error);
  return reply != NULL ? take_explanation (self, reply, error) : NULL;
}

/**
 * sysmem_node_explain_async:
 * @self: a node
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Node.explain], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_node_explain_async (SysmemNode *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_NODE (self));

  call = make_explain ();
  sysmem_node_call_async (self, &call, sysmem_node_explain_async, cancellable, callback, user_data);
}

/**
 * sysmem_node_explain_finish:
 * @self: a node
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Node.explain_async].
 *
 * Returns: (transfer full): the explanation, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemExplanation *
sysmem_node_explain_finish (SysmemNode *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), NULL);

  reply = sysmem_node_call_finish (self, result, sysmem_node_explain_async, error);
  return reply != NULL ? take_explanation (self, reply, error) : NULL;
}
