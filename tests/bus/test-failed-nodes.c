/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A node that has failed can be asked why: for a while, and not too many of them (02, "Nodes,
 * owners and lifetimes"). */

#include <string.h>

#include "bus-buffers.h"
#include "bus-fixture.h"
#include "bus-trace.h"

#define REASON "MaxBufferSize" /* what the error of test collections says */
#define FORGET_S 3             /* so long that a busy machine, too, has read the error before */

static GVariant *
too_much (void)
{
  return bus_constraints (1, G_GUINT64_CONSTANT (1) << 40);
}

static char *
new_collection (GDBusConnection *peer)
{
  g_autoptr (GVariant) reply =
    bus_call (peer, BUS_ROOT, "Allocator.AllocateNonSharedCollection", bus_no_options ());
  char *path;

  g_variant_get (reply, "(o)", &path);
  return path;
}

static char *
new_failed (GDBusConnection *peer)
{
  return bus_allocate_single (peer, too_much ());
}

static void
assert_failed (GDBusConnection *peer, const char *path, const char *method, GVariant *parameters)
{
  bus_refused (peer, path, method, parameters, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY, REASON);
}

static void
assert_forgotten (GDBusConnection *peer, const char *path)
{
  bus_refused (peer, path, "Node.Sync", NULL, SYSMEM_ERROR_NOT_FOUND, path);
}

static void
assert_tells_why (GDBusConnection *peer, const char *path)
{
  g_autofree char *state = bus_get_state (peer, path);
  g_autoptr (GVariant) reply = bus_call (peer, path, "Node.Explain", NULL);
  g_autoptr (GVariant) dict = g_variant_get_child_value (reply, 0);
  const char *outcome;
  const char *error;

  g_assert_cmpstr (state, ==, "failed");
  g_assert_true (g_variant_lookup (dict, "outcome", "&s", &outcome));
  g_assert_cmpstr (outcome, ==, "failed");
  g_assert_true (g_variant_lookup (dict, "error", "&s", &error));
  g_assert_cmpstr (error, ==, "org.sysmem.Sysmem1.Error.ConstraintsIntersectionEmpty");
}

/* The stored error comes before anything the arguments may be guilty of. */
static void
test_kept (BusWorld *world)
{
  static const struct
  {
    const char *method;
    const char *parameters;
  } calls[] = {
    { "Node.Sync", "()" },
    { "Node.Abandon", "('',)" },
    { "Node.SetName", "(uint32 1, '')" },
    { "Node.SetDebugClientInfo", "('', uint64 0)" },
    { "Node.SetDebugTimeoutLogDeadline", "(uint64 0,)" },
    { "Node.SetVerboseLogging", "()" },
    { "Node.GetNodeRef", "()" },
    { "Node.IsAlternateFor", "(handle 0,)" },
    { "Node.GetBufferCollectionId", "()" },
    { "Node.SetWeak", "()" },
    { "Node.SetWeakOk", "({'no': <'such option'>},)" },
    { "Node.AttachNodeTracking", "()" },
    { "Collection.SetConstraints", "({'no': <'such key'>}, @a{sv} {})" },
    { "Collection.WaitForAllBuffersAllocated", "(@a{sv} {},)" },
    { "Collection.CheckAllBuffersAllocated", "()" },
    { "Collection.GetBuffers", "(uint32 7, uint32 7)" },
    { "Collection.AttachToken", "(uint32 0,)" },
    { "Collection.AttachLifetimeTracking", "(uint32 0,)" },
  };
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = new_failed (peer);

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    assert_failed (peer, path, calls[i].method, g_variant_new_parsed (calls[i].parameters));
  assert_tells_why (peer, path);
  bus_release (peer, path);
  assert_forgotten (peer, path);
  bus_refused (peer, path, "Node.Release", NULL, SYSMEM_ERROR_NOT_FOUND, path);
}

static void
keep_three (SmcLimits *limits)
{
  limits->max_failed_nodes_per_connection = 3;
}

static void
test_newest_kept (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  GDBusConnection *other = bus_connect (world);
  g_autofree char *of_other = new_failed (other);
  char *paths[5];

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    paths[i] = new_failed (peer);
  for (guint i = 0; i < 2; i++)
    assert_forgotten (peer, paths[i]);
  for (guint i = 2; i < G_N_ELEMENTS (paths); i++)
    assert_tells_why (peer, paths[i]);
  assert_tells_why (other, of_other);
  g_assert_cmpuint (bus_count (world).nodes, ==, 4);

  /* One that is released makes room. */
  bus_release (peer, paths[3]);
  g_free (paths[0]);
  paths[0] = new_failed (peer);
  assert_tells_why (peer, paths[2]);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    g_free (paths[i]);
}

static void
forget_soon (SmcLimits *limits)
{
  limits->failed_node_timeout_s = FORGET_S;
}

static gboolean
has_no_nodes (SmdServer *server, gpointer data)
{
  return g_hash_table_size (server->nodes) == 0;
}

static void
test_forgotten_in_time (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  gint64 start = g_get_monotonic_time ();
  g_autofree char *path = new_failed (peer);

  assert_tells_why (peer, path);
  bus_await (world, has_no_nodes, NULL);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, FORGET_S * G_USEC_PER_SEC);
  assert_forgotten (peer, path);
}

static void
test_owner_leaves (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = new_failed (peer);

  bus_disconnect (world, peer);
  bus_await (world, has_no_nodes, NULL);
}

static void
assert_cannot_open (GDBusConnection *peer, const BusToken *token, SysmemError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = bus_try (peer, BUS_ROOT, "Allocator.OpenToken",
                                        g_variant_new ("(h)", 0), token->handle, NULL, &error);

  g_assert_null (reply);
  g_assert_error (error, SYSMEM_ERROR, (int)code);
}

