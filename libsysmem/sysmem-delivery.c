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
  gsize size; /* in bytes, as it was sent */
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

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
               "the daemon has not delivered the buffers as agreed: %s", what);
  return FALSE;
}

/* Returns: (nullable): the next buffer, nothing of which has come yet; NULL: it is not its turn */
static SysmemDelivered *
add (GArray *delivered, guint n_buffers, guint32 index, GError **error)
{
  SysmemDelivered one = { index, { -1, -1, -1 } };

  if (index != delivered->len || index >= n_buffers)
    {
      (void)refuse (error, "after %u of %u buffers comes number %u", delivered->len, n_buffers,
                    index);
      return NULL;
    }
  g_array_append_val (delivered, one);
  return &g_array_index (delivered, SysmemDelivered, index);
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

/* FALSE: nothing came. At the end of the bundle a datagram comes that has neither records nor fds. */
static gboolean
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
  gssize size;

  datagram->n_fds = datagram->next_fd = 0;
  do
    size = recvmsg (bundle, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC | MSG_TRUNC);
  while (size < 0 && errno == EINTR);
  if (size < 0)
    return errno == EAGAIN ? refuse (error, "the bundle has no end")
                           : refuse (error, "the bundle cannot be read: %s", g_strerror (errno));
  datagram->size = (gsize)size;
  take_fds (datagram, &message);
  if ((message.msg_flags & MSG_CTRUNC) == 0)
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
               "this process may not open as many files as there are buffers: raise RLIMIT_NOFILE");
  return FALSE;
}

static gboolean
check_size (const Datagram *datagram, GError **error)
{
  return (datagram->size <= sizeof datagram->records && datagram->size % sizeof (Record) == 0)
         || refuse (
           error, "a datagram of %" G_GSIZE_FORMAT " bytes does not consist of at most %u records",
           datagram->size, MAX_FDS_PER_DATAGRAM);
}

static gboolean
take_record (
  Datagram *datagram, const Record *record, GArray *delivered, guint n_buffers, GError **error)
{
  guint32 which = GUINT32_FROM_LE (record->which);
  guint32 n_fds = GUINT32_FROM_LE (record->n_fds);
  guint32 zero = GUINT32_FROM_LE (record->zero);
  SysmemDelivered *one = add (delivered, n_buffers, GUINT32_FROM_LE (record->index), error);

  if (one == NULL)
    return FALSE;
  if (which >> SYSMEM_N_DELIVERED != 0 || zero != 0)
    return refuse (error, "the record of buffer %u has bits that mean nothing, 0x%x and 0x%x",
                   one->index, which, zero);
  if (n_fds != (guint)__builtin_popcount (which))
    return refuse (error, "the record of buffer %u says %u file descriptors, and 0x%x which",
                   one->index, n_fds, which);
  if (n_fds > datagram->n_fds - datagram->next_fd)
    return refuse (error, "a file descriptor of buffer %u is missing", one->index);
  for (guint kind = 0; kind < SYSMEM_N_DELIVERED; kind++)
    if ((which & (1u << kind)) != 0)
      one->fds[kind] = datagram->fds[datagram->next_fd++];
  return TRUE;
}

static gboolean
take_records (Datagram *datagram, GArray *delivered, guint n_buffers, GError **error)
{
  if (!check_size (datagram, error))
    return FALSE;
  for (gsize i = 0; i < datagram->size / sizeof (Record); i++)
    if (!take_record (datagram, &datagram->records[i], delivered, n_buffers, error))
      return FALSE;
  return datagram->next_fd == datagram->n_fds
         || refuse (error, "%u file descriptors belong to no buffer",
                    datagram->n_fds - datagram->next_fd);
}

static void
close_rest (Datagram *datagram)
{
  while (datagram->next_fd < datagram->n_fds)
    (void)close (datagram->fds[datagram->next_fd++]);
}

gboolean
sysmem_delivered_read_bundle (GArray *delivered, guint n_buffers, int bundle, GError **error)
{
  g_autofree Datagram *datagram = g_new (Datagram, 1);
  gboolean taken;

  do
    {
      taken =
        receive (bundle, datagram, error) && take_records (datagram, delivered, n_buffers, error);
      close_rest (datagram);
    }
  while (taken && datagram->size > 0);
  if (taken && delivered->len < n_buffers)
    return refuse (error, "the bundle ends after %u of %u buffers", delivered->len, n_buffers);
  return taken;
}

static gboolean
take_handle (GVariant *buffer, const char *key, GDBusMessage *message, SysmemFd *fd, GError **error)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (buffer, key, NULL);

  if (value == NULL)
    return TRUE;
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_HANDLE))
    return refuse (error, "%s is of type %s, not h", key, g_variant_get_type_string (value));
  *fd = sysmem_reply_take_fd (message, g_variant_get_handle (value), error);
  return *fd >= 0;
}

static gboolean
take_buffer (
  GArray *delivered, guint n_buffers, GVariant *buffer, GDBusMessage *message, GError **error)
{
  static const char *const keys[SYSMEM_N_DELIVERED] = { "fd", "close_weak_asap", "lease" };
  SysmemDelivered *one;
  guint32 index;

  if (!g_variant_lookup (buffer, "index", "u", &index))
    return refuse (error, "a buffer has no index");
  one = add (delivered, n_buffers, index, error);
  for (guint kind = 0; kind < SYSMEM_N_DELIVERED; kind++)
    if (one == NULL || !take_handle (buffer, keys[kind], message, &one->fds[kind], error))
      return FALSE;
  return TRUE;
}

gboolean
sysmem_delivered_read_message (
  GArray *delivered, guint n_buffers, GVariant *buffers, GDBusMessage *message, GError **error)
{
  gsize n = g_variant_n_children (buffers);

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) buffer = g_variant_get_child_value (buffers, i);

      if (!take_buffer (delivered, n_buffers, buffer, message, error))
        return FALSE;
    }
  return TRUE;
}
