/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What was counted is counted once, and no longer once it is gone, whichever way it went (03 §13). */

#include "bus-buffers.h"
#include "bus-quota.h"

/* A bit of everything, to be got rid of in several ways. */
typedef struct
{
  GDBusConnection *peer;
  BusToken tokens[2]; /* of a tree that has not come far */
  char *collection;
  GArray *buffers;
} Bits;

static void
take_bits (Bits *bits, const char *address)
{
  bits->peer = private_bus_connect (address);
  bits->tokens[0] = bus_allocate_shared (bits->peer);
  bits->tokens[1] = bus_duplicate (bits->peer, bits->tokens[0].path);
  bits->collection = bus_allocate_single (bits->peer, bus_constraints (2, BUS_LARGE));
  bits->buffers = bus_wait (bits->peer, bits->collection);
  (void)bus_call_for_fd (bits->peer, bits->collection, "Node.AttachNodeTracking", NULL);
  (void)bus_call_for_fd (bits->peer, bits->collection, "Node.GetNodeRef", NULL);
  (void)bus_call_for_fd (bits->peer, bits->collection, "Collection.AttachLifetimeTracking",
                         g_variant_new ("(u)", 0));
  (void)bus_wait_for_bundle (bits->peer, bits->collection);
  bus_child_report ();
}

static void
release_all (const char *address)
{
  Bits bits;

  take_bits (&bits, address);
  for (guint i = 0; i < 2; i++)
    bus_release (bits.peer, bits.tokens[i].path);
  bus_release (bits.peer, bits.collection);
}

static void
abandon_all (const char *address)
{
  Bits bits;

  take_bits (&bits, address);
  g_variant_unref (
    bus_call (bits.peer, bits.tokens[1].path, "Node.Abandon", g_variant_new ("(s)", "tired")));
  g_variant_unref (
    bus_call (bits.peer, bits.collection, "Node.Abandon", g_variant_new ("(s)", "tired")));
}

static void
just_end (const char *address)
{
  Bits bits;

  take_bits (&bits, address);
}

static void
be_killed (const char *address)
{
  Bits bits;

  take_bits (&bits, address);
  bus_parent_tell ("waiting");
  bus_parent_expect ("nothing");
}

static void
test_every_way_out (BusWorld *world)
{
  static const char *const roles[] = { "release-all", "abandon-all", "just-end" };
  BusChild *child;

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      child = bus_child_start_and_expect_use (world, roles[i], SMD_RESOURCE_BYTES, BUS_MAX_BYTES);
      bus_child_end_and_expect_no_use (world, child);
    }
  child = bus_child_start_and_expect_use (world, "be-killed", SMD_RESOURCE_BYTES, BUS_MAX_BYTES);
  bus_child_expect (child, "waiting");
  g_assert_cmpuint (bus_count_use (world, SMD_RESOURCE_BUNDLES), ==, 1);
  bus_child_kill (child);
  bus_await_no_use (world);
}

/* The first heap fails: asking the second for the same bytes does not count them twice. */
static void
fall_back (const char *address)
{
  GDBusConnection *peer = private_bus_connect (address);
  char *path = bus_allocate_single (peer, bus_constraints (2, BUS_LARGE));
  GArray *buffers = bus_wait (peer, path);

  g_assert_cmpuint (buffers->len, ==, 2);
  bus_child_report ();
}

static void
test_fallback (BusWorld *world)
{
  bus_child_end_and_expect_no_use (
    world, bus_child_start_and_expect_use (world, "fall-back", SMD_RESOURCE_BYTES, BUS_MAX_BYTES));
  g_assert_cmpuint (smd_fake_heap_get_n_made (world->heaps[1]), ==, 2);
}

int
main (int argc, char **argv)
{
  static const BusRole roles[] = {
    { "release-all", release_all }, { "abandon-all", abandon_all }, { "just-end", just_end },
    { "be-killed", be_killed },     { "fall-back", fall_back },     { NULL, NULL },
  };
  static const BusOptions stingy = { .adjust = bus_be_stingy };
  static const BusOptions failing = { .heaps = "system,fail=1 spare", .adjust = bus_be_stingy };

  bus_test_init (&argc, &argv, roles);
  bus_test_add_with ("/charges/every-way-out", &stingy, test_every_way_out);
  bus_test_add_with ("/charges/fallback", &failing, test_fallback);
  return g_test_run ();
}
