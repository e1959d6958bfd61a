/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench-world.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "bus/smd-bus.h"
#include "heaps/smd-fake-heap.h"
#include "server/smd-rlimit.h"

#define NICE -20

static const char noop_xml[] = "<node><interface name='" BENCH_NOOP_NAME
                               "'><method name='" BENCH_NOOP_METHOD "'/></interface></node>";

static void
die (const char *what, const GError *error)
{
  g_printerr ("bench: %s: %s\n", what, error->message);
  exit (EXIT_FAILURE);
}

void
bench_use_one_cpu (void)
{
  const struct sched_param realtime = { .sched_priority = 1 };
  cpu_set_t cpus;

  CPU_ZERO (&cpus);
  CPU_SET ((size_t)sched_getcpu (), &cpus);
  if (sched_setaffinity (0, sizeof cpus, &cpus) != 0)
    g_printerr ("bench: cannot stay on one CPU: %m\n");
  if (sched_setscheduler (0, SCHED_FIFO, &realtime) != 0)
    (void)setpriority (PRIO_PROCESS, 0, NICE);
}

static void
end_with_parent (gpointer data)
{
  (void)prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
spawn (const char *const *argv, int fd, GSubprocessFlags flags)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    flags | G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  if (fd >= 0)
    g_subprocess_launcher_take_fd (launcher, fd, 3);
  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  if (process == NULL)
    die (argv[0], error);
  return process;
}

GSubprocess *
bench_spawn_self (int fd, const char *role, const char *address)
{
  const char *const argv[] = { "/proc/self/exe", role, address, NULL };

  return spawn (argv, fd, G_SUBPROCESS_FLAGS_NONE);
}

static GSubprocess *
spawn_sysmemd (const char *path, const char *address)
{
  g_autofree char *option = g_strdup_printf ("--address=%s", address);
  const char *const argv[] = { path, option, "--config=/dev/null", NULL };

  return spawn (argv, -1, G_SUBPROCESS_FLAGS_STDERR_SILENCE); /* it would say who is missing */
}

static void
on_appeared (GDBusConnection *peer, const char *name, const char *owner, gpointer data)
{
  *(gboolean *)data = TRUE;
}

static void
await_name (GDBusConnection *peer, const char *name)
{
  gboolean there = FALSE;
  guint watch = g_bus_watch_name_on_connection (peer, name, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                on_appeared, NULL, &there, NULL);

  while (!there)
    g_main_context_iteration (NULL, TRUE);
  g_bus_unwatch_name (watch);
}

void
bench_world_start (BenchWorld *world, const char *sysmemd)
{
  private_bus_start (&world->bus);
  world->peer = private_bus_connect (world->bus.address);
  world->noop = bench_spawn_self (-1, "--noop", world->bus.address);
  world->daemon = sysmemd != NULL ? spawn_sysmemd (sysmemd, world->bus.address)
                                  : bench_spawn_self (-1, "--stubbed", world->bus.address);
  await_name (world->peer, BENCH_NOOP_NAME);
  await_name (world->peer, SMD_BUS_NAME);
}

static void
stop (GSubprocess *process)
{
  g_subprocess_send_signal (process, SIGTERM);
  (void)g_subprocess_wait (process, NULL, NULL);
  g_object_unref (process);
}

void
bench_world_stop (BenchWorld *world)
{
  stop (world->daemon);
  stop (world->noop);
  (void)g_dbus_connection_close_sync (world->peer, NULL, NULL);
  g_object_unref (world->peer);
  private_bus_stop (&world->bus);
}

void
bench_noop (BenchWorld *world)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_with_unix_fd_list_sync (
    world->peer, BENCH_NOOP_NAME, BENCH_NOOP_PATH, BENCH_NOOP_NAME, BENCH_NOOP_METHOD, NULL, NULL,
    G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL, &error);

  if (reply == NULL)
    die (BENCH_NOOP_NAME, error);
}

guint64
bench_cpu_ns (GSubprocess *process)
{
  g_autofree char *tasks = g_strdup_printf ("/proc/%s/task", g_subprocess_get_identifier (process));
  g_autoptr (GDir) directory = g_dir_open (tasks, 0, NULL);
  const char *task;
  guint64 total = 0;

  while ((task = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (tasks, task, "schedstat", NULL);
      g_autofree char *text = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL))
        total += g_ascii_strtoull (text, NULL, 10);
    }
  return total;
}

static void
on_call (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *method,
         GVariant *parameters,
         GDBusMethodInvocation *invocation,
         gpointer data)
{
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
serve (GDBusConnection *connection, const char *name)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  (void)g_bus_own_name_on_connection (connection, name, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL,
                                      NULL, NULL);
  g_main_loop_run (loop); /* until it is killed */
}

void
bench_noop_main (const char *address)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_call };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (noop_xml, NULL);
  g_autoptr (GDBusConnection) connection = private_bus_connect (address);

  (void)g_dbus_connection_register_object (connection, BENCH_NOOP_PATH, node->interfaces[0],
                                           &vtable, NULL, NULL, NULL);
  serve (connection, BENCH_NOOP_NAME);
}

void
bench_stubbed_main (const char *address)
{
  GPtrArray *heaps = g_ptr_array_new_with_free_func ((GDestroyNotify)smd_heap_unref);
  g_autoptr (GDBusConnection) connection = private_bus_connect (address);
  g_autoptr (GError) error = NULL;
  SmcLimits limits;

  (void)smd_rlimit_raise_nofile (NULL);
  smc_limits_init (&limits, G_GUINT64_CONSTANT (4) << 30);
  g_ptr_array_add (heaps, smd_fake_heap_new_from_spec ("system,stub", NULL));
  if (smd_bus_new (smd_server_new (&limits, sme_policy_new (), heaps), connection, &error) == NULL)
    die ("stubbed daemon", error);
  serve (connection, SMD_BUS_NAME);
}
