/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where a heap cannot deliver, the next one that satisfies everybody is tried (03 §7.2); each step
 * is in the explanation, and what a heap made before it gave up is freed, as is what it cached. */

#include <string.h>

#include "bus-buffers.h"
#include "bus-fixture.h"

/* Made on the main loop and in a worker thread (above 64 KiB in all). */
static const guint64 sizes[] = { 4096, 128 * 1024 };

static GVariant *
constraints (guint64 bytes)
{
  return g_variant_new_parsed (
    "{'usage': <['cpu-write']>, 'min_buffer_count_for_camping': <uint32 3>, "
    "'buffer_memory_constraints':"
    " <{'min_size_bytes': <%t>, 'permitted_heaps': <['first', 'second']>}>}",
    bytes);
}

/* The reason why @heap was dropped. */
static char *
get_reason (GDBusConnection *peer, const char *path, const char *heap)
{
  g_autoptr (GVariant) reply = bus_call (peer, path, "Node.Explain", NULL);
  g_autoptr (GVariant) dict = g_variant_get_child_value (reply, 0);
  g_autoptr (GVariant) rejected =
    g_variant_lookup_value (dict, "rejected", G_VARIANT_TYPE ("aa{sv}"));

  for (gsize i = 0; i < g_variant_n_children (rejected); i++)
    {
      g_autoptr (GVariant) rejection = g_variant_get_child_value (rejected, i);
      const char *candidate;
      const char *reason;
      const char *kind;

      g_assert_true (g_variant_lookup (rejection, "kind", "&s", &kind));
      g_assert_true (g_variant_lookup (rejection, "candidate", "&s", &candidate));
      g_assert_true (g_variant_lookup (rejection, "reason", "&s", &reason));
      if (strcmp (kind, "heap") == 0 && strcmp (candidate, heap) == 0)
        return g_strdup (reason);
    }
  return NULL;
}

static char *
wait_for_heap (GDBusConnection *peer, const char *path)
{
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = bus_call_with_fds (
    peer, path, "Collection.WaitForAllBuffersAllocated", bus_no_options (), -1, &fds);
  g_autoptr (GVariant) info = g_variant_get_child_value (reply, 0);
  char *heap;

  g_assert_true (g_variant_lookup (info, "heap", "s", &heap));
  g_assert_cmpint (g_unix_fd_list_get_length (fds), ==, 3);
  return heap;
}

static void
check_fallback (BusWorld *world, guint64 bytes)
{
  guint n_trims = smd_fake_heap_get_n_trims (world->heaps[0]);
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = bus_allocate_single (peer, constraints (bytes));
  g_autofree char *heap = wait_for_heap (peer, path);
  g_autofree char *reason = get_reason (peer, path, "first");

  g_assert_cmpstr (heap, ==, "second");
  g_assert_nonnull (strstr (reason, "as the test demands"));
  g_assert_null (get_reason (peer, path, "second"));
  g_assert_cmpuint (smd_fake_heap_get_n_live (world->heaps[0]), ==, 0);
  g_assert_cmpuint (smd_fake_heap_get_n_live (world->heaps[1]), ==, 3);
  g_assert_cmpuint (smd_fake_heap_get_n_trims (world->heaps[0]), ==, n_trims + 1);
  g_assert_cmpuint (smd_fake_heap_get_n_trims (world->heaps[1]), ==, 0);
  bus_release (peer, path);
  g_assert_true (smd_fake_heap_await_empty (world->heaps[1]));
}

static void
test_next_heap (BusWorld *world)
{
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      smd_fake_heap_fail_next (world->heaps[0], 1);
      check_fallback (world, sizes[i]);
      g_assert_cmpuint (smd_fake_heap_get_n_made (world->heaps[0]), ==, 0);
    }
}

static void
test_gives_up_halfway (BusWorld *world)
{
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      smd_fake_heap_fail_after (world->heaps[0], 2, 1);
      check_fallback (world, sizes[i]);
      g_assert_cmpuint (smd_fake_heap_get_n_made (world->heaps[0]), ==, 2 * (i + 1));
    }
}

static void
test_no_memory (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *path = NULL;
      g_autofree char *first = NULL;
      g_autofree char *second = NULL;

      smd_fake_heap_fail_after (world->heaps[1], 1, G_MAXUINT);
      path = bus_allocate_single (peer, constraints (sizes[i]));
      bus_refused (peer, path, "Collection.WaitForAllBuffersAllocated", bus_no_options (),
                   SYSMEM_ERROR_NO_MEMORY, "as the test demands");
      first = get_reason (peer, path, "first");
      second = get_reason (peer, path, "second");
      g_assert_nonnull (strstr (first, "buffer 1 of 3"));
      g_assert_nonnull (strstr (second, "buffer 2 of 3"));
      bus_release (peer, path);
    }
}

/* Nothing of a failed collection is left, though its failed node still is. Fds are compared with
 * those after the first: what connecting needed for a moment is closed by then. */
