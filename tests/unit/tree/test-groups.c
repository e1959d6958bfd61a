/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Groups: one of N (03 §5). */

#include "chance.h"
#include "script.h"

/* clang-format off */
static const ScriptCase cases[] = {
  { "/groups/earlier-children-are-preferred",
    { "group root g",
      "dup g a b c",
      "bind root a b c",
      "present g",
      "set root",
      "set a camp=2",
      "set b camp=3",
      "set c camp=4 : allocate(3x4096@system)",
      "done : allocated(root g a) ConstraintsIntersectionEmpty(c b)" } },
  { "/groups/the-next-child-is-tried-where-the-first-does-not-fit",
    { "group root g",
      "dup g a b c",
      "bind root a b c",
      "present g",
      "set root",
      "set a size=8192",
      "set b camp=3",
      "set c camp=4 : allocate(4x4096@system)",
      "done : allocated(root g b) ConstraintsIntersectionEmpty(c a)",
      "why a : another child of the group was chosen: child 2 of 3, \"b\" (id 3), in the group of "
      "\"g\" (id 1)",
      "rejected b : group-choice(the group's first child)",
      "rejected a : group-choice(the group's first child)" } },
  { "/groups/counts-and-caps-lead-on-like-sizes",
    { "cap 8192",
      "group root g",
      "dup g a b c",
      "bind root a b c",
      "present g",
      "set root",
      "set a camp=128",
      "set b camp=2",
      "set c camp=1 : allocate(2x4096@system)",
      "done : allocated(root g c) ConstraintsIntersectionEmpty(b a)" } },
  { "/groups/no-child-fits",
    { "group root g",
      "dup g a b",
      "bind root a b",
      "present g",
      "set root",
      "set a size=8192",
      "set b size=16384 : ConstraintsIntersectionEmpty(b a g root) ended",
      "why a : none of the 2 combinations of group children works; the first combination failed: "
      "at least 8192 bytes are needed and at most 4096 allowed: root says min_size_bytes 4096, "
      "max_size_bytes 4096; a says min_size_bytes 8192, max_size_bytes 8192",
      "rejected a : group-choice(the group's first child) "
      "group-choice(group 1, of \"g\" (id 1): child 2 of 2, \"b\" (id 3))" } },
  { "/groups/no-memory-is-no-reason-for-the-next-child",
    { "group root g",
      "dup g a b",
      "bind root a b",
      "present g",
      "set root",
      "set a",
      "set b : allocate(2x4096@system)",
      "no-memory : NoMemory(b a g root) ended" } },
  { "/groups/the-later-group-gives-way",
    { "group root g",
      "group root h",
      "dup g a b",
      "dup h c d",
      "bind root a b c d",
      "present g",
      "present h",
      "set root max-count=2",
      "set a camp=1",
      "set b camp=0",
      "set c camp=1",
      "set d camp=0 : allocate(2x4096@system)",
      "done : allocated(root g h a d) ConstraintsIntersectionEmpty(c) "
      "ConstraintsIntersectionEmpty(b)" } },
  { "/groups/the-parent-s-choice-comes-before-its-descendants",
    { "group root g",
      "dup g a b",
      "group a h",
      "dup h c d",
      "bind root a b c d",
      "present g",
      "present h",
      "set root",
      "set a",
      "set b",
      "set c size=8192",
      "set d : allocate(3x4096@system)",
      "done : allocated(root g a h d) ConstraintsIntersectionEmpty(c) "
      "ConstraintsIntersectionEmpty(b)" } },
  { "/groups/order-is-depth-first-not-breadth-first",
    { "dup root a",
      "group root h",
      "group a g",
      "dup g a1 a2",
      "dup h b1 b2",
      "bind root a a1 a2 b1 b2",
      "present g",
      "present h",
      "set root max-count=2",
      "set a camp=0",
      "set a1 camp=1",
      "set a2 camp=0",
      "set b1 camp=1",
      "set b2 camp=0 : allocate(2x4096@system)",
      "done : allocated(root a h g b2 a1) ConstraintsIntersectionEmpty(a2) "
      "ConstraintsIntersectionEmpty(b1)" } },
  { "/groups/a-group-that-comes-into-sight-starts-at-its-first-child",
    { "group root g",
      "dup g a b",
      "group a h",
      "dup h a1 a2",
      "group b k",
      "dup k b1 b2",
      "bind root a b a1 a2 b1 b2",
      "present g",
      "present h",
      "present k",
      "set root",
      "set a camp=0",
      "set b camp=0",
      "set a1 size=8192",
      "set a2 size=8192",
      "set b1",
      "set b2 : allocate(2x4096@system)",
      "done : allocated(root g b k b1) ConstraintsIntersectionEmpty(b2) "
      "ConstraintsIntersectionEmpty(a2 a1 h a)",
      "rejected b : group-choice(every group's first child) "
      "group-choice(group 2, of \"h\" (id 4): child 2 of 2, \"a2\" (id 6))" } },
  { "/groups/what-hangs-on-an-unchosen-child-falls-with-it",
    { "group root g",
      "dup g a b",
      "bind root a b",
      "dup b x",
      "dup x y",
      "dispensable y",
      "dup a z",
      "present g",
      "set root",
      "set a",
      "set b : allocate(2x4096@system)",
      "done : allocated(root g a) ConstraintsIntersectionEmpty(y x b)",
      "nodes : root g a z" } },
  { "/groups/an-unchosen-dispensable-child-takes-nobody-along",
    { "group root g",
      "dup g a b",
      "dispensable b",
      "bind root a b",
      "present g",
      "set root",
      "set a",
      "set b : allocate(2x4096@system)",
      "done : allocated(root g a) ConstraintsIntersectionEmpty(b)" } },
  { "/groups/the-place-of-an-unchosen-orphan-is-gone",
    { "group root g",
      "dup g a b",
      "dup b c",
      "bind root a b c",
      "present g",
      "set root",
      "set a",
      "set b",
      "set c : allocate(2x4096@system)",
      "release b",
      "done : allocated(root g a) ConstraintsIntersectionEmpty(c) gone(b)" } },
  { "/groups/a-chosen-orphan-is-as-good-as-a-participant",
    { "group root g",
      "dup g a b",
      "bind root a b",
      "present g",
      "set a",
      "release a",
      "set b",
      "set root : allocate(2x4096@system)",
      "done : allocated(root g) ConstraintsIntersectionEmpty(b)" } },
  { "/groups/the-chosen-child-fails-like-any-other-node",
    { "group root g",
      "dup g a b",
      "bind root a b",
      "present g",
      "set root",
      "set a size=8192",
      "set b : allocate(2x4096@system)",
      "done : allocated(root g b) ConstraintsIntersectionEmpty(a)",
      "fail b : Unspecified(b g root) ended" } },
};
/* clang-format on */

