/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a user makes the daemon hold is counted, and refused beyond its limit by the limit's name (03
 * §13). */

#include "bus-buffers.h"
#include "bus-quota.h"

/* The children: each uses one resource up, is refused more, and gets it again where it gave some
 * back. */
static void
use_collections (const char *address)
{
  GDBusConnection *peer = private_bus_connect (address);
  BusToken tokens[BUS_MAX_COLLECTIONS];

  for (guint i = 0; i < BUS_MAX_COLLECTIONS; i++)
    tokens[i] = bus_allocate_shared (peer);
  bus_refused (peer, BUS_ROOT, "Allocator.AllocateSharedCollection", bus_no_options (),
               SYSMEM_ERROR_LIMIT_EXCEEDED, "MaxCollectionsPerUid");
  bus_refused (peer, BUS_ROOT, "Allocator.AllocateNonSharedCollection", bus_no_options (),
               SYSMEM_ERROR_LIMIT_EXCEEDED, "MaxCollectionsPerUid");
  bus_refused (peer, BUS_ROOT, "Allocator.AllocateBuffers",
               g_variant_new ("(@a{sv}a{sv})", bus_constraints (1, 64), NULL),
               SYSMEM_ERROR_LIMIT_EXCEEDED, "MaxCollectionsPerUid");
  bus_child_report ();
  bus_release (peer, tokens[0].path);
  (void)bus_allocate_shared (peer);
}

/* One call asks for several: all or none. */
static void
use_nodes (const char *address)
{
  GDBusConnection *peer = private_bus_connect (address);
  BusToken root = bus_allocate_shared (peer);
  BusToken token;

  g_variant_unref (bus_call (peer, root.path, "Token.CreateBufferCollectionTokenGroup", NULL));
  for (guint i = 0; i < BUS_MAX_NODES - 4; i++)
    token = bus_duplicate (peer, root.path);
  bus_refused (peer, root.path, "Token.DuplicateSync",
               g_variant_new_parsed ("(@au [1, 1, 1, 1, 1],)"), SYSMEM_ERROR_LIMIT_EXCEEDED,
               "MaxNodesPerUid");
  for (guint i = 0; i < 2; i++)
    token = bus_duplicate (peer, root.path);
  bus_refused (peer, root.path, "Token.Duplicate", g_variant_new ("(u)", 1),
               SYSMEM_ERROR_LIMIT_EXCEEDED, "MaxNodesPerUid");
  bus_refused (peer, root.path, "Token.CreateBufferCollectionTokenGroup", NULL,
               SYSMEM_ERROR_LIMIT_EXCEEDED, "MaxNodesPerUid");
  bus_refused (peer, BUS_ROOT, "Allocator.AllocateSharedCollection", bus_no_options (),
               SYSMEM_ERROR_LIMIT_EXCEEDED, "MaxNodesPerUid");
  bus_child_report ();
  /* The place of a released node is still there, unlike that of a failed tree. */
  bus_release (peer, token.path);
  bus_refused (peer, root.path, "Token.Duplicate", g_variant_new ("(u)", 1),
               SYSMEM_ERROR_LIMIT_EXCEEDED, "MaxNodesPerUid");
}

static void
use_fds (const char *address)
{
  GDBusConnection *peer = private_bus_connect (address);
  BusToken root = bus_allocate_shared (peer); /* its handle is one */
  SmdFd tracker = -1;

  for (guint i = 0; i < BUS_MAX_FDS - 1; i++)
    tracker = bus_call_for_fd (peer, root.path, "Node.AttachNodeTracking", NULL);
  bus_refused (peer, root.path, "Node.AttachNodeTracking", NULL, SYSMEM_ERROR_LIMIT_EXCEEDED,
               "MaxFdsPerUid");
  bus_refused (peer, root.path, "Node.GetNodeRef", NULL, SYSMEM_ERROR_LIMIT_EXCEEDED,
               "MaxFdsPerUid");
  bus_refused (peer, root.path, "Token.Duplicate", g_variant_new ("(u)", 1),
               SYSMEM_ERROR_LIMIT_EXCEEDED, "MaxFdsPerUid");
  bus_child_report ();
  smd_fd_clear (&tracker);
  bus_parent_tell ("closed");
  bus_parent_expect ("go on");
  (void)bus_call_for_fd (peer, root.path, "Node.GetNodeRef", NULL);
}

