/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who is found to hold a memfd, however it is held, and when their last close is noticed. */

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "common/sysmem-error.h"
#include "heaps/smd-close-watch.h"
#include "heaps/smd-memfd.h"
#include "hold.h"

#define SIZE (64u * 1024)
#define PATIENCE_MS 60000

static SmdMemory *
make (void)
{
  g_autoptr (GError) error = NULL;
  SmdMemory *memory = smd_memfd_new ("camera", 0, SIZE, &error);

  g_assert_no_error (error);
  g_assert_nonnull (memory);
  return memory;
}

static SmdCloseWatch *
make_watch (SmdMemory *memory)
{
  g_autoptr (GError) error = NULL;
  SmdCloseWatch *watch = smd_close_watch_new (&error);

  g_assert_no_error (error);
  g_assert_true (smd_close_watch_add (watch, memory));
  return watch;
}

/* What the watch says now, without waiting: at most one memory, in these tests. */
static SmdMemory *
read_watch (SmdCloseWatch *watch)
{
  g_autoptr (GPtrArray) touched = g_ptr_array_new ();
  gboolean overflow;

  smd_close_watch_read (watch, touched, &overflow);
  g_assert_false (overflow);
  g_assert_cmpuint (touched->len, <=, 1);
  return touched->len == 1 ? g_ptr_array_index (touched, 0) : NULL;
}

static void
wait_for_watch (SmdCloseWatch *watch)
{
  struct pollfd ready = { .fd = smd_close_watch_get_fd (watch), .events = POLLIN };

  g_assert_cmpint (poll (&ready, 1, PATIENCE_MS), ==, 1);
}

static void
check_kind (const HoldKind *kind, SmdAccess access, SmdHolders expected)
{
  Hold hold = { .fd = -1, .sockets = { -1, -1 } };
  g_autoptr (SmdMemory) memory = make ();
  g_autoptr (SmdCloseWatch) watch = make_watch (memory);

  g_assert_cmpint (smd_memory_ask (memory), ==, SMD_HOLDERS_NONE);
  kind->take (&hold, open_or_die (memory, access), SIZE);
  g_assert_cmpint (smd_memory_ask (memory), ==, expected);
  g_assert_null (read_watch (watch));

  kind->drop (&hold);
  wait_for_watch (watch);
  g_assert_true (read_watch (watch) == memory);
  assert_holders (memory, SMD_HOLDERS_NONE);
  smd_close_watch_remove (watch, memory);
}

static void
test_strong (gconstpointer kind)
{
  check_kind (kind, 0, SMD_HOLDERS_STRONG);
  check_kind (kind, SMD_ACCESS_WRITE, SMD_HOLDERS_STRONG);
}

static void
test_weak (gconstpointer kind)
{
  check_kind (kind, SMD_ACCESS_WEAK, SMD_HOLDERS_WEAK);
  check_kind (kind, SMD_ACCESS_WEAK | SMD_ACCESS_WRITE, SMD_HOLDERS_WEAK);
}

/* The strong one goes first, whatever kind it is, and the weak one is still seen. */
static void
test_strong_beside_weak (gconstpointer data)
{
  const HoldKind *kind = data;
  Hold hold = { .fd = -1, .sockets = { -1, -1 } };
  g_autoptr (SmdMemory) memory = make ();
  g_auto (SmdFd) strong = open_or_die (memory, SMD_ACCESS_WRITE);
  g_auto (SmdFd) weak = -1;

  kind->take (&hold, smd_fd_steal (&strong), SIZE);
  weak = open_or_die (memory, SMD_ACCESS_WEAK);
  g_assert_cmpint (smd_memory_ask (memory), ==, SMD_HOLDERS_STRONG);
  kind->drop (&hold);
  assert_holders (memory, SMD_HOLDERS_WEAK);
  smd_fd_clear (&weak);
  assert_holders (memory, SMD_HOLDERS_NONE);
}

/* Asking must leave nothing behind: not a lease that blocks openers, not a lock. */
static void
test_asking_changes_nothing (void)
{
  g_autoptr (SmdMemory) memory = make ();

  for (guint i = 0; i < 100; i++)
    {
      g_auto (SmdFd) fd = -1;

      g_assert_cmpint (smd_memory_ask (memory), ==, SMD_HOLDERS_NONE);
      fd = open_or_die (memory, SMD_ACCESS_WRITE);
      g_assert_cmpint (smd_memory_ask (memory), ==, SMD_HOLDERS_STRONG);
    }
}

