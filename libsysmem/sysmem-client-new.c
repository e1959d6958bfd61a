/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-client.h"

/**
 * sysmem_client_new:
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Connects to the daemon on the system bus, or on the session bus if the environment has
 * `SYSMEM_BUS=session`. Blocks until the daemon, which the bus starts if need be, has answered.
 *
 * Returns: (transfer full): a new client, or %NULL with an error of %G_IO_ERROR or %G_DBUS_ERROR:
 *   no bus, no daemon
 *
 * Since: 1.0
 */
SysmemClient *
sysmem_client_new (GCancellable *cancellable, GError **error)
{
  return g_initable_new (SYSMEM_TYPE_CLIENT, cancellable, error, NULL);
}

/**
 * sysmem_client_new_async:
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the client is ready
 * @user_data: for @callback
 *
 * As [ctor@Sysmem.Client.new], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_client_new_async (GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_async_initable_new_async (SYSMEM_TYPE_CLIENT, G_PRIORITY_DEFAULT, cancellable, callback,
                              user_data, NULL);
}

/**
 * sysmem_client_new_finish:
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [func@Sysmem.Client.new_async].
 *
 * Returns: (transfer full): a new client, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemClient *
sysmem_client_new_finish (GAsyncResult *result, GError **error)
{
  g_autoptr (GObject) source = g_async_result_get_source_object (result);
  GObject *client = g_async_initable_new_finish (G_ASYNC_INITABLE (source), result, error);

  return client != NULL ? SYSMEM_CLIENT (client) : NULL;
}

/**
 * sysmem_client_new_for_address:
 * @address: a D-Bus address, such as `unix:path=/run/dbus/system_bus_socket`
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Connects to the daemon on the bus at @address.
 *
 * Returns: (transfer full): a new client, or %NULL with an error of %G_IO_ERROR or %G_DBUS_ERROR
 *
 * Since: 1.0
 */
SysmemClient *
sysmem_client_new_for_address (const char *address, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (address != NULL, NULL);

  return g_initable_new (SYSMEM_TYPE_CLIENT, cancellable, error, "address", address, NULL);
}

/**
 * sysmem_client_new_for_address_async:
 * @address: a D-Bus address, such as `unix:path=/run/dbus/system_bus_socket`
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the client is ready
 * @user_data: for @callback
 *
 * As [ctor@Sysmem.Client.new_for_address], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_client_new_for_address_async (const char *address,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_return_if_fail (address != NULL);

  g_async_initable_new_async (SYSMEM_TYPE_CLIENT, G_PRIORITY_DEFAULT, cancellable, callback,
                              user_data, "address", address, NULL);
}

/**
 * sysmem_client_new_for_address_finish:
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [func@Sysmem.Client.new_for_address_async].
 *
 * Returns: (transfer full): a new client, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemClient *
sysmem_client_new_for_address_finish (GAsyncResult *result, GError **error)
{
  return sysmem_client_new_finish (result, error);
}

/**
 * sysmem_client_new_for_connection:
 * @connection: a connection to a message bus
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Uses a connection that exists. What the client makes then belongs to @connection: it closes as
 * if by accident when @connection is closed.
 *
 * Returns: (transfer full): a new client, or %NULL with an error of %G_IO_ERROR or %G_DBUS_ERROR
 *
 * Since: 1.0
 */
SysmemClient *
sysmem_client_new_for_connection (GDBusConnection *connection,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_return_val_if_fail (G_IS_DBUS_CONNECTION (connection), NULL);

  return g_initable_new (SYSMEM_TYPE_CLIENT, cancellable, error, "connection", connection, NULL);
}

/**
 * sysmem_client_new_for_connection_async:
 * @connection: a connection to a message bus
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the client is ready
 * @user_data: for @callback
 *
 * As [ctor@Sysmem.Client.new_for_connection], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_client_new_for_connection_async (GDBusConnection *connection,
                                        GCancellable *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  g_return_if_fail (G_IS_DBUS_CONNECTION (connection));

  g_async_initable_new_async (SYSMEM_TYPE_CLIENT, G_PRIORITY_DEFAULT, cancellable, callback,
                              user_data, "connection", connection, NULL);
}

/**
 * sysmem_client_new_for_connection_finish:
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [func@Sysmem.Client.new_for_connection_async].
 *
 * Returns: (transfer full): a new client, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemClient *
sysmem_client_new_for_connection_finish (GAsyncResult *result, GError **error)
{
  return sysmem_client_new_finish (result, error);
}
