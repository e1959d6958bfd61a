/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-client-private.h"
#include "sysmem-collection-private.h"

static void
bound (gpointer source, gpointer data, GDBusMessage *reply)
{
  sysmem_collection_set_place_from_reply (data, reply);
}

static SysmemCall
make_bind (int fd, SysmemConstraints *constraints)
{
  GVariant *options = sysmem_collection_make_options (constraints);

  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .path = SYSMEM_ROOT_PATH,
    .interface = SYSMEM_ALLOCATOR,
    .method = "BindSharedCollection",
    .parameters = g_variant_new ("(h@a{sv})", 0, options),
    .fds = sysmem_fds_new (&fd, 1),
    .answer = "(o)",
    .done = bound,
  };
}

static SysmemCall
make_allocate_non_shared (SysmemConstraints *constraints)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .path = SYSMEM_ROOT_PATH,
    .interface = SYSMEM_ALLOCATOR,
    .method = "AllocateNonSharedCollection",
    .parameters = g_variant_new ("(@a{sv})", sysmem_collection_make_options (constraints)),
    .answer = "(o)",
    .done = bound,
  };
}

/**
 * sysmem_client_bind:
 * @self: a client
 * @fd: a token's handle; stays the caller's, who closes it when the call has ended
 * @constraints: (nullable): what this participant can live with, said in the same step; %NULL
 *   to say it later
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Turns a token in that came as a file descriptor, for a place at the table. If the constraints
 * are refused the token is not used up.
 *
 * Returns: (transfer full): the collection, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemCollection *
sysmem_client_bind (SysmemClient *self,
                    int fd,
                    SysmemConstraints *constraints,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (SysmemCollection) made = NULL;
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);
  g_return_val_if_fail (fd >= 0, NULL);
  g_return_val_if_fail (constraints == NULL || SYSMEM_IS_CONSTRAINTS (constraints), NULL);

  made = sysmem_collection_new (self, constraints != NULL);
  call = make_bind (fd, constraints);
  call.source = self;
  call.data = made;
  reply = sysmem_call_sync (self, &call, cancellable, error);
  return reply != NULL ? g_steal_pointer (&made) : NULL;
}

/**
 * sysmem_client_bind_async:
 * @self: a client
 * @fd: a token's handle; stays the caller's, who closes it when the call has ended
 * @constraints: (nullable): what this participant can live with, said in the same step; %NULL
 *   to say it later
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Client.bind], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_client_bind_async (SysmemClient *self,
                          int fd,
                          SysmemConstraints *constraints,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  SysmemCollection *made;
  SysmemCall call;
  GTask *task;

  g_return_if_fail (SYSMEM_IS_CLIENT (self));
  g_return_if_fail (fd >= 0);
  g_return_if_fail (constraints == NULL || SYSMEM_IS_CONSTRAINTS (constraints));

  made = sysmem_collection_new (self, constraints != NULL);
  call = make_bind (fd, constraints);
  task = sysmem_node_task_new (self, sysmem_client_bind_async, cancellable, callback, user_data);
  g_task_set_task_data (task, made, g_object_unref);
  sysmem_call_start (self, &call, task);
}

/**
 * sysmem_client_bind_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Client.bind_async].
 *
 * Returns: (transfer full): the collection, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemCollection *
sysmem_client_bind_finish (SysmemClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);

  reply = sysmem_client_call_finish (self, result, sysmem_client_bind_async, error);
  return reply != NULL ? g_object_ref (g_task_get_task_data (G_TASK (result))) : NULL;
}
/**
 * sysmem_client_allocate_non_shared:
 * @self: a client
 * @constraints: (nullable): what the participant can live with; %NULL to say it later
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Begins a collection with one participant.
 *
 * Returns: (transfer full): the collection, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemCollection *
sysmem_client_allocate_non_shared (SysmemClient *self,
                                   SysmemConstraints *constraints,
                                   GCancellable *cancellable,
                                   GError **error)
{
  g_autoptr (SysmemCollection) made = NULL;
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);
  g_return_val_if_fail (constraints == NULL || SYSMEM_IS_CONSTRAINTS (constraints), NULL);

  made = sysmem_collection_new (self, constraints != NULL);
  call = make_allocate_non_shared (constraints);
  call.source = self;
  call.data = made;
  reply = sysmem_call_sync (self, &call, cancellable, error);
  return reply != NULL ? g_steal_pointer (&made) : NULL;
}

/**
 * sysmem_client_allocate_non_shared_async:
 * @self: a client
 * @constraints: (nullable): what the participant can live with; %NULL to say it later
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Client.allocate_non_shared], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_client_allocate_non_shared_async (SysmemClient *self,
                                         SysmemConstraints *constraints,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  SysmemCollection *made;
  SysmemCall call;
  GTask *task;

  g_return_if_fail (SYSMEM_IS_CLIENT (self));
  g_return_if_fail (constraints == NULL || SYSMEM_IS_CONSTRAINTS (constraints));

  made = sysmem_collection_new (self, constraints != NULL);
  call = make_allocate_non_shared (constraints);
  task = sysmem_node_task_new (self, sysmem_client_allocate_non_shared_async, cancellable, callback,
                               user_data);
  g_task_set_task_data (task, made, g_object_unref);
  sysmem_call_start (self, &call, task);
}

/**
 * sysmem_client_allocate_non_shared_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Client.allocate_non_shared_async].
 *
 * Returns: (transfer full): the collection, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemCollection *
sysmem_client_allocate_non_shared_finish (SysmemClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_CLIENT (self), NULL);

  reply = sysmem_client_call_finish (self, result, sysmem_client_allocate_non_shared_async, error);
  return reply != NULL ? g_object_ref (g_task_get_task_data (G_TASK (result))) : NULL;
}