static void
test_many_holders (void)
{
  g_autoptr (SmdMemory) memory = make ();
  SmdFd fds[100];

  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    fds[i] = open_or_die (memory, i % 2 == 0 ? SMD_ACCESS_WEAK : 0);
  for (gsize i = 1; i < G_N_ELEMENTS (fds); i += 2)
    {
      g_assert_cmpint (smd_memory_ask (memory), ==, SMD_HOLDERS_STRONG);
      smd_fd_clear (&fds[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i += 2)
    {
      g_assert_cmpint (smd_memory_ask (memory), ==, SMD_HOLDERS_WEAK);
      smd_fd_clear (&fds[i]);
    }
  g_assert_cmpint (smd_memory_ask (memory), ==, SMD_HOLDERS_NONE);
}

/* A participant that locks the file against the others is refused company, by name. */
static void
test_foreign_lock (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdMemory) memory = make ();
  g_auto (SmdFd) rude = open_or_die (memory, SMD_ACCESS_WRITE | SMD_ACCESS_WEAK);
  g_auto (SmdFd) weak = -1;
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

  g_assert_no_errno (fcntl (rude, F_OFD_SETLK, &lock));
  g_assert_cmpint (smd_memory_open (memory, 0, &error), ==, -1);
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED);
  g_assert_nonnull (strstr (error->message, "lock"));
  weak = open_or_die (memory, SMD_ACCESS_WEAK);
}

static int
check_all_kinds_here (gpointer data)
{
  for (const HoldKind *kind = hold_kinds; kind->name != NULL; kind++)
    {
      test_strong (kind);
      test_weak (kind);
    }
  return 0;
}

/* The daemon has a user of its own, without any capability. */
static void
test_unprivileged (void)
{
  run_as (geteuid () == 0 ? NOBODY : geteuid (), check_all_kinds_here, NULL);
}

static int
try_lease (gpointer data)
{
  SmdMemory *memory = data;

  return fcntl (memory->watch_fd, F_SETLEASE, F_WRLCK) < 0 && errno == EACCES ? 0 : 1;
}

/* Why a memory must be asked by the uid that made it: nobody else gets a lease, and the answer is
 * then the safe one, "held". */
static int
ask_as_stranger (gpointer data)
{
  return smd_memory_ask (data) == SMD_HOLDERS_NONE ? 1 : 0;
}

static void
test_lease_is_for_the_owner (void)
{
  g_autoptr (SmdMemory) memory = make ();

  if (geteuid () != 0)
    {
      g_test_skip ("only root can become another user");
      return;
    }
  g_assert_cmpint (smd_memory_ask (memory), ==, SMD_HOLDERS_NONE);
  run_as (NOBODY, try_lease, memory);
  run_as (NOBODY, ask_as_stranger, memory);
}

static guint
count_inode_watches (SmdCloseWatch *watch)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fdinfo/%d", smd_close_watch_get_fd (watch));
  g_autofree char *info = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &info, NULL, NULL));
  for (const char *at = strstr (info, "inotify wd:"); at != NULL; at = strstr (at, "inotify wd:"))
    {
      n++;
      at++;
    }
  return n;
}

static void
test_remove (void)
{
  g_autoptr (SmdMemory) memory = make ();
  g_autoptr (SmdCloseWatch) watch = make_watch (memory);
  SmdFd fd = -1;

  g_assert_cmpuint (count_inode_watches (watch), ==, 1);
  smd_close_watch_remove (watch, memory);
  g_assert_cmpuint (count_inode_watches (watch), ==, 0);
  fd = open_or_die (memory, 0);
  smd_fd_clear (&fd);
  g_assert_null (read_watch (watch));
}

/* The kernel ends a watch when the file itself ceases to exist, pages and all: the one witness of
 * that which needs no look at the whole machine's memory. */
static void
test_memory_is_gone (gconstpointer data)
{
  const HoldKind *kind = data;
  Hold hold = { .fd = -1, .sockets = { -1, -1 } };
  SmdMemory *memory = make ();
  g_autoptr (SmdCloseWatch) watch = make_watch (memory);

  kind->take (&hold, open_or_die (memory, SMD_ACCESS_WRITE), SIZE);
  smd_memory_free (memory);
  g_assert_cmpuint (count_inode_watches (watch), ==, 1);
  kind->drop (&hold);
  for (guint i = 0; i < PATIENCE_MS && count_inode_watches (watch) > 0; i++)
    (void)poll (NULL, 0, 1);
  g_assert_cmpuint (count_inode_watches (watch), ==, 0);
}

static void
test_remove_forgets_queued_events (void)
{
  g_autoptr (SmdMemory) memory = make ();
  g_autoptr (SmdCloseWatch) watch = make_watch (memory);
  SmdFd fd = open_or_die (memory, 0);

  smd_fd_clear (&fd);
  smd_close_watch_remove (watch, memory);
  wait_for_watch (watch);
  g_assert_null (read_watch (watch));
  smd_close_watch_remove (watch, memory); /* twice is fine */
}

