/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* All buffers in one fd, and what becomes of those that nobody reads (02, "Conventions"). */

#include <sys/stat.h>

#include "bus-buffers.h"
#include "bus-fixture.h"
#include "bus-raw.h"
#include "common/smc-limits.h"

#define WAIT "Collection.WaitForAllBuffersAllocated"
#define PER_CONNECTION 4
#define PER_UID 16

static void
check_all (BusWorld *world, guint n_fds)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = bus_allocate_single (peer, bus_constraints (SMC_MAX_BUFFERS, 64));
  g_auto (SmdFd) bundle = bus_wait_for_bundle (peer, path);
  g_autoptr (GArray) buffers = bus_bundle_read (bundle);
  g_autoptr (GHashTable) inodes = g_hash_table_new (g_int64_hash, g_int64_equal);
  guint64 numbers[SMC_MAX_BUFFERS];

  g_assert_cmpuint (buffers->len, ==, SMC_MAX_BUFFERS);
  for (guint i = 0; i < buffers->len; i++)
    {
      const BusBuffer *buffer = bus_buffer (buffers, i);
      struct stat status;

      g_assert_cmpuint (buffer->index, ==, i);
      g_assert_cmpint (fstat (buffer->fd, &status), ==, 0);
      numbers[i] = status.st_ino;
      g_hash_table_add (inodes, &numbers[i]);
      g_assert_cmpint (buffer->lease >= 0, ==, n_fds == 2);
    }
  g_assert_cmpuint (g_hash_table_size (inodes), ==, SMC_MAX_BUFFERS);
}

static void
test_all (BusWorld *world)
{
  check_all (world, 1);
}

/* 256 fds: more than one datagram can carry. */
static void
test_all_with_leases (BusWorld *world)
{
  check_all (world, 2);
}

static void
get_use (SmdServer *server, gpointer use)
{
  *(guint64 *)use = smd_accounts_get_use (server->accounts, getuid (), SMD_RESOURCE_BUNDLES);
}

static guint
count_unread_of_uid (BusWorld *world)
{
  guint64 use;

  bus_on_daemon (world, get_use, &use);
  return (guint)use;
}

static gboolean
has_unread (SmdServer *server, gpointer n)
{
  return g_hash_table_size (server->unread) == GPOINTER_TO_UINT (n);
}

static void
await_unread (BusWorld *world, guint n)
{
  bus_await (world, has_unread, GUINT_TO_POINTER (n));
  g_assert_cmpuint (count_unread_of_uid (world), ==, n);
}

static char *
allocate (GDBusConnection *peer)
{
  return bus_allocate_single (peer, bus_constraints (2, 64));
}

static void
take_bundles (GDBusConnection *peer, const char *path, SmdFd *bundles)
{
  for (guint i = 0; i < PER_CONNECTION; i++)
    bundles[i] = bus_wait_for_bundle (peer, path);
}

static void
close_bundles (SmdFd *bundles)
{
  for (guint i = 0; i < PER_CONNECTION; i++)
    smd_fd_clear (&bundles[i]);
}

static void
assert_refused (GDBusConnection *peer, const char *path, const char *limit)
{
  bus_refused (peer, path, WAIT, bus_options ("bundle"), SYSMEM_ERROR_LIMIT_EXCEEDED, limit);
}

static void
test_fifth (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = allocate (peer);
  g_auto (BusToken) root = bus_allocate_shared (peer);
  g_auto (BusToken) missing = bus_duplicate (peer, root.path);
  g_autofree char *pending = bus_bind (peer, &root, bus_constraints (1, 64));
  g_autoptr (GArray) inlined = NULL;
  SmdFd bundles[PER_CONNECTION];

  take_bundles (peer, path, bundles);
  assert_refused (peer, path, "MaxBundlesPerConnection");
  /* When it arrives, not when there would be something to put into it. */
  assert_refused (peer, pending, "MaxBundlesPerConnection");
  bus_refused (peer, BUS_ROOT, "Allocator.AllocateBuffers",
               g_variant_new ("(@a{sv}@a{sv})", bus_constraints (1, 64),
                              g_variant_new_parsed ("{'bundle': <true>}")),
               SYSMEM_ERROR_LIMIT_EXCEEDED, "MaxBundlesPerConnection");
  inlined = bus_wait (peer, path);
  g_assert_cmpuint (inlined->len, ==, 2);
  close_bundles (bundles);
}

