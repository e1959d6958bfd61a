/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How many combinations of group children are tried (03 §5), and that it never takes long. */

#include <string.h>

#include "script.h"

/* Groups side by side, each with two children of which none suits: 2^n combinations. Returns the
 * root's error. */
static SysmemError
try_siblings (guint n)
{
  g_autoptr (Script) script = script_new ();
  g_autofree char *result = NULL;
  const SmeExplanation *explanation;
  g_autoptr (GPtrArray) rejected = NULL;
  guint n_more;

  for (guint i = 0; i < n; i++)
    {
      script_step (script, "group root g%u", i);
      script_step (script, "dup g%u a%u b%u", i, i, i);
      script_step (script, "bind a%u b%u", i, i);
      script_step (script, "set a%u size=8192", i);
      script_step (script, "set b%u size=8192", i);
      script_step (script, "present g%u", i);
    }
  script_step (script, "bind root");
  result = script_run (script, "set root");
  g_assert_true (g_str_has_suffix (result, " root) ended"));
  explanation = g_hash_table_lookup (script->explanations, "root");
  rejected = sme_explanation_list_rejected (explanation, &n_more);
  g_assert_cmpuint (rejected->len, ==, MIN (1u << MIN (n, 31), 64));
  return explanation->error;
}

static void
test_64_combinations_are_tried (void)
{
  g_assert_cmpint (try_siblings (6), ==, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
}

static void
test_a_65th_combination_is_not_tried (void)
{
  g_assert_cmpint (try_siblings (7), ==, SYSMEM_ERROR_TOO_MANY_GROUP_CHILD_COMBINATIONS);
}

static void
test_64_groups_side_by_side_answer_at_once (void)
{
  g_assert_cmpint (try_siblings (64), ==, SYSMEM_ERROR_TOO_MANY_GROUP_CHILD_COMBINATIONS);
}

/* Every combination merges the same images of many participants before the counts fail. */
static void
test_the_work_of_all_combinations_is_limited (void)
{
  g_autoptr (Script) script = script_new ();
  g_autofree char *result = NULL;
  g_autofree char *why = NULL;

  for (guint i = 0; i < 40; i++)
    {
      script_step (script, "dup root t%u", i);
      script_step (script, "bind t%u", i);
      script_step (script, "set t%u min=1 max=1000000 max-count=1 required-sizes=64", i);
    }
  for (guint i = 0; i < 6; i++)
    {
      script_step (script, "group root g%u", i);
      script_step (script, "dup g%u a%u b%u", i, i, i);
      script_step (script, "release a%u", i);
      script_step (script, "release b%u", i);
      script_step (script, "present g%u", i);
    }
  script_step (script, "bind root");
  result = script_run (script, "set root empty");
  why = script_run (script, "why root");
  g_assert_nonnull (strstr (result, "LimitExceeded("));
  g_assert_nonnull (strstr (why, "MaxEntryMerges"));
}

/* Groups in each other: the first child leads on to the next group, the second ends there. Only the
 * second child of the first group suits the root, which is the last of n + 1 combinations. */
static char *
try_nested (Script *script, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      if (i == 0)
        script_step (script, "group root g0");
      else
        script_step (script, "group a%u g%u", i - 1, i);
      script_step (script, "dup g%u a%u b%u", i, i, i);
      script_step (script, "present g%u", i);
    }
  for (guint i = 0; i < n; i++)
    {
      script_step (script, "bind a%u b%u", i, i);
      script_step (script, "set a%u size=8192", i);
      script_step (script, "set b%u size=4096", i);
    }
  script_step (script, "bind root");
  return script_run (script, "set root size=4096");
}

static void
test_case_067_unreachable_choices_are_skipped (void)
{
  g_autoptr (Script) script = script_new ();
  g_autofree char *result = try_nested (script, 63);
  g_autofree char *done = NULL;

  g_assert_cmpstr (result, ==, "allocate(2x4096@system)");
  done = script_run (script, "done");
  g_assert_true (g_str_has_prefix (done, "allocated(root g0 b0) ConstraintsIntersectionEmpty("));
  script_step (script, "nodes : root g0 b0");
  script_step (script, "state a0 a62 b62 g1 : a0=failed a62=failed b62=failed g1=failed");
}

static void
test_64_groups_in_each_other_are_too_many (void)
{
  g_autoptr (Script) script = script_new ();
  g_autofree char *result = try_nested (script, 64);
  g_autofree char *why = script_run (script, "why root");

  g_assert_true (g_str_has_prefix (result, "TooManyGroupChildCombinations("));
  g_assert_nonnull (strstr (why, "more than 64"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/combinations/64-are-tried", test_64_combinations_are_tried);
  g_test_add_func ("/combinations/a-65th-is-not-tried", test_a_65th_combination_is_not_tried);
  g_test_add_func ("/combinations/64-groups-side-by-side-answer-at-once",
                   test_64_groups_side_by_side_answer_at_once);
  g_test_add_func ("/combinations/64-groups-in-each-other-are-too-many",
                   test_64_groups_in_each_other_are_too_many);
  g_test_add_func ("/combinations/case-067-unreachable-choices-are-skipped",
                   test_case_067_unreachable_choices_are_skipped);
  g_test_add_func ("/combinations/the-work-of-all-is-limited",
                   test_the_work_of_all_combinations_is_limited);
  return g_test_run ();
}
