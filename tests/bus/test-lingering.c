/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Nodes for shells, whose every call is a new connection (02, "Lingering"). */

#include <stdio.h>

#include "bus-buffers.h"
#include "bus-child.h"
#include "bus-fixture.h"
#include "server/smd-collection.h"

#define WAIT "Collection.WaitForAllBuffersAllocated"
#define TIMEOUT_S 3 /* in which a busy machine, too, comes to call again */
#define WAIT_MS 300

static void
be_quick (SmcLimits *limits)
{
  limits->linger_timeout_s = TIMEOUT_S;
  limits->wait_timeout_ms = WAIT_MS;
}

/* A lingering tree: its root's path. */
static char *
allocate (GDBusConnection *peer)
{
  g_autoptr (GVariant) reply =
    bus_call (peer, BUS_ROOT, "Allocator.AllocateSharedCollection", bus_options ("linger"));
  char *path;

  g_variant_get (reply, "(oha(oh))", &path, NULL, NULL);
  return path;
}

static char *
duplicate (GDBusConnection *peer, const char *path)
{
  g_autoptr (GVariant) reply =
    bus_call (peer, path, "Token.Duplicate", g_variant_new ("(u)", G_MAXUINT32));
  char *child;

  g_variant_get (reply, "(oh)", &child, NULL);
  return child;
}

static void
bind (GDBusConnection *peer, const char *path, gboolean linger)
{
  g_variant_unref (
    bus_call (peer, path, "Token.Bind", linger ? bus_options ("linger") : bus_no_options ()));
}

/* A connection for every call, as a shell has. */
static void
call_once (BusWorld *world, const char *path, const char *method, GVariant *parameters)
{
  GDBusConnection *peer = bus_connect (world);

  g_variant_unref (bus_call (peer, path, method, parameters));
  bus_disconnect (world, peer);
}

static void
test_survives_connections (BusWorld *world)
{
  GDBusConnection *first = bus_connect (world);
  g_autofree char *root = allocate (first);
  g_autofree char *child = duplicate (first, root);
  GDBusConnection *last;
  g_autoptr (GArray) buffers = NULL;

  bus_disconnect (world, first);
  call_once (world, root, "Token.Bind", bus_options ("linger"));
  call_once (world, child, "Token.Bind", bus_options ("linger"));
  call_once (world, root, "Collection.SetConstraints",
             g_variant_new ("(@a{sv}a{sv})", bus_constraints (1, 64), NULL));
  call_once (world, child, "Collection.SetConstraints",
             g_variant_new ("(@a{sv}a{sv})", bus_constraints (2, 64), NULL));
  last = bus_connect (world);
  buffers = bus_wait (last, child);
  g_assert_cmpuint (buffers->len, ==, 3);
  bus_release (last, root);
  bus_release (last, child);
}

static void
test_timeout (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *root = allocate (peer);
  g_auto (SmdFd) tracker = bus_call_for_fd (peer, root, "Node.AttachNodeTracking", NULL);
  gint64 start = g_get_monotonic_time ();

  g_variant_unref (bus_call (peer, root, "Node.Sync", NULL));
  bus_await_hangup (tracker);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, TIMEOUT_S * G_USEC_PER_SEC);
  bus_refused (peer, root, "Node.Sync", NULL, SYSMEM_ERROR_UNSPECIFIED, "LingerTimeout");
}

/* Each call begins the time anew, on whichever node of the tree. */
static void
test_calls_keep_alive (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *root = allocate (peer);
  g_autofree char *child = duplicate (peer, root);
  gint64 start = g_get_monotonic_time ();

  bind (peer, child, TRUE);
  bus_set_constraints (peer, child, bus_constraints (1, 64));
  while (g_get_monotonic_time () - start < 2 * TIMEOUT_S * G_USEC_PER_SEC)
    bus_refused (peer, child, WAIT, bus_no_options (), SYSMEM_ERROR_PENDING, "");
  g_variant_unref (bus_call (peer, root, "Node.Sync", NULL));
  bus_release (peer, child);
  bus_release (peer, root);
}

static void
is_timed (SmdServer *server, gpointer answer)
{
  GHashTableIter iter;
  gpointer collection = NULL;

  g_hash_table_iter_init (&iter, server->collections);
  g_assert_true (g_hash_table_iter_next (&iter, NULL, &collection));
  *(gboolean *)answer = ((SmdCollection *)collection)->linger_timer != NULL;
}

static void
assert_timed (BusWorld *world, gboolean expected)
{
  gboolean timed;

  bus_on_daemon (world, is_timed, &timed);
  g_assert_cmpint (timed, ==, expected);
}

static void
test_ordinary_node_stops_time (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *root = allocate (peer);
  g_autofree char *child = duplicate (peer, root);

  assert_timed (world, TRUE);
  bind (peer, child, FALSE);
  assert_timed (world, FALSE);
  bus_release (peer, child);
  assert_timed (world, TRUE);
  bus_release (peer, root);
}

static gboolean
has_failed (SmdServer *server, gpointer data)
{
  return g_hash_table_size (server->collections) == 0;
}

/* Bound without the option it is an ordinary collection, whose connection is its life. */
static void
test_bound_without (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *root = allocate (peer);

  bind (peer, root, FALSE);
  bus_disconnect (world, peer);
  bus_await (world, has_failed, NULL);
}

static void
call_foreign (const char *address)
{
  GDBusConnection *peer = private_bus_connect (address);
  char path[64];

  g_assert_nonnull (fgets (path, sizeof path, stdin));
  g_strchomp (path);
  bus_refused (peer, path, "Node.Sync", NULL, SYSMEM_ERROR_NOT_FOUND, path);
  bus_refused (peer, path, "Node.Release", NULL, SYSMEM_ERROR_NOT_FOUND, path);
}

static void
test_other_users (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *root = NULL;
  BusChild *child;

  if (getuid () != 0)
    {
      g_test_skip ("only root can start a process of another user");
      return;
    }
  root = allocate (peer);
  child = bus_child_start (world, "call-foreign", bus_ordinary_uid ());
  bus_child_tell (child, root);
  bus_child_end (child);
  bus_release (peer, root);
}

int
main (int argc, char **argv)
{
  static const BusRole roles[] = { { "call-foreign", call_foreign }, { NULL, NULL } };
  static const BusOptions quick = { .adjust = be_quick };

  bus_test_init (&argc, &argv, roles);
  bus_test_add ("/lingering/survives-connections", test_survives_connections);
  bus_test_add_with ("/lingering/timeout", &quick, test_timeout);
  bus_test_add_with ("/lingering/calls-keep-alive", &quick, test_calls_keep_alive);
  bus_test_add ("/lingering/ordinary-node-stops-time", test_ordinary_node_stops_time);
  bus_test_add ("/lingering/bound-without", test_bound_without);
  bus_test_add ("/lingering/other-users", test_other_users);
  return g_test_run ();
}