static void
test_nothing_leaks (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  guint n_fds = 0;

  for (guint i = 0; i < G_N_ELEMENTS (sizes) + 1; i++)
    {
      g_autofree char *path =
        bus_allocate_single (peer, constraints (sizes[i % G_N_ELEMENTS (sizes)]));

      bus_refused (peer, path, "Collection.WaitForAllBuffersAllocated", bus_no_options (),
                   SYSMEM_ERROR_NO_MEMORY, "");
      g_assert_cmpuint (bus_count (world).collections, ==, 0);
      g_assert_cmpuint (bus_count (world).buffers, ==, 0);
      g_assert_cmpuint (bus_count (world).nodes, ==, i + 1);
      if (i == 0)
        n_fds = bus_count_fds ();
      g_assert_cmpuint (bus_count_fds (), ==, n_fds);
    }
}

/* A heap that lays images out makes buffers within what all said of their size, or is passed over:
 * 64x64 pixels take 16 KiB, or 64 KiB with the long rows of "gpu". */

static GVariant *
image_constraints (guint64 min_bytes, guint64 max_bytes)
{
  return g_variant_new_parsed (
    "{'usage': <['gpu-sampled']>, 'min_buffer_count': <uint32 3>, 'buffer_memory_constraints':"
    "  <{'min_size_bytes': <%t>, 'max_size_bytes': <%t>, 'permitted_heaps': <['gpu', 'plain']>}>,"
    " 'image_format_constraints': <[{'pixel_formats': <['XR24']>, 'color_spaces': <['srgb']>,"
    "                                'min_size': <(uint32 64, uint32 64)>}]>}",
    min_bytes, max_bytes);
}

static guint64
get_size (BusWorld *world, guint64 min_bytes, guint64 max_bytes, const char *wanted_heap)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = bus_allocate_single (peer, image_constraints (min_bytes, max_bytes));
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = bus_call_with_fds (
    peer, path, "Collection.WaitForAllBuffersAllocated", bus_no_options (), -1, &fds);
  g_autoptr (GVariant) info = g_variant_get_child_value (reply, 0);
  guint64 size_bytes, raw_size_bytes;
  const char *heap;

  g_assert_true (g_variant_lookup (info, "heap", "&s", &heap));
  g_assert_cmpstr (heap, ==, wanted_heap);
  g_assert_true (g_variant_lookup (info, "size_bytes", "t", &size_bytes));
  g_assert_true (g_variant_lookup (info, "raw_size_bytes", "t", &raw_size_bytes));
  g_assert_cmpint (lseek (g_unix_fd_list_peek_fds (fds, NULL)[0], 0, SEEK_END), ==,
                   (goffset)raw_size_bytes);
  g_assert_cmpuint (raw_size_bytes, >=, size_bytes);
  return size_bytes;
}

static void
test_layouts_keep_within_bounds (BusWorld *world)
{
  g_assert_cmpuint (get_size (world, 1, 1 << 20, "gpu"), ==, 64 * 1024);
  g_assert_cmpuint (get_size (world, 100000, 1 << 20, "gpu"), ==, 100000);
  g_assert_cmpuint (get_size (world, 1, 64 * 1024, "gpu"), ==, 64 * 1024);
  g_assert_cmpuint (get_size (world, 1, 64 * 1024 - 1, "plain"), ==, 16 * 1024);
}

/* A driver may take its time even for a small image. */
static void
test_nobody_waits_for_a_driver (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = NULL;
  g_autofree char *heap = NULL;

  smd_fake_heap_hold (world->heaps[0]);
  path = bus_allocate_single (peer, image_constraints (1, 1 << 20));
  g_assert_true (smd_fake_heap_await_held (world->heaps[0]));
  g_variant_unref (bus_call (peer, path, "Node.Sync", NULL));
  smd_fake_heap_let_go (world->heaps[0]);
  heap = wait_for_heap (peer, path);
  g_assert_cmpstr (heap, ==, "gpu");
}

int
main (int argc, char **argv)
{
  static const BusOptions two = { .heaps = "first second" };
  static const BusOptions failing = { .heaps = "first,fail=always second,fail=always" };

  static const BusOptions images = {
    .heaps = "gpu,formats=XR24:0x0,stride-multiple=1024 plain",
  };

  bus_test_init (&argc, &argv, NULL);
  bus_test_add_with ("/heaps/next-heap", &two, test_next_heap);
  bus_test_add_with ("/heaps/gives-up-halfway", &two, test_gives_up_halfway);
  bus_test_add_with ("/heaps/no-memory", &failing, test_no_memory);
  bus_test_add_with ("/heaps/nothing-leaks", &failing, test_nothing_leaks);
  bus_test_add_with ("/heaps/layouts-keep-within-bounds", &images, test_layouts_keep_within_bounds);
  bus_test_add_with ("/heaps/nobody-waits-for-a-driver", &images, test_nobody_waits_for_a_driver);
  return g_test_run ();
}