/* Buffers count until they are really gone. The constraints were fine, so it is the tree that
 * fails, with the limit's name. */
static void
use_bytes (const char *address)
{
  GDBusConnection *peer = private_bus_connect (address);
  char *first = bus_allocate_single (peer, bus_constraints (1, BUS_LARGE));
  char *second = bus_allocate_single (peer, bus_constraints (1, BUS_LARGE));
  char *third;
  GArray *buffers = bus_wait (peer, first);

  g_array_unref (bus_wait (peer, second));
  third = bus_allocate_single (peer, bus_constraints (1, 64));
  bus_refused (peer, third, "Collection.WaitForAllBuffersAllocated", bus_no_options (),
               SYSMEM_ERROR_LIMIT_EXCEEDED, "MaxBytesPerUid");
  bus_child_report ();
  bus_release (peer, first);
  bus_parent_tell ("released");
  bus_parent_expect ("go on");
  g_array_unref (buffers);
  bus_parent_tell ("closed");
  bus_parent_expect ("go on");
  third = bus_allocate_single (peer, bus_constraints (1, BUS_LARGE));
  g_array_unref (bus_wait (peer, third));
}

/* Buffers are fds, too: refused before any memory is made. */
static void
want_fds (const char *address)
{
  GDBusConnection *peer = private_bus_connect (address);
  char *path =
    bus_allocate_single (peer, bus_constraints (BUS_MAX_FDS + 1, BUS_MAX_BYTES / BUS_MAX_FDS / 2));

  bus_refused (peer, path, "Collection.WaitForAllBuffersAllocated", bus_no_options (),
               SYSMEM_ERROR_LIMIT_EXCEEDED, "MaxFdsPerUid");
  bus_child_report ();
}

/* 64 entries of 56 sizes, each for a format of its own: three participants of that may be, not four. */
static GVariant *
make_long_constraints (void)
{
  GString *text = g_string_new ("@a{sv} {'usage': <['cpu-read']>, 'min_buffer_count': <uint32 1>, "
                                "'image_format_constraints': <[");

  for (guint i = 0; i < 64; i++)
    {
      g_string_append_printf (text,
                              "%s{'pixel_formats': <['XR24:0x%x']>, 'color_spaces': <['srgb']>, "
                              "'required_max_size_list': <[",
                              i > 0 ? ", " : "", 0x10000 + i);
      for (guint j = 1; j <= 56; j++)
        g_string_append_printf (text, "%s(uint32 %u, uint32 %u)", j > 1 ? ", " : "", j, j);
      g_string_append (text, "]>}");
    }
  g_string_append (text, "]>}");
  return g_variant_parse (NULL, g_string_free (text, FALSE), NULL, NULL, NULL);
}

/* What participants say counts as well, where it is much. Refused, it is as if nothing had been
 * said: the token is still one, the collection can be told something shorter. */
