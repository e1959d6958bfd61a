/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "datagram.h"

#include <string.h>
#include <sys/socket.h>

void
datagram_clear (Datagram *datagram)
{
  for (guint i = 0; i < datagram->n_fds; i++)
    smd_fd_clear (&datagram->fds[i]);
  datagram->n_fds = 0;
}

gboolean
datagram_receive (int client_end, int flags, Datagram *datagram)
{
  union
  {
    char bytes[CMSG_SPACE (DATAGRAM_MAX_FDS * sizeof (int))];
    struct cmsghdr align;
  } control;
  struct iovec data = { datagram->words, sizeof datagram->words };
  struct msghdr message = { .msg_iov = &data,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes };
  gssize size = recvmsg (client_end, &message, flags | MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  struct cmsghdr *rights = CMSG_FIRSTHDR (&message);

  g_assert_cmpint (size, >=, 0);
  g_assert_cmpint (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC), ==, 0);
  g_assert_cmpint (size % 16, ==, 0);
  datagram->n_records = (guint)size / 16;
  datagram->n_fds = 0;
  if (rights != NULL)
    {
      datagram->n_fds = (guint)((rights->cmsg_len - CMSG_LEN (0)) / sizeof (int));
      memcpy (datagram->fds, CMSG_DATA (rights), datagram->n_fds * sizeof (int));
    }
  return size > 0;
}

guint32
datagram_get_word (const Datagram *datagram, guint record, guint i)
{
  return GUINT32_FROM_LE (datagram->words[4 * record + i]);
}
