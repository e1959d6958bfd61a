/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-client-private.h"

static gboolean
take_boolean (SysmemClient *self, GDBusMessage *reply, GError **error)
{
  gboolean answer;

  g_variant_get (g_dbus_message_get_body (reply), "(b)", &answer);
  return answer;
}

static SysmemCall
make_validate_token (int fd)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_ASKS,
    .path = SYSMEM_ROOT_PATH,
    .interface = SYSMEM_ALLOCATOR,
    .method = "ValidateBufferCollectionToken",
    .parameters = g_variant_new ("(h)", 0),
    .answer = "(b)",
    .fds = sysmem_fds_new (&fd, 1),
  };
}

/**
 * sysmem_client_validate_token:
 * @self: a client
 * @fd: a file descriptor; stays the caller's
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Asks whether @fd is the handle of a live token of this daemon. Any file descriptor may be
 * asked for; nothing happens to a token.
 *
 * Returns: whether it is; %FALSE with @error set if that could not be found out
 *
 * Since: 1.0
 */
gboolean
sysmem_client_validate_token (SysmemClient *self, int fd, GCancellable *cancellable, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), FALSE);

  call = make_validate_token (fd);
  reply = sysmem_client_call_sync (self, &call, cancellable, error);
  return reply != NULL ? take_boolean (self, reply, error) : FALSE;
}

/**
 * sysmem_client_validate_token_async:
 * @self: a client
 * @fd: a file descriptor; stays the caller's
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Client.validate_token], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_client_validate_token_async (SysmemClient *self,
                                    int fd,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_CLIENT (self));

  call = make_validate_token (fd);
  sysmem_client_call_async (self, &call, sysmem_client_validate_token_async, cancellable, callback,
                            user_data);
}

/**
 * sysmem_client_validate_token_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Client.validate_token_async].
 *
 * Returns: whether it is; %FALSE with @error set if that could not be found out
 *
 * Since: 1.0
 */
gboolean
sysmem_client_validate_token_finish (SysmemClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), FALSE);

  reply = sysmem_client_call_finish (self, result, sysmem_client_validate_token_async, error);
  return reply != NULL ? take_boolean (self, reply, error) : FALSE;
}

static SysmemCall
make_set_debug_client_info (const char *name, guint64 id)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .path = SYSMEM_ROOT_PATH,
    .interface = SYSMEM_ALLOCATOR,
    .method = "SetDebugClientInfo",
    .parameters = g_variant_new ("(st)", name, id),
  };
}

/**
 * sysmem_client_set_debug_client_info:
 * @self: a client
 * @name: at most 256 bytes of UTF-8
 * @id: any number, often the process id
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Says by which name error messages, logs and explanations speak of the nodes that this client
 * makes from now on.
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_client_set_debug_client_info (
  SysmemClient *self, const char *name, guint64 id, GCancellable *cancellable, GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  call = make_set_debug_client_info (name, id);
  return sysmem_client_say_sync (self, &call, cancellable, error);
}

/**
 * sysmem_client_set_debug_client_info_async:
 * @self: a client
 * @name: at most 256 bytes of UTF-8
 * @id: any number, often the process id
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Client.set_debug_client_info], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_client_set_debug_client_info_async (SysmemClient *self,
                                           const char *name,
                                           guint64 id,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_CLIENT (self));
  g_return_if_fail (name != NULL);

  call = make_set_debug_client_info (name, id);
  sysmem_client_call_async (self, &call, sysmem_client_set_debug_client_info_async, cancellable,
                            callback, user_data);
}

/**
 * sysmem_client_set_debug_client_info_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Client.set_debug_client_info_async].
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_client_set_debug_client_info_finish (SysmemClient *self,
                                            GAsyncResult *result,
                                            GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), FALSE);

  return sysmem_client_say_finish (self, result, sysmem_client_set_debug_client_info_async, error);
}
