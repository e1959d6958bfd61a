/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §13: how much work one event of a tree may lead to, with as many participants as there may be
 * and all that they can say. Work is counted in merges of entries, never in time. */

#include <string.h>

#include "common/smc-limits.h"
#include "script.h"

/* All the pixel formats there are. */
#define MOST "formats=459 min=1 max=1000000 camp=0"
/* A list that is long already, and grows with each participant: a hundred of them take more work
 * than a negotiation may. */
#define COSTLY "nv12=16x16 required-sizes=64 min=1 max=1000000 camp=0"

static void
attach (Script *script, guint n, const char *constraints)
{
  for (guint i = 0; i < n; i++)
    {
      script_step (script, "dup root x%u", i);
      script_step (script, "bind x%u", i);
      script_step (script, "set x%u %s", i, constraints);
    }
}

/* Each is negotiated together with all who are there already. */
static void
test_as_many_as_there_may_be_join_at_once (void)
{
  g_autoptr (Script) script = script_new ();
  g_autofree char *result = NULL;

  script_step (script, "bind root");
  attach (script, SMC_MAX_NODES_PER_TREE - 1, MOST);
  g_free (script_run (script, "set root min-count=1 " MOST));
  result = script_run (script, "done");
  g_assert_true (g_str_has_prefix (result, "allocated(root x0 x1 "));
  g_assert_true (g_str_has_suffix (result, " x509 x510)"));
}

/* A crowd that is costly to negotiate with has its buffers, and @n_newcomers come at once. Returns
 * what came of that. */
static char *
join_crowd (Script *script, guint n_newcomers, const char *constraints)
{
  const guint n_crowd = 30;

  for (guint i = 0; i < n_crowd; i++)
    script_step (script, "dup root c%u", i);
  script_step (script, "bind root");
  attach (script, n_newcomers, constraints);
  for (guint i = 0; i < n_crowd; i++)
    {
      script_step (script, "bind c%u", i);
      script_step (script, "set c%u " COSTLY, i);
    }
  g_free (script_run (script, "set root min-count=1 " COSTLY));
  return script_run (script, "done");
}

/* Those for whom the limit does not suffice fail, and learn why; the next event has its own. */
static void
test_what_one_event_leads_to_has_one_limit (void)
{
  g_autoptr (Script) script = script_new ();
  g_autofree char *result = join_crowd (script, 60, "min=1 max=1000000 camp=0");
  g_autofree char *why = script_run (script, "why x59");

  script_step (script,
               "state root x0 x1 x59 : root=allocated x0=allocated x1=allocated x59=failed");
  g_assert_true (g_str_has_suffix (result, " LimitExceeded(x58) LimitExceeded(x59)"));
  g_assert_nonnull (strstr (why, "MaxEntryMerges"));

  script_step (script, "dup root late");
  script_step (script, "bind late");
  script_step (script, "set late min=1 max=1000000 camp=0 : allocated(late)");
}

static gboolean
search_hit_its_limit (Script *script, const char *name)
{
  const SmeExplanation *explanation = g_hash_table_lookup (script->explanations, name);
  const SmeConflict *conflict = g_ptr_array_index (explanation->conflicts, 0);

  return strstr (conflict->detail, "MaxEntryMerges") != NULL;
}

/* All fail; for the last of them it is not searched any more with whom they conflict. */
static void
test_searches_of_one_event_have_one_limit (void)
{
  g_autoptr (Script) script = script_new ();
  g_autofree char *result = join_crowd (script, 25, "size=8192 camp=0");

  g_assert_true (g_str_has_suffix (result, " ConstraintsIntersectionEmpty(x24)"));
  g_assert_false (search_hit_its_limit (script, "x0"));
  g_assert_true (search_hit_its_limit (script, "x24"));
  script_step (script, "conflicts x0 : buffer_memory_constraints.min_size_bytes"
                       "(the allocated buffers x0)");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/work/as-many-as-there-may-be-join-at-once",
                   test_as_many_as_there_may_be_join_at_once);
  g_test_add_func ("/work/what-one-event-leads-to-has-one-limit",
                   test_what_one_event_leads_to_has_one_limit);
  g_test_add_func ("/work/searches-of-one-event-have-one-limit",
                   test_searches_of_one_event_have_one_limit);
  return g_test_run ();
}
