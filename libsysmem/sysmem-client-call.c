/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-client-private.h"

GDBusMessage *
sysmem_client_call_sync (SysmemClient *self,
                         const SysmemCall *call,
                         GCancellable *cancellable,
                         GError **error)
{
  return sysmem_call_sync (self, call, cancellable, error);
}

void
sysmem_client_call_async (SysmemClient *self,
                          const SysmemCall *call,
                          gpointer tag,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  sysmem_call_start (self, call, task);
}

GDBusMessage *
sysmem_client_call_finish (SysmemClient *self, GAsyncResult *result, gpointer tag, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
sysmem_client_say_sync (SysmemClient *self,
                        const SysmemCall *call,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (GDBusMessage) reply = sysmem_call_sync (self, call, cancellable, error);

  return reply != NULL;
}

gboolean
sysmem_client_say_finish (SysmemClient *self, GAsyncResult *result, gpointer tag, GError **error)
{
  g_autoptr (GDBusMessage) reply = sysmem_client_call_finish (self, result, tag, error);

  return reply != NULL;
}
