/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "support.h"

#include <string.h>
#include <sys/socket.h>

#define PATIENCE_SECONDS 60

guint
count_fds (void)
{
  g_autoptr (GDir) directory = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n_fds = 0;

  while (g_dir_read_name (directory) != NULL)
    n_fds++;
  return n_fds - 1; /* the directory's own */
}

static gboolean
lose_patience (gpointer user_data)
{
  g_error ("what the test waits for did not happen in %d s", PATIENCE_SECONDS);
  return G_SOURCE_REMOVE;
}

void
run_until (const gboolean *happened)
{
  guint patience = g_timeout_add_seconds (PATIENCE_SECONDS, lose_patience, NULL);

  while (!*happened)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (patience);
}

void
run_pending (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
send_fd (int socket_fd, int fd)
{
  char byte = 0;
  union
  {
    char bytes[CMSG_SPACE (sizeof (int))];
    struct cmsghdr align;
  } control = { { 0 } };
  struct iovec data = { &byte, 1 };
  struct msghdr message = { .msg_iov = &data,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes };
  struct cmsghdr *rights = CMSG_FIRSTHDR (&message);

  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN (sizeof (int));
  memcpy (CMSG_DATA (rights), &fd, sizeof fd);
  g_assert_cmpint (sendmsg (socket_fd, &message, MSG_DONTWAIT), ==, 1);
}
