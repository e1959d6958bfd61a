/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of the connection when a client's last reference goes: its own is closed, with or
 * without a main loop, after what was said last; one that it was given stays. */

#include "library-world.h"
#include "own-fds.h"

/* A collection with buffers. The daemon's signals about it are here; nobody has looked at them. */
static SysmemCollection *
allocate (SysmemClient *client)
{
  g_autoptr (SysmemConstraints) constraints = library_world_bytes (SYSMEM_USAGE_CPU_WRITE, 100);
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemCollection) collection =
    sysmem_client_allocate_non_shared (client, constraints, NULL, &error);

  g_assert_no_error (error);
  (void)sysmem_collection_wait (collection, NULL, &error);
  g_assert_no_error (error);
  (void)sysmem_node_sync (SYSMEM_NODE (collection), NULL, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&collection);
}

/* A signal that waits for the main context holds the connection, for ever where nobody iterates it. */
static void
test_without_a_loop (void)
{
  LibraryWorld world;
  guint n_fds;

  library_world_start (&world);
  n_fds = own_fds_count ();
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (SysmemClient) client = library_world_connect (&world);
      g_autoptr (SysmemCollection) collection = allocate (client);

      g_assert_cmpuint (own_fds_count (), >, n_fds);
    }
  while (own_fds_count () > n_fds)
    g_thread_yield ();
  library_world_stop (&world);
}

static SysmemCollection *
take_part (SysmemToken *token)
{
  g_autoptr (GError) error = NULL;
  SysmemCollection *collection = sysmem_token_bind (token, NULL, NULL, &error);

  g_assert_no_error (error);
  return collection;
}

/* Returns what the others are told when somebody drops its collection, and its client with it. */
static char *
hear_of_a_drop (LibraryWorld *world, SysmemClient *other)
{
  static const SysmemRights rights[] = { SYSMEM_RIGHTS_SAME };
  g_autoptr (SysmemClient) client = library_world_connect (world);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) tokens =
    sysmem_client_allocate_shared_many (client, rights, 1, NULL, &error);
  g_autoptr (SysmemToken) received = NULL;
  g_autoptr (SysmemCollection) theirs = NULL;
  g_autoptr (SysmemCollection) ours = NULL;
  g_autoptr (GError) failure = NULL;

  g_assert_no_error (error);
  received = sysmem_token_new_from_fd (other, sysmem_token_steal_fd (tokens->pdata[1]));
  ours = take_part (received);
  theirs = take_part (tokens->pdata[0]);
  g_clear_pointer (&tokens, g_ptr_array_unref);
  g_clear_object (&theirs);
  g_clear_object (&client);
  while (sysmem_node_get_state (SYSMEM_NODE (ours)) != SYSMEM_NODE_FAILED)
    (void)g_main_context_iteration (NULL, TRUE);
  failure = sysmem_node_dup_failure (SYSMEM_NODE (ours));
  return g_strdup (failure->message);
}

static void
test_last_words (void)
{
  g_autoptr (SysmemClient) other = NULL;
  LibraryWorld world;

  library_world_start (&world);
  other = library_world_connect (&world);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *message = hear_of_a_drop (&world, other);

      g_assert_nonnull (strstr (message, "dropped without a release"));
    }
  g_clear_object (&other);
  library_world_stop (&world);
}

static void
test_a_given_connection_stays (void)
{
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (SysmemClient) client = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  LibraryWorld world;

  library_world_start (&world);
  connection = private_bus_connect (world.bus.address);
  client = sysmem_client_new_for_connection (connection, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&client);
  answer = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                        "org.freedesktop.DBus", "GetId", NULL, NULL,
                                        G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  (void)g_dbus_connection_close_sync (connection, NULL, NULL);
  g_clear_object (&connection);
  library_world_stop (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/farewells/without-a-loop", test_without_a_loop);
  g_test_add_func ("/farewells/last-words", test_last_words);
  g_test_add_func ("/farewells/a-given-connection-stays", test_a_given_connection_stays);
  return g_test_run ();
}
