/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-node-private.h"

static guint64
take_id (SysmemNode *self, GDBusMessage *reply, GError **error)
{
  guint64 id;

  g_variant_get (g_dbus_message_get_body (reply), "(t)", &id);
  return id;
}

static SysmemCall
make_set_name (guint32 priority, const char *name)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = SYSMEM_INTERFACE_NODE,
    .method = "SetName",
    .parameters = g_variant_new ("(us)", priority, name),
  };
}

/**
 * sysmem_node_set_name:
 * @self: a node
 * @priority: how much this name counts: the largest said for a collection wins
 * @name: 1 to 64 bytes of UTF-8
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Names the buffers that are allocated afterwards; the name is seen in `/proc` and in debugfs.
 * A name of equal priority does not replace the one before.
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_set_name (
  SysmemNode *self, guint32 priority, const char *name, GCancellable *cancellable, GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  call = make_set_name (priority, name);
  return sysmem_node_say_sync (self, &call, cancellable, error);
}

/**
 * sysmem_node_set_name_async:
 * @self: a node
 * @priority: how much this name counts: the largest said for a collection wins
 * @name: 1 to 64 bytes of UTF-8
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Node.set_name], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_node_set_name_async (SysmemNode *self,
                            guint32 priority,
                            const char *name,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_NODE (self));
  g_return_if_fail (name != NULL);

  call = make_set_name (priority, name);
  sysmem_node_call_async (self, &call, sysmem_node_set_name_async, cancellable, callback,
                          user_data);
}

/**
 * sysmem_node_set_name_finish:
 * @self: a node
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Node.set_name_async].
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_set_name_finish (SysmemNode *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  return sysmem_node_say_finish (self, result, sysmem_node_set_name_async, error);
}

static SysmemCall
make_set_debug_client_info (const char *name, guint64 id)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = SYSMEM_INTERFACE_NODE,
    .method = "SetDebugClientInfo",
    .parameters = g_variant_new ("(st)", name, id),
  };
}

/**
 * sysmem_node_set_debug_client_info:
 * @self: a node
 * @name: at most 256 bytes of UTF-8
 * @id: any number, often a process id
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Says by which name error messages, logs and explanations speak of this node and of the
 * children it gets later.
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_set_debug_client_info (
  SysmemNode *self, const char *name, guint64 id, GCancellable *cancellable, GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  call = make_set_debug_client_info (name, id);
  return sysmem_node_say_sync (self, &call, cancellable, error);
}

/**
 * sysmem_node_set_debug_client_info_async:
 * @self: a node
 * @name: at most 256 bytes of UTF-8
 * @id: any number, often a process id
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Node.set_debug_client_info], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_node_set_debug_client_info_async (SysmemNode *self,
                                         const char *name,
                                         guint64 id,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_NODE (self));
  g_return_if_fail (name != NULL);

  call = make_set_debug_client_info (name, id);
  sysmem_node_call_async (self, &call, sysmem_node_set_debug_client_info_async, cancellable,
                          callback, user_data);
}

/**
 * sysmem_node_set_debug_client_info_finish:
 * @self: a node
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Node.set_debug_client_info_async].
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_set_debug_client_info_finish (SysmemNode *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  return sysmem_node_say_finish (self, result, sysmem_node_set_debug_client_info_async, error);
}

static SysmemCall
make_set_debug_timeout_log_deadline (guint64 time_us)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = SYSMEM_INTERFACE_NODE,
    .method = "SetDebugTimeoutLogDeadline",
    .parameters = g_variant_new ("(t)", time_us),
  };
}

/**
 * sysmem_node_set_debug_timeout_log_deadline:
 * @self: a node
 * @time_us: when, in microseconds of CLOCK_MONOTONIC, as [func@GLib.get_monotonic_time] tells
 *   them
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Says when the daemon first logs who has not answered yet: 5 s after the node was made unless
 * said otherwise. Nobody is ever timed out.
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_set_debug_timeout_log_deadline (SysmemNode *self,
                                            guint64 time_us,
                                            GCancellable *cancellable,
                                            GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  call = make_set_debug_timeout_log_deadline (time_us);
  return sysmem_node_say_sync (self, &call, cancellable, error);
}

/**
 * sysmem_node_set_debug_timeout_log_deadline_async:
 * @self: a node
 * @time_us: when, in microseconds of CLOCK_MONOTONIC, as [func@GLib.get_monotonic_time] tells
 *   them
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Node.set_debug_timeout_log_deadline], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_node_set_debug_timeout_log_deadline_async (SysmemNode *self,
                                                  guint64 time_us,
                                                  GCancellable *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_NODE (self));

  call = make_set_debug_timeout_log_deadline (time_us);
  sysmem_node_call_async (self, &call, sysmem_node_set_debug_timeout_log_deadline_async,
                          cancellable, callback, user_data);
}

/**
 * sysmem_node_set_debug_timeout_log_deadline_finish:
 * @self: a node
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Node.set_debug_timeout_log_deadline_async].
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_set_debug_timeout_log_deadline_finish (SysmemNode *self,
                                                   GAsyncResult *result,
                                                   GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  return sysmem_node_say_finish (self, result, sysmem_node_set_debug_timeout_log_deadline_async,
                                 error);
}

static SysmemCall
make_set_verbose_logging (void)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = SYSMEM_INTERFACE_NODE,
    .method = "SetVerboseLogging",
  };
}

/**
 * sysmem_node_set_verbose_logging:
 * @self: a node
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Lets the daemon log the collection's tree, constraints and outcome.
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_set_verbose_logging (SysmemNode *self, GCancellable *cancellable, GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  call = make_set_verbose_logging ();
  return sysmem_node_say_sync (self, &call, cancellable, error);
}

/**
 * sysmem_node_set_verbose_logging_async:
 * @self: a node
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Node.set_verbose_logging], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_node_set_verbose_logging_async (SysmemNode *self,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_NODE (self));

  call = make_set_verbose_logging ();
  sysmem_node_call_async (self, &call, sysmem_node_set_verbose_logging_async, cancellable, callback,
                          user_data);
}

/**
 * sysmem_node_set_verbose_logging_finish:
 * @self: a node
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Node.set_verbose_logging_async].
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_node_set_verbose_logging_finish (SysmemNode *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_NODE (self), FALSE);

  return sysmem_node_say_finish (self, result, sysmem_node_set_verbose_logging_async, error);
}

static SysmemCall
make_get_buffer_collection_id (void)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_ASKS,
    .interface = SYSMEM_INTERFACE_NODE,
    .method = "GetBufferCollectionId",
    .answer = "(t)",
  };
}

/**
 * sysmem_node_get_buffer_collection_id:
 * @self: a node
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks for the number of the collection that the node is part of. It is unique until the next
 * boot, never 0, and grants nothing.
 *
 * Returns: the number, or 0 with an error
 *
 * Since: 1.0
 */
guint64
sysmem_node_get_buffer_collection_id (SysmemNode *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), 0);

  call = make_get_buffer_collection_id ();
  reply = sysmem_node_call_sync (self, &call, cancellable, error);
  return reply != NULL ? take_id (self, reply, error) : 0;
}

/**
 * sysmem_node_get_buffer_collection_id_async:
 * @self: a node
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Node.get_buffer_collection_id], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_node_get_buffer_collection_id_async (SysmemNode *self,
                                            GCancellable *cancellable,
                                            GAsyncReadyCallback callback,
                                            gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_NODE (self));

  call = make_get_buffer_collection_id ();
  sysmem_node_call_async (self, &call, sysmem_node_get_buffer_collection_id_async, cancellable,
                          callback, user_data);
}

/**
 * sysmem_node_get_buffer_collection_id_finish:
 * @self: a node
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Node.get_buffer_collection_id_async].
 *
 * Returns: the number, or 0 with an error
 *
 * Since: 1.0
 */
guint64
sysmem_node_get_buffer_collection_id_finish (SysmemNode *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_NODE (self), 0);

  reply = sysmem_node_call_finish (self, result, sysmem_node_get_buffer_collection_id_async, error);
  return reply != NULL ? take_id (self, reply, error) : 0;
}
