/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-group-private.h"

#include "sysmem-node-private.h"

/**
 * SysmemGroup:
 *
 * A choice: of its child tokens exactly one will take part in what is allocated, the others fail
 * with %SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY. Children made earlier are preferred.
 *
 * A group that is dropped closes as if by accident, like every node. Whoever has nothing more to do
 * with it lets [method@Sysmem.Group.all_children_present] release it in the same step.
 *
 * Since: 1.0
 */
struct _SysmemGroup
{
  SysmemNode parent_instance;
};

G_DEFINE_FINAL_TYPE (SysmemGroup, sysmem_group, SYSMEM_TYPE_NODE)

static void
sysmem_group_class_init (SysmemGroupClass *class)
{
  SYSMEM_NODE_CLASS (class)->abandoned_when_dropped = TRUE;
}

static void
sysmem_group_init (SysmemGroup *self)
{
}

SysmemGroup *
sysmem_group_new (SysmemClient *client)
{
  SysmemGroup *self = g_object_new (SYSMEM_TYPE_GROUP, "client", client, NULL);

  sysmem_node_listen (SYSMEM_NODE (self));
  return self;
}

static void
present (gpointer source, gpointer data, GDBusMessage *reply)
{
  (void)sysmem_node_set_state (source, SYSMEM_NODE_READY);
}

static SysmemCall
make_all_children_present (void)
{
  return (SysmemCall){
    .kind = SYSMEM_CALL_DECIDES,
    .interface = SYSMEM_INTERFACE_GROUP,
    .method = "AllChildrenPresent",
    .done = present,
  };
}

/**
 * sysmem_group_all_children_present:
 * @self: a group
 * @release: whether to release the group in the same step
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Says that all alternatives are there; nothing is allocated before. Said once, with at least one
 * child.
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_group_all_children_present (SysmemGroup *self,
                                   gboolean release,
                                   GCancellable *cancellable,
                                   GError **error)
{
  SysmemCall call;

  g_return_val_if_fail (SYSMEM_IS_GROUP (self), FALSE);

  call = make_all_children_present ();
  return sysmem_node_say_sync (self, &call, cancellable, error)
         && (!release || sysmem_node_release (SYSMEM_NODE (self), NULL, error));
}

static void
on_released (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (sysmem_node_release_finish (SYSMEM_NODE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_present (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GDBusMessage) reply = g_task_propagate_pointer (G_TASK (result), &error);

  if (reply == NULL)
    g_task_return_error (task, error);
  else if (GPOINTER_TO_INT (g_task_get_task_data (task)))
    sysmem_node_release_async (SYSMEM_NODE (source), NULL, on_released, g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * sysmem_group_all_children_present_async:
 * @self: a group
 * @release: whether to release the group in the same step
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the answer has come
 * @user_data: for @callback
 *
 * As [method@Sysmem.Group.all_children_present], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_group_all_children_present_async (SysmemGroup *self,
                                         gboolean release,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  SysmemCall call;
  GTask *task;

  g_return_if_fail (SYSMEM_IS_GROUP (self));

  call = make_all_children_present ();
  task = sysmem_node_task_new (self, sysmem_group_all_children_present_async, cancellable, callback,
                               user_data);
  g_task_set_task_data (task, GINT_TO_POINTER (release), NULL);
  g_task_set_check_cancellable (task, FALSE);
  sysmem_node_call_async (self, &call, NULL, cancellable, on_present, task);
}

/**
 * sysmem_group_all_children_present_finish:
 * @self: a group
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Group.all_children_present_async].
 *
 * Returns: %TRUE on success, %FALSE with an error of %SYSMEM_ERROR, %G_IO_ERROR or %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_group_all_children_present_finish (SysmemGroup *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
