/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-handle.h"
#include "server/smd-rlimit.h"
#include "support.h"
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* More than are dispatched at once. */
#define MANY 1000

typedef struct
{
  SmdHandle handle;
  SmdFd client_end;
  guint n_calls;
  gboolean called;
} Pair;

static SmdHangups *hangups;

static void
on_hung_up (gpointer user_data)
{
  Pair *pair = user_data;

  pair->n_calls++;
  pair->called = TRUE;
}

static void
pair_init_of (Pair *pair, uid_t payer)
{
  g_autoptr (GError) error = NULL;

  *pair = (Pair){ .client_end = -1 };
  g_assert_true (smd_handle_new (&pair->handle, &pair->client_end, &error));
  g_assert_true (
    smd_handle_watch (&pair->handle, hangups, payer, pair->client_end, on_hung_up, pair, &error));
  g_assert_no_error (error);
}

static void
pair_init (Pair *pair)
{
  pair_init_of (pair, 0);
}

static void
pair_clear (Pair *pair)
{
  smd_handle_clear (&pair->handle);
  smd_fd_clear (&pair->client_end);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

static void
pair_close_and_expect_call (Pair *pair)
{
  g_assert_false (pair->called);
  smd_fd_clear (&pair->client_end);
  run_until (&pair->called);
  run_pending ();
  g_assert_cmpuint (pair->n_calls, ==, 1);
}

/* Waits until the client ends that were shut down so far have been asked whether they are closed:
 * they are asked in order, so when this one, shut down and closed after them, is found closed, the
 * others have been asked too. */
static void
wait_until_asked (void)
{
  g_auto (Pair) last = { .client_end = -1 };

  pair_init (&last);
  g_assert_cmpint (shutdown (last.client_end, SHUT_RDWR), ==, 0);
  run_pending ();
  pair_close_and_expect_call (&last);
}

static void
test_closing_is_noticed_once (gconstpointer data)
{
  g_auto (Pair) pair = { .client_end = -1 };

  pair_init (&pair);
  run_pending ();
  g_assert_cmpuint (smd_hangups_count (hangups), ==, 1);
  pair_close_and_expect_call (&pair);
  g_assert_cmpuint (smd_hangups_count (hangups), ==, 0);
}

static void
test_shutting_down_is_not_closing (gconstpointer data)
{
  g_auto (Pair) pair = { .client_end = -1 };

  pair_init (&pair);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (shutdown (pair.client_end, GPOINTER_TO_INT (data)), ==, 0);
      run_pending ();
      g_assert_false (pair.called);
    }
  wait_until_asked ();
  wait_until_asked ();
  pair_close_and_expect_call (&pair);
}

static void
test_shutting_down_and_closing_at_once_is_closing (gconstpointer data)
{
  g_auto (Pair) pair = { .client_end = -1 };

  pair_init (&pair);
  g_assert_cmpint (shutdown (pair.client_end, GPOINTER_TO_INT (data)), ==, 0);
  smd_fd_clear (&pair.client_end);
  run_until (&pair.called);
  g_assert_cmpuint (pair.n_calls, ==, 1);
}

static void
test_shutting_down_over_and_over_does_not_busy_the_loop (gconstpointer data)
{
  g_auto (Pair) pair = { .client_end = -1 };

  pair_init (&pair);
  g_assert_cmpint (shutdown (pair.client_end, SHUT_RDWR), ==, 0);
  run_pending ();
  for (guint i = 0; i < 100; i++)
    {
      g_assert_cmpint (shutdown (pair.client_end, SHUT_RDWR), ==, 0);
      g_assert_false (g_main_context_pending (NULL));
    }
  pair_close_and_expect_call (&pair);
}

typedef struct
{
  Pair *pairs;
  gint stop; /* atomic */
} Spinner;

static gpointer
shut_down_over_and_over (gpointer user_data)
{
  Spinner *spinner = user_data;

  while (!g_atomic_int_get (&spinner->stop))
    for (guint i = 0; i < MANY; i++)
      (void)shutdown (spinner->pairs[i].client_end, SHUT_RDWR);
  return NULL;
}

static void
test_a_client_that_never_stops_shutting_down_delays_nobody (gconstpointer data)
{
  g_autofree Pair *pairs = g_new (Pair, MANY);
  g_auto (Pair) other = { .client_end = -1 };
  Spinner spinner = { pairs, FALSE };
  GThread *thread;

  for (guint i = 0; i < MANY; i++)
    pair_init (&pairs[i]);
  pair_init (&other);
  thread = g_thread_new ("spinner", shut_down_over_and_over, &spinner);
  smd_fd_clear (&other.client_end);
  run_until (&other.called);
  g_atomic_int_set (&spinner.stop, TRUE);
  g_thread_join (thread);
  for (guint i = 0; i < MANY; i++)
    {
      g_assert_false (pairs[i].called);
      pair_clear (&pairs[i]);
    }
}

/* Ends that were shut down have to be asked, some at a time: whoever has few does not wait for all
 * those of who has many. */
