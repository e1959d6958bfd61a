/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-node-private.h"

static int
take_fd (SysmemNode *self, GDBusMessage *reply, GError **error)
{
  return sysmem_reply_take_only_fd (reply, error);
}

static gboolean
take_boolean (SysmemNode *self, GDBusMessage *reply, GError **error)
{
  gboolean answer;

  g_variant_get (g_dbus_message_get_body (reply), "(b)", &answer);
  return answer;
}

static SysmemCall
make_get_node_ref (void)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_ASKS,
    .interface = SYSMEM_INTERFACE_NODE,
    .method = "GetNodeRef",
    .answer = "(h)",
  };
}

/**
 * sysmem_node_get_node_ref:
 * @self: a node
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Gets a file descriptor that proves having talked to this node, for
 * [method@Sysmem.Node.is_alternate_for]. It stays valid after the node was released.
 *
 * Returns: a file descriptor that the caller owns, or -1 with an error
 *
 * Since: 1.0
 */
int
sysmem_node_get_node_ref (SysmemNode *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), -1);

  call = make_get_node_ref ();
  reply = sysmem_node_call_sync (self, &call, cancellable, error);
  return reply != NULL ? take_fd (self, reply, error) : -1;
}

/**
 * sysmem_node_get_node_ref_async:
 * @self: a node
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Node.get_node_ref], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_node_get_node_ref_async (SysmemNode *self,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_NODE (self));

  call = make_get_node_ref ();
  sysmem_node_call_async (self, &call, sysmem_node_get_node_ref_async, cancellable, callback,
                          user_data);
}

/**
 * sysmem_node_get_node_ref_finish:
 * @self: a node
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Node.get_node_ref_async].
 *
 * Returns: a file descriptor that the caller owns, or -1 with an error
 *
 * Since: 1.0
 */
int
sysmem_node_get_node_ref_finish (SysmemNode *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), -1);

  reply = sysmem_node_call_finish (self, result, sysmem_node_get_node_ref_async, error);
  return reply != NULL ? take_fd (self, reply, error) : -1;
}

static SysmemCall
make_is_alternate_for (int node_ref)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_ASKS,
    .interface = SYSMEM_INTERFACE_NODE,
    .method = "IsAlternateFor",
    .parameters = g_variant_new ("(h)", 0),
    .answer = "(b)",
    .fds = sysmem_fds_new (&node_ref, 1),
  };
}

/**
 * sysmem_node_is_alternate_for:
 * @self: a node
 * @node_ref: a file descriptor from [method@Sysmem.Node.get_node_ref] of the other node; stays
 *   the caller's
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks whether at most one of the two nodes can get the buffers, since their nearest common
 * ancestor is a group.
 *
 * Returns: whether it is a group; %FALSE with @error set if that could not be found out
 *
 * Since: 1.0
 */
gboolean
sysmem_node_is_alternate_for (SysmemNode *self,
                              int node_ref,
                              GCancellable *cancellable,
                              GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  call = make_is_alternate_for (node_ref);
  reply = sysmem_node_call_sync (self, &call, cancellable, error);
  return reply != NULL ? take_boolean (self, reply, error) : FALSE;
}

/**
 * sysmem_node_is_alternate_for_async:
 * @self: a node
 * @node_ref: a file descriptor from [method@Sysmem.Node.get_node_ref] of the other node; stays
 *   the caller's
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Node.is_alternate_for], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_node_is_alternate_for_async (SysmemNode *self,
                                    int node_ref,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_NODE (self));

  call = make_is_alternate_for (node_ref);
  sysmem_node_call_async (self, &call, sysmem_node_is_alternate_for_async, cancellable, callback,
                          user_data);
}

/**
 * sysmem_node_is_alternate_for_finish:
 * @self: a node
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Node.is_alternate_for_async].
 *
 * Returns: whether it is a group; %FALSE with @error set if that could not be found out
 *
 * Since: 1.0
 */
gboolean
sysmem_node_is_alternate_for_finish (SysmemNode *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  reply = sysmem_node_call_finish (self, result, sysmem_node_is_alternate_for_async, error);
  return reply != NULL ? take_boolean (self, reply, error) : FALSE;
}

static SysmemCall
make_attach_node_tracking (void)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = SYSMEM_INTERFACE_NODE,
    .method = "AttachNodeTracking",
    .answer = "(h)",
  };
}

/**
 * sysmem_node_attach_node_tracking:
 * @self: a node
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Gets a file descriptor that hangs up (`POLLHUP`) when this place in the tree is gone and its
 * buffer counts are free, which a mere release does not do. At most 256 for a node.
 *
 * Returns: a file descriptor that the caller owns, or -1 with an error
 *
 * Since: 1.0
 */
int
sysmem_node_attach_node_tracking (SysmemNode *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), -1);

  call = make_attach_node_tracking ();
  reply = sysmem_node_call_sync (self, &call, cancellable, error);
  return reply != NULL ? take_fd (self, reply, error) : -1;
}

/**
 * sysmem_node_attach_node_tracking_async:
 * @self: a node
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Node.attach_node_tracking], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_node_attach_node_tracking_async (SysmemNode *self,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_NODE (self));

  call = make_attach_node_tracking ();
  sysmem_node_call_async (self, &call, sysmem_node_attach_node_tracking_async, cancellable,
                          callback, user_data);
}

/**
 * sysmem_node_attach_node_tracking_finish:
 * @self: a node
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Node.attach_node_tracking_async].
 *
 * Returns: a file descriptor that the caller owns, or -1 with an error
 *
 * Since: 1.0
 */
int
sysmem_node_attach_node_tracking_finish (SysmemNode *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), -1);

  reply = sysmem_node_call_finish (self, result, sysmem_node_attach_node_tracking_async, error);
  return reply != NULL ? take_fd (self, reply, error) : -1;
}
