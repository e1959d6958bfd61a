/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the tree explains itself (02, Explanations): who is missing, and how it came about. */

#include "script.h"

/* clang-format off */
static const ScriptCase cases[] = {
  { "/explain/waiting-for-tokens-collections-and-groups",
    { "dup root a b c",
      "group a g",
      "dup g d",
      "bind root b c",
      "set c",
      "release b",
      "waiting root : root a g d",
      "waiting c : root a g d" } },
  { "/explain/waiting-for-nobody-while-memory-is-made",
    { "bind root",
      "set root : allocate(1x4096@system)",
      "waiting root" } },
  { "/explain/attached-participants-are-not-waited-for",
    { "dup root a",
      "bind root",
      "dup root x",
      "set root",
      "waiting root : a" } },
  { "/explain/an-attached-participant-waits-for-its-own-and-what-it-hangs-on",
    { "dup root a",
      "bind root",
      "dup root x",
      "dup x y",
      "bind x",
      "dup x z",
      "set x",
      "waiting y : y root a",
      "waiting z : z y root a" } },
  { "/explain/late-participants-wait-only-for-their-own",
    { "bind root",
      "set root : allocate(1x4096@system)",
      "done : allocated(root)",
      "dup root x y",
      "waiting x : x" } },
  { "/explain/allocated-nodes-tell-what-was-rejected-on-the-way",
    { "group root g",
      "dup g a b",
      "bind root a b",
      "present g",
      "set root",
      "set a size=8192",
      "set b : allocate(2x4096@system)",
      "done : allocated(root g b) ConstraintsIntersectionEmpty(a)",
      "rejected root : group-choice(the group's first child)",
      "rejected b : group-choice(the group's first child)" } },
  { "/explain/a-conflict-names-the-participants-of-the-first-combination",
    { "dup root camera shell",
      "group root g",
      "dup g a b",
      "bind root camera shell a b",
      "present g",
      "set root min=1 max=1000000",
      "set shell min=1 max=1000000",
      "set camera size=4096",
      "set a size=8192",
      "set b size=16384 : ConstraintsIntersectionEmpty(b a g shell camera root) ended",
      "conflicts shell : buffer_memory_constraints.min_size_bytes(camera a)" } },
};
/* clang-format on */

static void
test_the_missing_are_named_by_name_and_id (void)
{
  g_autoptr (Script) script = script_new ();
  g_autoptr (SmeExplanation) explanation = NULL;
  const SmeParty *party;

  script_step (script, "bind root");
  script_step (script, "set root : allocate(1x4096@system)");
  script_step (script, "done : allocated(root)");
  script_step (script, "dup root recorder");
  sme_node_set_debug_info (script_get_node (script, "recorder"), "recorder", 77);
  explanation = sme_node_explain (script_get_node (script, "recorder"));
  g_assert_cmpint (explanation->outcome, ==, SME_OUTCOME_PENDING);
  g_assert_cmpuint (explanation->waiting_for->len, ==, 1);
  party = g_ptr_array_index (explanation->waiting_for, 0);
  g_assert_cmpstr (party->name, ==, "recorder");
  g_assert_cmpuint (party->id, ==, 77);
  g_assert_null (party->value);
}

static void
test_the_missing_without_a_name (void)
{
  g_autoptr (Script) script = script_new ();
  g_autoptr (SmeExplanation) explanation = NULL;
  const SmeParty *party;

  sme_node_set_debug_info (script_get_node (script, "root"), "", 0);
  explanation = sme_node_explain (script_get_node (script, "root"));
  party = g_ptr_array_index (explanation->waiting_for, 0);
  g_assert_cmpstr (party->name, ==, "an unnamed token");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  script_cases_add (cases, G_N_ELEMENTS (cases));
  g_test_add_func ("/explain/the-missing-are-named-by-name-and-id",
                   test_the_missing_are_named_by_name_and_id);
  g_test_add_func ("/explain/the-missing-without-a-name", test_the_missing_without_a_name);
  return g_test_run ();
}
