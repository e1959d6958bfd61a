/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "operations.h"

#include "library-world.h"
#include <glib/gstdio.h>

static const SysmemRights rights[] = { SYSMEM_RIGHTS_SAME, SYSMEM_RIGHTS_READ };

static gboolean
drop (gpointer object)
{
  gboolean made = object != NULL;

  g_clear_object (&object);
  return made;
}

static gboolean
drop_array (GPtrArray *array)
{
  gboolean made = array != NULL;

  g_clear_pointer (&array, g_ptr_array_unref);
  return made;
}

static gboolean
drop_fd (int fd)
{
  return fd >= 0 && g_close (fd, NULL);
}

static void
start_connect (Scene *scene, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_async_initable_new_async (SYSMEM_TYPE_CLIENT, G_PRIORITY_DEFAULT, cancellable, callback, data,
                              "address", scene->address, NULL);
}

static gboolean
finish_connect (Scene *scene, GAsyncResult *result, GError **error)
{
  return drop (sysmem_client_new_finish (result, error));
}

static void
start_allocate (Scene *scene,
                GCancellable *cancellable,
                GAsyncReadyCallback callback,
                gpointer data)
{
  sysmem_client_allocate_shared_many_async (scene->client, rights, G_N_ELEMENTS (rights),
                                            cancellable, callback, data);
}

static gboolean
finish_allocate (Scene *scene, GAsyncResult *result, GError **error)
{
  return drop_array (sysmem_client_allocate_shared_many_finish (scene->client, result, error));
}

static void
start_allocate_alone (Scene *scene,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer data)
{
  g_autoptr (SysmemConstraints) constraints = library_world_bytes (SYSMEM_USAGE_CPU_WRITE, 100);

  sysmem_client_allocate_non_shared_async (scene->client, constraints, cancellable, callback, data);
}

static gboolean
finish_allocate_alone (Scene *scene, GAsyncResult *result, GError **error)
{
  return drop (sysmem_client_allocate_non_shared_finish (scene->client, result, error));
}

static void
start_list_heaps (Scene *scene,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer data)
{
  sysmem_client_list_heaps_async (scene->client, cancellable, callback, data);
}

static gboolean
finish_list_heaps (Scene *scene, GAsyncResult *result, GError **error)
{
  return drop_array (sysmem_client_list_heaps_finish (scene->client, result, error));
}

static void
start_duplicate (Scene *scene,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer data)
{
  sysmem_token_duplicate_async (scene->token, SYSMEM_RIGHTS_READ, cancellable, callback, data);
}

static gboolean
finish_duplicate (Scene *scene, GAsyncResult *result, GError **error)
{
  return drop (sysmem_token_duplicate_finish (scene->token, result, error));
}

/* Of a handle alone: it is opened first. */
static void
start_duplicate_received (Scene *scene,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data)
{
  sysmem_token_duplicate_many_async (scene->received, rights, G_N_ELEMENTS (rights), cancellable,
                                     callback, data);
}

static gboolean
finish_duplicate_received (Scene *scene, GAsyncResult *result, GError **error)
{
  return drop_array (sysmem_token_duplicate_many_finish (scene->received, result, error));
}

static void
start_bind (Scene *scene, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (SysmemConstraints) constraints = library_world_bytes (SYSMEM_USAGE_CPU_READ, 100);

  sysmem_token_bind_async (scene->received, constraints, cancellable, callback, data);
}

static gboolean
finish_bind (Scene *scene, GAsyncResult *result, GError **error)
{
  return drop (sysmem_token_bind_finish (scene->received, result, error));
}

static void
start_create_group (Scene *scene,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer data)
{
  sysmem_token_create_group_async (scene->token, cancellable, callback, data);
}

static gboolean
finish_create_group (Scene *scene, GAsyncResult *result, GError **error)
{
  return drop (sysmem_token_create_group_finish (scene->token, result, error));
}

static void
start_present (Scene *scene, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  sysmem_group_all_children_present_async (scene->group, TRUE, cancellable, callback, data);
}

static gboolean
finish_present (Scene *scene, GAsyncResult *result, GError **error)
{
  return sysmem_group_all_children_present_finish (scene->group, result, error);
}

