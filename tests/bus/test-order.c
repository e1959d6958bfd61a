/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calls and disconnects are handled in the order they were sent, however busy the loop is, though
 * GDBus hands them out in different order (08, "GDBus reorders calls").
 *
 * Each client of a round turns a token of its own in, and what it has sent can only turn out right
 * in one order:
 *
 *   Duplicate         only a token can
 *   Bind              only a token can
 *   SetConstraints    only a collection can; a buffer more for the tree
 *   Release           only then may it
 *   disconnect        without failing the tree
 *
 * The tokens linger, so that what Duplicate makes outlives the client that never reads of it. */

#include "bus-buffers.h"
#include "bus-fixture.h"
#include "bus-raw.h"

#define N_CLIENTS 5
#define N_ROUNDS 50
#define N_FLOODERS 3
#define N_FLOOD 80 /* calls of each; the bus allows 128 without an answer */

/* A tree with lingering tokens: its root's path and those of N_CLIENTS duplicates. */
typedef struct
{
  char *root;
  char *tokens[N_CLIENTS];
  guint64 id;
} Tree;

static void
tree_init (Tree *tree, GDBusConnection *peer)
{
  g_autoptr (GVariant) reply =
    bus_call (peer, BUS_ROOT, "Allocator.AllocateSharedCollection", bus_options ("linger"));
  g_autoptr (GVariant) id = NULL;

  g_variant_get (reply, "(oha(oh))", &tree->root, NULL, NULL);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      g_autoptr (GVariant) duplicate =
        bus_call (peer, tree->root, "Token.Duplicate", g_variant_new ("(u)", G_MAXUINT32));

      g_variant_get (duplicate, "(oh)", &tree->tokens[i], NULL);
    }
  id = bus_get_property (peer, tree->root, "BufferCollectionId");
  tree->id = g_variant_get_uint64 (id);
}

static void
tree_clear (Tree *tree)
{
  g_free (tree->root);
  for (guint i = 0; i < N_CLIENTS; i++)
    g_free (tree->tokens[i]);
}

/* Releases every token of the tree that somebody could still turn in, but the root: those that
 * Duplicate made. Returns how many there were. */
static guint
release_duplicates (GDBusConnection *peer, const Tree *tree)
{
  g_autoptr (GVariant) reply =
    bus_call (peer, BUS_ROOT, "Inspector.DescribeCollection", g_variant_new ("(t)", tree->id));
  g_autoptr (GVariant) dict = g_variant_get_child_value (reply, 0);
  g_autoptr (GVariant) list = g_variant_lookup_value (dict, "tree", G_VARIANT_TYPE ("aa{sv}"));
  guint n = 0;

  for (gsize i = 1; i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) place = g_variant_get_child_value (list, i);
      g_autofree char *path = NULL;
      gboolean connected;
      guint64 node;

      g_assert_true (g_variant_lookup (place, "connected", "b", &connected));
      g_assert_true (g_variant_lookup (place, "node", "t", &node));
      if (!connected)
        continue;
      path = g_strdup_printf (BUS_ROOT "/node/%" G_GUINT64_FORMAT, node);
      bus_release (peer, path);
      n++;
    }
  return n;
}

/* What the clients said is all in force, and nothing failed. */
static void
check_outcome (GDBusConnection *peer, const Tree *tree)
{
  g_autoptr (GVariant) bound = NULL;
  g_autoptr (GArray) buffers = NULL;

  g_assert_cmpuint (release_duplicates (peer, tree), ==, N_CLIENTS);
  bound = bus_call (peer, tree->root, "Token.Bind", bus_no_options ());
  bus_set_constraints (peer, tree->root, bus_constraints (1, 64));
  buffers = bus_wait (peer, tree->root);
  g_assert_cmpuint (buffers->len, ==, N_CLIENTS + 1);
  bus_release (peer, tree->root);
}

static void
send_all (BusRaw *raw, const char *token)
{
  bus_raw_send (raw, token, "Token.Duplicate", g_variant_new ("(u)", G_MAXUINT32), -1);
  bus_raw_send (raw, token, "Token.Bind", bus_no_options (), -1);
  bus_raw_send (raw, token, "Collection.SetConstraints",
                g_variant_new ("(@a{sv}a{sv})", bus_constraints (1, 64), NULL), -1);
  bus_raw_send (raw, token, "Node.Release", NULL, -1);
}

/* Calls of every kind of export, so that GDBus has something to mix up. */
static GPtrArray *
start_flood (GPtrArray *flooders, const Tree *tree)
{
  GPtrArray *flood = g_ptr_array_new ();

  for (guint i = 0; i < N_FLOODERS * N_FLOOD / 4; i++)
    {
      GDBusConnection *peer = flooders->pdata[i % N_FLOODERS];

      g_ptr_array_add (flood, bus_start (peer, tree->root, "Node.Sync", NULL, -1));
      g_ptr_array_add (flood, bus_start (peer, BUS_ROOT, "Allocator.ListHeaps", NULL, -1));
      g_ptr_array_add (
        flood,
        bus_start (peer, tree->root, "org.freedesktop.DBus.Introspectable.Introspect", NULL, -1));
      g_ptr_array_add (flood, bus_start (peer, tree->root, "org.freedesktop.DBus.Properties.GetAll",
                                         g_variant_new ("(s)", BUS_NAME ".Node"), -1));
    }
  return flood;
}

