/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus-buffers.h"

#include <string.h>
#include <sys/socket.h>

static void
buffer_clear (gpointer data)
{
  BusBuffer *buffer = data;

  smd_fd_clear (&buffer->fd);
  smd_fd_clear (&buffer->close_weak);
  smd_fd_clear (&buffer->lease);
}

static GArray *
buffers_new (void)
{
  GArray *buffers = g_array_new (FALSE, FALSE, sizeof (BusBuffer));

  g_array_set_clear_func (buffers, buffer_clear);
  return buffers;
}

GArray *
bus_buffers_of_reply (GVariant *list, GUnixFDList *fds)
{
  GArray *buffers = buffers_new ();
  GVariantIter iter;
  GVariant *dict;

  g_variant_iter_init (&iter, list);
  while ((dict = g_variant_iter_next_value (&iter)) != NULL)
    {
      BusBuffer buffer = { 0, -1, -1, -1 };
      gint32 handle;

      g_assert_true (g_variant_lookup (dict, "index", "u", &buffer.index));
      if (g_variant_lookup (dict, "fd", "h", &handle))
        buffer.fd = bus_take_fd (fds, handle);
      if (g_variant_lookup (dict, "close_weak_asap", "h", &handle))
        buffer.close_weak = bus_take_fd (fds, handle);
      if (g_variant_lookup (dict, "lease", "h", &handle))
        buffer.lease = bus_take_fd (fds, handle);
      g_array_append_val (buffers, buffer);
      g_variant_unref (dict);
    }
  return buffers;
}

BusPending *
bus_start_wait (GDBusConnection *peer, const char *path)
{
  BusPending *wait =
    bus_start (peer, path, "Collection.WaitForAllBuffersAllocated", bus_no_options (), -1);

  g_variant_unref (bus_call (peer, path, "Node.Sync", NULL));
  return wait;
}

GArray *
bus_finish_wait (BusPending *wait)
{
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = bus_finish (wait, &fds, &error);
  g_autoptr (GVariant) list = NULL;

  g_assert_no_error (error);
  list = g_variant_get_child_value (reply, 1);
  return bus_buffers_of_reply (list, fds);
}

GArray *
bus_wait (GDBusConnection *peer, const char *path)
{
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = bus_call_with_fds (
    peer, path, "Collection.WaitForAllBuffersAllocated", bus_no_options (), -1, &fds);
  g_autoptr (GVariant) list = g_variant_get_child_value (reply, 1);

  return bus_buffers_of_reply (list, fds);
}

SmdFd
bus_wait_for_bundle (GDBusConnection *peer, const char *path)
{
  return bus_call_for_fd (peer, path, "Collection.WaitForAllBuffersAllocated",
                          bus_options ("bundle"));
}

#define MAX_FDS 253
#define MAX_RECORDS 256

typedef struct
{
  guint32 index, n_fds, which, zero;
} Record;

/* One datagram; 0 at the end. */
static gsize
receive (int bundle, Record *records, int *fds, guint *n_fds)
{
  union
  {
    char bytes[CMSG_SPACE (MAX_FDS * sizeof (int))];
    struct cmsghdr align;
  } control;
  struct iovec data = { records, MAX_RECORDS * sizeof *records };
  struct msghdr message = { .msg_iov = &data,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes };
  gssize n = recvmsg (bundle, &message, MSG_CMSG_CLOEXEC);
  struct cmsghdr *rights = CMSG_FIRSTHDR (&message);

  g_assert_cmpint (n, >=, 0);
  g_assert_cmpint (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC), ==, 0);
  *n_fds = 0;
  if (rights != NULL)
    {
      *n_fds = (guint)((rights->cmsg_len - CMSG_LEN (0)) / sizeof (int));
      memcpy (fds, CMSG_DATA (rights), *n_fds * sizeof (int));
    }
  return (gsize)n;
}

static void
read_record (const Record *record, const int **fds, GArray *buffers)
{
  BusBuffer buffer = { GUINT32_FROM_LE (record->index), -1, -1, -1 };
  SmdFd *const places[] = { &buffer.fd, &buffer.close_weak, &buffer.lease };
  guint32 which = GUINT32_FROM_LE (record->which);
  guint n = 0;

  g_assert_cmpuint (which, <, 8);
  g_assert_cmpuint (record->zero, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if ((which & (1u << i)) != 0)
      {
        *places[i] = *(*fds)++;
        n++;
      }
  g_assert_cmpuint (GUINT32_FROM_LE (record->n_fds), ==, n);
  g_array_append_val (buffers, buffer);
}

GArray *
bus_bundle_read (int bundle)
{
  GArray *buffers = buffers_new ();
  Record records[MAX_RECORDS];
  int fds[MAX_FDS];
  guint n_fds;
  gsize n;

  while ((n = receive (bundle, records, fds, &n_fds)) > 0)
    {
      const int *next = fds;

      g_assert_cmpuint (n % sizeof (Record), ==, 0);
      for (gsize i = 0; i < n / sizeof (Record); i++)
        read_record (&records[i], &next, buffers);
      g_assert_cmpint (next - fds, ==, n_fds);
    }
  return buffers;
}
