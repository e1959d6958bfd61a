/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §13: how much work one event of a tree may lead to, with as many participants as there may be
 * and all that they can say, and how much is kept of it. Work is counted in merges of entries, never
 * in time. */

#include <string.h>

#include "common/smc-limits.h"
#include "engine/sme-trail.h"
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
  return strstr (explanation->conflict_detail, "MaxEntryMerges") != NULL;
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

static const SmeTrail *
get_trail (Script *script, const char *name)
{
  const SmeExplanation *explanation = g_hash_table_lookup (script->explanations, name);

  return explanation->trail;
}

/* Everybody who was not chosen reads the same record. */
static void
test_the_unchosen_share_one_record (void)
{
  g_autoptr (Script) script = script_new ();

  script_step (script, "group root g");
  script_step (script, "dup g a b");
  script_step (script, "group root h");
  script_step (script, "dup h c d");
  script_step (script, "bind root a b c d");
  script_step (script, "present g");
  script_step (script, "present h");
  script_step (script, "set a");
  script_step (script, "set b");
  script_step (script, "set c");
  script_step (script, "set d");
  script_step (script, "set root : allocate(3x4096@system)");
  script_step (script, "done : allocated(root g h a c) ConstraintsIntersectionEmpty(d) "
                       "ConstraintsIntersectionEmpty(b)");
  g_assert_nonnull (get_trail (script, "b"));
  g_assert_true (get_trail (script, "b") == get_trail (script, "d"));
}

/* Of a crowd that has its buffers, the record of a newcomer that may not join says nothing: only
 * of the newcomer and of the buffers. */
static void
test_the_settled_are_not_recorded_again (void)
{
  g_autoptr (Script) script = script_new ();
  const GArray *round;

  g_free (join_crowd (script, 1, "formats=10 min=1 max=1000000 camp=0"));
  round = g_ptr_array_index (get_trail (script, "x0")->rounds, 0);
  g_assert_cmpuint (round->len, ==, 2);
  g_assert_cmpstr (sme_speakers_get (round, 0)->name, ==, "the allocated buffers");
  g_assert_cmpstr (sme_speakers_get (round, 1)->name, ==, "x0");
}

/* Each combination has a round of its own, but the names are there once. */
static void
test_names_are_kept_once (void)
{
  g_autoptr (Script) script = script_new ();
  const GPtrArray *rounds;

  script_step (script, "group root g");
  script_step (script, "dup g a b");
  script_step (script, "bind root a b");
  script_step (script, "present g");
  script_step (script, "set a formats=3 min=1 max=1000000");
  script_step (script, "set b formats=4 min=1 max=1000000");
  g_free (script_run (script, "set root nv12=16x16 min=1 max=1000000"));
  rounds = get_trail (script, "root")->rounds;
  g_assert_cmpuint (rounds->len, ==, 2);
  g_assert_true (sme_speakers_get (g_ptr_array_index (rounds, 0), 0)->name
                 == sme_speakers_get (g_ptr_array_index (rounds, 1), 0)->name);
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
  g_test_add_func ("/work/the-unchosen-share-one-record", test_the_unchosen_share_one_record);
  g_test_add_func ("/work/the-settled-are-not-recorded-again",
                   test_the_settled_are_not_recorded_again);
  g_test_add_func ("/work/names-are-kept-once", test_names_are_kept_once);
  return g_test_run ();
}