static void
test_shut_down_ends_are_asked_in_turn (gconstpointer data)
{
  g_autofree Pair *pairs = g_new (Pair, MANY);
  g_auto (Pair) other = { .client_end = -1 };
  guint n_calls = 0;

  for (guint i = 0; i < MANY; i++)
    {
      pair_init_of (&pairs[i], 1);
      g_assert_cmpint (shutdown (pairs[i].client_end, SHUT_RDWR), ==, 0);
    }
  run_pending ();
  pair_init_of (&other, 2);
  g_assert_cmpint (shutdown (other.client_end, SHUT_RDWR), ==, 0);
  run_pending ();
  for (guint i = 0; i < MANY; i++)
    smd_fd_clear (&pairs[i].client_end);
  smd_fd_clear (&other.client_end);
  run_until (&other.called);

  for (guint i = 0; i < MANY; i++)
    {
      n_calls += pairs[i].n_calls;
      pair_clear (&pairs[i]);
    }
  g_assert_cmpuint (n_calls, <=, 2 * 64);
}

static void
test_the_last_of_two_copies_counts (gconstpointer data)
{
  g_auto (Pair) pair = { .client_end = -1 };
  g_auto (SmdFd) copy = -1;

  pair_init (&pair);
  copy = dup (pair.client_end);
  smd_fd_clear (&copy);
  run_pending ();
  pair_close_and_expect_call (&pair);
}

static void
test_a_copy_in_flight_counts (gconstpointer data)
{
  gboolean shut_down = GPOINTER_TO_INT (data);
  g_auto (Pair) pair = { .client_end = -1 };
  g_auto (SmdFd) sender = -1;
  g_auto (SmdFd) receiver = -1;
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  sender = ends[0];
  receiver = ends[1];
  pair_init (&pair);
  if (shut_down)
    g_assert_cmpint (shutdown (pair.client_end, SHUT_RDWR), ==, 0);
  send_fd (sender, pair.client_end);
  smd_fd_clear (&pair.client_end);
  run_pending ();
  if (shut_down)
    wait_until_asked ();
  g_assert_false (pair.called);

  smd_fd_clear (&receiver);
  run_until (&pair.called);
}

static void
test_a_killed_process_holds_nothing (gconstpointer data)
{
  g_auto (Pair) pair = { .client_end = -1 };
  pid_t child;

  pair_init (&pair);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    for (;;)
      pause ();
  smd_fd_clear (&pair.client_end);
  run_pending ();
  g_assert_false (pair.called);

  g_assert_cmpint (kill (child, SIGKILL), ==, 0);
  run_until (&pair.called);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
}

static void
test_a_cleared_handle_is_silent (gconstpointer data)
{
  g_auto (Pair) pair = { .client_end = -1 };
  g_auto (Pair) other = { .client_end = -1 };

  pair_init (&pair);
  smd_handle_clear (&pair.handle);
  g_assert_cmpuint (smd_hangups_count (hangups), ==, 0);
  /* Its client end is still in the kernel's books, under an id that means nothing any more. */
  g_assert_cmpint (shutdown (pair.client_end, SHUT_RDWR), ==, 0);
  pair_init (&other);
  pair_close_and_expect_call (&other);
  smd_fd_clear (&pair.client_end);
  run_pending ();
  g_assert_false (pair.called);
}

static void
test_a_shut_down_handle_can_be_cleared (gconstpointer data)
{
  g_auto (Pair) pair = { .client_end = -1 };

  pair_init (&pair);
  g_assert_cmpint (shutdown (pair.client_end, SHUT_RDWR), ==, 0);
  run_pending ();
  smd_handle_clear (&pair.handle);
  g_assert_cmpuint (smd_hangups_count (hangups), ==, 0);
  wait_until_asked ();
  g_assert_false (pair.called);
}

static void
on_hung_up_clear_all (gpointer user_data)
{
  Pair *pairs = user_data;

  pairs[0].n_calls++;
  for (guint i = 0; i < 3; i++)
    smd_handle_clear (&pairs[i].handle);
}

static void
test_a_callback_may_clear_others_and_itself (gconstpointer data)
{
  Pair pairs[3];

  for (guint i = 0; i < 3; i++)
    {
      pairs[i] = (Pair){ .client_end = -1 };
      g_assert_true (smd_handle_new (&pairs[i].handle, &pairs[i].client_end, NULL));
      g_assert_true (smd_handle_watch (&pairs[i].handle, hangups, 0, pairs[i].client_end,
                                       on_hung_up_clear_all, pairs, NULL));
    }
  for (guint i = 0; i < 3; i++)
    smd_fd_clear (&pairs[i].client_end);
  run_pending ();
  g_assert_cmpuint (pairs[0].n_calls, ==, 1);
  g_assert_cmpuint (smd_hangups_count (hangups), ==, 0);
}

