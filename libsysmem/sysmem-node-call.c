/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-client-private.h"
#include "sysmem-error.h"
#include "sysmem-node-private.h"
#include <gio/gunixfdlist.h>

/* FALSE: there is no handle to open. */
static gboolean
make_open_call (SysmemNode *self, SysmemCall *call, GError **error)
{
  SysmemNodeClass *class = SYSMEM_NODE_GET_CLASS (self);
  int handle = class->peek_handle != NULL ? class->peek_handle (self) : -1;

  if (handle < 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NOT_FOUND,
                   "this object has neither a handle nor a place in a collection (any more)");
      return FALSE;
    }
  *call = (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .path = SYSMEM_ROOT_PATH,
    .interface = SYSMEM_ALLOCATOR,
    .method = "OpenToken",
    .parameters = g_variant_new ("(h)", 0),
    .fds = sysmem_fds_new (&handle, 1),
    .answer = "(o)",
  };
  return TRUE;
}

static gboolean
open_sync (SysmemNode *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GDBusMessage) reply = NULL;
  SysmemCall call;

  if (!make_open_call (self, &call, error))
    return FALSE;
  reply = sysmem_call_sync (sysmem_node_get_client (self), &call, cancellable, error);
  if (reply != NULL)
    sysmem_node_set_place_from_reply (self, reply);
  return reply != NULL;
}

GDBusMessage *
sysmem_node_call_sync (gpointer self,
                       const SysmemCall *call,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autofree char *path = sysmem_node_dup_path (self);
  g_autofree char *daemon = NULL;
  g_autoptr (GVariant) parameters =
    call->parameters != NULL ? g_variant_ref_sink (call->parameters) : NULL;
  g_autoptr (GUnixFDList) fds = call->fds;
  SysmemCall placed = *call;

  if (path == NULL)
    {
      if (!open_sync (self, cancellable, error))
        return NULL;
      path = sysmem_node_dup_path (self);
    }
  daemon = sysmem_node_dup_daemon (self);
  placed.path = path;
  placed.destination = daemon;
  placed.source = self;
  placed.fds = g_steal_pointer (&fds);
  return sysmem_call_sync (sysmem_node_get_client (self), &placed, cancellable, error);
}

/* Takes @task. */
static void
start_placed (const SysmemCall *call, GTask *task)
{
  SysmemNode *self = g_task_get_source_object (task);
  g_autofree char *path = sysmem_node_dup_path (self);
  g_autofree char *daemon = sysmem_node_dup_daemon (self);
  SysmemCall placed = *call;

  placed.path = path;
  placed.destination = daemon;
  sysmem_call_start (sysmem_node_get_client (self), &placed, task);
}

/* A call that waits for its token to be opened. */
typedef struct
{
  SysmemCall call;
  GTask *task;
} Waiting;

static void
waiting_free (Waiting *waiting)
{
  g_clear_pointer (&waiting->call.parameters, g_variant_unref);
  g_clear_object (&waiting->call.fds);
  g_clear_object (&waiting->task);
  g_free (waiting);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Waiting, waiting_free)

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Waiting) waiting = data;
  GError *error = NULL;
  g_autoptr (GDBusMessage) reply = g_task_propagate_pointer (G_TASK (result), &error);

  if (reply == NULL)
    g_task_return_error (waiting->task, error);
  else
    {
      sysmem_node_set_place_from_reply (SYSMEM_NODE (source), reply);
      start_placed (&waiting->call, g_steal_pointer (&waiting->task));
      waiting->call.fds = NULL; /* taken */
    }
}

/* Takes @task. */
static void
open_and_start (const SysmemCall *call, GTask *task)
{
  SysmemNode *self = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  Waiting *waiting = g_new0 (Waiting, 1);
  GError *error = NULL;
  SysmemCall open;

  waiting->call = *call;
  waiting->call.parameters =
    call->parameters != NULL ? g_variant_ref_sink (call->parameters) : NULL;
  waiting->task = task;
  if (!make_open_call (self, &open, &error))
    {
      g_task_return_error (task, error);
      waiting_free (waiting);
      return;
    }
  sysmem_call_start (sysmem_node_get_client (self), &open,
                     g_task_new (self, cancellable, on_opened, waiting));
}

void
sysmem_node_call_start (const SysmemCall *call, GTask *task)
{
  g_autofree char *path = sysmem_node_dup_path (g_task_get_source_object (task));

  if (path != NULL)
    start_placed (call, task);
  else
    open_and_start (call, task);
}

GTask *
sysmem_node_task_new (gpointer self,
                      gpointer tag,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  return task;
}

void
sysmem_node_call_async (gpointer self,
                        const SysmemCall *call,
                        gpointer tag,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  sysmem_node_call_start (call, sysmem_node_task_new (self, tag, cancellable, callback, user_data));
}

GDBusMessage *
sysmem_node_call_finish (gpointer self, GAsyncResult *result, gpointer tag, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
sysmem_node_say_sync (gpointer self,
                      const SysmemCall *call,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (GDBusMessage) reply = sysmem_node_call_sync (self, call, cancellable, error);

  return reply != NULL;
}

gboolean
sysmem_node_say_finish (gpointer self, GAsyncResult *result, gpointer tag, GError **error)
{
  g_autoptr (GDBusMessage) reply = sysmem_node_call_finish (self, result, tag, error);

  return reply != NULL;
}
