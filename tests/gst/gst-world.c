/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gst-world.h"

#include "chance.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>

static const char *sysmemd;

void
gst_test_init (int *argc, char ***argv)
{
  sysmemd = g_getenv ("SYSMEMD");
  g_assert_nonnull (sysmemd);
  (void)g_setenv ("GST_TRACERS", "leaks", TRUE);
  gst_init (argc, argv);
  chance_test_init (argc, argv);
}

/* What of GStreamer's is still alive: one line for each object. */
static char *
list_leaks (void)
{
  GString *text = g_string_new (NULL);
  GList *tracers = gst_tracing_get_active_tracers ();

  gst_task_cleanup_all (); /* threads let go of their tasks only after they were joined */
  for (GList *tracer = tracers; tracer != NULL; tracer = tracer->next)
    {
      g_autoptr (GstStructure) live = NULL;
      const GValue *list;

      g_signal_emit_by_name (tracer->data, "get-live-objects", &live);
      g_assert_nonnull (live);
      list = gst_structure_get_value (live, "live-objects-list");
      for (guint i = 0; list != NULL && i < gst_value_list_get_size (list); i++)
        {
          g_autofree char *line = g_strdup_value_contents (gst_value_list_get_value (list, i));

          g_string_append_printf (text, "%s\n", line);
        }
    }
  g_assert_nonnull (tracers);
  g_list_free_full (tracers, gst_object_unref);
  return g_string_free (text, FALSE);
}

static void
end_with_parent (gpointer data)
{
  (void)prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
spawn_daemon (GstWorld *world, const char *program)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autofree char *option = g_strdup_printf ("--address=%s", world->bus.address);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
  world->daemon =
    g_subprocess_launcher_spawn (launcher, &error, program, option, "--config=/dev/null", NULL);
  g_assert_no_error (error);
}

static void
on_appeared (GDBusConnection *peer, const char *name, const char *owner, gpointer data)
{
  *(gboolean *)data = TRUE;
}

static void
on_vanished (GDBusConnection *peer, const char *name, gpointer data)
{
  *(gboolean *)data = FALSE;
}

static guint
watch_daemon (GDBusConnection *peer, gboolean *is_there)
{
  return g_bus_watch_name_on_connection (peer, "org.sysmem.Sysmem1", G_BUS_NAME_WATCHER_FLAGS_NONE,
                                         on_appeared, on_vanished, is_there, NULL);
}

static void
await_daemon (const gboolean *is_there, gboolean expected)
{
  while (*is_there != expected)
    g_main_context_iteration (NULL, TRUE);
}

void
gst_world_start_daemon (GstWorld *world, const char *program)
{
  g_autoptr (GDBusConnection) peer = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_there = FALSE;
  guint watch;

  private_bus_start (&world->bus);
  spawn_daemon (world, program);
  peer = private_bus_connect (world->bus.address);
  watch = watch_daemon (peer, &is_there);
  await_daemon (&is_there, TRUE);
  g_bus_unwatch_name (watch);
  world->client = sysmem_client_new_for_connection (peer, NULL, &error);
  g_assert_no_error (error);
}

void
gst_world_stop_daemon (GstWorld *world)
{
  g_clear_object (&world->client);
  g_subprocess_send_signal (world->daemon, SIGTERM);
  (void)g_subprocess_wait (world->daemon, NULL, NULL);
  g_assert_true (g_subprocess_get_successful (world->daemon));
  g_clear_object (&world->daemon);
  private_bus_stop (&world->bus);
}

void
gst_world_replace_daemon (GstWorld *world)
{
  g_autoptr (GDBusConnection) peer = private_bus_connect (world->bus.address);
  g_autoptr (GError) error = NULL;
  gboolean is_there = FALSE;
  guint watch = watch_daemon (peer, &is_there);

  await_daemon (&is_there, TRUE);
  g_subprocess_force_exit (world->daemon);
  g_assert_true (g_subprocess_wait (world->daemon, NULL, &error));
  g_clear_object (&world->daemon);
  await_daemon (&is_there, FALSE); /* the bus takes its time to notice */
  spawn_daemon (world, sysmemd);
  await_daemon (&is_there, TRUE);
  g_bus_unwatch_name (watch);
  g_assert_true (g_dbus_connection_close_sync (peer, NULL, &error));
}

void
gst_world_start (GstWorld *world)
{
  g_autoptr (GError) error = NULL;

  world->folder = g_dir_make_tmp ("sysmem-world-XXXXXX", &error);
  g_assert_no_error (error);
  world->path = g_build_filename (world->folder, "socket", NULL);
  gst_world_start_daemon (world, sysmemd);
}

void
gst_world_stop (GstWorld *world)
{
  g_autofree char *leaks = list_leaks ();

  g_assert_cmpstr (leaks, ==, "");
  g_assert_cmpint (g_rmdir (world->folder), ==, 0);
  g_clear_pointer (&world->folder, g_free);
  g_clear_pointer (&world->path, g_free);
  gst_world_stop_daemon (world);
}

SysmemCollection *
gst_world_allocate (GstWorld *world, SysmemConstraints *constraints)
{
  g_autoptr (GError) error = NULL;
  SysmemCollection *collection =
    sysmem_client_allocate_non_shared (world->client, constraints, NULL, &error);

  g_assert_no_error (error);
  (void)sysmem_collection_wait (collection, NULL, &error);
  g_assert_no_error (error);
  return collection;
}

SysmemCollection *
gst_world_allocate_video (GstWorld *world, const char *text, guint stride_multiple, guint count)
{
  const guint mask = stride_multiple - 1;
  const GstVideoAlignment alignment = { .stride_align = { mask, mask, mask, mask } };
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemConstraints) constraints =
    gst_sysmem_constraints_new_from_caps (caps, SYSMEM_USAGE_CPU_WRITE_OFTEN, &alignment, &error);

  g_assert_no_error (error);
  g_object_set (constraints, "min-buffer-count-for-camping", count, NULL);
  return gst_world_allocate (world, constraints);
}

void
gst_world_release (SysmemCollection *collection)
{
  g_autoptr (GError) error = NULL;

  (void)sysmem_node_release (SYSMEM_NODE (collection), NULL, &error);
  g_assert_no_error (error);
}
