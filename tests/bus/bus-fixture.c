/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus-fixture.h"

#include <signal.h>

#include "bus-child.h"
#include "bus/smd-name.h"
#include "common/sysmem-error.h"
#include "own-fds.h"

#define PATIENCE_SECONDS 250
#define FDS_DEADLINE_US (60 * G_USEC_PER_SEC)

GDBusConnection *
bus_connect (BusWorld *world)
{
  GDBusConnection *peer = private_bus_connect (world->address);

  g_ptr_array_add (world->peers, peer);
  return peer;
}

void
bus_disconnect (BusWorld *world, GDBusConnection *peer)
{
  g_assert_true (g_ptr_array_remove (world->peers, peer));
}

static void
close_peer (gpointer peer)
{
  (void)g_dbus_connection_close_sync (peer, NULL, NULL);
  g_object_unref (peer);
}

guint
bus_count_fds (void)
{
  return own_fds_count ();
}

static void
count (SmdServer *server, gpointer data)
{
  BusCounts *counts = data;

  counts->clients = g_hash_table_size (server->clients);
  counts->collections = g_hash_table_size (server->collections);
  counts->nodes = g_hash_table_size (server->nodes);
  counts->buffers = g_hash_table_size (server->buffers);
}

BusCounts
bus_count (BusWorld *world)
{
  BusCounts counts;

  bus_on_daemon (world, count, &counts);
  return counts;
}

static gboolean
is_deserted (SmdServer *server, gpointer data)
{
  BusCounts counts;

  count (server, &counts);
  /* Failed tokens that nobody owns are kept for a while, and paid for. */
  return counts.clients == 0 && counts.collections == 0 && counts.buffers == 0
         && (counts.nodes > 0 || smd_accounts_count (server->accounts) == 0);
}

static gpointer
run_body (gpointer data)
{
  BusWorld *world = data;

  g_main_context_push_thread_default (world->context);
  world->body (world);
  g_ptr_array_set_size (world->peers, 0);
  if (world->server != NULL)
    bus_await (world, is_deserted, NULL);
  while (g_main_context_iteration (world->context, FALSE))
    ;
  g_main_context_pop_thread_default (world->context);
  g_main_loop_quit (world->loop);
  return NULL;
}

static gboolean
lose_patience (gpointer data)
{
  BusWorld *world = data;
  BusCounts counts = { 0 };

  if (world->server != NULL)
    count (world->server, &counts);
  g_error ("the test did not end in %d s; the daemon has %u clients, %u collections, %u nodes and "
           "%u buffers",
           PATIENCE_SECONDS, counts.clients, counts.collections, counts.nodes, counts.buffers);
  return G_SOURCE_REMOVE;
}

/* The world takes its own references, so that a test can ask a heap when the daemon has stopped. */
static GPtrArray *
make_heaps (BusWorld *world, const char *specs)
{
  g_auto (GStrv) list = g_strsplit (specs != NULL ? specs : "system", " ", -1);
  GPtrArray *heaps = g_ptr_array_new_with_free_func ((GDestroyNotify)smd_heap_unref);

  world->heap_list = g_ptr_array_new_with_free_func ((GDestroyNotify)smd_heap_unref);
  for (char **spec = list; *spec != NULL; spec++)
    {
      g_autoptr (GError) error = NULL;
      SmdHeap *heap = smd_fake_heap_new_from_spec (*spec, &error);

      g_assert_no_error (error);
      g_ptr_array_add (heaps, heap);
      g_ptr_array_add (world->heap_list, smd_heap_ref (heap));
    }
  world->heaps = (SmdHeap **)world->heap_list->pdata;
  return heaps;
}

/* The daemon, as sysmemd makes it. */
static void
start_daemon (BusWorld *world, const BusOptions *options)
{
  g_autoptr (GDBusConnection) connection = private_bus_connect (world->address);
  g_autoptr (GError) error = NULL;
  SmcLimits limits;

  smc_limits_init (&limits, G_GUINT64_CONSTANT (4) << 30);
  if (options->adjust != NULL)
    options->adjust (&limits);
  world->server = smd_server_new (&limits, sme_policy_new (), make_heaps (world, options->heaps));
  world->exported = smd_bus_new (world->server, connection, &error);
  g_assert_no_error (error);
  (void)smd_bus_take_name (world->exported, &error);
  g_assert_no_error (error);
}

