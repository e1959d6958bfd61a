/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The daemon has as many fds after 10,000 collections as before, whether they went well or not.
 * Calls are sent many at a time, so that this takes seconds. */

#include "bus-buffers.h"
#include "bus-fixture.h"
#include "bus-raw.h"

#define N_ROUNDS 100
#define BATCH 50 /* calls of a connection that may wait for answers: 128 */

typedef struct
{
  BusWorld *world;
  GDBusConnection *peer;
} Client;

typedef void (*Batch) (Client *client);

static GVariant *
must_finish (BusPending *pending, GUnixFDList **fds)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply = bus_finish (pending, fds, &error);

  g_assert_no_error (error);
  return reply;
}

/* The same call without fds on many paths. */
static void
call_all (Client *client, char **paths, const char *method, GVariant *parameters)
{
  g_autoptr (GVariant) kept = parameters != NULL ? g_variant_ref_sink (parameters) : NULL;
  BusPending *pending[BATCH];

  for (guint i = 0; i < BATCH; i++)
    pending[i] = bus_start (client->peer, paths[i], method, kept, -1);
  for (guint i = 0; i < BATCH; i++)
    g_variant_unref (must_finish (pending[i], NULL));
}

static void
free_all (char **paths)
{
  for (guint i = 0; i < BATCH; i++)
    g_free (paths[i]);
}

static void
allocate_singles (Client *client, GVariant *constraints, char **paths)
{
  g_autoptr (GVariant) options =
    g_variant_ref_sink (g_variant_new_parsed ("({'constraints': <%@a{sv}>},)", constraints));
  BusPending *pending[BATCH];

  for (guint i = 0; i < BATCH; i++)
    pending[i] =
      bus_start (client->peer, BUS_ROOT, "Allocator.AllocateNonSharedCollection", options, -1);
  for (guint i = 0; i < BATCH; i++)
    {
      g_autoptr (GVariant) reply = must_finish (pending[i], NULL);

      g_variant_get (reply, "(o)", &paths[i]);
    }
}

static void
wait_for_all (Client *client, char **paths, guint n_fds)
{
  BusPending *pending[BATCH];

  for (guint i = 0; i < BATCH; i++)
    pending[i] = bus_start (client->peer, paths[i], "Collection.WaitForAllBuffersAllocated",
                            bus_no_options (), -1);
  for (guint i = 0; i < BATCH; i++)
    {
      g_autoptr (GUnixFDList) fds = NULL;
      g_autoptr (GVariant) reply = must_finish (pending[i], &fds);

      g_assert_cmpint (g_unix_fd_list_get_length (fds), ==, (int)n_fds);
    }
}

static void
run_singles (Client *client)
{
  char *paths[BATCH];

  allocate_singles (client, bus_constraints (2, 64), paths);
  wait_for_all (client, paths, 2);
  call_all (client, paths, "Node.Release", NULL);
  free_all (paths);
}

/* Made in worker threads. */
static void
run_large_singles (Client *client)
{
  char *paths[BATCH];

  allocate_singles (client, bus_constraints (1, 128 * 1024), paths);
  for (guint i = 0; i < BATCH; i++)
    g_array_unref (bus_wait (client->peer, paths[i]));
  call_all (client, paths, "Node.Release", NULL);
  free_all (paths);
}

/* Trees of a root and a duplicate, as paths and handles. */
static void
allocate_trees (Client *client, BusToken *roots, BusToken *duplicates)
{
  BusPending *pending[BATCH];

  for (guint i = 0; i < BATCH; i++)
    pending[i] =
      bus_start (client->peer, BUS_ROOT, "Allocator.AllocateSharedCollection",
                 g_variant_new_parsed ("({'rights_attenuation_masks': <[%u]>},)", G_MAXUINT32), -1);
  for (guint i = 0; i < BATCH; i++)
    {
      g_autoptr (GUnixFDList) fds = NULL;
      g_autoptr (GVariant) reply = must_finish (pending[i], &fds);
      g_autoptr (GVariant) list = NULL;
      gint32 handle;

      g_variant_get (reply, "(oh@a(oh))", &roots[i].path, &handle, &list);
      roots[i].handle = bus_take_fd (fds, handle);
      g_variant_get_child (list, 0, "(oh)", &duplicates[i].path, &handle);
      duplicates[i].handle = bus_take_fd (fds, handle);
    }
}

static void
bind_all (Client *client, BusToken *tokens, char **paths)
{
  g_autoptr (GVariant) parameters = g_variant_ref_sink (
    g_variant_new_parsed ("(handle 0, {'constraints': <%@a{sv}>})", bus_constraints (1, 64)));
  BusPending *pending[BATCH];

  for (guint i = 0; i < BATCH; i++)
    pending[i] = bus_start (client->peer, BUS_ROOT, "Allocator.BindSharedCollection", parameters,
                            tokens[i].handle);
  for (guint i = 0; i < BATCH; i++)
    {
      g_autoptr (GVariant) reply = must_finish (pending[i], NULL);

      g_variant_get (reply, "(o)", &paths[i]);
      bus_token_clear (&tokens[i]);
    }
}

