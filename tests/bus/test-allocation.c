/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Between the decision and the heap's outcome, while a worker thread makes memory, the tree counts
 * as not yet allocated (03 §4): failures discard the outcome, other calls are accepted, no second
 * try starts, and everybody is answered once. */

#include "bus-buffers.h"
#include "bus-fixture.h"
#include "bus-trace.h"

#define LARGE (128 * 1024) /* such that it is made in a worker thread */

/* Two participants, each on a connection of its own, whose memory is being made. */
typedef struct
{
  GDBusConnection *peers[2];
  char *paths[2];
} Pair;

static void
pair_init (Pair *pair, BusWorld *world)
{
  g_auto (BusToken) first = { NULL, -1 };
  g_auto (BusToken) second = { NULL, -1 };

  for (guint i = 0; i < 2; i++)
    pair->peers[i] = bus_connect (world);
  first = bus_allocate_shared (pair->peers[0]);
  second = bus_duplicate (pair->peers[0], first.path);
  smd_fake_heap_hold (world->heaps[0]);
  pair->paths[0] = bus_bind (pair->peers[0], &first, bus_constraints (1, LARGE));
  pair->paths[1] = bus_bind (pair->peers[1], &second, bus_constraints (2, LARGE));
  g_assert_true (smd_fake_heap_await_held (world->heaps[0]));
}