/* Everybody camps on one buffer, second children on none, and there may be one buffer less than the
 * first children need: of the two groups with a choice, the one that comes first depth first keeps
 * its first child. */
static void
make_priority_tree (Script *script, const guint choosing[2])
{
  for (guint i = 1; i <= 12; i++)
    {
      guint parent = (guint)g_test_rand_int_range (0, (gint)i);

      if (parent == 0)
        script_step (script, "dup root t%u", i);
      else
        script_step (script, "dup t%u t%u", parent, i);
    }
  for (guint i = 0; i < 4; i++)
    {
      script_step (script, "group t%d g%u", g_test_rand_int_range (1, 13), i);
      script_step (script, "dup g%u first%u", i, i);
      if (i == choosing[0] || i == choosing[1])
        script_step (script, "dup g%u second%u", i, i);
      script_step (script, "present g%u", i);
    }
}

static void
set_priority_constraints (Script *script, const guint choosing[2])
{
  for (guint i = 1; i <= 12; i++)
    {
      script_step (script, "bind t%u", i);
      script_step (script, "set t%u camp=1", i);
    }
  for (guint i = 0; i < 4; i++)
    {
      script_step (script, "bind first%u", i);
      script_step (script, "set first%u camp=1", i);
    }
  for (guint i = 0; i < 2; i++)
    {
      script_step (script, "bind second%u", choosing[i]);
      script_step (script, "set second%u camp=0", choosing[i]);
    }
  script_step (script, "bind root");
  script_step (script, "set root camp=1 max-count=16 : allocate(16x4096@system)");
}

/* Depth first, by the tree's own list. */
static gboolean
comes_before (Script *script, guint a, guint b)
{
  g_autofree char *name_a = g_strdup_printf ("g%u", a), *name_b = g_strdup_printf ("g%u", b);
  g_autoptr (GPtrArray) nodes = sme_tree_list_nodes (script->tree);
  guint index_a = 0, index_b = 0;

  g_assert_true (g_ptr_array_find (nodes, script_get_node (script, name_a), &index_a));
  g_assert_true (g_ptr_array_find (nodes, script_get_node (script, name_b), &index_b));
  return index_a < index_b;
}

static void
test_case_065_priority (void)
{
  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (Script) script = script_new ();
      guint one = (guint)g_test_rand_int_range (0, 4);
      guint other = (one + (guint)g_test_rand_int_range (1, 4)) % 4;
      const guint choosing[2] = { one, other };
      guint winner, loser;

      make_priority_tree (script, choosing);
      winner = comes_before (script, one, other) ? one : other;
      loser = winner == one ? other : one;
      set_priority_constraints (script, choosing);
      g_free (script_run (script, "done"));
      script_step (script, "state first%u second%u : first%u=allocated second%u=failed", winner,
                   winner, winner, winner);
      script_step (script, "state first%u second%u : first%u=failed second%u=allocated", loser,
                   loser, loser, loser);
      g_assert_cmpuint (g_hash_table_size (script->explanations), ==, 2);
    }
}

static void
test_case_069_children_with_rights_of_their_own (void)
{
  g_autoptr (Script) script = script_new ();

  script_step (script, "group root g");
  for (guint i = 0; i < 16; i++)
    {
      script_step (script, "mask g c%u %s", i, i == 8 ? "fffffffd" : "80000000");
      script_step (script, "bind c%u", i);
      script_step (script, "set c%u size=%u", i, i == 8 ? 4096 : 8192);
    }
  script_step (script, "present g");
  script_step (script, "bind root");
  script_step (script, "set root size=4096 : allocate(2x4096@system)");
  script_step (script, "done : allocated(root g c8) ConstraintsIntersectionEmpty("
                       "c15 c14 c13 c12 c11 c10 c9 c7 c6 c5 c4 c3 c2 c1 c0)");
  script_step (script, "rights c8 : c8=r");
}

int
main (int argc, char **argv)
{
  chance_test_init (&argc, &argv);
  script_cases_add (cases, G_N_ELEMENTS (cases));
  g_test_add_func ("/groups/case-065-priority", test_case_065_priority);
  g_test_add_func ("/groups/case-069-children-with-rights-of-their-own",
                   test_case_069_children_with_rights_of_their_own);
  return g_test_run ();
}
