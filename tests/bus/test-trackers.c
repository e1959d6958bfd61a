/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sockets that stand for something: node trackers, lifetime trackers and node refs (03 §11, 02). */

#include <sys/mman.h>
#include <sys/socket.h>

#include "bus-buffers.h"
#include "bus-fixture.h"
#include "common/smc-limits.h"
#include "server/smd-collection.h"

#define N_BUFFERS 3

static SmdFd
track_node (GDBusConnection *peer, const char *path)
{
  return bus_call_for_fd (peer, path, "Node.AttachNodeTracking", NULL);
}

static SmdFd
track_lifetime (GDBusConnection *peer, const char *path, guint buffers_remaining)
{
  return bus_call_for_fd (peer, path, "Collection.AttachLifetimeTracking",
                          g_variant_new ("(u)", buffers_remaining));
}

/* A place outlives its node's release; it ends with its domain. */
static void
test_node_place (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) root = bus_allocate_shared (peer);
  g_auto (BusToken) token = bus_duplicate (peer, root.path);
  g_auto (SmdFd) tracker = track_node (peer, token.path);

  bus_release (peer, token.path);
  g_variant_unref (bus_call (peer, root.path, "Node.Sync", NULL));
  g_assert_false (bus_hung_up (tracker));
  bus_release (peer, root.path);
  bus_await_hangup (tracker);
}

/* When it hangs up, its counts are free: there is room for one buffer more, and only one. */
static void
test_node_counts (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = bus_allocate_single (
    peer,
    g_variant_new_parsed ("{'usage': <['cpu-read']>, 'min_buffer_count': <uint32 1>,"
                          " 'buffer_memory_constraints': <{'min_size_bytes': <uint64 64>}>}"));

  for (guint i = 0; i < 3; i++)
    {
      g_auto (BusToken) token = bus_new_token (peer, path, "Collection.AttachToken");
      g_autofree char *late = bus_bind (peer, &token, bus_constraints (1, 64));
      g_autoptr (GArray) buffers = bus_wait (peer, late);
      g_auto (SmdFd) tracker = track_node (peer, late);

      g_assert_cmpuint (buffers->len, ==, 1);
      g_variant_unref (bus_call (peer, late, "Node.Abandon", g_variant_new ("(s)", "tired")));
      bus_await_hangup (tracker);
    }
}

static void
test_node_limit (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) token = bus_allocate_shared (peer);
  SmdFd trackers[SMC_MAX_NODE_TRACKERS];

  for (guint i = 0; i < SMC_MAX_NODE_TRACKERS; i++)
    trackers[i] = track_node (peer, token.path);
  bus_refused (peer, token.path, "Node.AttachNodeTracking", NULL, SYSMEM_ERROR_LIMIT_EXCEEDED,
               "MaxNodeTrackers");
  g_variant_unref (bus_call (peer, token.path, "Node.Abandon", g_variant_new ("(s)", "tired")));
  for (guint i = 0; i < SMC_MAX_NODE_TRACKERS; i++)
    {
      bus_await_hangup (trackers[i]);
      smd_fd_clear (&trackers[i]);
    }
}

static gboolean
has_no_trackers (SmdServer *server, gpointer data)
{
  GHashTableIter iter;
  gpointer node;

  g_hash_table_iter_init (&iter, server->nodes);
  while (g_hash_table_iter_next (&iter, NULL, &node))
    if (((SmdNode *)node)->trackers->len > 0 || ((SmdNode *)node)->collection->trackers->len > 0)
      return FALSE;
  return TRUE;
}

/* Who gives its tracker up leaves nothing behind in the daemon. */
static void
test_closed_by_holder (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = bus_allocate_single (peer, bus_constraints (1, 64));
  SmdFd node = track_node (peer, path);
  SmdFd lifetime = track_lifetime (peer, path, 0);

  smd_fd_clear (&node);
  smd_fd_clear (&lifetime);
  bus_await (world, has_no_trackers, NULL);
  g_variant_unref (bus_call (peer, path, "Node.Sync", NULL));
}

static void
test_lifetime (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = bus_allocate_single (peer, bus_constraints (N_BUFFERS, 64));
  g_autoptr (GArray) buffers = bus_wait (peer, path);
  SmdFd trackers[N_BUFFERS];

  for (guint i = 0; i < N_BUFFERS; i++)
    trackers[i] = track_lifetime (peer, path, i);
  smd_fd_clear (&bus_buffer (buffers, 0)->fd);
  g_variant_unref (bus_call (peer, path, "Node.Sync", NULL));
  g_assert_false (bus_hung_up (trackers[N_BUFFERS - 1])); /* a strong node is connected */
  bus_release (peer, path);
  for (guint i = N_BUFFERS; i-- > 0;)
    {
      if (i < N_BUFFERS - 1)
        smd_fd_clear (&bus_buffer (buffers, N_BUFFERS - 1 - i)->fd);
      bus_await_hangup (trackers[i]);
      for (guint fewer = 0; fewer < i; fewer++)
        g_assert_false (bus_hung_up (trackers[fewer]));
      smd_fd_clear (&trackers[i]);
    }
}

