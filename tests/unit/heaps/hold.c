/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hold.h"

#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

static void
take_fd (Hold *hold, int fd, gsize size)
{
  hold->fd = fd;
}

static void
drop_fd (Hold *hold)
{
  smd_fd_clear (&hold->fd);
}

static void
take_dup (Hold *hold, int fd, gsize size)
{
  hold->fd = dup (fd);
  g_assert_cmpint (hold->fd, >=, 0);
  g_assert_no_errno (close (fd));
}

static void
take_mapping (Hold *hold, int fd, gsize size)
{
  hold->size = size;
  hold->mapping = mmap (NULL, size, PROT_READ, MAP_SHARED, fd, 0);
  g_assert_true (hold->mapping != MAP_FAILED);
  g_assert_no_errno (close (fd));
}

static void
drop_mapping (Hold *hold)
{
  g_assert_no_errno (munmap (hold->mapping, hold->size));
}

static void
take_private_mapping (Hold *hold, int fd, gsize size)
{
  hold->size = size;
  hold->mapping = mmap (NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
  g_assert_true (hold->mapping != MAP_FAILED);
  g_assert_no_errno (close (fd));
}

/* Sent, and never received. */
static void
take_message (Hold *hold, int fd, gsize size)
{
  char byte = 0;
  struct iovec data = { .iov_base = &byte, .iov_len = 1 };
  char control[CMSG_SPACE (sizeof (int))] = { 0 };
  struct msghdr message = {
    .msg_iov = &data,
    .msg_iovlen = 1,
    .msg_control = control,
    .msg_controllen = sizeof control,
  };
  struct cmsghdr *rights = CMSG_FIRSTHDR (&message);

  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN (sizeof (int));
  memcpy (CMSG_DATA (rights), &fd, sizeof fd);
  g_assert_no_errno (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, hold->sockets));
  g_assert_cmpint (sendmsg (hold->sockets[0], &message, 0), ==, 1);
  g_assert_no_errno (close (fd));
}

static void
drop_message (Hold *hold)
{
  smd_fd_clear (&hold->sockets[0]);
  smd_fd_clear (&hold->sockets[1]);
}

static pid_t
fork_idle_child (void)
{
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  while (child == 0)
    pause ();
  return child;
}

static void
take_child (Hold *hold, int fd, gsize size)
{
  hold->child = fork_idle_child ();
  g_assert_no_errno (close (fd));
}

static void
take_child_mapping (Hold *hold, int fd, gsize size)
{
  take_mapping (hold, fd, size);
  hold->child = fork_idle_child ();
  drop_mapping (hold);
}

static void
kill_child (Hold *hold)
{
  int status;

  g_assert_no_errno (kill (hold->child, SIGKILL));
  g_assert_cmpint (waitpid (hold->child, &status, 0), ==, hold->child);
}

const HoldKind hold_kinds[] = {
  { "fd", take_fd, drop_fd, FALSE },
  { "dup", take_dup, drop_fd, FALSE },
  { "mapping", take_mapping, drop_mapping, FALSE },
  { "private-mapping", take_private_mapping, drop_mapping, TRUE },
  { "message-in-flight", take_message, drop_message, FALSE },
  { "fd-in-killed-process", take_child, kill_child, FALSE },
  { "mapping-in-killed-process", take_child_mapping, kill_child, FALSE },
  { NULL, NULL, NULL, FALSE },
};

void
assert_holders (SmdMemory *memory, SmdHolders expected)
{
  for (guint i = 0; i < 10000 && smd_memory_ask (memory) != expected; i++)
    (void)poll (NULL, 0, 1);
  g_assert_cmpint (smd_memory_ask (memory), ==, expected);
}

SmdFd
open_or_die (SmdMemory *memory, SmdAccess access)
{
  g_autoptr (GError) error = NULL;
  SmdFd fd = smd_memory_open (memory, access, &error);

  g_assert_no_error (error);
  g_assert_cmpint (fd, >=, 0);
  return fd;
}

guint
count_own_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

void
run_as (uid_t uid, int (*function) (gpointer data), gpointer data)
{
  pid_t child = fork ();
  int status;

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      if (uid != getuid ()
          && (setgroups (0, NULL) < 0 || setresgid (uid, uid, uid) < 0
              || setresuid (uid, uid, uid) < 0))
        _exit (126);
      _exit (function (data));
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}