static void
test_names_the_touched (void)
{
  g_autoptr (SmdCloseWatch) watch = smd_close_watch_new (NULL);
  g_autoptr (GPtrArray) touched = g_ptr_array_new ();
  SmdMemory *memories[10];
  gboolean overflow;

  for (gsize i = 0; i < G_N_ELEMENTS (memories); i++)
    {
      memories[i] = make ();
      g_assert_true (smd_close_watch_add (watch, memories[i]));
    }
  for (gsize i = 1; i < G_N_ELEMENTS (memories); i += 4)
    for (guint n_closes = 0; n_closes < 3; n_closes++)
      {
        SmdFd ro = open_or_die (memories[i], 0);
        SmdFd rw = open_or_die (memories[i], SMD_ACCESS_WRITE);

        smd_fd_clear (&ro);
        smd_fd_clear (&rw);
      }
  smd_close_watch_read (watch, touched, &overflow);
  g_assert_false (overflow);
  g_assert_cmpuint (touched->len, ==, 3); /* once each */
  for (guint i = 0; i < touched->len; i++)
    g_assert_true (g_ptr_array_index (touched, i) == memories[1 + i * 4]);

  for (gsize i = 0; i < G_N_ELEMENTS (memories); i++)
    {
      smd_close_watch_remove (watch, memories[i]);
      smd_memory_free (memories[i]);
    }
}

/* More closes than the kernel queues: said so, and nothing lost for good. */
static void
test_overflow (void)
{
  g_autoptr (SmdMemory) a = make ();
  g_autoptr (SmdMemory) b = make ();
  g_autoptr (SmdCloseWatch) watch = make_watch (a);
  g_autoptr (GPtrArray) touched = g_ptr_array_new ();
  g_autofree char *text = NULL;
  gboolean overflow = FALSE;
  guint64 queue;

  g_assert_true (g_file_get_contents ("/proc/sys/fs/inotify/max_queued_events", &text, NULL, NULL));
  g_assert_true (g_ascii_string_to_unsigned (g_strstrip (text), 10, 1, G_MAXUINT, &queue, NULL));
  g_assert_true (smd_close_watch_add (watch, b));
  for (guint64 i = 0; i <= queue; i++) /* alternating, for equal neighbours are queued once */
    {
      SmdFd fd = open_or_die (i % 2 == 0 ? a : b, SMD_ACCESS_WEAK);

      smd_fd_clear (&fd);
    }
  while (!overflow)
    {
      wait_for_watch (watch);
      smd_close_watch_read (watch, touched, &overflow);
    }
  smd_close_watch_remove (watch, a);
  smd_close_watch_remove (watch, b);
}

static void
test_nothing_to_watch (void)
{
  SmdMemory memory = { .watch_fd = -1 };
  g_autoptr (SmdCloseWatch) watch = smd_close_watch_new (NULL);

  g_assert_false (smd_close_watch_add (watch, &memory));
  smd_close_watch_remove (watch, &memory);
}

static void
add_kind_test (const char *prefix, const HoldKind *kind, GTestDataFunc function)
{
  g_autofree char *path = g_strdup_printf ("/holders/%s/%s", prefix, kind->name);

  g_test_add_data_func (path, kind, function);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  (void)signal (SIGIO, SIG_IGN);
  for (const HoldKind *kind = hold_kinds; kind->name != NULL; kind++)
    {
      add_kind_test ("strong", kind, test_strong);
      add_kind_test ("weak", kind, test_weak);
      add_kind_test ("strong-beside-weak", kind, test_strong_beside_weak);
      add_kind_test ("memory-is-gone", kind, test_memory_is_gone);
    }
  g_test_add_func ("/holders/asking-changes-nothing", test_asking_changes_nothing);
  g_test_add_func ("/holders/many", test_many_holders);
  g_test_add_func ("/holders/foreign-lock", test_foreign_lock);
  g_test_add_func ("/holders/unprivileged", test_unprivileged);
  g_test_add_func ("/holders/lease-is-for-the-owner", test_lease_is_for_the_owner);
  g_test_add_func ("/close-watch/remove", test_remove);
  g_test_add_func ("/close-watch/remove-forgets-queued-events", test_remove_forgets_queued_events);
  g_test_add_func ("/close-watch/names-the-touched", test_names_the_touched);
  g_test_add_func ("/close-watch/overflow", test_overflow);
  g_test_add_func ("/close-watch/nothing-to-watch", test_nothing_to_watch);
  return g_test_run ();
}
