/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every wait is answered once, in time, and takes one of few places (02, "Conventions"). */

#include "bus-buffers.h"
#include "bus-child.h"
#include "bus-fixture.h"
#include "server/smd-client.h"

#define WAIT "Collection.WaitForAllBuffersAllocated"
#define MAX_WAITS 32
#define TIMEOUT_MS 200

/* A collection that waits for a token that nobody has turned in. */
typedef struct
{
  char *path;
  BusToken missing;
} Waiting;

static void
waiting_init (Waiting *waiting, GDBusConnection *peer)
{
  g_auto (BusToken) root = bus_allocate_shared (peer);

  waiting->missing = bus_duplicate (peer, root.path);
  waiting->path = bus_bind (peer, &root, bus_constraints (1, 64));
}

static void
waiting_clear (Waiting *waiting)
{
  g_free (waiting->path);
  bus_token_clear (&waiting->missing);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Waiting, waiting_clear)

static void
finish_wait (BusPending *wait)
{
  g_autoptr (GArray) buffers = bus_finish_wait (wait);

  g_assert_cmpuint (buffers->len, ==, 1);
}

/* The missing participant has nothing to say. */
static void
complete (GDBusConnection *peer, Waiting *waiting)
{
  bus_release (peer, waiting->missing.path);
}

static void
be_impatient (SmcLimits *limits)
{
  limits->wait_timeout_ms = TIMEOUT_MS;
}

static void
test_pending_in_time (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (Waiting) waiting;

  waiting_init (&waiting, peer);
  for (guint i = 0; i < 2; i++)
    {
      gint64 start = g_get_monotonic_time ();

      bus_refused (peer, waiting.path, WAIT, bus_no_options (), SYSMEM_ERROR_PENDING, "");
      g_assert_cmpint (g_get_monotonic_time () - start, >=, TIMEOUT_MS * 900);
    }
  complete (peer, &waiting);
  finish_wait (bus_start_wait (peer, waiting.path));
}

static void
test_second_ends_first (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (Waiting) waiting;
  BusPending *first;
  BusPending *second;

  waiting_init (&waiting, peer);
  first = bus_start_wait (peer, waiting.path);
  second = bus_start_wait (peer, waiting.path);
  bus_finish_refused (first, SYSMEM_ERROR_PENDING, "another wait");
  g_assert_false (bus_pending_is_answered (second));
  complete (peer, &waiting);
  finish_wait (second);
}

static void
test_release_ends (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (Waiting) waiting;
  BusPending *wait;

  waiting_init (&waiting, peer);
  wait = bus_start_wait (peer, waiting.path);
  bus_release (peer, waiting.path);
  bus_finish_refused (wait, SYSMEM_ERROR_UNSPECIFIED, "released");
}

static void
test_abandon_ends (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (Waiting) waiting;
  BusPending *wait;

  waiting_init (&waiting, peer);
  wait = bus_start_wait (peer, waiting.path);
  g_variant_unref (bus_call (peer, waiting.path, "Node.Abandon", g_variant_new ("(s)", "tired")));
  bus_finish_refused (wait, SYSMEM_ERROR_UNSPECIFIED, "tired");
}

/* Somebody else's token goes: all who wait hear of it. */
static void
test_failure_ends (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (Waiting) waiting;
  BusPending *wait;

  waiting_init (&waiting, peer);
  wait = bus_start_wait (peer, waiting.path);
  smd_fd_clear (&waiting.missing.handle);
  bus_finish_refused (wait, SYSMEM_ERROR_UNSPECIFIED, "handle was closed");
}