static void
run_trees (Client *client)
{
  BusToken roots[BATCH];
  BusToken duplicates[BATCH];
  char *firsts[BATCH];
  char *seconds[BATCH];

  allocate_trees (client, roots, duplicates);
  bind_all (client, roots, firsts);
  bind_all (client, duplicates, seconds);
  wait_for_all (client, firsts, 2);
  wait_for_all (client, seconds, 2);
  call_all (client, firsts, "Node.Release", NULL);
  call_all (client, seconds, "Node.Release", NULL);
  free_all (firsts);
  free_all (seconds);
}

static void
run_bundles (Client *client)
{
  char *paths[BATCH];

  allocate_singles (client, bus_constraints (2, 64), paths);
  for (guint i = 0; i < BATCH; i++)
    {
      g_auto (SmdFd) bundle = bus_wait_for_bundle (client->peer, paths[i]);
      g_autoptr (GArray) buffers = bus_bundle_read (bundle);

      g_assert_cmpuint (buffers->len, ==, 2);
    }
  call_all (client, paths, "Node.Release", NULL);
  free_all (paths);
}

/* Sockets of every sort, which go with the tree or before it. */
static void
run_trackers (Client *client)
{
  char *paths[BATCH];

  allocate_singles (client, bus_constraints (2, 64), paths);
  call_all (client, paths, "Node.AttachNodeTracking", NULL);
  call_all (client, paths, "Collection.AttachLifetimeTracking", g_variant_new ("(u)", 0));
  call_all (client, paths, "Node.GetNodeRef", NULL);
  call_all (client, paths, "Collection.AttachToken", g_variant_new ("(u)", G_MAXUINT32));
  call_all (client, paths, "Node.Release", NULL);
  free_all (paths);
}

static gboolean
has_no_collections (SmdServer *server, gpointer data)
{
  return g_hash_table_size (server->collections) == 0 && g_hash_table_size (server->clients) == 1;
}

static void
fail_impossible (Client *client)
{
  char *paths[BATCH];

  allocate_singles (client, bus_constraints (1, G_GUINT64_CONSTANT (1) << 40), paths);
  free_all (paths);
}

static void
fail_without_memory (Client *client)
{
  char *paths[BATCH];

  smd_fake_heap_fail_after (client->world->heaps[0], 1, G_MAXUINT);
  allocate_singles (client, bus_constraints (2, 64), paths);
  free_all (paths);
  allocate_singles (client, bus_constraints (2, 128 * 1024), paths);
  bus_await (client->world, has_no_collections, NULL);
  smd_fake_heap_fail_next (client->world->heaps[0], 0);
  free_all (paths);
}

static void
fail_by_closing (Client *client)
{
  BusToken roots[BATCH];
  BusToken duplicates[BATCH];

  allocate_trees (client, roots, duplicates);
  for (guint i = 0; i < BATCH; i++)
    {
      bus_token_clear (&roots[i]);
      bus_token_clear (&duplicates[i]);
    }
}

static void
fail_by_abandoning (Client *client)
{
  char *paths[BATCH];

  allocate_singles (client, bus_constraints (2, 64), paths);
  wait_for_all (client, paths, 2);
  call_all (client, paths, "Node.Abandon", g_variant_new ("(s)", "tired"));
  free_all (paths);
}

/* Replies, and the fds in them, that nobody ever reads. */
static void
fail_by_leaving (Client *client)
{
  BusRaw *raw = bus_raw_connect (client->world->address);

  for (guint i = 0; i < BATCH; i++)
    {
      bus_raw_send (raw, BUS_ROOT, "Allocator.AllocateSharedCollection", bus_no_options (), -1);
      if (i == 0)
        bus_raw_await_answer (raw); /* from now on it is a client whose leaving is noticed */
    }
  bus_raw_close (raw);
}

static void
run_rounds (BusWorld *world, const Batch *batches, guint n_batches)
{
  Client client = { world, bus_connect (world) };
  guint n_fds = 0;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      batches[i % n_batches](&client);
      if ((i + 1) % n_batches != 0)
        continue;
      bus_await (world, has_no_collections, NULL);
      g_assert_true (smd_fake_heap_await_empty (world->heaps[0]));
      if (n_fds == 0)
        n_fds = bus_count_fds ();
      g_assert_cmpuint (bus_count_fds (), ==, n_fds);
    }
}

static void
test_plain (BusWorld *world)
{
  static const Batch batches[] = { run_singles, run_large_singles, run_trees, run_bundles,
                                   run_trackers };

  run_rounds (world, batches, G_N_ELEMENTS (batches));
}

static void
test_failing (BusWorld *world)
{
  static const Batch batches[] = { fail_impossible, fail_without_memory, fail_by_closing,
                                   fail_by_abandoning, fail_by_leaving };

  run_rounds (world, batches, G_N_ELEMENTS (batches));
}

int
main (int argc, char **argv)
{
  bus_test_init (&argc, &argv, NULL);
  bus_test_add ("/leaks/plain", test_plain);
  bus_test_add ("/leaks/failing", test_failing);
  return g_test_run ();
}
