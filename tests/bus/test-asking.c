/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How often the kernel is asked who holds a buffer (05, "When to ask"): it is work on the one loop,
 * so a burst of closes must not make it a multiple of itself. */

#include "bus-buffers.h"
#include "bus-fixture.h"
#include "server/smd-buffer.h"

#define N_BUFFERS 128
/* A buffer that is still held is asked about before and after it is watched. */
#define QUESTIONS_PER_LOOK 2
#define N_LOOKS 5 /* three after the last close; a poll or two may fall in between */

/* Two participants that have all buffers, each in its own copies. */
typedef struct
{
  GDBusConnection *peer;
  char *paths[2];
  GArray *buffers[2];
} Pair;

static void
pair_init (Pair *pair, BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) root = bus_allocate_shared (peer);
  g_auto (BusToken) token = bus_duplicate (peer, root.path);

  pair->peer = peer;
  pair->paths[0] = bus_bind (peer, &root, bus_constraints (N_BUFFERS, 64));
  pair->paths[1] = bus_bind (peer, &token, bus_constraints (0, 64));
  for (guint i = 0; i < 2; i++)
    {
      g_auto (SmdFd) bundle = bus_wait_for_bundle (peer, pair->paths[i]);

      pair->buffers[i] = bus_bundle_read (bundle);
    }
}

static void
pair_clear (Pair *pair)
{
  for (guint i = 0; i < 2; i++)
    {
      g_free (pair->paths[i]);
      g_array_unref (pair->buffers[i]);
    }
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

/* Stands in front of the memory's own class. */
static SmdMemoryClass counting_class;
static SmdHolders (*ask_really) (SmdMemory *memory);
static guint n_questions;

static SmdHolders
ask_and_count (SmdMemory *memory)
{
  n_questions++;
  return ask_really (memory);
}

static void
count_questions (SmdServer *server, gpointer data)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, server->buffers);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      SmdMemory *memory = ((SmdBuffer *)key)->memory;

      if (memory->klass != &counting_class)
        {
          counting_class = *memory->klass;
          ask_really = counting_class.ask;
          counting_class.ask = ask_and_count;
        }
      memory->klass = &counting_class;
    }
  n_questions = 0;
}

static const SmdCollection *
get_collection (SmdServer *server)
{
  GHashTableIter iter;
  gpointer collection = NULL;

  g_hash_table_iter_init (&iter, server->collections);
  g_assert_true (g_hash_table_iter_next (&iter, NULL, &collection));
  return collection;
}

static gboolean
has_retried (SmdServer *server, gpointer data)
{
  const SmdCollection *collection = get_collection (server);

  return n_questions > 0 && collection->retry_timer == NULL && collection->n_retries_left == 0;
}

/* All copies of one participant are closed while the daemon looks elsewhere. */
static void
close_all (BusWorld *world, GArray *buffers)
{
  BusFreeze *freeze = bus_freeze (world);

  g_array_set_size (buffers, 0);
  bus_thaw (freeze);
}

static void
test_burst (BusWorld *world)
{
  g_auto (Pair) pair;

  pair_init (&pair, world);
  for (guint i = 0; i < 2; i++)
    bus_release (pair.peer, pair.paths[i]);
  bus_on_daemon (world, count_questions, NULL);
  close_all (world, pair.buffers[0]);
  bus_await (world, has_retried, NULL);
  g_assert_cmpuint (n_questions, <=, N_LOOKS * N_BUFFERS * QUESTIONS_PER_LOOK);
  g_assert_cmpuint (bus_count (world).buffers, ==, N_BUFFERS);
}

/* A close concerns its own buffer. */
static void
test_one_close (BusWorld *world)
{
  g_auto (Pair) pair;

  pair_init (&pair, world);
  for (guint i = 0; i < 2; i++)
    bus_release (pair.peer, pair.paths[i]);
  bus_on_daemon (world, count_questions, NULL);
  smd_fd_clear (&bus_buffer (pair.buffers[0], 7)->fd);
  bus_await (world, has_retried, NULL);
  g_assert_cmpuint (n_questions, <=, N_LOOKS * QUESTIONS_PER_LOOK);
}

static void
assert_nothing_asked (SmdServer *server, gpointer data)
{
  g_assert_cmpuint (n_questions, ==, 0);
  g_assert_null (get_collection (server)->retry_timer);
}

/* While a strong node is connected every buffer exists, whoever closes what. */
static void
test_connected (BusWorld *world)
{
  g_auto (Pair) pair;

  pair_init (&pair, world);
  bus_on_daemon (world, count_questions, NULL);
  for (guint i = 0; i < 2; i++)
    close_all (world, pair.buffers[i]);
  bus_release (pair.peer, pair.paths[0]);
  bus_on_daemon (world, assert_nothing_asked, NULL);
}

/* Those that are closed are gone, and nothing else. */
static void
test_all_are_noticed (BusWorld *world)
{
  g_auto (Pair) pair;
  SmdFd trackers[2];

  pair_init (&pair, world);
  for (guint i = 0; i < 2; i++)
    trackers[i] = bus_call_for_fd (pair.peer, pair.paths[0], "Collection.AttachLifetimeTracking",
                                   g_variant_new ("(u)", i));
  for (guint i = 0; i < 2; i++)
    bus_release (pair.peer, pair.paths[i]);
  close_all (world, pair.buffers[0]);
  for (guint i = 0; i < N_BUFFERS - 1; i++)
    smd_fd_clear (&bus_buffer (pair.buffers[1], i)->fd);
  bus_await_hangup (trackers[1]);
  g_assert_false (bus_hung_up (trackers[0]));
  smd_fd_clear (&bus_buffer (pair.buffers[1], N_BUFFERS - 1)->fd);
  bus_await_hangup (trackers[0]);
  for (guint i = 0; i < 2; i++)
    smd_fd_clear (&trackers[i]);
}

static void
get_poll_interval (SmdServer *server, gpointer data)
{
  *(guint *)data = get_collection (server)->poll_interval_ms;
}

static gboolean
polls_nothing (SmdServer *server, gpointer data)
{
  return g_hash_table_size (server->n_polled) == 0;
}

/* As rarely as the payer has many: never more than one buffer in a millisecond. */
static void
test_polling_many (BusWorld *world)
{
  guint interval;
  g_auto (Pair) pair;

  pair_init (&pair, world);
  for (guint i = 0; i < 2; i++)
    bus_release (pair.peer, pair.paths[i]);
  bus_on_daemon (world, get_poll_interval, &interval);
  g_assert_cmpuint (interval, >=, N_BUFFERS);
  for (guint i = 0; i < 2; i++)
    g_array_set_size (pair.buffers[i], 0);
  bus_await (world, polls_nothing, NULL);
}

int
main (int argc, char **argv)
{
  static const BusOptions device = { .heaps = "device,dma-buf" };

  bus_test_init (&argc, &argv, NULL);
  bus_test_add ("/asking/burst", test_burst);
  bus_test_add ("/asking/one-close", test_one_close);
  bus_test_add ("/asking/connected", test_connected);
  bus_test_add ("/asking/all-are-noticed", test_all_are_noticed);
  bus_test_add_with ("/asking/burst-of-leases", &device, test_burst);
  bus_test_add_with ("/asking/polling-many", &device, test_polling_many);
  return g_test_run ();
}
