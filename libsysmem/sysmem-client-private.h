/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-call.h"
#include "sysmem-client.h"

G_BEGIN_DECLS

/* A connection does not survive fork (): FALSE in a child, with an error that says so. */
gboolean sysmem_client_check_process (SysmemClient *self, GError **error);

/* Calls of the root object. */
GDBusMessage *sysmem_client_call_sync (SysmemClient *self,
                                       const SysmemCall *call,
                                       GCancellable *cancellable,
                                       GError **error);
void sysmem_client_call_async (SysmemClient *self,
                               const SysmemCall *call,
                               gpointer tag,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
GDBusMessage *sysmem_client_call_finish (SysmemClient *self,
                                         GAsyncResult *result,
                                         gpointer tag,
                                         GError **error);
gboolean sysmem_client_say_sync (SysmemClient *self,
                                 const SysmemCall *call,
                                 GCancellable *cancellable,
                                 GError **error);
gboolean sysmem_client_say_finish (SysmemClient *self,
                                   GAsyncResult *result,
                                   gpointer tag,
                                   GError **error);

G_END_DECLS
