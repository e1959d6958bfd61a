/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whatever happens to a call, and whenever: it ends, with an error that says why or with its result,
 * what was asked before and after works as ever, and no file descriptor stays. "Whenever" is after
 * each of the steps that the main context takes on the way. */

#include "library-world.h"
#include "operations.h"
#include "unit/sentence.h"

/* Starts the call, and stops before the answer is there, after @n_steps at most. */
static gboolean
go_some_way (const Operation *operation,
             Scene *scene,
             GCancellable *cancellable,
             guint n_steps,
             GAsyncResult **result)
{
  operation->start (scene, cancellable, library_world_keep_result, result);
  for (guint i = 0; i < n_steps && *result == NULL; i++)
    (void)g_main_context_iteration (NULL, TRUE);
  return *result == NULL;
}

static gboolean
finish (const Operation *operation, Scene *scene, GAsyncResult **result, GError **error)
{
  g_autoptr (GAsyncResult) taken = library_world_await (result);
  gboolean done = operation->finish (scene, taken, error);

  if (!done)
    {
      g_assert_nonnull (*error);
      sentence_check ((*error)->message);
    }
  return done;
}

/* The client works as if nothing had been. */
static void
assert_works (SysmemClient *client)
{
  g_autoptr (SysmemConstraints) constraints = library_world_bytes (SYSMEM_USAGE_CPU_WRITE, 100);
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemCollection) collection =
    sysmem_client_allocate_non_shared (client, constraints, NULL, &error);

  g_assert_no_error (error);
  (void)sysmem_collection_wait (collection, NULL, &error);
  g_assert_no_error (error);
  (void)sysmem_node_release (SYSMEM_NODE (collection), NULL, &error);
  g_assert_no_error (error);
}

/* Cancelled means: nothing happened. The same call works afterwards. */
static void
cancel_after (const Operation *operation, LibraryWorld *world, guint n_steps, gboolean *on_its_way)
{
  g_autoptr (SysmemClient) client = library_world_connect (world);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Scene scene;

  scene_set (&scene, client, world->bus.address);
  *on_its_way = go_some_way (operation, &scene, cancellable, n_steps, &result);
  g_cancellable_cancel (cancellable);
  if (!finish (operation, &scene, &result, &error))
    {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
      operation->start (&scene, NULL, library_world_keep_result, &result);
      (void)finish (operation, &scene, &result, &error);
      g_assert_no_error (error);
    }
  assert_works (client);
  scene_clear (&scene);
}

static void
test_cancelled (gconstpointer data)
{
  gboolean on_its_way = TRUE;
  LibraryWorld world;

  library_world_start (&world);
  for (guint n_steps = 0; on_its_way; n_steps++)
    cancel_after (data, &world, n_steps, &on_its_way);
  library_world_stop (&world);
}

/* A call may have been answered already; then its result counts, however old the daemon is. */
static void
assert_gone (const GError *error)
{
  if (error != NULL && error->domain != G_DBUS_ERROR)
    g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED);
}

static void
restart_after (const Operation *operation, LibraryWorld *world, guint n_steps, gboolean *on_its_way)
{
  g_autoptr (SysmemClient) client = library_world_connect (world);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Scene scene;

  scene_set (&scene, client, world->bus.address);
  *on_its_way = go_some_way (operation, &scene, NULL, n_steps, &result);
  library_world_kill_daemon (world);
  library_world_start_daemon (world);
  (void)finish (operation, &scene, &result, &error);
  assert_gone (error);
  while (sysmem_node_get_state (SYSMEM_NODE (scene.complete)) != SYSMEM_NODE_FAILED)
    (void)g_main_context_iteration (NULL, TRUE);
  assert_works (client);
  scene_clear (&scene);
}

static void
test_daemon_replaced (gconstpointer data)
{
  gboolean on_its_way = TRUE;
  LibraryWorld world;

  library_world_start (&world);
  for (guint n_steps = 0; on_its_way; n_steps++)
    restart_after (data, &world, n_steps, &on_its_way);
  library_world_stop (&world);
}

/* Everything ends; the process does not. */
static gboolean
end_bus_after (const Operation *operation, guint n_steps)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (SysmemClient) client = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failure = NULL;
  gboolean on_its_way;
  LibraryWorld world;
  Scene scene;

  library_world_start (&world);
  client = library_world_connect (&world);
  scene_set (&scene, client, world.bus.address);
  on_its_way = go_some_way (operation, &scene, NULL, n_steps, &result);
  library_world_end_bus (&world);
  (void)finish (operation, &scene, &result, &error);
  if (error != NULL && error->domain != G_DBUS_ERROR && error->domain != SYSMEM_ERROR)
    g_assert_cmpuint (error->domain, ==, G_IO_ERROR);
  while (sysmem_node_get_state (SYSMEM_NODE (scene.complete)) != SYSMEM_NODE_FAILED)
    (void)g_main_context_iteration (NULL, TRUE);
  failure = sysmem_node_dup_failure (SYSMEM_NODE (scene.complete));
  g_assert_error (failure, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED);
  sentence_check (failure->message);
  g_clear_error (&error);
  g_assert_false (sysmem_node_sync (SYSMEM_NODE (scene.complete), NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  scene_clear (&scene);
  g_clear_object (&client);
  library_world_stop (&world);
  return on_its_way;
}

static void
test_bus_gone (gconstpointer data)
{
  guint n_steps = 0;

  while (end_bus_after (data, n_steps))
    n_steps++;
}

/* Two participants of one client, many times over. */
static gpointer
negotiate_often (gpointer client)
{
  static const SysmemRights rights[] = { SYSMEM_RIGHTS_READ };

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GPtrArray) tokens =
        sysmem_client_allocate_shared_many (client, rights, 1, NULL, NULL);
      g_autoptr (SysmemConstraints) constraints = library_world_bytes (SYSMEM_USAGE_CPU_READ, 100);
      g_autoptr (SysmemCollection) mine =
        sysmem_token_bind (tokens->pdata[0], constraints, NULL, NULL);
      g_autoptr (SysmemCollection) theirs =
        sysmem_token_bind (tokens->pdata[1], constraints, NULL, NULL);
      g_autoptr (GError) error = NULL;

      (void)sysmem_collection_wait (mine, NULL, &error);
      g_assert_no_error (error);
      (void)sysmem_collection_wait (theirs, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (theirs)), ==, 2);
    }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (SysmemClient) client = NULL;
  GThread *threads[4];
  LibraryWorld world;

  library_world_start (&world);
  client = library_world_connect (&world);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("participants", negotiate_often, client);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  assert_works (client);
  g_clear_object (&client);
  library_world_stop (&world);
}

static void
add (const char *what, const Operation *operation, void (*test) (gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/accidents/%s/%s", what, operation->name);

  g_test_add_data_func (path, operation, test);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < n_operations; i++)
    {
      add ("cancelled", &operations[i], test_cancelled);
      add ("daemon-replaced", &operations[i], test_daemon_replaced);
      add ("bus-gone", &operations[i], test_bus_gone);
    }
  g_test_add_func ("/accidents/threads", test_threads);
  return g_test_run ();
}
