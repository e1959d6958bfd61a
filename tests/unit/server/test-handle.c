/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/sysmem-error.h"
#include "server/smd-handle.h"
#include "support.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

static short
poll_now (int fd)
{
  struct pollfd ask = { .fd = fd, .events = POLLIN };

  g_assert_cmpint (poll (&ask, 1, 0), >=, 0);
  return ask.revents;
}

static void
test_client_end_is_a_quiet_seqpacket_socket (void)
{
  g_auto (SmdHandle) handle = SMD_HANDLE_INIT;
  g_auto (SmdFd) client_end = -1;
  g_autoptr (GError) error = NULL;
  int type;
  socklen_t size = sizeof type;

  g_assert_true (smd_handle_new (&handle, &client_end, &error));
  g_assert_no_error (error);
  g_assert_cmpint (getsockopt (client_end, SOL_SOCKET, SO_TYPE, &type, &size), ==, 0);
  g_assert_cmpint (type, ==, SOCK_SEQPACKET);
  g_assert_cmpint (fcntl (client_end, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
  g_assert_cmpint (fcntl (handle.daemon_end, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
  g_assert_cmpint (poll_now (client_end), ==, 0);
}

static void
test_client_cannot_make_the_daemon_hold_data (void)
{
  g_auto (SmdHandle) handle = SMD_HANDLE_INIT;
  g_auto (SmdFd) client_end = -1;

  g_assert_true (smd_handle_new (&handle, &client_end, NULL));
  g_assert_cmpint (send (client_end, "x", 1, MSG_NOSIGNAL), ==, -1);
  g_assert_cmpint (errno, ==, EPIPE);
}

static void
test_clearing_hangs_the_client_up (void)
{
  g_auto (SmdHandle) handle = SMD_HANDLE_INIT;
  g_auto (SmdFd) client_end = -1;
  char byte;

  g_assert_true (smd_handle_new (&handle, &client_end, NULL));
  smd_handle_clear (&handle);
  g_assert_cmpint (poll_now (client_end) & POLLHUP, ==, POLLHUP);
  g_assert_cmpint (recv (client_end, &byte, 1, MSG_DONTWAIT), ==, 0);
  g_assert_cmpint (handle.daemon_end, ==, -1);
  g_assert_cmpuint (handle.cookie, ==, 0);
  smd_handle_clear (&handle); /* again: nothing to do */
}

static void
test_cookie_is_the_client_ends (void)
{
  g_auto (SmdHandle) handle = SMD_HANDLE_INIT;
  g_auto (SmdHandle) other = SMD_HANDLE_INIT;
  g_auto (SmdFd) client_end = -1;
  g_auto (SmdFd) other_client_end = -1;
  g_auto (SmdFd) copy = -1;
  guint64 cookie;

  g_assert_true (smd_handle_new (&handle, &client_end, NULL));
  g_assert_true (smd_handle_new (&other, &other_client_end, NULL));
  copy = dup (client_end);
  g_assert_true (smd_cookie_of_fd (copy, &cookie));
  g_assert_cmpuint (cookie, ==, handle.cookie);
  g_assert_cmpuint (cookie, !=, 0);
  g_assert_cmpuint (cookie, !=, other.cookie);
  g_assert_true (smd_cookie_of_fd (handle.daemon_end, &cookie));
  g_assert_cmpuint (cookie, !=, handle.cookie);
}

static void
test_what_is_no_socket_has_no_cookie (void)
{
  g_auto (SmdFd) file = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  g_auto (SmdFd) path = open ("/", O_PATH | O_CLOEXEC);
  guint64 cookie = 42;

  g_assert_false (smd_cookie_of_fd (file, &cookie));
  g_assert_false (smd_cookie_of_fd (path, &cookie));
  g_assert_false (smd_cookie_of_fd (-1, &cookie));
  g_assert_cmpuint (cookie, ==, 42);
}

static void
test_without_fds_left_it_is_a_limit (void)
{
  g_auto (SmdFd) client_end = 0;
  g_autoptr (GError) error = NULL;
  SmdHandle handle;
  struct rlimit before, none;
  gboolean made;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  none = (struct rlimit){ .rlim_cur = 0, .rlim_max = before.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
  made = smd_handle_new (&handle, &client_end, &error);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);

  g_assert_false (made);
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED);
  g_assert_cmpint (handle.daemon_end, ==, -1);
  g_assert_cmpint (client_end, ==, -1);
}

static void
test_nothing_leaks (void)
{
  guint before = count_fds ();

  for (guint i = 0; i < 100; i++)
    {
      g_auto (SmdHandle) handle = SMD_HANDLE_INIT;
      g_auto (SmdFd) client_end = -1;

      g_assert_true (smd_handle_new (&handle, &client_end, NULL));
    }
  g_assert_cmpuint (count_fds (), ==, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/handle/client-end-is-a-quiet-seqpacket-socket",
                   test_client_end_is_a_quiet_seqpacket_socket);
  g_test_add_func ("/handle/client-cannot-make-the-daemon-hold-data",
                   test_client_cannot_make_the_daemon_hold_data);
  g_test_add_func ("/handle/clearing-hangs-the-client-up", test_clearing_hangs_the_client_up);
  g_test_add_func ("/handle/cookie-is-the-client-ends", test_cookie_is_the_client_ends);
  g_test_add_func ("/handle/what-is-no-socket-has-no-cookie", test_what_is_no_socket_has_no_cookie);
  g_test_add_func ("/handle/without-fds-left-it-is-a-limit", test_without_fds_left_it_is_a_limit);
  g_test_add_func ("/handle/nothing-leaks", test_nothing_leaks);
  return g_test_run ();
}
