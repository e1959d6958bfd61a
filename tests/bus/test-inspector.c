/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who sees what, who holds what, and how often the news come (02, "Inspector"). */

#include <stdio.h>
#include <stdlib.h>

#include "bus-buffers.h"
#include "bus-child.h"
#include "bus-fixture.h"
#include "bus-trace.h"

#define CHANGED "Inspector.CollectionChanged"
#define INTERVAL_US (100 * 1000)

static void
subscribe (GDBusConnection *peer)
{
  g_variant_unref (bus_call (peer, BUS_ROOT, "Inspector.Subscribe", NULL));
}

static guint64
get_id (GDBusConnection *peer, const char *path)
{
  g_autoptr (GVariant) id = bus_get_property (peer, path, "BufferCollectionId");

  return g_variant_get_uint64 (id);
}

/* Waits for "@what" of collection @id. */
static void
await_change (BusTrace *trace, guint64 id, const char *what)
{
  g_autoptr (GVariant) expected = g_variant_ref_sink (g_variant_new ("(ts)", id, what));

  bus_trace_await_body (trace, BUS_ROOT, CHANGED, expected);
}

static void
test_changes (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  GDBusConnection *watcher = bus_connect (world);
  g_autoptr (BusTrace) trace = bus_trace_new (watcher);
  g_autofree char *path = NULL;
  g_autofree char *failing = NULL;
  g_autoptr (GArray) buffers = NULL;
  guint64 id;

  subscribe (watcher);
  path = bus_allocate_single (peer, bus_constraints (1, 64));
  id = get_id (peer, path);
  await_change (trace, id, "allocated");
  buffers = bus_wait (peer, path);
  bus_release (peer, path);
  g_array_set_size (buffers, 0);
  await_change (trace, id, "buffers");

  failing = bus_allocate_single (peer, bus_constraints (1, G_GUINT64_CONSTANT (1) << 40));
  await_change (trace, get_id (peer, failing), "ended");
}

static void
test_subscribers_only (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  GDBusConnection *watcher = bus_connect (world);
  g_autoptr (BusTrace) of_peer = bus_trace_new (peer);
  g_autoptr (BusTrace) of_watcher = bus_trace_new (watcher);
  g_autofree char *path = NULL;
  guint64 id;
  guint n;

  subscribe (watcher);
  subscribe (watcher);
  path = bus_allocate_single (peer, bus_constraints (1, 64));
  id = get_id (peer, path);
  await_change (of_watcher, id, "allocated");
  g_variant_unref (bus_call (peer, path, "Node.Sync", NULL));
  g_assert_cmpuint (bus_trace_count (of_peer, NULL, CHANGED), ==, 0);

  subscribe (peer);
  g_variant_unref (bus_call (watcher, BUS_ROOT, "Inspector.Unsubscribe", NULL));
  n = bus_trace_count (of_watcher, NULL, CHANGED);
  bus_release (peer, path);
  await_change (of_peer, id, "ended");
  g_variant_unref (bus_call (watcher, BUS_ROOT, "Inspector.ListClients", NULL));
  g_assert_cmpuint (bus_trace_count (of_watcher, NULL, CHANGED), ==, n);
}

/* Changes come together: never more than one in 100 ms, the last one always, and another
 * collection's are its own. */
static void
test_rate (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autoptr (BusTrace) trace = bus_trace_new (peer);
  g_autofree char *path = NULL;
  gint64 start;
  guint64 id;

  subscribe (peer);
  path = bus_allocate_single (peer, bus_constraints (1, 64));
  id = get_id (peer, path);
  await_change (trace, id, "allocated");
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 50; i++)
    {
      g_auto (BusToken) token = bus_new_token (peer, path, "Collection.AttachToken");

      g_variant_unref (bus_call (peer, token.path, "Node.Abandon", g_variant_new ("(s)", "tired")));
    }
  await_change (trace, id, "failed");
  bus_release (peer, path);
  await_change (trace, id, "ended");
  g_assert_cmpuint (bus_trace_count (trace, NULL, CHANGED), <=,
                    2 + (g_get_monotonic_time () - start) / INTERVAL_US + 1);
}

static void
test_own_pace (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autoptr (BusTrace) trace = bus_trace_new (peer);

  subscribe (peer);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *path = bus_allocate_single (peer, bus_constraints (1, 64));

      await_change (trace, get_id (peer, path), "allocated");
    }
}

