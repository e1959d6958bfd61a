/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-timers.h"
#include "support.h"
#include <string.h>

typedef struct
{
  gint64 now; /* what the clock says */
  SmdTimers *timers;
  GString *fired; /* a letter per timer, in the order they fired */
  SmdTimer *other;
} Fixture;

static gint64
read_clock (gpointer user_data)
{
  const Fixture *fixture = user_data;

  return fixture->now;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->now = 1000;
  fixture->timers = smd_timers_new_with_clock (NULL, read_clock, fixture);
  fixture->fired = g_string_new (NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->timers, smd_timers_free);
  g_string_free (fixture->fired, TRUE);
}

static Fixture *current;

static void
note (gpointer letter)
{
  g_string_append_c (current->fired, (char)GPOINTER_TO_INT (letter));
}

static SmdTimer *
add (Fixture *fixture, gint64 deadline, char letter)
{
  current = fixture;
  return smd_timers_add (fixture->timers, deadline, note, GINT_TO_POINTER (letter));
}

static void
advance_to (Fixture *fixture, gint64 now)
{
  fixture->now = now;
  run_pending ();
}

static void
test_fire_at_their_deadlines_and_not_before (Fixture *fixture, gconstpointer data)
{
  add (fixture, 3000, 'c');
  add (fixture, 2000, 'b');
  add (fixture, 5000, 'd');
  add (fixture, 500, 'a'); /* past already */
  g_assert_cmpint (smd_timers_now (fixture->timers), ==, 1000);

  advance_to (fixture, 1000);
  g_assert_cmpstr (fixture->fired->str, ==, "a");
  advance_to (fixture, 1999);
  g_assert_cmpstr (fixture->fired->str, ==, "a");
  advance_to (fixture, 2000);
  g_assert_cmpstr (fixture->fired->str, ==, "ab");
  advance_to (fixture, 10000);
  g_assert_cmpstr (fixture->fired->str, ==, "abcd");
  g_assert_cmpuint (smd_timers_count (fixture->timers), ==, 0);
  advance_to (fixture, 20000);
  g_assert_cmpstr (fixture->fired->str, ==, "abcd");
}

static void
test_equal_deadlines_fire_in_order (Fixture *fixture, gconstpointer data)
{
  for (char letter = 'a'; letter <= 'z'; letter++)
    add (fixture, 2000, letter);
  advance_to (fixture, 2000);
  g_assert_cmpstr (fixture->fired->str, ==, "abcdefghijklmnopqrstuvwxyz");
}

static void
test_cancelled_ones_do_not_fire (Fixture *fixture, gconstpointer data)
{
  SmdTimer *first, *middle, *last;

  first = add (fixture, 2000, 'a');
  add (fixture, 3000, 'b');
  middle = add (fixture, 4000, 'c');
  add (fixture, 5000, 'd');
  last = add (fixture, 6000, 'e');
  smd_timer_cancel (first);
  smd_timer_cancel (middle);
  smd_timer_cancel (last);
  g_assert_cmpuint (smd_timers_count (fixture->timers), ==, 2);
  advance_to (fixture, 10000);
  g_assert_cmpstr (fixture->fired->str, ==, "bd");
}

static void
cancel_other (gpointer user_data)
{
  Fixture *fixture = user_data;

  g_clear_pointer (&fixture->other, smd_timer_cancel);
  note (GINT_TO_POINTER ('x'));
}

static void
test_a_callback_may_cancel_another_that_is_due (Fixture *fixture, gconstpointer data)
{
  smd_timers_add (fixture->timers, 2000, cancel_other, fixture);
  fixture->other = add (fixture, 2000, 'a');
  advance_to (fixture, 2000);
  g_assert_cmpstr (fixture->fired->str, ==, "x");
}

static void
add_again (gpointer user_data)
{
  Fixture *fixture = user_data;

  note (GINT_TO_POINTER ('x'));
  if (fixture->fired->len < 3)
    smd_timers_add (fixture->timers, fixture->now + 1000, add_again, fixture);
}

static void
test_a_callback_may_add (Fixture *fixture, gconstpointer data)
{
  current = fixture;
  smd_timers_add (fixture->timers, 2000, add_again, fixture);
  advance_to (fixture, 2000);
  g_assert_cmpstr (fixture->fired->str, ==, "x");
  advance_to (fixture, 3000);
  advance_to (fixture, 4000);
  advance_to (fixture, 9000);
  g_assert_cmpstr (fixture->fired->str, ==, "xxx");
}

static gboolean
note_turn (gpointer user_data)
{
  note (GINT_TO_POINTER ('-'));
  return G_SOURCE_CONTINUE;
}

static void
test_others_get_their_turn_in_between (Fixture *fixture, gconstpointer data)
{
  guint source = g_idle_add_full (G_PRIORITY_DEFAULT, note_turn, NULL, NULL);

  add (fixture, 1000, 'a');
  add (fixture, 1000, 'b');
  g_main_context_iteration (NULL, FALSE);
  g_source_remove (source);
  g_assert_nonnull (strchr (fixture->fired->str, 'a'));
  g_assert_nonnull (strchr (fixture->fired->str, '-'));
  g_assert_null (strchr (fixture->fired->str, 'b'));
}

static void
test_freeing_stops_what_runs (Fixture *fixture, gconstpointer data)
{
  add (fixture, 2000, 'a');
  g_clear_pointer (&fixture->timers, smd_timers_free);
  advance_to (fixture, 3000);
  g_assert_cmpstr (fixture->fired->str, ==, "");
}

static void
test_far_deadlines_wait (Fixture *fixture, gconstpointer data)
{
  add (fixture, G_MAXINT64, 'z');
  advance_to (fixture, G_MAXINT64 - 1);
  g_assert_cmpstr (fixture->fired->str, ==, "");
  advance_to (fixture, G_MAXINT64);
  g_assert_cmpstr (fixture->fired->str, ==, "z");
}

static void
note_time (gpointer user_data)
{
  gint64 *time = user_data;

  *time = g_get_monotonic_time ();
}

static void
test_the_loop_wakes_up_by_itself (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SmdTimers) timers = smd_timers_new (NULL);
  gint64 deadline = smd_timers_now (timers) + 5 * G_TIME_SPAN_MILLISECOND;
  gint64 fired_at = 0;

  smd_timers_add (timers, deadline, note_time, &fired_at);
  while (fired_at == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (fired_at, >=, deadline);
}

static void
add_test (const char *path, void (*run) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, run, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/timers/fire-at-their-deadlines-and-not-before",
            test_fire_at_their_deadlines_and_not_before);
  add_test ("/timers/equal-deadlines-fire-in-order", test_equal_deadlines_fire_in_order);
  add_test ("/timers/cancelled-ones-do-not-fire", test_cancelled_ones_do_not_fire);
  add_test ("/timers/a-callback-may-cancel-another-that-is-due",
            test_a_callback_may_cancel_another_that_is_due);
  add_test ("/timers/a-callback-may-add", test_a_callback_may_add);
  add_test ("/timers/others-get-their-turn-in-between", test_others_get_their_turn_in_between);
  add_test ("/timers/freeing-stops-what-runs", test_freeing_stops_what_runs);
  add_test ("/timers/far-deadlines-wait", test_far_deadlines_wait);
  add_test ("/timers/the-loop-wakes-up-by-itself", test_the_loop_wakes_up_by_itself);
  return g_test_run ();
}
