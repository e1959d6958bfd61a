/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-delivery.h"

#include "sysmem-call.h"
#include "sysmem-error.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* The kernel's limit for one message. */
#define MAX_FDS_PER_DATAGRAM 253

/* As it comes, little endian; the fds of all records of a datagram come with it, in their order. */
typedef struct
{
  guint32 index;
  guint32 n_fds;
  guint32 which;
  guint32 zero;
} Record;

G_STATIC_ASSERT (sizeof (Record) == 16);

typedef struct
{
  Record records[MAX_FDS_PER_DATAGRAM];
  guint n_records;
  int fds[MAX_FDS_PER_DATAGRAM];
  guint n_fds;
  guint next_fd; /* those before were given away */
} Datagram;

static void
delivered_clear (SysmemDelivered *delivered)
{
  for (guint i = 0; i < SYSMEM_N_DELIVERED; i++)
    sysmem_fd_clear (&delivered->fds[i]);
}

GArray *
sysmem_delivered_new (void)
{
  GArray *delivered = g_array_new (FALSE, FALSE, sizeof (SysmemDelivered));

  g_array_set_clear_func (delivered, (GDestroyNotify)delivered_clear);
  return delivered;
}

static SysmemDelivered *
add (GArray *delivered, guint32 index)
{
  SysmemDelivered one = { index, { -1, -1, -1 } };

  g_array_append_val (delivered, one);
  return &g_array_index (delivered, SysmemDelivered, delivered->len - 1);
}

static void
take_fds (Datagram *datagram, struct msghdr *message)
{
  for (struct cmsghdr *control = CMSG_FIRSTHDR (message); control != NULL;
       control = CMSG_NXTHDR (message, control))
    if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_RIGHTS)
      {
        guint n = (guint)((control->cmsg_len - CMSG_LEN (0)) / sizeof (int));

        memcpy (datagram->fds + datagram->n_fds, CMSG_DATA (control), n * sizeof (int));
        datagram->n_fds += n;
      }
}

/* Returns: 1, or 0 at the end, or -1 with an error */
static int
receive (int bundle, Datagram *datagram, GError **error)
{
  union
  {
    char bytes[CMSG_SPACE (MAX_FDS_PER_DATAGRAM * sizeof (int))];
    struct cmsghdr align;
  } control;
  struct iovec data = { datagram->records, sizeof datagram->records };
  struct msghdr message = {
    .msg_iov = &data,
    .msg_iovlen = 1,
    .msg_control = &control,
    .msg_controllen = sizeof control,
  };
  gssize n;

  datagram->n_fds = datagram->next_fd = 0;
  do
    n = recvmsg (bundle, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                   "the bundle of buffers cannot be read: %s", g_strerror (errno));
      return -1;
    }
  take_fds (datagram, &message);
  datagram->n_records = (guint)n / sizeof (Record);
  if ((message.msg_flags & MSG_CTRUNC) != 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
                   "this process may not open as many files as there are buffers: raise "
                   "RLIMIT_NOFILE");
      return -1;
    }
  return n > 0;
}

static gboolean
take_records (Datagram *datagram, GArray *delivered)
{
  for (guint i = 0; i < datagram->n_records; i++)
    {
      guint32 which = GUINT32_FROM_LE (datagram->records[i].which);
      SysmemDelivered *one = add (delivered, GUINT32_FROM_LE (datagram->records[i].index));

      for (guint kind = 0; kind < SYSMEM_N_DELIVERED; kind++)
        if ((which & (1u << kind)) != 0)
          {
            if (datagram->next_fd == datagram->n_fds)
              return FALSE;
            one->fds[kind] = datagram->fds[datagram->next_fd++];
          }
    }
  return datagram->next_fd == datagram->n_fds;
}

static void
close_rest (Datagram *datagram)
{
  while (datagram->next_fd < datagram->n_fds)
    (void)close (datagram->fds[datagram->next_fd++]);
}

gboolean
sysmem_delivered_read_bundle (GArray *delivered, int bundle, GError **error)
{
  g_autofree Datagram *datagram = g_new (Datagram, 1);
  int received;

  while ((received = receive (bundle, datagram, error)) > 0)
    if (!take_records (datagram, delivered))
      {
        g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                     "the bundle of buffers is not what its records say");
        received = -1;
        break;
      }
  close_rest (datagram);
  return received == 0;
}

gboolean
sysmem_delivered_read_message (GArray *delivered,
                               GVariant *buffers,
                               GDBusMessage *message,
                               GError **error)
{
  static const char *const keys[SYSMEM_N_DELIVERED] = { "fd", "close_weak_asap", "lease" };
  gsize n = g_variant_n_children (buffers);

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) buffer = g_variant_get_child_value (buffers, i);
      SysmemDelivered *one;
      guint32 index = 0;
      gint32 handle;

      (void)g_variant_lookup (buffer, "index", "u", &index);
      one = add (delivered, index);
      for (guint kind = 0; kind < SYSMEM_N_DELIVERED; kind++)
        if (g_variant_lookup (buffer, keys[kind], "h", &handle))
          {
            one->fds[kind] = sysmem_reply_take_fd (message, handle, error);
            if (one->fds[kind] < 0)
              return FALSE;
          }
    }
  return TRUE;
}