static void
pair_clear (Pair *pair)
{
  for (guint i = 0; i < 2; i++)
    g_free (pair->paths[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

static void
finish_wait (BusPending *wait, guint n_buffers)
{
  g_autoptr (GArray) buffers = bus_finish_wait (wait);

  g_assert_cmpuint (buffers->len, ==, n_buffers);
}

/* The other one is told while the heap is still at work; what it delivers then is freed. */
static void
check_discarded (BusWorld *world, Pair *pair, BusPending *wait, const char *reason)
{
  bus_finish_refused (wait, SYSMEM_ERROR_UNSPECIFIED, reason);
  g_assert_cmpuint (smd_fake_heap_get_n_waiting (world->heaps[0]), ==, 1);
  g_assert_cmpuint (bus_count (world).collections, ==, 0);
  smd_fake_heap_let_go (world->heaps[0]);
  g_assert_true (smd_fake_heap_await_empty (world->heaps[0]));
  g_assert_cmpuint (smd_fake_heap_get_n_made (world->heaps[0]), ==, 3);
}

static void
test_disconnect (BusWorld *world)
{
  g_auto (Pair) pair;
  BusPending *wait;

  pair_init (&pair, world);
  wait = bus_start_wait (pair.peers[0], pair.paths[0]);
  bus_disconnect (world, pair.peers[1]);
  check_discarded (world, &pair, wait, "its connection left the bus");
}

static void
test_abandon (BusWorld *world)
{
  g_auto (Pair) pair;
  BusPending *wait;

  pair_init (&pair, world);
  wait = bus_start_wait (pair.peers[0], pair.paths[0]);
  g_variant_unref (
    bus_call (pair.peers[1], pair.paths[1], "Node.Abandon", g_variant_new ("(s)", "tired")));
  check_discarded (world, &pair, wait, "tired");
}

/* Nobody is left to have the buffers. */
static void
test_all_release (BusWorld *world)
{
  g_auto (Pair) pair;
  BusPending *wait;

  pair_init (&pair, world);
  wait = bus_start_wait (pair.peers[0], pair.paths[0]);
  for (guint i = 0; i < 2; i++)
    bus_release (pair.peers[i], pair.paths[i]);
  check_discarded (world, &pair, wait, "released");
}

/* Its constraints stay in force, as after any release. */
static void
test_one_releases (BusWorld *world)
{
  g_auto (Pair) pair;
  BusPending *wait;

  pair_init (&pair, world);
  wait = bus_start_wait (pair.peers[0], pair.paths[0]);
  bus_release (pair.peers[1], pair.paths[1]);
  smd_fake_heap_let_go (world->heaps[0]);
  finish_wait (wait, 3);
  bus_release (pair.peers[0], pair.paths[0]);
}

static void
assert_state (GDBusConnection *peer, const char *path, const char *state)
{
  g_autofree char *found = bus_get_state (peer, path);

  g_assert_cmpstr (found, ==, state);
}

static void
test_other_calls (BusWorld *world)
{
  static const char *const calls[] = { "Node.Sync", "Node.Explain", "Node.GetBufferCollectionId" };
  g_auto (Pair) pair;
  g_auto (SmdFd) tracker = -1;
  BusPending *wait;

  pair_init (&pair, world);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    g_variant_unref (bus_call (pair.peers[0], pair.paths[0], calls[i], NULL));
  tracker = bus_call_for_fd (pair.peers[0], pair.paths[0], "Collection.AttachLifetimeTracking",
                             g_variant_new ("(u)", 0));
  bus_refused (pair.peers[0], pair.paths[0], "Collection.CheckAllBuffersAllocated", NULL,
               SYSMEM_ERROR_PENDING, "");
  bus_refused (pair.peers[0], pair.paths[0], "Collection.GetBuffers", g_variant_new ("(uu)", 0, 1),
               SYSMEM_ERROR_PENDING, "");
  assert_state (pair.peers[0], pair.paths[0], "ready");
  g_assert_false (bus_hung_up (tracker));

  wait = bus_start_wait (pair.peers[0], pair.paths[0]);
  smd_fake_heap_let_go (world->heaps[0]);
  finish_wait (wait, 3);
  assert_state (pair.peers[0], pair.paths[0], "allocated");
  for (guint i = 0; i < 2; i++)
    bus_release (pair.peers[i], pair.paths[i]);
  bus_await_hangup (tracker);
}

/* Who needs little and asks another heap does not wait for somebody's 1 GiB. */
static void
test_nobody_else_waits (BusWorld *world)
{
  g_auto (Pair) pair;
  g_autoptr (GVariant) constraints = g_variant_ref_sink (g_variant_new_parsed (
    "{'usage': <['cpu-read']>, 'min_buffer_count': <uint32 1>,"
    " 'buffer_memory_constraints': <{'min_size_bytes': <%t>, 'permitted_heaps': <['other']>}>}",
    (guint64)LARGE));
  g_autofree char *path = NULL;
  g_autoptr (GArray) buffers = NULL;

  pair_init (&pair, world);
  path = bus_allocate_single (pair.peers[0], constraints);
  buffers = bus_wait (pair.peers[0], path);
  g_assert_cmpuint (buffers->len, ==, 1);
  g_assert_cmpuint (smd_fake_heap_get_n_waiting (world->heaps[0]), ==, 1);
  smd_fake_heap_let_go (world->heaps[0]);
}

/* A newcomer is tried when the outcome is there, not before. */
static void
test_no_second_try (BusWorld *world)
{
  g_auto (Pair) pair;
  g_auto (BusToken) token = { NULL, -1 };
  g_autofree char *path = NULL;
  BusPending *wait;

  pair_init (&pair, world);
  token = bus_new_token (pair.peers[0], pair.paths[0], "Collection.AttachToken");
  path = bus_bind (pair.peers[0], &token, bus_constraints (0, LARGE));
  wait = bus_start_wait (pair.peers[0], path);
  assert_state (pair.peers[0], path, "ready");
  g_assert_cmpuint (smd_fake_heap_get_n_waiting (world->heaps[0]), ==, 1);
  smd_fake_heap_let_go (world->heaps[0]);
  finish_wait (wait, 3);
  g_assert_cmpuint (smd_fake_heap_get_n_made (world->heaps[0]), ==, 3);
}

static void
be_impatient (SmcLimits *limits)
{
  limits->wait_timeout_ms = 200;
}

/* One answer per call: Pending in time, then the buffers; and one signal. */
static void
test_answers_once (BusWorld *world)
{
  g_auto (Pair) pair;
  g_autoptr (BusTrace) trace = NULL;

  pair_init (&pair, world);
  trace = bus_trace_new (pair.peers[0]);
  bus_finish_refused (bus_start_wait (pair.peers[0], pair.paths[0]), SYSMEM_ERROR_PENDING,
                      "waiting for memory");
  smd_fake_heap_let_go (world->heaps[0]);
  g_assert_null (bus_trace_await (trace, pair.paths[0], "Node.Allocated"));
  finish_wait (bus_start_wait (pair.peers[0], pair.paths[0]), 3);
  g_assert_cmpuint (bus_trace_count (trace, pair.paths[0], "Node.Allocated"), ==, 1);
  g_assert_cmpuint (bus_trace_count (trace, pair.paths[0], "Node.Failed"), ==, 0);
}

/* The daemon stops without waiting for the heap. */
static void
test_stop (BusWorld *world)
{
  g_auto (Pair) pair;
  BusPending *wait;

  pair_init (&pair, world);
  wait = bus_start_wait (pair.peers[0], pair.paths[0]);
  g_variant_unref (bus_call (pair.peers[0], pair.paths[0], "Node.Sync", NULL));
  bus_stop_daemon (world);
  bus_finish_refused (wait, SYSMEM_ERROR_UNSPECIFIED, "stopping");
  smd_fake_heap_let_go (world->heaps[0]);
  g_assert_true (smd_fake_heap_await_empty (world->heaps[0]));
}

int
main (int argc, char **argv)
{
  static const BusOptions two = { .heaps = "system other" };
  static const BusOptions impatient = { .adjust = be_impatient };

  bus_test_init (&argc, &argv, NULL);
  bus_test_add ("/allocation/disconnect", test_disconnect);
  bus_test_add ("/allocation/abandon", test_abandon);
  bus_test_add ("/allocation/all-release", test_all_release);
  bus_test_add ("/allocation/one-releases", test_one_releases);
  bus_test_add ("/allocation/other-calls", test_other_calls);
  bus_test_add_with ("/allocation/nobody-else-waits", &two, test_nobody_else_waits);
  bus_test_add ("/allocation/no-second-try", test_no_second_try);
  bus_test_add_with ("/allocation/answers-once", &impatient, test_answers_once);
  bus_test_add ("/allocation/stop", test_stop);
  return g_test_run ();
}