static void
finish_flood (GPtrArray *flood)
{
  for (guint i = 0; i < flood->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) reply = bus_finish (flood->pdata[i], NULL, &error);

      g_assert_no_error (error);
      g_assert_nonnull (reply);
    }
  g_ptr_array_unref (flood);
}

static gboolean
only_clients (SmdServer *server, gpointer n)
{
  return g_hash_table_size (server->clients) == GPOINTER_TO_UINT (n);
}

static void
await_departures (BusWorld *world, guint n_left)
{
  bus_await (world, only_clients, GUINT_TO_POINTER (n_left));
}

static void
connect_clients (BusWorld *world, const Tree *tree, BusRaw **clients)
{
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      clients[i] = bus_raw_connect (world->address);
      bus_raw_send (clients[i], tree->tokens[i], "Node.Sync", NULL, -1);
      bus_raw_await_answer (clients[i]); /* now its credentials are known */
    }
}

/* With the daemon frozen until everything has been sent, all of it is handed out at once; running,
 * it is handed out as it comes. */
static void
run_round (BusWorld *world, GPtrArray *flooders, gboolean frozen)
{
  GDBusConnection *peer = flooders->pdata[0];
  BusFreeze *freeze = NULL;
  BusRaw *clients[N_CLIENTS];
  GPtrArray *flood;
  Tree tree;

  tree_init (&tree, peer);
  connect_clients (world, &tree, clients);
  if (frozen)
    freeze = bus_freeze (world);
  flood = start_flood (flooders, &tree);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      send_all (clients[i], tree.tokens[i]);
      bus_raw_close (clients[i]);
    }
  if (frozen)
    bus_thaw (freeze);
  finish_flood (flood);
  await_departures (world, N_FLOODERS);
  check_outcome (peer, &tree);
  tree_clear (&tree);
}

static void
test_flood (BusWorld *world)
{
  g_autoptr (GPtrArray) flooders = g_ptr_array_new ();

  for (guint i = 0; i < N_FLOODERS; i++)
    g_ptr_array_add (flooders, bus_connect (world));
  for (guint i = 0; i < N_ROUNDS; i++)
    run_round (world, flooders, i % 2 == 0);
}

/* The first calls of a connection wait until the bus has said who it is. */
static void
test_before_credentials (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  Tree tree;

  tree_init (&tree, peer);
  for (guint i = 0; i < N_CLIENTS; i++)
    {
      BusRaw *raw = bus_raw_connect (world->address);

      send_all (raw, tree.tokens[i]);
      bus_raw_await_answer (raw);
      bus_raw_close (raw);
    }
  await_departures (world, 1);
  check_outcome (peer, &tree);
  tree_clear (&tree);
}

static void
leave_at_once (BusWorld *world, int token)
{
  BusRaw *raw = bus_raw_connect (world->address);

  for (guint i = 0; i < 4; i++)
    bus_raw_send (raw, BUS_ROOT, "Allocator.AllocateSharedCollection", bus_no_options (), -1);
  bus_raw_send (raw, BUS_ROOT, "Allocator.BindSharedCollection",
                g_variant_new ("(ha{sv})", 0, NULL), token);
  bus_raw_close (raw);
}

/* Frozen: the client is gone before anybody asks who it was. Running: maybe. Either way nothing is
 * left of it, and nothing that it did not have the time to do. */
static void
test_left_before_credentials (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) token = bus_allocate_shared (peer);
  g_autofree char *state = NULL;
  BusFreeze *freeze = bus_freeze (world);

  for (guint i = 0; i < 20; i++)
    leave_at_once (world, token.handle);
  bus_thaw (freeze);
  /* The first answer comes when all calls have been handed out and the bus has been asked who sent
   * them; what it said comes before the second. */
  for (guint i = 0; i < 2; i++)
    g_variant_unref (bus_call (peer, token.path, "Node.Sync", NULL));
  await_departures (world, 1);
  g_assert_cmpuint (bus_count (world).collections, ==, 1);
  state = bus_get_state (peer, token.path);
  g_assert_cmpstr (state, ==, "waiting");
  bus_release (peer, token.path);
}

int
main (int argc, char **argv)
{
  bus_test_init (&argc, &argv, NULL);
  bus_test_add ("/order/flood", test_flood);
  bus_test_add ("/order/before-credentials", test_before_credentials);
  bus_test_add ("/order/left-before-credentials", test_left_before_credentials);
  return g_test_run ();
}
