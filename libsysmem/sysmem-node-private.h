/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What tokens, groups and collections share behind the scenes. All of it may be called from any
 * thread. */

#pragma once

#include "sysmem-call.h"
#include "sysmem-node-signals.h"
#include "sysmem-node.h"

G_BEGIN_DECLS

/* Listens for the daemon's signals in the thread-default context. A node that is to come of a call
 * listens before the call is sent: it may fail the moment it is made. */
void sysmem_node_listen (SysmemNode *self);
/* The node is there: at @path, kept by the daemon of unique name @daemon. */
void sysmem_node_set_place (SysmemNode *self, const char *path, const char *daemon);
/* As sysmem_node_set_place () for the reply of a call that made a node: its first value is an o. */
void sysmem_node_set_place_from_reply (SysmemNode *self, GDBusMessage *reply);
/* Returns: (transfer full) (nullable): the unique name */
char *sysmem_node_dup_daemon (SysmemNode *self);

/* Is this where it is, with this daemon? */
gboolean sysmem_node_is_at (SysmemNode *self, const char *path, const char *daemon);
SysmemNodeSignals *sysmem_node_peek_signals (SysmemNode *self);

/* FALSE: the node is past that already; failed and released are final. */
gboolean sysmem_node_set_state (SysmemNode *self, SysmemNodeState state);
/* Takes @error. */
void sysmem_node_fail (SysmemNode *self, GError *error);

/* A call of a method of this node: path and destination are filled in. A token that is only a
 * handle yet is opened first. */
GDBusMessage *sysmem_node_call_sync (gpointer self,
                                     const SysmemCall *call,
                                     GCancellable *cancellable,
                                     GError **error);
/* Takes @task, whose source is the node. */
void sysmem_node_call_start (const SysmemCall *call, GTask *task);
GTask *sysmem_node_task_new (gpointer self,
                             gpointer tag,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
/* Both at once, for calls without task data. */
void sysmem_node_call_async (gpointer self,
                             const SysmemCall *call,
                             gpointer tag,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
GDBusMessage *sysmem_node_call_finish (gpointer self,
                                       GAsyncResult *result,
                                       gpointer tag,
                                       GError **error);

/* For calls that return nothing. */
gboolean sysmem_node_say_sync (gpointer self,
                               const SysmemCall *call,
                               GCancellable *cancellable,
                               GError **error);
gboolean sysmem_node_say_finish (gpointer self, GAsyncResult *result, gpointer tag, GError **error);

G_END_DECLS