/* A failed token that nobody owns is kept for those who have its handle. */
static void
test_token_without_owner (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  GDBusConnection *other = bus_connect (world);
  g_auto (BusToken) root = bus_allocate_shared (peer);
  g_autofree char *path = NULL;
  BusToken tokens[8];

  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    tokens[i] = bus_duplicate (peer, root.path);
  path = bus_bind (peer, &root, NULL);
  bus_disconnect (world, peer);
  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      bus_await_hangup (tokens[i].handle);
      assert_cannot_open (other, &tokens[i], SYSMEM_ERROR_UNSPECIFIED);
    }
  bus_await (world, has_no_nodes, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      assert_cannot_open (other, &tokens[i], SYSMEM_ERROR_NOT_FOUND);
      bus_token_clear (&tokens[i]);
    }
}

/* The call is accepted, though the tree fails because of it, and its reply comes first. */
static void
test_signal_after_reply (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = new_collection (peer);
  g_autoptr (BusTrace) trace = bus_trace_new (peer);
  g_autoptr (GVariant) body = NULL;
  guint reply;
  const char *error;
  const char *message;

  bus_set_constraints (peer, path, too_much ());
  reply = bus_trace_find_answer (trace);
  body = bus_trace_await (trace, path, "Node.Failed");
  g_assert_cmpuint (reply, <, bus_trace_find (trace, path, "Node.Failed"));
  g_variant_get (body, "(&s&s)", &error, &message);
  g_assert_cmpstr (error, ==, "org.sysmem.Sysmem1.Error.ConstraintsIntersectionEmpty");
  g_assert_nonnull (strstr (message, REASON));
  assert_tells_why (peer, path);
  bus_release (peer, path);
  assert_forgotten (peer, path);
  g_assert_cmpuint (bus_trace_count (trace, NULL, "Node.Failed"), ==, 1);
}

/* Of all nodes of the tree, to the owner of each, once. */
static void
test_signal_once_per_node (BusWorld *world)
{
  GDBusConnection *peers[] = { bus_connect (world), bus_connect (world) };
  BusTrace *traces[] = { bus_trace_new (peers[0]), bus_trace_new (peers[1]) };
  g_auto (BusToken) root = bus_allocate_shared (peers[0]);
  g_auto (BusToken) token = bus_duplicate (peers[0], root.path);
  g_auto (BusToken) left_over = bus_duplicate (peers[0], root.path);
  g_autofree char *first = bus_bind (peers[0], &root, NULL);
  g_autofree char *second = bus_bind (peers[1], &token, NULL);
  guint reply;

  g_variant_unref (bus_call (peers[0], first, "Node.Abandon", g_variant_new ("(s)", "tired")));
  reply = bus_trace_find_answer (traces[0]);
  for (guint i = 0; i < 2; i++)
    bus_refused (peers[i], i == 0 ? first : second, "Node.Sync", NULL, SYSMEM_ERROR_UNSPECIFIED,
                 "tired");
  g_assert_cmpuint (reply, <, bus_trace_find (traces[0], NULL, "Node.Failed"));
  g_assert_cmpuint (bus_trace_count (traces[0], first, "Node.Failed"), ==, 1);
  g_assert_cmpuint (bus_trace_count (traces[0], left_over.path, "Node.Failed"), ==, 1);
  g_assert_cmpuint (bus_trace_count (traces[0], NULL, "Node.Failed"), ==, 2);
  g_assert_cmpuint (bus_trace_count (traces[1], second, "Node.Failed"), ==, 1);
  g_assert_cmpuint (bus_trace_count (traces[1], NULL, "Node.Failed"), ==, 1);
  for (guint i = 0; i < 2; i++)
    bus_trace_free (traces[i]);
}

/* A client that waits hears the reason as the answer, then as the signal. */
static void
test_wait_before_signal (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) root = bus_allocate_shared (peer);
  g_auto (BusToken) token = bus_duplicate (peer, root.path);
  g_autofree char *path = bus_bind (peer, &root, bus_constraints (1, 64));
  g_autoptr (BusTrace) trace = bus_trace_new (peer);
  BusPending *wait = bus_start_wait (peer, path);
  guint32 serial = bus_pending_get_serial (wait);

  smd_fd_clear (&token.handle);
  bus_finish_refused (wait, SYSMEM_ERROR_UNSPECIFIED, "handle was closed");
  g_variant_unref (bus_trace_await (trace, path, "Node.Failed"));
  g_assert_cmpuint (bus_trace_find_answer_to (trace, serial), <,
                    bus_trace_find (trace, path, "Node.Failed"));
}

int
main (int argc, char **argv)
{
  static const BusOptions three = { .adjust = keep_three };
  static const BusOptions soon = { .adjust = forget_soon };

  bus_test_init (&argc, &argv, NULL);
  bus_test_add ("/failed-nodes/kept", test_kept);
  bus_test_add_with ("/failed-nodes/newest-kept", &three, test_newest_kept);
  bus_test_add_with ("/failed-nodes/forgotten-in-time", &soon, test_forgotten_in_time);
  bus_test_add ("/failed-nodes/owner-leaves", test_owner_leaves);
  bus_test_add_with ("/failed-nodes/token-without-owner", &soon, test_token_without_owner);
  bus_test_add ("/failed-nodes/signal-after-reply", test_signal_after_reply);
  bus_test_add ("/failed-nodes/signal-once-per-node", test_signal_once_per_node);
  bus_test_add ("/failed-nodes/wait-before-signal", test_wait_before_signal);
  return g_test_run ();
}
