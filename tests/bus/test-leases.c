/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Dma-bufs, where the kernel cannot tell strong holders from weak ones: strong is who has a lease
 * (03 §10), and whether a buffer still exists is asked again and again (05). */

#include <fcntl.h>
#include <sys/socket.h>

#include "bus-buffers.h"
#include "bus-fixture.h"
#include "server/smd-buffer.h"

#define N_BUFFERS 2

/* A strong and a weak participant that have their buffers; the strong one's node is released, so
 * that only what it holds counts. */
typedef struct
{
  GDBusConnection *peer;
  char *strong;
  char *weak;
  GArray *strong_buffers;
  GArray *weak_buffers;
} Pair;

static void
pair_init_connected (Pair *pair, BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) root = bus_allocate_shared (peer);
  g_auto (BusToken) token = bus_duplicate (peer, root.path);

  pair->peer = peer;
  g_variant_unref (bus_call (peer, token.path, "Node.SetWeak", NULL));
  pair->strong = bus_bind (peer, &root, bus_constraints (N_BUFFERS, 64));
  pair->weak = bus_bind (peer, &token, bus_constraints (0, 64));
  pair->strong_buffers = bus_wait (peer, pair->strong);
  pair->weak_buffers = bus_wait (peer, pair->weak);
}

static void
pair_init (Pair *pair, BusWorld *world)
{
  pair_init_connected (pair, world);
  bus_release (pair->peer, pair->strong);
}