static void
say_much (const char *address)
{
  GDBusConnection *peer = private_bus_connect (address);
  GVariant *constraints = g_variant_ref_sink (make_long_constraints ());
  BusToken root = bus_allocate_shared (peer);
  BusToken tokens[5];
  char *paths[4];

  for (guint i = 0; i < 5; i++)
    tokens[i] = bus_duplicate (peer, root.path);
  for (guint i = 0; i < 3; i++)
    paths[i] = bus_bind (peer, &tokens[i], constraints);
  paths[3] = bus_bind (peer, &tokens[3], NULL);
  bus_refused (peer, paths[3], "Collection.SetConstraints",
               g_variant_new ("(@a{sv}a{sv})", constraints, NULL), SYSMEM_ERROR_LIMIT_EXCEEDED,
               "MaxBytesPerUid");
  bus_refused (peer, tokens[4].path, "Token.Bind",
               g_variant_new_parsed ("({'constraints': <%@a{sv}>},)", constraints),
               SYSMEM_ERROR_LIMIT_EXCEEDED, "MaxBytesPerUid");
  bus_refused (peer, BUS_ROOT, "Allocator.AllocateNonSharedCollection",
               g_variant_new_parsed ("({'constraints': <%@a{sv}>},)", constraints),
               SYSMEM_ERROR_LIMIT_EXCEEDED, "MaxBytesPerUid");
  bus_refused (peer, BUS_ROOT, "Allocator.AllocateBuffers",
               g_variant_new ("(@a{sv}a{sv})", constraints, NULL), SYSMEM_ERROR_LIMIT_EXCEEDED,
               "MaxBytesPerUid");
  bus_refused (peer, paths[0], "Collection.SetConstraints",
               g_variant_new ("(@a{sv}a{sv})", constraints, NULL), SYSMEM_ERROR_PROTOCOL_DEVIATION,
               "set once");
  bus_set_constraints (peer, paths[3], bus_constraints (1, 64));
  (void)bus_duplicate (peer, tokens[4].path);
  bus_child_report ();
}

/* A weak fd that is refused has not made the collection one that has weak holders. */
static void
want_weak (const char *address)
{
  GDBusConnection *peer = private_bus_connect (address);
  char *path = bus_allocate_single (peer, bus_constraints (1, 64));
  GArray *buffers = bus_wait (peer, path); /* the daemon keeps the buffer, and its lease */
  GVariant *info;
  GError *error = NULL;

  for (guint i = 0; i < BUS_MAX_FDS - 2; i++)
    (void)bus_call_for_fd (peer, path, "Node.AttachNodeTracking", NULL);
  info = bus_try (peer, BUS_ROOT, "Allocator.GetBufferInfo",
                  g_variant_new_parsed ("(@h 0, {'need_weak': <true>})"),
                  bus_buffer (buffers, 0)->fd, NULL, &error);
  g_assert_null (info);
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED);
  info = bus_call_with_fds (peer, BUS_ROOT, "Allocator.GetBufferInfo",
                            g_variant_new_parsed ("(@h 0, @a{sv} {})"), bus_buffer (buffers, 0)->fd,
                            NULL);
  info = g_variant_get_child_value (info, 0);
  g_assert_null (g_variant_lookup_value (info, "close_weak_asap", NULL));
  bus_child_report ();
}

static void
test_collections (BusWorld *world)
{
  bus_child_end_and_expect_no_use (world, bus_child_start_and_expect_use (world, "use-collections",
                                                                          SMD_RESOURCE_COLLECTIONS,
                                                                          BUS_MAX_COLLECTIONS));
}

static void
test_nodes (BusWorld *world)
{
  bus_child_end_and_expect_no_use (
    world, bus_child_start_and_expect_use (world, "use-nodes", SMD_RESOURCE_NODES, BUS_MAX_NODES));
}

static void
test_fds (BusWorld *world)
{
  BusChild *child =
    bus_child_start_and_expect_use (world, "use-fds", SMD_RESOURCE_FDS, BUS_MAX_FDS);

  bus_child_expect (child, "closed");
  bus_await_use (world, SMD_RESOURCE_FDS, BUS_MAX_FDS - 1);
  bus_child_tell (child, "go on");
  bus_child_end_and_expect_no_use (world, child);
}