/* At once: a client that has read may ask again without waiting for the daemon to notice. */
static void
test_reading_frees (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = allocate (peer);
  SmdFd bundles[PER_CONNECTION];

  take_bundles (peer, path, bundles);
  for (guint i = 0; i < 3 * PER_CONNECTION; i++)
    {
      SmdFd *bundle = &bundles[i % PER_CONNECTION];
      g_autoptr (GArray) buffers = bus_bundle_read (*bundle);

      g_assert_cmpuint (buffers->len, ==, 2);
      smd_fd_clear (bundle);
      *bundle = bus_wait_for_bundle (peer, path);
      assert_refused (peer, path, "MaxBundlesPerConnection");
    }
  close_bundles (bundles);
}

static void
test_closing_frees (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = allocate (peer);
  SmdFd bundles[PER_CONNECTION];

  take_bundles (peer, path, bundles);
  close_bundles (bundles);
  take_bundles (peer, path, bundles);
  assert_refused (peer, path, "MaxBundlesPerConnection");
  close_bundles (bundles);
  await_unread (world, 0);
}

static void
test_per_uid (BusWorld *world)
{
  SmdFd bundles[PER_UID / PER_CONNECTION][PER_CONNECTION];
  GDBusConnection *late = bus_connect (world);
  g_autofree char *late_path = allocate (late);
  g_auto (SmdFd) one_more = -1;

  for (guint i = 0; i < G_N_ELEMENTS (bundles); i++)
    {
      GDBusConnection *peer = bus_connect (world);
      g_autofree char *path = allocate (peer);

      take_bundles (peer, path, bundles[i]);
    }
  g_assert_cmpuint (count_unread_of_uid (world), ==, PER_UID);
  assert_refused (late, late_path, "MaxBundlesPerUid");
  smd_fd_clear (&bundles[1][2]);
  one_more = bus_wait_for_bundle (late, late_path);
  assert_refused (late, late_path, "MaxBundlesPerUid");
  for (guint i = 0; i < G_N_ELEMENTS (bundles); i++)
    close_bundles (bundles[i]);
}

/* It was sent, so it counts for the user as long as somebody could read it. */
static void
test_client_gone (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = allocate (peer);
  g_autoptr (GArray) buffers = NULL;
  SmdFd bundles[PER_CONNECTION];

  take_bundles (peer, path, bundles);
  bus_disconnect (world, peer);
  await_unread (world, PER_CONNECTION);
  buffers = bus_bundle_read (bundles[0]);
  g_assert_cmpuint (buffers->len, ==, 2);
  await_unread (world, PER_CONNECTION - 1);
  close_bundles (bundles);
  await_unread (world, 0);
}

/* What lies unread in the client's connection goes with it. */
static void
test_client_never_reads (BusWorld *world)
{
  BusRaw *raw = bus_raw_connect (world->address);
  GVariant *parameters = g_variant_new ("(@a{sv}@a{sv})", bus_constraints (2, 64),
                                        g_variant_new_parsed ("{'bundle': <true>}"));

  g_variant_ref_sink (parameters);
  for (guint i = 0; i < 3 * PER_CONNECTION; i++)
    bus_raw_send (raw, BUS_ROOT, "Allocator.AllocateBuffers", parameters, -1);
  g_variant_unref (parameters);
  await_unread (world, PER_CONNECTION);
  bus_raw_close (raw);
  await_unread (world, 0);
}

/* The last reference to a buffer may be in a bundle. */
static void
test_holds_buffers (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = allocate (peer);
  g_auto (SmdFd) tracker =
    bus_call_for_fd (peer, path, "Collection.AttachLifetimeTracking", g_variant_new ("(u)", 0));
  g_auto (SmdFd) bundle = bus_wait_for_bundle (peer, path);
  g_autoptr (GArray) buffers = NULL;

  bus_release (peer, path);
  g_assert_cmpuint (bus_count (world).buffers, ==, 2);
  buffers = bus_bundle_read (bundle);
  g_assert_false (bus_hung_up (tracker));
  g_array_set_size (buffers, 0);
  bus_await_hangup (tracker);
}

int
main (int argc, char **argv)
{
  static const BusOptions device = { .heaps = "device,dma-buf" };

  bus_test_init (&argc, &argv, NULL);
  bus_test_add ("/bundles/all", test_all);
  bus_test_add_with ("/bundles/all-with-leases", &device, test_all_with_leases);
  bus_test_add ("/bundles/fifth", test_fifth);
  bus_test_add ("/bundles/reading-frees", test_reading_frees);
  bus_test_add ("/bundles/closing-frees", test_closing_frees);
  bus_test_add ("/bundles/per-uid", test_per_uid);
  bus_test_add ("/bundles/client-gone", test_client_gone);
  bus_test_add ("/bundles/client-never-reads", test_client_never_reads);
  bus_test_add ("/bundles/holds-buffers", test_holds_buffers);
  return g_test_run ();
}
