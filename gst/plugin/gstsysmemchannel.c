/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemchannel.h"

#include "gstsysmemsocket.h"
#include <errno.h>
#include <gio/gio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

/* A peer may send more than it ought to; what the kernel then puts into this process is closed. */
#define MAX_FDS 4

struct _GstSysmemChannel
{
  SysmemFd fd;
  GstSysmemEnd peer;
  guint8 received[GST_SYSMEM_MESSAGE_MAX_BYTES];
};

typedef union
{
  struct cmsghdr header; /* for its alignment */
  char bytes[CMSG_SPACE (MAX_FDS * sizeof (int))];
} Control;

GstSysmemChannel *
gst_sysmem_channel_new (int fd, GstSysmemEnd peer)
{
  GstSysmemChannel *self = g_atomic_rc_box_new (GstSysmemChannel);

  self->fd = fd;
  self->peer = peer;
  return self;
}

GstSysmemChannel *
gst_sysmem_channel_connect (const char *path, GError **error)
{
  int fd = gst_sysmem_socket_connect (path, error);

  return fd >= 0 ? gst_sysmem_channel_new (fd, GST_SYSMEM_PRODUCER) : NULL;
}

GstSysmemChannel *
gst_sysmem_channel_new_pair (GstSysmemEnd peer, SysmemFd *peer_fd, GError **error)
{
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, (gint)g_io_error_from_errno (code),
                   "no pair of sockets can be made: %s", g_strerror (code));
      return NULL;
    }
  *peer_fd = fds[1];
  return gst_sysmem_channel_new (fds[0], peer);
}

GstSysmemChannel *
gst_sysmem_channel_ref (GstSysmemChannel *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer box)
{
  sysmem_fd_clear (&((GstSysmemChannel *)box)->fd);
}

void
gst_sysmem_channel_unref (GstSysmemChannel *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

void
gst_sysmem_channel_close (GstSysmemChannel *self)
{
  (void)shutdown (self->fd, SHUT_RDWR);
}

int
gst_sysmem_channel_get_fd (GstSysmemChannel *self)
{
  return self->fd;
}

gboolean
gst_sysmem_channel_has_ended (GstSysmemChannel *self)
{
  struct pollfd look = { .fd = self->fd };

  return poll (&look, 1, 0) > 0 && (look.revents & POLLHUP) != 0;
}

static void
attach_fd (struct msghdr *header, Control *control, int fd)
{
  struct cmsghdr *part;

  memset (control, 0, sizeof *control);
  header->msg_control = control;
  header->msg_controllen = CMSG_SPACE (sizeof fd);
  part = CMSG_FIRSTHDR (header);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN (sizeof fd);
  memcpy (CMSG_DATA (part), &fd, sizeof fd);
}

gboolean
gst_sysmem_channel_send (GstSysmemChannel *self, const GstSysmemMessage *message, GError **error)
{
  GstSysmemWire wire;
  struct iovec parts[] = { { &wire, sizeof wire }, { message->text, 0 } };
  struct msghdr header = { .msg_iov = parts, .msg_iovlen = G_N_ELEMENTS (parts) };
  Control control;
  gssize sent;
  int code;

  gst_sysmem_message_encode (message, &wire);
  if (wire.text_size > GST_SYSMEM_TEXT_MAX_BYTES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   "%s cannot be sent: its text of %u bytes is longer than %u",
                   gst_sysmem_message_type_to_string (message->type), wire.text_size,
                   GST_SYSMEM_TEXT_MAX_BYTES);
      return FALSE;
    }
  parts[1].iov_len = wire.text_size;
  if (message->fd >= 0)
    attach_fd (&header, &control, message->fd);
  do
    sent = sendmsg (self->fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  if (sent >= 0)
    return TRUE;
  code = errno;
  g_set_error (error, G_IO_ERROR,
               code == EAGAIN       ? G_IO_ERROR_WOULD_BLOCK
               : code == ECONNRESET ? G_IO_ERROR_BROKEN_PIPE
                                    : (gint)g_io_error_from_errno (code),
               "%s cannot be sent: %s", gst_sysmem_message_type_to_string (message->type),
               code == EAGAIN ? "the other end does not read" : g_strerror (code));
  return FALSE;
}

/* The only file descriptor that came, or -1; @n_fds is how many did. */
static int
take_only_fd (struct msghdr *header, guint *n_fds)
{
  int only = -1;

  *n_fds = 0;
  for (struct cmsghdr *part = CMSG_FIRSTHDR (header); part != NULL;
       part = CMSG_NXTHDR (header, part))
    {
      if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
        continue;
      for (gsize at = 0; CMSG_LEN (at + sizeof only) <= part->cmsg_len; at += sizeof only)
        {
          int fd;

          memcpy (&fd, CMSG_DATA (part) + at, sizeof fd);
          if ((*n_fds)++ == 0)
            only = fd;
          else
            (void)close (fd);
        }
    }
  return only;
}

static GstSysmemReceived
take_datagram (GstSysmemChannel *self,
               struct msghdr *header,
               gsize size,
               GstSysmemMessage *message,
               GError **error)
{
  guint n_fds;
  g_auto (SysmemFd) fd = take_only_fd (header, &n_fds);

  if (size == 0 && n_fds == 0)
    return GST_SYSMEM_RECEIVED_END;
  if ((header->msg_flags & MSG_TRUNC) != 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 "a message has at most %" G_GSIZE_FORMAT " bytes, this more",
                 GST_SYSMEM_MESSAGE_MAX_BYTES);
  else if (n_fds == 0 && (header->msg_flags & MSG_CTRUNC) != 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES,
                 "this process has no room for the file descriptor that came: %s",
                 g_strerror (EMFILE));
  else if (n_fds > 1 || (header->msg_flags & MSG_CTRUNC) != 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         "a message has at most one file descriptor, this more");
  else if (gst_sysmem_message_decode (message, self->peer, self->received, size, &fd, error))
    return GST_SYSMEM_RECEIVED_MESSAGE;
  return GST_SYSMEM_RECEIVED_NONSENSE;
}

GstSysmemReceived
gst_sysmem_channel_receive (GstSysmemChannel *self, GstSysmemMessage *message, GError **error)
{
  struct iovec part = { self->received, sizeof self->received };
  Control control;
  struct msghdr header = {
    .msg_iov = &part,
    .msg_iovlen = 1,
    .msg_control = &control,
    .msg_controllen = sizeof control,
  };
  gssize size;

  *message = (GstSysmemMessage)GST_SYSMEM_MESSAGE_INIT;
  /* A peer that leaves without having read everything resets the connection, which is told once,
   * ahead of what it said before. */
  do
    size = recvmsg (self->fd, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  while (size < 0 && (errno == EINTR || errno == ECONNRESET));
  if (size >= 0)
    return take_datagram (self, &header, (gsize)size, message, error);
  return errno == EAGAIN ? GST_SYSMEM_RECEIVED_NOTHING : GST_SYSMEM_RECEIVED_END;
}
