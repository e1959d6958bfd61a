/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-buffer-info-private.h"
#include "sysmem-client-private.h"

static SysmemBufferInfo *
take_info (SysmemClient *self, GDBusMessage *reply, GError **error)
{
  return sysmem_buffer_info_new_from_reply (reply, error);
}

static GUnixFDList *
make_fds (int fd, int settings_to_check)
{
  int fds[] = { fd, settings_to_check };

  return sysmem_fds_new (fds, settings_to_check >= 0 ? 2 : 1);
}

static GVariant *
make_info_parameters (SysmemBufferInfoFlags flags,
                      SysmemConstraints *constraints_to_check,
                      int settings_to_check)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  if ((flags & SYSMEM_BUFFER_INFO_NEED_WEAK) != 0)
    g_variant_dict_insert (&options, "need_weak", "b", TRUE);
  if ((flags & SYSMEM_BUFFER_INFO_NEED_SETTINGS) != 0)
    g_variant_dict_insert (&options, "need_settings", "b", TRUE);
  if (constraints_to_check != NULL)
    g_variant_dict_insert_value (&options, "constraints_to_check",
                                 sysmem_constraints_to_variant (constraints_to_check));
  if (settings_to_check >= 0)
    g_variant_dict_insert (&options, "settings_to_check", "h", 1);
  if (settings_to_check >= 0 && (flags & SYSMEM_BUFFER_INFO_IGNORE_SIZE) != 0)
    g_variant_dict_insert (&options, "settings_to_check_ignore_size", "b", TRUE);
  return g_variant_new ("(h@a{sv})", 0, g_variant_dict_end (&options));
}

static SysmemCall
make_get_buffer_info (int fd,
                      SysmemBufferInfoFlags flags,
                      SysmemConstraints *constraints_to_check,
                      int settings_to_check)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_ASKS,
    .path = SYSMEM_ROOT_PATH,
    .interface = SYSMEM_ALLOCATOR,
    .method = "GetBufferInfo",
    .parameters = make_info_parameters (flags, constraints_to_check, settings_to_check),
    .answer = "(a{sv})",
    .fds = make_fds (fd, settings_to_check),
  };
}

/**
 * sysmem_client_get_buffer_info:
 * @self: a client
 * @fd: a buffer; stays the caller's
 * @flags: what else to find out
 * @constraints_to_check: (nullable): would these, counts aside, accept such buffers?
 * @settings_to_check: -1, or another buffer: has it the same settings? Stays the caller's
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Finds out what a buffer is that came as a file descriptor.
 *
 * Returns: (transfer full): what there is to know; or %NULL with %SYSMEM_ERROR_NOT_FOUND if it
 *   is not a buffer of this daemon, %SYSMEM_ERROR_HANDLE_ACCESS_DENIED if the file descriptor
 *   is `O_PATH`, %SYSMEM_ERROR_NO_MORE_STRONG_HANDLES if a weak one is wanted and nobody keeps
 *   the buffer alive any more, or another error
 *
 * Since: 1.0
 */
SysmemBufferInfo *
sysmem_client_get_buffer_info (SysmemClient *self,
                               int fd,
                               SysmemBufferInfoFlags flags,
                               SysmemConstraints *constraints_to_check,
                               int settings_to_check,
                               GCancellable *cancellable,
                               GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);
  g_return_val_if_fail (fd >= 0, NULL);
  g_return_val_if_fail (
    constraints_to_check == NULL || SYSMEM_IS_CONSTRAINTS (constraints_to_check), NULL);

  call = make_get_buffer_info (fd, flags, constraints_to_check, settings_to_check);
  reply = sysmem_client_call_sync (self, &call, cancellable, error);
  return reply != NULL ? take_info (self, reply, error) : NULL;
}

/**
 * sysmem_client_get_buffer_info_async:
 * @self: a client
 * @fd: a buffer; stays the caller's
 * @flags: what else to find out
 * @constraints_to_check: (nullable): would these, counts aside, accept such buffers?
 * @settings_to_check: -1, or another buffer: has it the same settings? Stays the caller's
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Client.get_buffer_info], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_client_get_buffer_info_async (SysmemClient *self,
                                     int fd,
                                     SysmemBufferInfoFlags flags,
                                     SysmemConstraints *constraints_to_check,
                                     int settings_to_check,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  SysmemCall call;

  g_return_if_fail (SYSMEM_IS_CLIENT (self));
  g_return_if_fail (fd >= 0);
  g_return_if_fail (constraints_to_check == NULL || SYSMEM_IS_CONSTRAINTS (constraints_to_check));

  call = make_get_buffer_info (fd, flags, constraints_to_check, settings_to_check);
  sysmem_client_call_async (self, &call, sysmem_client_get_buffer_info_async, cancellable, callback,
                            user_data);
}

/**
 * sysmem_client_get_buffer_info_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Client.get_buffer_info_async].
 *
 * Returns: (transfer full): what there is to know; or %NULL with %SYSMEM_ERROR_NOT_FOUND if it
 *   is not a buffer of this daemon, %SYSMEM_ERROR_HANDLE_ACCESS_DENIED if the file descriptor
 *   is `O_PATH`, %SYSMEM_ERROR_NO_MORE_STRONG_HANDLES if a weak one is wanted and nobody keeps
 *   the buffer alive any more, or another error
 *
 * Since: 1.0
 */
SysmemBufferInfo *
sysmem_client_get_buffer_info_finish (SysmemClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);

  reply = sysmem_client_call_finish (self, result, sysmem_client_get_buffer_info_async, error);
  return reply != NULL ? take_info (self, reply, error) : NULL;
}
