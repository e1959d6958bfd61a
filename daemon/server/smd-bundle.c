/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A bundle's socket is filled before anybody has its other end, so filling must never wait for a
 * reader. Each datagram takes as many whole records as its fds fit in one SCM_RIGHTS message (253,
 * the kernel's SCM_MAX_FD); 128 buffers of 3 fds are 384 fds, two datagrams of some 2 KiB, far below
 * the default send buffer of a socket. A connected pair has no limit on the number of datagrams.
 *
 * Measured on Linux 6.18: SIOCOUTQ of our end counts what the peer has not received yet and is 0
 * once the last datagram is; MSG_PEEK does not lower it; it does not change while the client end is
 * itself in flight inside another socket, and falls to 0 when the last copy of the client end is
 * closed or dropped in flight, fds and all. The kernel wakes our end (EPOLLOUT) each time. */

#include "server/smd-bundle.h"

#include "common/sysmem-error.h"
#include <errno.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define MAX_FDS_PER_DATAGRAM 253

/* As it goes over the wire, little endian. */
typedef struct
{
  guint32 index;
  guint32 n_fds;
  guint32 which;
  guint32 zero;
} Record;

G_STATIC_ASSERT (sizeof (Record) == 16);

struct _SmdBundle
{
  GArray *records; /* of Record */
  GArray *fds;     /* of int, in record order */
  SmdFd daemon_end;
  SmdHangups *hangups;
  guint64 watch_id;
  SmdHangupFunc read_func;
  gpointer user_data;
};

SmdBundle *
smd_bundle_new (void)
{
  SmdBundle *bundle = g_new0 (SmdBundle, 1);

  bundle->records = g_array_new (FALSE, FALSE, sizeof (Record));
  bundle->fds = g_array_new (FALSE, FALSE, sizeof (int));
  bundle->daemon_end = -1;
  return bundle;
}

static void
close_fds (SmdBundle *bundle)
{
  for (guint i = 0; i < bundle->fds->len; i++)
    smd_fd_clear (&g_array_index (bundle->fds, SmdFd, i));
  g_array_set_size (bundle->fds, 0);
}

static void
stop_watching (SmdBundle *bundle)
{
  if (bundle->watch_id != 0)
    smd_hangups_remove (bundle->hangups, bundle->watch_id);
  bundle->watch_id = 0;
}

void
smd_bundle_free (SmdBundle *bundle)
{
  stop_watching (bundle);
  close_fds (bundle);
  g_array_unref (bundle->fds);
  g_array_unref (bundle->records);
  smd_fd_clear (&bundle->daemon_end);
  g_free (bundle);
}

void
smd_bundle_add (SmdBundle *bundle, guint32 index, guint32 which, SmdFd *fds)
{
  guint n_fds = (guint)__builtin_popcount (which);
  Record record = { GUINT32_TO_LE (index), GUINT32_TO_LE (n_fds), GUINT32_TO_LE (which), 0 };

  g_return_if_fail (n_fds <= SMD_BUNDLE_MAX_FDS_PER_RECORD && bundle->daemon_end < 0);

  g_array_append_val (bundle->records, record);
  for (guint i = 0; i < n_fds; i++)
    {
      int fd = smd_fd_steal (&fds[i]);

      g_array_append_val (bundle->fds, fd);
    }
}

static gboolean
send_datagram (int socket_fd, const Record *records, guint n_records, const int *fds, guint n_fds)
{
  union
  {
    char bytes[CMSG_SPACE (MAX_FDS_PER_DATAGRAM * sizeof (int))];
    struct cmsghdr align;
  } control = { { 0 } };
  struct iovec data = { (gpointer)records, n_records * sizeof *records };
  struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };

  if (n_fds > 0)
    {
      struct cmsghdr *rights;

      message.msg_control = control.bytes;
      message.msg_controllen = CMSG_SPACE (n_fds * sizeof (int));
      rights = CMSG_FIRSTHDR (&message);
      rights->cmsg_level = SOL_SOCKET;
      rights->cmsg_type = SCM_RIGHTS;
      rights->cmsg_len = CMSG_LEN (n_fds * sizeof (int));
      memcpy (CMSG_DATA (rights), fds, n_fds * sizeof (int));
    }
  return sendmsg (socket_fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

static gboolean
send_all (SmdBundle *bundle)
{
  const Record *records = (const Record *)bundle->records->data;
  const int *fds = (const int *)bundle->fds->data;
  guint end = 0;

  for (guint begin = 0; begin < bundle->records->len; begin = end)
    {
      guint n_fds = 0;

      while (end < bundle->records->len
             && n_fds + GUINT32_FROM_LE (records[end].n_fds) <= MAX_FDS_PER_DATAGRAM)
        n_fds += GUINT32_FROM_LE (records[end++].n_fds);
      if (!send_datagram (bundle->daemon_end, records + begin, end - begin, fds, n_fds))
        return FALSE;
      fds += n_fds;
    }
  return TRUE;
}

static gboolean
fill_socket (SmdBundle *bundle, SmdFd *client_end)
{
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    return FALSE;
  bundle->daemon_end = ends[0];
  *client_end = ends[1];
  return send_all (bundle) && shutdown (bundle->daemon_end, SHUT_WR) == 0;
}

static void
set_seal_error (int saved_errno, guint n_fds, GError **error)
{
  switch (saved_errno)
    {
    case ETOOMANYREFS:
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
                   "too many file descriptors of the daemon are on their way to clients that do "
                   "not read for a bundle of %u more: %s",
                   n_fds, g_strerror (saved_errno));
      break;
    case EMFILE:
    case ENFILE:
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
                   "the daemon has no file descriptors left for a bundle: %s",
                   g_strerror (saved_errno));
      break;
    default:
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                   "the kernel takes no bundle of %u file descriptors: %s", n_fds,
                   g_strerror (saved_errno));
      break;
    }
}

gboolean
smd_bundle_seal (SmdBundle *bundle, SmdFd *client_end, GError **error)
{
  guint n_fds = bundle->fds->len;
  gboolean sealed;

  *client_end = -1;
  g_return_val_if_fail (bundle->daemon_end < 0, FALSE);

  sealed = fill_socket (bundle, client_end);
  if (!sealed)
    {
      set_seal_error (errno, n_fds, error);
      smd_fd_clear (client_end);
      smd_fd_clear (&bundle->daemon_end);
    }
  /* The socket holds its own references. */
  close_fds (bundle);
  return sealed;
}

gboolean
smd_bundle_is_read (const SmdBundle *bundle)
{
  int unread = 0;

  g_return_val_if_fail (bundle->daemon_end >= 0, TRUE);

  /* While the kernel wakes us for the last datagram, one byte of it still counts. */
  return ioctl (bundle->daemon_end, SIOCOUTQ, &unread) < 0 || unread <= 1;
}

static void
on_drained (gpointer user_data)
{
  SmdBundle *bundle = user_data;

  if (!smd_bundle_is_read (bundle))
    return;
  stop_watching (bundle);
  bundle->read_func (bundle->user_data);
}

gboolean
smd_bundle_watch (
  SmdBundle *bundle, SmdHangups *hangups, SmdHangupFunc func, gpointer user_data, GError **error)
{
  g_return_val_if_fail (bundle->daemon_end >= 0 && bundle->watch_id == 0, FALSE);

  bundle->hangups = hangups;
  bundle->read_func = func;
  bundle->user_data = user_data;
  bundle->watch_id = smd_hangups_add_drain (hangups, bundle->daemon_end, on_drained, bundle, error);
  return bundle->watch_id != 0;
}