/* A mapping is as good as an fd. */
static void
test_lifetime_of_mapping (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = bus_allocate_single (peer, bus_constraints (1, 64));
  g_autoptr (GArray) buffers = bus_wait (peer, path);
  g_auto (SmdFd) tracker = track_lifetime (peer, path, 0);
  void *mapping = mmap (NULL, 64, PROT_READ, MAP_SHARED, bus_buffer (buffers, 0)->fd, 0);

  g_assert_true (mapping != MAP_FAILED);
  g_array_set_size (buffers, 0);
  bus_release (peer, path);
  g_assert_false (bus_hung_up (tracker));
  g_assert_cmpuint (bus_count (world).buffers, ==, 1);
  g_assert_cmpint (munmap (mapping, 64), ==, 0);
  bus_await_hangup (tracker);
}

static void
test_lifetime_without_allocation (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) root = bus_allocate_shared (peer);
  g_auto (BusToken) token = bus_duplicate (peer, root.path);
  g_auto (BusToken) other = bus_duplicate (peer, root.path);
  g_autofree char *released = bus_bind (peer, &token, NULL);
  g_autofree char *failed = bus_bind (peer, &other, NULL);
  g_auto (SmdFd) of_released = track_lifetime (peer, released, 0);
  g_auto (SmdFd) of_failed = track_lifetime (peer, failed, 0);

  bus_release (peer, released);
  bus_await_hangup (of_released);
  g_assert_false (bus_hung_up (of_failed));
  smd_fd_clear (&root.handle);
  bus_await_hangup (of_failed);
}

static GVariant *
ask_alternate (GDBusConnection *peer, const char *path, int node_ref, GError **error)
{
  return bus_try (peer, path, "Node.IsAlternateFor", g_variant_new ("(h)", 0), node_ref, NULL,
                  error);
}

static void
assert_alternate (GDBusConnection *peer, const char *path, int node_ref, gboolean expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = ask_alternate (peer, path, node_ref, &error);
  gboolean is_alternate;

  g_assert_no_error (error);
  g_variant_get (reply, "(b)", &is_alternate);
  g_assert_cmpint (is_alternate, ==, expected);
}

static void
assert_no_ref (GDBusConnection *peer, const char *path, int fd, SysmemError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = ask_alternate (peer, path, fd, &error);

  g_assert_null (reply);
  g_assert_error (error, SYSMEM_ERROR, (int)code);
}

static SmdFd
get_ref (GDBusConnection *peer, const char *path)
{
  return bus_call_for_fd (peer, path, "Node.GetNodeRef", NULL);
}

static void
test_node_refs (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) root = bus_allocate_shared (peer);
  g_autoptr (GVariant) reply =
    bus_call (peer, root.path, "Token.CreateBufferCollectionTokenGroup", NULL);
  const char *group;
  g_auto (BusToken) first = { NULL, -1 };
  g_auto (BusToken) second = { NULL, -1 };
  g_auto (SmdFd) of_root = get_ref (peer, root.path);
  g_auto (SmdFd) of_second = -1;

  g_variant_get (reply, "(&o)", &group);
  first = bus_new_token (peer, group, "Group.CreateChild");
  second = bus_new_token (peer, group, "Group.CreateChild");
  of_second = get_ref (peer, second.path);
  assert_alternate (peer, first.path, of_second, TRUE);
  assert_alternate (peer, first.path, of_root, FALSE);
  bus_release (peer, second.path); /* an orphan's is as good */
  assert_alternate (peer, first.path, of_second, TRUE);
  /* One socket per node, which anybody may shut down and nobody is the worse for it. */
  g_assert_cmpint (shutdown (of_second, SHUT_RDWR), ==, 0);
  assert_alternate (peer, first.path, of_second, TRUE);
}

static void
test_no_node_refs (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) token = bus_allocate_shared (peer);
  g_auto (BusToken) elsewhere = bus_allocate_shared (peer);
  g_autofree char *path = bus_allocate_single (peer, bus_constraints (1, 64));
  g_auto (SmdFd) of_elsewhere = get_ref (peer, elsewhere.path);
  g_auto (BusToken) attached = bus_new_token (peer, path, "Collection.AttachToken");
  g_auto (SmdFd) of_attached = get_ref (peer, attached.path);
  g_autoptr (GArray) buffers = bus_wait (peer, path);

  assert_no_ref (peer, token.path, of_elsewhere, SYSMEM_ERROR_NOT_FOUND);
  assert_no_ref (peer, token.path, token.handle, SYSMEM_ERROR_NOT_FOUND);
  assert_no_ref (peer, token.path, bus_buffer (buffers, 0)->fd, SYSMEM_ERROR_PROTOCOL_DEVIATION);
  assert_alternate (peer, path, of_attached, FALSE);
  g_variant_unref (bus_call (peer, attached.path, "Node.Abandon", g_variant_new ("(s)", "tired")));
  assert_no_ref (peer, path, of_attached, SYSMEM_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  bus_test_init (&argc, &argv, NULL);
  bus_test_add ("/trackers/node-place", test_node_place);
  bus_test_add ("/trackers/node-counts", test_node_counts);
  bus_test_add ("/trackers/node-limit", test_node_limit);
  bus_test_add ("/trackers/closed-by-holder", test_closed_by_holder);
  bus_test_add ("/trackers/lifetime", test_lifetime);
  bus_test_add ("/trackers/lifetime-of-mapping", test_lifetime_of_mapping);
  bus_test_add ("/trackers/lifetime-without-allocation", test_lifetime_without_allocation);
  bus_test_add ("/trackers/node-refs", test_node_refs);
  bus_test_add ("/trackers/no-node-refs", test_no_node_refs);
  return g_test_run ();
}
