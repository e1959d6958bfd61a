/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "library-world.h"

#include "own-fds.h"
#include <signal.h>

#define BUS_NAME "org.sysmem.Sysmem1"

static void
on_appeared (GDBusConnection *connection, const char *name, const char *owner, gpointer data)
{
  *(gboolean *)data = TRUE;
}

static void
on_vanished (GDBusConnection *connection, const char *name, gpointer data)
{
  *(gboolean *)data = FALSE;
}

static void
await_daemon (LibraryWorld *world, gboolean has_daemon)
{
  while (world->has_daemon != has_daemon)
    (void)g_main_context_iteration (NULL, TRUE);
}

void
library_world_start_daemon (LibraryWorld *world)
{
  g_autofree char *address = g_strconcat ("--address=", world->bus.address, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (g_getenv ("SYSMEMD"));
  world->daemon = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, g_getenv ("SYSMEMD"),
                                    "--config=/dev/null", address, NULL);
  g_assert_no_error (error);
  await_daemon (world, TRUE);
}

void
library_world_kill_daemon (LibraryWorld *world)
{
  g_subprocess_force_exit (world->daemon);
  (void)g_subprocess_wait (world->daemon, NULL, NULL);
  g_clear_object (&world->daemon);
  await_daemon (world, FALSE);
}

static void
stop_watching (LibraryWorld *world)
{
  g_bus_unwatch_name (world->watch);
  (void)g_dbus_connection_close_sync (world->watcher, NULL, NULL);
  g_clear_object (&world->watcher);
}

void
library_world_end_bus (LibraryWorld *world)
{
  private_bus_stop (&world->bus);
  (void)g_subprocess_wait (world->daemon, NULL, NULL); /* it has nothing to do without a bus */
  g_clear_object (&world->daemon);
  stop_watching (world);
}

void
library_world_start (LibraryWorld *world)
{
  *world = (LibraryWorld){ .n_fds = own_fds_count () };
  private_bus_start (&world->bus);
  world->watcher = private_bus_connect (world->bus.address);
  world->watch =
    g_bus_watch_name_on_connection (world->watcher, BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                    on_appeared, on_vanished, &world->has_daemon, NULL);
  library_world_start_daemon (world);
}

void
library_world_stop (LibraryWorld *world)
{
  if (world->daemon != NULL)
    {
      g_subprocess_send_signal (world->daemon, SIGTERM);
      g_assert_true (g_subprocess_wait_check (world->daemon, NULL, NULL));
      g_clear_object (&world->daemon);
    }
  if (world->bus.address != NULL)
    {
      stop_watching (world);
      private_bus_stop (&world->bus);
    }
  library_world_await_fds (world->n_fds);
}

void
library_world_await_fds (guint n_fds)
{
  while (own_fds_count () > n_fds)
    (void)g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (own_fds_count (), ==, n_fds);
}

SysmemClient *
library_world_connect (LibraryWorld *world)
{
  g_autoptr (GError) error = NULL;
  SysmemClient *client = sysmem_client_new_for_address (world->bus.address, NULL, &error);

  g_assert_no_error (error);
  return client;
}

void
library_world_keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

GAsyncResult *
library_world_await (GAsyncResult **result)
{
  while (*result == NULL)
    (void)g_main_context_iteration (NULL, TRUE);
  return g_steal_pointer (result);
}

SysmemConstraints *
library_world_bytes (SysmemUsage usage, guint64 size)
{
  g_autoptr (SysmemMemoryConstraints) memory = sysmem_memory_constraints_new ();

  g_object_set (memory, "min-size-bytes", size, NULL);
  return g_object_new (SYSMEM_TYPE_CONSTRAINTS, "usage", usage, "min-buffer-count-for-camping", 1,
                       "buffer-memory-constraints", memory, NULL);
}