static void
start_set_constraints (Scene *scene,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer data)
{
  g_autoptr (SysmemConstraints) constraints = library_world_bytes (SYSMEM_USAGE_CPU_READ, 100);

  sysmem_collection_set_constraints_async (scene->alone, constraints, -1, cancellable, callback,
                                           data);
}

static gboolean
finish_set_constraints (Scene *scene, GAsyncResult *result, GError **error)
{
  return sysmem_collection_set_constraints_finish (scene->alone, result, error);
}

static void
start_wait (Scene *scene, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  sysmem_collection_wait_async (scene->complete, cancellable, callback, data);
}

static gboolean
finish_wait (Scene *scene, GAsyncResult *result, GError **error)
{
  return sysmem_collection_wait_finish (scene->complete, result, error);
}

static void
start_track (Scene *scene, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  sysmem_collection_attach_lifetime_tracking_async (scene->complete, 0, cancellable, callback,
                                                    data);
}

static gboolean
finish_track (Scene *scene, GAsyncResult *result, GError **error)
{
  return drop_fd (
    sysmem_collection_attach_lifetime_tracking_finish (scene->complete, result, error));
}

static void
start_explain (Scene *scene, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  sysmem_node_explain_async (SYSMEM_NODE (scene->alone), cancellable, callback, data);
}

static gboolean
finish_explain (Scene *scene, GAsyncResult *result, GError **error)
{
  return drop (sysmem_node_explain_finish (SYSMEM_NODE (scene->alone), result, error));
}

static void
start_release (Scene *scene, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  sysmem_node_release_async (SYSMEM_NODE (scene->received), cancellable, callback, data);
}

static gboolean
finish_release (Scene *scene, GAsyncResult *result, GError **error)
{
  return sysmem_node_release_finish (SYSMEM_NODE (scene->received), result, error);
}

const Operation operations[] = {
  { "connect", start_connect, finish_connect },
  { "allocate-shared-many", start_allocate, finish_allocate },
  { "allocate-non-shared", start_allocate_alone, finish_allocate_alone },
  { "list-heaps", start_list_heaps, finish_list_heaps },
  { "duplicate", start_duplicate, finish_duplicate },
  { "duplicate-many-of-a-handle", start_duplicate_received, finish_duplicate_received },
  { "bind", start_bind, finish_bind },
  { "create-group", start_create_group, finish_create_group },
  { "all-children-present", start_present, finish_present },
  { "set-constraints", start_set_constraints, finish_set_constraints },
  { "wait", start_wait, finish_wait },
  { "attach-lifetime-tracking", start_track, finish_track },
  { "explain", start_explain, finish_explain },
  { "release", start_release, finish_release },
};
const guint n_operations = G_N_ELEMENTS (operations);

void
scene_set (Scene *scene, SysmemClient *client, const char *address)
{
  g_autoptr (SysmemConstraints) constraints = library_world_bytes (SYSMEM_USAGE_CPU_WRITE, 100);
  g_autoptr (GPtrArray) tokens = sysmem_client_allocate_shared_many (client, rights, 1, NULL, NULL);

  *scene = (Scene){ .address = address, .client = g_object_ref (client) };
  scene->token = g_object_ref (tokens->pdata[0]);
  scene->received = sysmem_token_new_from_fd (client, sysmem_token_steal_fd (tokens->pdata[1]));
  scene->above = sysmem_client_allocate_shared (client, NULL, NULL);
  scene->group = sysmem_token_create_group (scene->above, NULL, NULL);
  scene->children =
    sysmem_group_create_children (scene->group, rights, G_N_ELEMENTS (rights), NULL, NULL);
  scene->alone = sysmem_client_allocate_non_shared (client, NULL, NULL, NULL);
  scene->complete = sysmem_client_allocate_non_shared (client, constraints, NULL, NULL);
  g_assert_true (scene->children != NULL && scene->alone != NULL && scene->complete != NULL);
}

void
scene_clear (Scene *scene)
{
  g_clear_object (&scene->token);
  g_clear_object (&scene->received);
  g_clear_object (&scene->above);
  g_clear_object (&scene->group);
  g_clear_pointer (&scene->children, g_ptr_array_unref);
  g_clear_object (&scene->alone);
  g_clear_object (&scene->complete);
  g_clear_object (&scene->client);
}