static void
pair_clear (Pair *pair)
{
  g_free (pair->strong);
  g_free (pair->weak);
  g_array_unref (pair->strong_buffers);
  g_array_unref (pair->weak_buffers);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

/* After it the daemon has seen every hang-up that came before. */
static void
sync_with (Pair *pair)
{
  g_variant_unref (bus_call (pair->peer, pair->weak, "Node.Sync", NULL));
}

static GVariant *
get_info (GDBusConnection *peer, int fd, const char *option, GUnixFDList **fds, GError **error)
{
  g_autoptr (GVariant) options = g_variant_ref_sink (
    option != NULL ? g_variant_new_parsed ("{%s: <true>}", option) : g_variant_new ("a{sv}", NULL));
  g_autoptr (GVariant) reply = bus_try (peer, BUS_ROOT, "Allocator.GetBufferInfo",
                                        g_variant_new ("(h@a{sv})", 0, options), fd, fds, error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}

static void
test_delivered (BusWorld *world)
{
  g_auto (Pair) pair;

  pair_init (&pair, world);
  g_assert_cmpuint (pair.strong_buffers->len, ==, N_BUFFERS);
  g_assert_cmpuint (pair.weak_buffers->len, ==, N_BUFFERS);
  for (guint i = 0; i < N_BUFFERS; i++)
    {
      g_assert_cmpint (bus_buffer (pair.strong_buffers, i)->fd, >=, 0);
      g_assert_cmpint (bus_buffer (pair.strong_buffers, i)->lease, >=, 0);
      g_assert_cmpint (bus_buffer (pair.strong_buffers, i)->close_weak, ==, -1);
      g_assert_cmpint (bus_buffer (pair.weak_buffers, i)->fd, >=, 0);
      g_assert_cmpint (bus_buffer (pair.weak_buffers, i)->lease, ==, -1);
      g_assert_false (bus_hung_up (bus_buffer (pair.weak_buffers, i)->close_weak));
    }
}

/* The lease counts, whoever still has the buffer itself; and each buffer for itself. */
static void
test_last_lease (BusWorld *world)
{
  g_auto (Pair) pair;

  pair_init (&pair, world);
  smd_fd_clear (&bus_buffer (pair.strong_buffers, 1)->lease);
  bus_await_hangup (bus_buffer (pair.weak_buffers, 1)->close_weak);
  g_assert_false (bus_hung_up (bus_buffer (pair.weak_buffers, 0)->close_weak));
  sync_with (&pair); /* the tree lives on with the other buffer */

  smd_fd_clear (&bus_buffer (pair.strong_buffers, 0)->lease);
  bus_await_hangup (bus_buffer (pair.weak_buffers, 0)->close_weak);
  bus_refused (pair.peer, pair.weak, "Node.Sync", NULL, SYSMEM_ERROR_UNSPECIFIED,
               "no strong holder");
}

static void
test_every_delivery_counts (BusWorld *world)
{
  g_auto (Pair) pair;
  g_autoptr (GArray) again = NULL;

  pair_init_connected (&pair, world);
  again = bus_wait (pair.peer, pair.strong);
  bus_release (pair.peer, pair.strong);
  g_array_set_size (pair.strong_buffers, 0);
  sync_with (&pair);
  for (guint i = 0; i < N_BUFFERS; i++)
    g_assert_false (bus_hung_up (bus_buffer (pair.weak_buffers, i)->close_weak));
  g_array_set_size (again, 0);
  for (guint i = 0; i < N_BUFFERS; i++)
    bus_await_hangup (bus_buffer (pair.weak_buffers, i)->close_weak);
}

static void
test_connected_node_holds (BusWorld *world)
{
  g_auto (Pair) pair;

  pair_init_connected (&pair, world);
  g_array_set_size (pair.strong_buffers, 0);
  sync_with (&pair);
  for (guint i = 0; i < N_BUFFERS; i++)
    g_assert_false (bus_hung_up (bus_buffer (pair.weak_buffers, i)->close_weak));
  bus_release (pair.peer, pair.strong);
  for (guint i = 0; i < N_BUFFERS; i++)
    bus_await_hangup (bus_buffer (pair.weak_buffers, i)->close_weak);
}

/* A copy of the lease is the lease. */
static void
test_copies (BusWorld *world)
{
  g_auto (Pair) pair;
  g_auto (SmdFd) copy = -1;

  pair_init (&pair, world);
  copy = dup (bus_buffer (pair.strong_buffers, 0)->lease);
  smd_fd_clear (&bus_buffer (pair.strong_buffers, 0)->lease);
  sync_with (&pair);
  g_assert_false (bus_hung_up (bus_buffer (pair.weak_buffers, 0)->close_weak));
  smd_fd_clear (&copy);
  bus_await_hangup (bus_buffer (pair.weak_buffers, 0)->close_weak);
}

/* It is closing that counts: a holder that shuts its end down signals nobody. */
static void
test_shut_down_lease (BusWorld *world)
{
  g_auto (Pair) pair;

  pair_init (&pair, world);
  g_assert_cmpint (shutdown (bus_buffer (pair.strong_buffers, 0)->lease, SHUT_RDWR), ==, 0);
  sync_with (&pair);
  g_assert_false (bus_hung_up (bus_buffer (pair.weak_buffers, 0)->close_weak));
  smd_fd_clear (&bus_buffer (pair.strong_buffers, 0)->lease);
  bus_await_hangup (bus_buffer (pair.weak_buffers, 0)->close_weak);
}

static void
test_buffer_info (BusWorld *world)
{
  g_auto (Pair) pair;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) info = NULL;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) refused = NULL;
  guint64 index;

  pair_init (&pair, world);
  info = get_info (pair.peer, bus_buffer (pair.strong_buffers, 1)->fd, "need_weak", &fds, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (info, "buffer_index", "t", &index));
  g_assert_cmpuint (index, ==, 1);
  g_assert_cmpint (g_unix_fd_list_get_length (fds), ==, 2); /* weak_fd and close_weak_asap */
  g_assert_false (bus_hung_up (g_unix_fd_list_peek_fds (fds, NULL)[1]));

  smd_fd_clear (&bus_buffer (pair.strong_buffers, 1)->lease);
  bus_await_hangup (g_unix_fd_list_peek_fds (fds, NULL)[1]);
  refused = get_info (pair.peer, bus_buffer (pair.weak_buffers, 1)->fd, "need_weak", NULL, &error);
  g_assert_null (refused);
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MORE_STRONG_HANDLES);
}