static void
test_bytes (BusWorld *world)
{
  BusChild *child =
    bus_child_start_and_expect_use (world, "use-bytes", SMD_RESOURCE_BYTES, BUS_MAX_BYTES);

  bus_child_expect (child, "released");
  g_assert_cmpuint (bus_count_use (world, SMD_RESOURCE_BYTES), ==, BUS_MAX_BYTES);
  bus_child_tell (child, "go on");
  bus_child_expect (child, "closed");
  bus_await_use (world, SMD_RESOURCE_BYTES, BUS_LARGE);
  bus_child_tell (child, "go on");
  bus_child_end_and_expect_no_use (world, child);
}

static void
test_fds_of_buffers (BusWorld *world)
{
  bus_child_end_and_expect_no_use (
    world, bus_child_start_and_expect_use (world, "want-fds", SMD_RESOURCE_BYTES, 0));
  g_assert_cmpuint (smd_fake_heap_get_n_made (world->heaps[0]), ==, 0);
}

static void
test_constraints (BusWorld *world)
{
  BusChild *child = bus_child_start (world, "say-much", bus_ordinary_uid ());
  guint64 use;

  bus_child_expect (child, "ready");
  use = bus_count_use (world, SMD_RESOURCE_BYTES);
  g_assert_cmpuint (use, >, BUS_MAX_BYTES / 2);
  g_assert_cmpuint (use, <, BUS_MAX_BYTES);
  g_assert_cmpuint (bus_count_use (world, SMD_RESOURCE_COLLECTIONS), ==, 1);
  bus_child_tell (child, "go on");
  bus_child_end_and_expect_no_use (world, child);
}

static void
test_weak_refused (BusWorld *world)
{
  bus_child_end_and_expect_no_use (
    world, bus_child_start_and_expect_use (world, "want-weak", SMD_RESOURCE_FDS, BUS_MAX_FDS));
}

static void
allow_two_trees (SmcLimits *limits)
{
  limits->max_trees_per_connection = 2;
}

/* A limit of a connection holds for root, too; and a tree counts until it has ended. */
static void
test_trees (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  GDBusConnection *other = bus_connect (world);
  g_auto (BusToken) first = bus_allocate_shared (peer);
  g_auto (BusToken) second = bus_allocate_shared (peer);
  g_auto (BusToken) of_other = bus_allocate_shared (other);
  g_auto (BusToken) third = { NULL, -1 };

  bus_refused (peer, BUS_ROOT, "Allocator.AllocateSharedCollection", bus_no_options (),
               SYSMEM_ERROR_LIMIT_EXCEEDED, "MaxTreesPerConnection");
  bus_release (peer, second.path);
  third = bus_allocate_shared (peer);
}

int
main (int argc, char **argv)
{
  static const BusRole roles[] = {
    { "use-collections", use_collections },
    { "use-nodes", use_nodes },
    { "use-fds", use_fds },
    { "use-bytes", use_bytes },
    { "want-fds", want_fds },
    { "say-much", say_much },
    { "want-weak", want_weak },
    { NULL, NULL },
  };
  static const BusOptions stingy = { .adjust = bus_be_stingy };
  static const BusOptions stingy_device = { .heaps = "device,dma-buf", .adjust = bus_be_stingy };
  static const BusOptions two_trees = { .adjust = allow_two_trees };

  bus_test_init (&argc, &argv, roles);
  bus_test_add_with ("/quotas/collections", &stingy, test_collections);
  bus_test_add_with ("/quotas/nodes", &stingy, test_nodes);
  bus_test_add_with ("/quotas/fds", &stingy, test_fds);
  bus_test_add_with ("/quotas/bytes", &stingy, test_bytes);
  bus_test_add_with ("/quotas/fds-of-buffers", &stingy, test_fds_of_buffers);
  bus_test_add_with ("/quotas/constraints", &stingy, test_constraints);
  bus_test_add_with ("/quotas/weak-refused", &stingy_device, test_weak_refused);
  bus_test_add_with ("/quotas/trees", &two_trees, test_trees);
  return g_test_run ();
}