static guint
count_collections (GDBusConnection *peer)
{
  g_autoptr (GVariant) reply = bus_call (peer, BUS_ROOT, "Inspector.ListCollections", NULL);
  g_autoptr (GVariant) list = g_variant_get_child_value (reply, 0);

  return (guint)g_variant_n_children (list);
}

/* An ordinary user sees what is its own. */
static void
look_around (const char *address)
{
  GDBusConnection *peer = private_bus_connect (address);
  BusTrace *trace = bus_trace_new (peer);
  GVariant *clients;
  char line[64];
  char *path;
  guint64 foreign;

  g_assert_nonnull (fgets (line, sizeof line, stdin));
  foreign = g_ascii_strtoull (line, NULL, 10);
  subscribe (peer);
  g_assert_cmpuint (count_collections (peer), ==, 0);
  bus_refused (peer, BUS_ROOT, "Inspector.DescribeCollection", g_variant_new ("(t)", foreign),
               SYSMEM_ERROR_NOT_FOUND, "id");
  clients = bus_call (peer, BUS_ROOT, "Inspector.ListClients", NULL);
  g_assert_cmpuint (g_variant_n_children (g_variant_get_child_value (clients, 0)), ==, 1);
  bus_parent_tell ("looked");
  bus_parent_expect ("ended");
  path = bus_allocate_single (peer, bus_constraints (1, 64));
  await_change (trace, get_id (peer, path), "allocated");
  g_assert_cmpuint (count_collections (peer), ==, 1);
  g_assert_cmpuint (bus_trace_count (trace, NULL, CHANGED), ==, 1);
}

static void
test_other_users (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = bus_allocate_single (peer, bus_constraints (1, 64));
  g_autofree char *id = g_strdup_printf ("%" G_GUINT64_FORMAT, get_id (peer, path));
  BusChild *child;

  if (getuid () != 0)
    {
      g_test_skip ("only root can start a process of another user");
      return;
    }
  child = bus_child_start (world, "look-around", bus_ordinary_uid ());
  bus_child_tell (child, id);
  bus_child_expect (child, "looked");
  bus_release (peer, path);
  bus_child_tell (child, "ended");
  bus_child_end (child);
}

static GVariant *
describe (GDBusConnection *peer, guint64 id)
{
  g_autoptr (GVariant) reply =
    bus_call (peer, BUS_ROOT, "Inspector.DescribeCollection", g_variant_new ("(t)", id));

  return g_variant_get_child_value (reply, 0);
}

static void
hold (const char *address)
{
  GDBusConnection *peer = private_bus_connect (address);
  char *path = bus_allocate_single (peer, bus_constraints (2, 64));
  char *line = g_strdup_printf ("%" G_GUINT64_FORMAT " %d", get_id (peer, path), (int)getpid ());
  GArray *buffers = bus_wait (peer, path);

  smd_fd_clear (&bus_buffer (buffers, 1)->fd);
  bus_parent_tell (line);
  bus_parent_expect ("go on");
}

/* How many holders the description says buffer @index has; the pid of the last. */
static guint
count_holders (GVariant *description, gsize index, guint32 *pid)
{
  g_autoptr (GVariant) buffers =
    g_variant_lookup_value (description, "buffers", G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GVariant) buffer = g_variant_get_child_value (buffers, index);
  g_autoptr (GVariant) holders =
    g_variant_lookup_value (buffer, "holders", G_VARIANT_TYPE ("a(us)"));
  gsize n = g_variant_n_children (holders);

  if (n > 0)
    g_variant_get_child (holders, n - 1, "(u&s)", pid, NULL);
  return (guint)n;
}

static void
test_holders (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  BusChild *child = bus_child_start (world, "hold", bus_ordinary_uid ());
  g_autofree char *line = bus_child_read (child);
  g_autoptr (GVariant) description = NULL;
  char *end;
  guint64 id = g_ascii_strtoull (line, &end, 10);
  guint32 pid = 0;

  description = describe (peer, id);
  g_assert_cmpuint (count_holders (description, 0, &pid), ==, 1);
  g_assert_cmpuint (pid, ==, strtoul (end, NULL, 10));
  g_assert_cmpuint (count_holders (description, 1, &pid), ==, 0);
  bus_child_tell (child, "go on");
  bus_child_end (child);
}