/* Nobody reads by way of an fd for writing alone; all else may be asked of it. */
static void
test_buffer_info_of_write_only (BusWorld *world)
{
  g_auto (Pair) pair;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) info = NULL;
  g_autofree char *path = NULL;
  g_auto (SmdFd) fd = -1;

  pair_init (&pair, world);
  path = g_strdup_printf ("/proc/self/fd/%d", bus_buffer (pair.strong_buffers, 0)->fd);
  fd = open (path, O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  g_assert_null (get_info (pair.peer, fd, "need_weak", NULL, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_HANDLE_ACCESS_DENIED);
  g_clear_error (&error);
  info = get_info (pair.peer, fd, "need_settings", NULL, &error);
  g_assert_no_error (error);
}

/* Whether the fd is weak cannot be told, so close_weak_asap comes if there was a weak node. */
static void
test_buffer_info_says_close_weak (BusWorld *world)
{
  g_auto (Pair) pair;
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = bus_allocate_single (peer, bus_constraints (1, 64));
  g_autoptr (GArray) buffers = bus_wait (peer, path);
  g_autoptr (GVariant) without = get_info (peer, bus_buffer (buffers, 0)->fd, NULL, NULL, NULL);
  g_autoptr (GVariant) with = NULL;

  g_assert_null (g_variant_lookup_value (without, "close_weak_asap", NULL));
  pair_init (&pair, world);
  with = get_info (pair.peer, bus_buffer (pair.strong_buffers, 0)->fd, NULL, NULL, NULL);
  g_assert_true (g_variant_lookup (with, "close_weak_asap", "h", NULL));
}

/* Takes the first buffer until that is refused: how many times. */
static guint
take_until_refused (GDBusConnection *peer, const char *path, GPtrArray *taken, GError **error)
{
  for (;;)
    {
      GUnixFDList *fds = NULL;
      g_autoptr (GVariant) reply = bus_try (peer, path, "Collection.GetBuffers",
                                            g_variant_new ("(uu)", 0, 1), -1, &fds, error);

      if (reply == NULL)
        return taken->len;
      g_ptr_array_add (taken, fds);
    }
}

static gboolean
has_no_handle (SmdServer *server, gpointer data)
{
  GHashTableIter iter;
  gpointer buffer;

  g_hash_table_iter_init (&iter, server->buffers);
  while (g_hash_table_iter_next (&iter, &buffer, NULL))
    if (g_hash_table_size (((SmdBuffer *)buffer)->n_handles) > 0)
      return FALSE;
  return TRUE;
}

/* 256 per node and buffer, those of the first delivery included; what was closed does not count. */
static void
test_handles_per_buffer (BusWorld *world)
{
  g_autoptr (GPtrArray) leases = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) close_weak = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  g_auto (Pair) pair;

  pair_init_connected (&pair, world);
  g_assert_cmpuint (take_until_refused (pair.peer, pair.strong, leases, &error), ==, 255);
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED);
  g_assert_nonnull (strstr (error->message, "MaxHandlesPerBuffer"));
  g_clear_error (&error);
  g_assert_cmpuint (take_until_refused (pair.peer, pair.weak, close_weak, &error), ==, 255);
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED);
  g_clear_error (&error);

  g_variant_unref (
    bus_call (pair.peer, pair.strong, "Collection.GetBuffers", g_variant_new ("(uu)", 1, 1)));
  g_ptr_array_set_size (leases, 0);
  g_ptr_array_set_size (close_weak, 0);
  g_array_set_size (pair.strong_buffers, 0);
  g_array_set_size (pair.weak_buffers, 0);
  bus_await (world, has_no_handle, NULL);
  g_assert_cmpuint (take_until_refused (pair.peer, pair.strong, leases, &error), ==, 256);
}

