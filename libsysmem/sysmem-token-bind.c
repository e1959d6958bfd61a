/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Turning a token in. Whoever has the handle may do so, hence it is shown where there is one; the
 * path serves only the token's owner, who may have given the handle away. */

#include "sysmem-collection-private.h"
#include "sysmem-token-private.h"

static void
bound (gpointer source, gpointer data, GDBusMessage *reply)
{
  sysmem_collection_set_place_from_reply (data, reply);
  (void)sysmem_node_set_state (source, SYSMEM_NODE_RELEASED);
}

static SysmemCall
make_bind (SysmemToken *self, SysmemConstraints *constraints)
{
  int handle = sysmem_token_peek_handle (SYSMEM_NODE (self));
  GVariant *options = sysmem_collection_make_options (constraints);
  SysmemCall call = {
    .kind = SYSMEM_CALL_DECIDES,
    .answer = "(o)",
    .done = bound,
  };

  if (handle >= 0)
    {
      call.path = SYSMEM_ROOT_PATH;
      call.interface = SYSMEM_ALLOCATOR;
      call.method = "BindSharedCollection";
      call.parameters = g_variant_new ("(h@a{sv})", 0, options);
      call.fds = sysmem_fds_new (&handle, 1);
    }
  else
    {
      call.interface = SYSMEM_INTERFACE_TOKEN;
      call.method = "Bind";
      call.parameters = g_variant_new ("(@a{sv})", options);
    }
  return call;
}

static GDBusMessage *
call_anyhow_sync (SysmemToken *self,
                  const SysmemCall *call,
                  GCancellable *cancellable,
                  GError **error)
{
  if (call->path == NULL)
    return sysmem_node_call_sync (self, call, cancellable, error);
  return sysmem_call_sync (sysmem_node_get_client (SYSMEM_NODE (self)), call, cancellable, error);
}

/* Takes @task. */
static void
call_anyhow_start (const SysmemCall *call, GTask *task)
{
  if (call->path == NULL)
    sysmem_node_call_start (call, task);
  else
    sysmem_call_start (sysmem_node_get_client (g_task_get_source_object (task)), call, task);
}

/**
 * sysmem_token_bind:
 * @self: a token
 * @constraints: (nullable): what this participant can live with, said in the same step; %NULL
 *   to say it later
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Turns the token in for a place at the table. The token is used up by it; if the constraints
 * are refused it is not.
 *
 * Returns: (transfer full): the collection, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemCollection *
sysmem_token_bind (SysmemToken *self,
                   SysmemConstraints *constraints,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (SysmemCollection) made = NULL;
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_TOKEN (self), NULL);
  g_return_val_if_fail (constraints == NULL || SYSMEM_IS_CONSTRAINTS (constraints), NULL);

  made = sysmem_collection_new (sysmem_node_get_client (SYSMEM_NODE (self)), constraints != NULL);
  call = make_bind (self, constraints);
  call.source = self;
  call.data = made;
  reply = call_anyhow_sync (self, &call, cancellable, error);
  return reply != NULL ? g_steal_pointer (&made) : NULL;
}

/**
 * sysmem_token_bind_async:
 * @self: a token
 * @constraints: (nullable): what this participant can live with, said in the same step; %NULL
 *   to say it later
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Token.bind], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_token_bind_async (SysmemToken *self,
                         SysmemConstraints *constraints,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  SysmemCollection *made;
  SysmemCall call;
  GTask *task;

  g_return_if_fail (SYSMEM_IS_TOKEN (self));
  g_return_if_fail (constraints == NULL || SYSMEM_IS_CONSTRAINTS (constraints));

  made = sysmem_collection_new (sysmem_node_get_client (SYSMEM_NODE (self)), constraints != NULL);
  call = make_bind (self, constraints);
  task = sysmem_node_task_new (self, sysmem_token_bind_async, cancellable, callback, user_data);
  g_task_set_task_data (task, made, g_object_unref);
  call_anyhow_start (&call, task);
}

/**
 * sysmem_token_bind_finish:
 * @self: a token
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Token.bind_async].
 *
 * Returns: (transfer full): the collection, or %NULL with an error
 *
 * Since: 1.0
 */
SysmemCollection *
sysmem_token_bind_finish (SysmemToken *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;

  g_return_val_if_fail (SYSMEM_IS_TOKEN (self), NULL);

  reply = sysmem_node_call_finish (self, result, sysmem_token_bind_async, error);
  return reply != NULL ? g_object_ref (g_task_get_task_data (G_TASK (result))) : NULL;
}