/* The search for holders takes its time; meanwhile who asked and what it asked for may go. */
static void
test_gone_meanwhile (BusWorld *world)
{
  for (guint i = 0; i < 20; i++)
    {
      GDBusConnection *owner = bus_connect (world);
      GDBusConnection *peer = bus_connect (world);
      g_autofree char *path = bus_allocate_single (owner, bus_constraints (1, 64));
      guint64 id = get_id (owner, path);
      BusPending *pending =
        bus_start (peer, BUS_ROOT, "Inspector.DescribeCollection", g_variant_new ("(t)", id), -1);
      g_autoptr (GVariant) reply = NULL;

      bus_release (owner, path);
      if (i % 2 == 0)
        bus_disconnect (world, peer);
      reply = bus_finish (pending, NULL, NULL);
    }
}

static void
assert_undescribed (GDBusConnection *peer, guint64 id)
{
  bus_refused (peer, BUS_ROOT, "Inspector.DescribeCollection", g_variant_new ("(t)", id),
               SYSMEM_ERROR_NOT_FOUND, "");
}

static void
assert_described_as_failed (GDBusConnection *peer, guint64 id)
{
  g_autoptr (GVariant) description = describe (peer, id);
  g_autoptr (GVariant) explanation =
    g_variant_lookup_value (description, "explanation", G_VARIANT_TYPE_VARDICT);
  const char *state;
  const char *error;

  g_assert_true (g_variant_lookup (description, "state", "&s", &state));
  g_assert_cmpstr (state, ==, "failed");
  g_assert_nonnull (explanation);
  g_assert_true (g_variant_lookup (explanation, "error", "&s", &error));
  g_assert_cmpstr (error, ==, "org.sysmem.Sysmem1.Error.Unspecified");
}

static void
assert_none_listed (GDBusConnection *peer)
{
  g_autoptr (GVariant) reply = bus_call (peer, BUS_ROOT, "Inspector.ListCollections", NULL);
  g_autoptr (GVariant) list = g_variant_get_child_value (reply, 0);

  g_assert_cmpuint (g_variant_n_children (list), ==, 0);
}

/* One that has failed is gone; but who asks for it is told why, as long as one of its nodes is. */
static void
test_failed (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  GDBusConnection *other = bus_connect (world);
  g_auto (BusToken) root = bus_allocate_shared (peer);
  g_auto (BusToken) token = bus_duplicate (peer, root.path);
  g_autofree char *theirs = bus_bind (other, &token, NULL);
  guint64 id = get_id (peer, root.path);

  g_variant_unref (bus_call (other, theirs, "Node.Abandon", g_variant_new ("(s)", "bored")));
  assert_none_listed (peer);
  assert_described_as_failed (peer, id);
  bus_release (other, theirs);
  assert_described_as_failed (peer, id);
  bus_release (peer, root.path);
  assert_undescribed (peer, id);
}

/* A part of a tree that failed is no failed tree. */
static void
test_failed_in_part (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = bus_allocate_single (peer, bus_constraints (1, 64));
  g_auto (BusToken) attached = bus_new_token (peer, path, "Collection.AttachToken");
  guint64 id = get_id (peer, path);

  g_variant_unref (bus_call (peer, attached.path, "Node.Abandon", g_variant_new ("(s)", "bored")));
  bus_release (peer, path);
  assert_none_listed (peer);
  assert_undescribed (peer, id);
  bus_release (peer, attached.path);
}

int
main (int argc, char **argv)
{
  static const BusRole roles[] = { { "look-around", look_around },
                                   { "hold", hold },
                                   { NULL, NULL } };

  bus_test_init (&argc, &argv, roles);
  bus_test_add ("/inspector/changes", test_changes);
  bus_test_add ("/inspector/subscribers-only", test_subscribers_only);
  bus_test_add ("/inspector/rate", test_rate);
  bus_test_add ("/inspector/own-pace", test_own_pace);
  bus_test_add ("/inspector/other-users", test_other_users);
  bus_test_add ("/inspector/holders", test_holders);
  bus_test_add ("/inspector/gone-meanwhile", test_gone_meanwhile);
  bus_test_add ("/inspector/failed", test_failed);
  bus_test_add ("/inspector/failed-in-part", test_failed_in_part);
  return g_test_run ();
}