/* GetBufferInfo needs no node: there it is the user that counts. */
static void
test_handles_by_buffer_info (BusWorld *world)
{
  g_auto (Pair) pair;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) taken = g_ptr_array_new_with_free_func (g_object_unref);

  pair_init_connected (&pair, world);
  for (guint i = 0; i < 256; i++)
    {
      GUnixFDList *fds = NULL;

      g_variant_unref (
        get_info (pair.peer, bus_buffer (pair.weak_buffers, 0)->fd, NULL, &fds, &error));
      g_ptr_array_add (taken, fds);
    }
  g_assert_null (get_info (bus_connect (world), bus_buffer (pair.weak_buffers, 0)->fd, "need_weak",
                           NULL, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED);
  g_assert_nonnull (strstr (error->message, "MaxHandlesPerBuffer"));
}

static SmdCollection *
get_collection (SmdServer *server)
{
  GHashTableIter iter;
  gpointer collection = NULL;

  g_hash_table_iter_init (&iter, server->collections);
  g_assert_true (g_hash_table_iter_next (&iter, NULL, &collection));
  return collection;
}

static void
assert_not_polled (SmdServer *server, gpointer data)
{
  g_assert_null (get_collection (server)->poll_timer);
}

static gboolean
is_polled_slowly (SmdServer *server, gpointer data)
{
  const SmdCollection *collection = get_collection (server);
  guint *last = data;

  g_assert_cmpuint (collection->poll_interval_ms, >=, 50);
  g_assert_cmpuint (collection->poll_interval_ms, >=, *last);
  g_assert_cmpuint (collection->poll_interval_ms, <=, MAX (50, *last * 2));
  g_assert_cmpuint (collection->poll_interval_ms, <=, 1000);
  *last = collection->poll_interval_ms;
  return collection->poll_timer != NULL && *last == 1000;
}

/* Not asked while a strong node is connected; then after 50 ms, growing to 1 s. */
static void
test_polling (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_autofree char *path = bus_allocate_single (peer, bus_constraints (1, 64));
  g_autoptr (GArray) buffers = bus_wait (peer, path);
  g_auto (SmdFd) tracker =
    bus_call_for_fd (peer, path, "Collection.AttachLifetimeTracking", g_variant_new ("(u)", 0));
  guint interval = 0;

  bus_on_daemon (world, assert_not_polled, NULL);
  bus_release (peer, path);
  bus_await (world, is_polled_slowly, &interval);
  g_assert_false (bus_hung_up (tracker));
  g_array_set_size (buffers, 0);
  bus_await_hangup (tracker);
  g_assert_cmpuint (bus_count (world).buffers, ==, 0);
}

int
main (int argc, char **argv)
{
  static const BusOptions device = { .heaps = "device,dma-buf" };

  bus_test_init (&argc, &argv, NULL);
  bus_test_add_with ("/leases/delivered", &device, test_delivered);
  bus_test_add_with ("/leases/last-lease", &device, test_last_lease);
  bus_test_add_with ("/leases/every-delivery-counts", &device, test_every_delivery_counts);
  bus_test_add_with ("/leases/connected-node-holds", &device, test_connected_node_holds);
  bus_test_add_with ("/leases/copies", &device, test_copies);
  bus_test_add_with ("/leases/shut-down-lease", &device, test_shut_down_lease);
  bus_test_add_with ("/leases/buffer-info", &device, test_buffer_info);
  bus_test_add_with ("/leases/buffer-info-of-write-only", &device, test_buffer_info_of_write_only);
  bus_test_add_with ("/leases/buffer-info-says-close-weak", &device,
                     test_buffer_info_says_close_weak);
  bus_test_add_with ("/leases/handles-per-buffer", &device, test_handles_per_buffer);
  bus_test_add_with ("/leases/handles-by-buffer-info", &device, test_handles_by_buffer_info);
  bus_test_add_with ("/leases/polling", &device, test_polling);
  return g_test_run ();
}
