/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random calls on random trees: what must hold is in world.c. The seed is printed first;
 * --seed takes it again. */

#include "calls.h"
#include "chance.h"

#define N_TREES 10000
#define MAX_CALLS 100

/* In proportion to how often they shall be called; 0 is never. */
static const guint weights[N_CALLS] = {
  [CALL_ADD_TOKENS] = 16,
  [CALL_ADD_GROUP] = 8,
  [CALL_BIND] = 32,
  [CALL_RELEASE] = 16,
  [CALL_SET_CONSTRAINTS] = 48,
  [CALL_SET_CONSTRAINTS_MUST_MATCH] = 2,
  [CALL_ALL_CHILDREN_PRESENT] = 16,
  [CALL_FAIL] = 1,
  [CALL_SET_WEAK] = 1,
  [CALL_SET_WEAK_OK] = 1,
  [CALL_SET_DISPENSABLE] = 4,
  [CALL_SET_DEBUG_INFO] = 2,
  [CALL_EXPLAIN] = 4,
  [CALL_IS_ALTERNATE_FOR] = 2,
  [CALL_MEMORY_DONE] = 16,
};

static guint
roll (void)
{
  return (guint)g_test_rand_int_range (0, G_MAXINT32);
}

static Call
pick_call (void)
{
  guint total = 0, dice, call = 0;

  for (guint i = 0; i < N_CALLS; i++)
    total += weights[i];
  dice = roll () % total;
  while (dice >= weights[call])
    dice -= weights[call++];
  return (Call)call;
}

static void
test_random_trees (void)
{
  guint n_allocated = 0, n_ended = 0;

  for (guint i = 0; i < N_TREES; i++)
    {
      g_autoptr (World) world = world_new ();

      for (guint n = 0; n < MAX_CALLS && !world->ended; n++)
        call_make (world, pick_call (), roll (), roll ());
      n_allocated += sme_tree_get_settings (world->tree) != NULL;
      n_ended += world->ended;
    }
  g_test_message ("%u of %u trees were allocated, %u ended", n_allocated, N_TREES, n_ended);
  g_assert_cmpuint (n_allocated, >, 0);
  g_assert_cmpuint (n_ended, >, 0);
}

int
main (int argc, char **argv)
{
  chance_test_init (&argc, &argv);
  g_test_add_func ("/random/trees", test_random_trees);
  return g_test_run ();
}