static void
test_a_handle_may_be_moved (gconstpointer data)
{
  g_auto (Pair) pair = { .client_end = -1 };
  g_auto (SmdHandle) moved = SMD_HANDLE_INIT;

  pair_init (&pair);
  moved = pair.handle;
  pair.handle = (SmdHandle)SMD_HANDLE_INIT;
  pair_close_and_expect_call (&pair);
}

static void
test_many_at_once_leave_others_their_turn (gconstpointer data)
{
  g_autofree Pair *pairs = g_new (Pair, MANY);
  guint n_calls = 0;

  for (guint i = 0; i < MANY; i++)
    pair_init (&pairs[i]);
  for (guint i = 0; i < MANY; i++)
    smd_fd_clear (&pairs[i].client_end);

  g_main_context_iteration (NULL, FALSE);
  for (guint i = 0; i < MANY; i++)
    n_calls += pairs[i].n_calls;
  g_assert_cmpuint (n_calls, >, 0);
  g_assert_cmpuint (n_calls, <=, 64);

  run_pending ();
  for (guint i = 0; i < MANY; i++)
    {
      g_assert_cmpuint (pairs[i].n_calls, ==, 1);
      pair_clear (&pairs[i]);
    }
  g_assert_cmpuint (smd_hangups_count (hangups), ==, 0);
}

static void
test_each_of_many_is_told_apart (gconstpointer data)
{
  g_autofree Pair *pairs = g_new (Pair, MANY);

  for (guint i = 0; i < MANY; i++)
    pair_init (&pairs[i]);
  for (guint i = 0; i < MANY; i++)
    if (i % 3 == 0)
      smd_fd_clear (&pairs[i].client_end);
    else if (i % 3 == 1)
      g_assert_cmpint (shutdown (pairs[i].client_end, SHUT_RDWR), ==, 0);
  run_pending ();
  for (guint i = 0; i < MANY; i++)
    {
      g_assert_cmpint (pairs[i].called, ==, i % 3 == 0);
      pair_clear (&pairs[i]);
    }
}

typedef struct
{
  const char *path;
  void (*run) (gconstpointer data);
  int data;
} Case;

static const Case cases[] = {
  { "closing-is-noticed-once", test_closing_is_noticed_once, 0 },
  { "shutting-down-is-not-closing/read", test_shutting_down_is_not_closing, SHUT_RD },
  { "shutting-down-is-not-closing/write", test_shutting_down_is_not_closing, SHUT_WR },
  { "shutting-down-is-not-closing/both", test_shutting_down_is_not_closing, SHUT_RDWR },
  { "shutting-down-and-closing-at-once-is-closing/read",
    test_shutting_down_and_closing_at_once_is_closing, SHUT_RD },
  { "shutting-down-and-closing-at-once-is-closing/write",
    test_shutting_down_and_closing_at_once_is_closing, SHUT_WR },
  { "shutting-down-and-closing-at-once-is-closing/both",
    test_shutting_down_and_closing_at_once_is_closing, SHUT_RDWR },
  { "shutting-down-over-and-over-does-not-busy-the-loop",
    test_shutting_down_over_and_over_does_not_busy_the_loop, 0 },
  { "shut-down-ends-are-asked-in-turn", test_shut_down_ends_are_asked_in_turn, 0 },
  { "a-client-that-never-stops-shutting-down-delays-nobody",
    test_a_client_that_never_stops_shutting_down_delays_nobody, 0 },
  { "the-last-of-two-copies-counts", test_the_last_of_two_copies_counts, 0 },
  { "a-copy-in-flight-counts/open", test_a_copy_in_flight_counts, FALSE },
  { "a-copy-in-flight-counts/shut-down", test_a_copy_in_flight_counts, TRUE },
  { "a-killed-process-holds-nothing", test_a_killed_process_holds_nothing, 0 },
  { "a-cleared-handle-is-silent", test_a_cleared_handle_is_silent, 0 },
  { "a-shut-down-handle-can-be-cleared", test_a_shut_down_handle_can_be_cleared, 0 },
  { "a-callback-may-clear-others-and-itself", test_a_callback_may_clear_others_and_itself, 0 },
  { "a-handle-may-be-moved", test_a_handle_may_be_moved, 0 },
  { "many-at-once-leave-others-their-turn", test_many_at_once_leave_others_their_turn, 0 },
  { "each-of-many-is-told-apart", test_each_of_many_is_told_apart, 0 },
};

/* Every test has its own hang-ups and gives back every fd. */
static void
run_case (gconstpointer user_data)
{
  const Case *test_case = user_data;
  guint before = count_fds ();

  hangups = smd_hangups_new (NULL);
  test_case->run (GINT_TO_POINTER (test_case->data));
  g_clear_pointer (&hangups, smd_hangups_free);
  g_assert_cmpuint (count_fds (), ==, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  smd_rlimit_raise_nofile (NULL); /* for the tests with many */
  run_pending ();                 /* the context has its own fd from here on */
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/hangups/", cases[i].path, NULL);

      g_test_add_data_func (path, &cases[i], run_case);
    }
  return g_test_run ();
}