static void
stop_daemon (BusWorld *world)
{
  GDBusConnection *connection = g_object_ref (world->exported->connection);

  g_clear_pointer (&world->exported, smd_bus_free);
  g_clear_pointer (&world->server, smd_server_free);
  (void)g_dbus_connection_close_sync (connection, NULL, NULL);
  g_object_unref (connection);
}

static void
stop (SmdServer *server, gpointer world)
{
  stop_daemon (world);
}

void
bus_stop_daemon (BusWorld *world)
{
  bus_on_daemon (world, stop, world);
}

static void
world_init (BusWorld *world, const BusOptions *options)
{
  world->n_fds = bus_count_fds ();
  private_bus_start (&world->bus);
  world->address = world->bus.address;
  world->peers = g_ptr_array_new_with_free_func (close_peer);
  world->context = g_main_context_new ();
  world->loop = g_main_loop_new (NULL, FALSE);
  start_daemon (world, options);
}

/* A walk through /proc for which nobody waits any more ends by itself, and closes its folders then. */
static void
check_fds (guint n_fds)
{
  gint64 deadline = g_get_monotonic_time () + FDS_DEADLINE_US;

  while (bus_count_fds () != n_fds && g_get_monotonic_time () < deadline)
    g_thread_yield ();
  g_assert_cmpuint (bus_count_fds (), ==, n_fds);
}

static void
world_clear (BusWorld *world)
{
  if (world->server != NULL)
    stop_daemon (world);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  for (guint i = 0; i < world->heap_list->len; i++)
    g_assert_true (smd_fake_heap_await_empty (world->heaps[i]));
  g_ptr_array_unref (world->heap_list);
  g_ptr_array_unref (world->peers);
  g_main_context_unref (world->context);
  g_main_loop_unref (world->loop);
  private_bus_stop (&world->bus);
  check_fds (world->n_fds);
}

typedef struct
{
  BusOptions options;
  BusTest body;
} Case;

static void
run_case (gconstpointer data)
{
  const Case *test = data;
  BusWorld world = { .body = test->body };
  guint patience = g_timeout_add_seconds (PATIENCE_SECONDS, lose_patience, &world);
  GThread *thread;

  world_init (&world, &test->options);
  thread = g_thread_new ("test", run_body, &world);
  g_main_loop_run (world.loop);
  g_thread_join (thread);
  world_clear (&world);
  g_source_remove (patience);
}

void
bus_test_add_with (const char *path, const BusOptions *options, BusTest test)
{
  Case *new_case = g_new0 (Case, 1);

  new_case->options = *options;
  new_case->body = test;
  g_test_add_data_func_full (path, new_case, run_case, g_free);
}

void
bus_test_add (const char *path, BusTest test)
{
  static const BusOptions defaults;

  bus_test_add_with (path, &defaults, test);
}

/* GDBus keeps its worker thread and its fds for the life of the process: have them before fds are
 * counted. */
static void
warm_up (void)
{
  PrivateBus bus = { 0 };
  GDBusConnection *connection;

  private_bus_start (&bus);
  connection = private_bus_connect (bus.address);
  close_peer (connection);
  private_bus_stop (&bus);
}

/* As the bus layer does, but there may be none in this process. */
static void
register_errors (void)
{
  for (guint code = 0; code < SYSMEM_N_ERRORS; code++)
    (void)g_dbus_error_register_error (SYSMEM_ERROR, (int)code,
                                       sysmem_error_get_dbus_name ((SysmemError)code));
}

void
bus_test_init (int *argc, char ***argv, const BusRole *roles)
{
  register_errors ();
  bus_child_maybe_run (*argc, *argv, roles);
  g_test_init (argc, argv, NULL);
  (void)signal (SIGPIPE, SIG_IGN);
  (void)signal (SIGIO, SIG_IGN);
  warm_up ();
}