static void
test_limit (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  GDBusConnection *other = bus_connect (world);
  Waiting waiting[MAX_WAITS + 1];
  BusPending *waits[MAX_WAITS + 1];
  g_auto (Waiting) of_other;
  BusPending *replaced;

  waiting_init (&of_other, other);
  for (guint i = 0; i <= MAX_WAITS; i++)
    waiting_init (&waiting[i], peer);
  for (guint i = 0; i < MAX_WAITS; i++)
    waits[i] = bus_start_wait (peer, waiting[i].path);
  bus_refused (peer, waiting[MAX_WAITS].path, WAIT, bus_no_options (), SYSMEM_ERROR_LIMIT_EXCEEDED,
               "MaxWaitsPerConnection");
  for (guint i = 0; i < MAX_WAITS; i++)
    g_assert_false (bus_pending_is_answered (waits[i]));

  /* One that takes another's place needs none; and others have places of their own. */
  replaced = waits[0];
  waits[0] = bus_start_wait (peer, waiting[0].path);
  bus_finish_refused (replaced, SYSMEM_ERROR_PENDING, "another wait");
  replaced = bus_start_wait (other, of_other.path);
  complete (other, &of_other);
  finish_wait (replaced);

  /* One that is answered leaves its place. */
  complete (peer, &waiting[0]);
  finish_wait (waits[0]);
  waits[MAX_WAITS] = bus_start_wait (peer, waiting[MAX_WAITS].path);
  for (guint i = 1; i <= MAX_WAITS; i++)
    {
      g_assert_false (bus_pending_is_answered (waits[i]));
      complete (peer, &waiting[i]);
      finish_wait (waits[i]);
    }
  for (guint i = 0; i <= MAX_WAITS; i++)
    waiting_clear (&waiting[i]);
}

static gboolean
has_waits (SmdServer *server, gpointer n)
{
  GHashTableIter iter;
  gpointer client;
  guint n_waits = 0;

  g_hash_table_iter_init (&iter, server->clients);
  while (g_hash_table_iter_next (&iter, NULL, &client))
    n_waits += ((SmdClient *)client)->waits->len;
  return n_waits == GPOINTER_TO_UINT (n);
}

static void
await_waits (BusWorld *world, guint n)
{
  bus_await (world, has_waits, GUINT_TO_POINTER (n));
}

/* A lingering collection survives whoever waits for it, and can be waited for again. */
static void
test_disconnect_frees_place (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  GDBusConnection *waiter = bus_connect (world);
  g_autoptr (GVariant) reply =
    bus_call (peer, BUS_ROOT, "Allocator.AllocateSharedCollection", bus_options ("linger"));
  g_autofree char *path = NULL;
  g_auto (BusToken) missing = { NULL, -1 };
  BusPending *wait;

  g_variant_get (reply, "(oha(oh))", &path, NULL, NULL);
  missing = bus_duplicate (peer, path);
  g_variant_unref (bus_call (peer, path, "Token.Bind", bus_options ("linger")));
  bus_set_constraints (peer, path, bus_constraints (1, 64));
  wait = bus_start_wait (waiter, path);
  await_waits (world, 1);
  bus_disconnect (world, waiter);
  await_waits (world, 0);
  g_assert_null (bus_finish (wait, NULL, NULL));

  wait = bus_start_wait (peer, path);
  bus_release (peer, missing.path);
  finish_wait (wait);
  bus_release (peer, path);
}

static void
wait_for_ever (const char *address)
{
  g_autoptr (GDBusConnection) peer = private_bus_connect (address);

  for (guint i = 0; i < MAX_WAITS; i++)
    {
      Waiting waiting;

      waiting_init (&waiting, peer);
      (void)bus_start_wait (peer, waiting.path);
    }
  bus_parent_tell ("waiting");
  bus_parent_expect ("nothing");
}

static void
test_killed (BusWorld *world)
{
  BusChild *child = bus_child_start (world, "wait-for-ever", bus_ordinary_uid ());

  bus_child_expect (child, "waiting");
  await_waits (world, MAX_WAITS);
  g_assert_cmpuint (bus_count (world).collections, ==, MAX_WAITS);
  bus_child_kill (child);
  await_waits (world, 0);
}

int
main (int argc, char **argv)
{
  static const BusRole roles[] = { { "wait-for-ever", wait_for_ever }, { NULL, NULL } };
  static const BusOptions impatient = { .adjust = be_impatient };

  bus_test_init (&argc, &argv, roles);
  bus_test_add_with ("/waits/pending-in-time", &impatient, test_pending_in_time);
  bus_test_add ("/waits/second-ends-first", test_second_ends_first);
  bus_test_add ("/waits/release-ends", test_release_ends);
  bus_test_add ("/waits/abandon-ends", test_abandon_ends);
  bus_test_add ("/waits/failure-ends", test_failure_ends);
  bus_test_add ("/waits/limit", test_limit);
  bus_test_add ("/waits/disconnect-frees-place", test_disconnect_frees_place);
  bus_test_add ("/waits/killed", test_killed);
  return g_test_run ();
}
