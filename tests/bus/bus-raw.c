/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus-raw.h"

#include <gio/gunixfdlist.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bus-calls.h"

#define HEADER_BYTES 16

struct _BusRaw
{
  SmdFd fd;
  guint32 serial; /* of the last call */
  char *name;
};

static void
die (const char *what)
{
  g_error ("raw client: %s: %m", what);
}

static void
connect_to (BusRaw *raw, const char *address)
{
  struct sockaddr_un socket_address = { .sun_family = AF_UNIX };
  const char *path = address + strlen ("unix:path=");

  g_assert_true (g_str_has_prefix (address, "unix:path="));
  g_strlcpy (socket_address.sun_path, path, sizeof socket_address.sun_path);
  raw->fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (raw->fd < 0
      || connect (raw->fd, (struct sockaddr *)&socket_address, sizeof socket_address) < 0)
    die ("cannot connect");
}

static void
say (BusRaw *raw, const char *text, gsize length)
{
  if (send (raw->fd, text, length, MSG_NOSIGNAL) != (gssize)length)
    die ("cannot send");
}

/* Fds that come along are closed. */
static void
read_exactly (BusRaw *raw, guint8 *bytes, gsize length)
{
  union
  {
    char bytes[CMSG_SPACE (253 * sizeof (int))];
    struct cmsghdr align;
  } control;

  while (length > 0)
    {
      struct iovec data = { bytes, length };
      struct msghdr message = { .msg_iov = &data,
                                .msg_iovlen = 1,
                                .msg_control = control.bytes,
                                .msg_controllen = sizeof control.bytes };
      gssize n = recvmsg (raw->fd, &message, MSG_CMSG_CLOEXEC);

      if (n <= 0)
        die ("the bus does not answer");
      for (struct cmsghdr *c = CMSG_FIRSTHDR (&message); c != NULL; c = CMSG_NXTHDR (&message, c))
        for (gsize i = 0; i < (c->cmsg_len - CMSG_LEN (0)) / sizeof (int); i++)
          (void)close (((int *)(gpointer)CMSG_DATA (c))[i]);
      bytes += n;
      length -= (gsize)n;
    }
}

static void
expect_line (BusRaw *raw, const char *beginning)
{
  char line[256] = "";

  for (gsize n = 0; !g_str_has_suffix (line, "\r\n"); n++)
    {
      g_assert_cmpuint (n, <, sizeof line - 1);
      read_exactly (raw, (guint8 *)line + n, 1);
    }
  g_assert_true (g_str_has_prefix (line, beginning));
}

static void
authenticate (BusRaw *raw)
{
  g_autofree char *uid = g_strdup_printf ("%u", (guint)getuid ());
  g_autoptr (GString) hello = g_string_new (NULL);

  for (const char *c = uid; *c != '\0'; c++)
    g_string_append_printf (hello, "%02x", *c);
  g_string_prepend (hello, "AUTH EXTERNAL ");
  g_string_append (hello, "\r\n");
  say (raw, "", 1); /* one byte of zero, with our credentials */
  say (raw, hello->str, hello->len);
  expect_line (raw, "OK ");
  say (raw, "NEGOTIATE_UNIX_FD\r\n", strlen ("NEGOTIATE_UNIX_FD\r\n"));
  expect_line (raw, "AGREE_UNIX_FD");
  say (raw, "BEGIN\r\n", strlen ("BEGIN\r\n"));
}

static void
send_with_fd (BusRaw *raw, const guint8 *bytes, gsize length, int fd)
{
  union
  {
    char bytes[CMSG_SPACE (sizeof (int))];
    struct cmsghdr align;
  } control = { { 0 } };
  struct iovec data = { (gpointer)bytes, length };
  struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };

  if (fd >= 0)
    {
      message.msg_control = control.bytes;
      message.msg_controllen = sizeof control.bytes;
      control.align.cmsg_level = SOL_SOCKET;
      control.align.cmsg_type = SCM_RIGHTS;
      control.align.cmsg_len = CMSG_LEN (sizeof (int));
      memcpy (CMSG_DATA (&control.align), &fd, sizeof fd);
    }
  if (sendmsg (raw->fd, &message, MSG_NOSIGNAL) != (gssize)length)
    die ("cannot send");
}

static void
send_message (BusRaw *raw, GDBusMessage *message, GVariant *parameters, int fd)
{
  g_autoptr (GUnixFDList) fds = bus_list_fd (fd);
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *blob = NULL;
  gsize length;

  g_dbus_message_set_serial (message, ++raw->serial);
  if (parameters != NULL)
    g_dbus_message_set_body (message, parameters);
  if (fds != NULL)
    g_dbus_message_set_unix_fd_list (message, fds);
  blob = g_dbus_message_to_blob (message, &length, G_DBUS_CAPABILITY_FLAGS_UNIX_FD_PASSING, &error);
  g_assert_no_error (error);
  send_with_fd (raw, blob, length, fd);
}

static GDBusMessage *
read_message (BusRaw *raw)
{
  guint8 header[HEADER_BYTES];
  g_autofree guint8 *blob = NULL;
  g_autoptr (GError) error = NULL;
  GDBusMessage *message;
  gssize needed;

  read_exactly (raw, header, sizeof header);
  needed = g_dbus_message_bytes_needed (header, sizeof header, &error);
  g_assert_no_error (error);
  blob = g_malloc ((gsize)needed);
  memcpy (blob, header, sizeof header);
  read_exactly (raw, blob + sizeof header, (gsize)needed - sizeof header);
  message = g_dbus_message_new_from_blob (blob, (gsize)needed,
                                          G_DBUS_CAPABILITY_FLAGS_UNIX_FD_PASSING, &error);
  g_assert_no_error (error);
  return message;
}

static GDBusMessage *
read_answer (BusRaw *raw)
{
  for (;;)
    {
      g_autoptr (GDBusMessage) message = read_message (raw);

      if (g_dbus_message_get_reply_serial (message) == raw->serial)
        return g_steal_pointer (&message);
    }
}

BusRaw *
bus_raw_connect (const char *address)
{
  BusRaw *raw = g_new0 (BusRaw, 1);
  g_autoptr (GDBusMessage) hello = g_dbus_message_new_method_call (
    "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello");
  g_autoptr (GDBusMessage) answer = NULL;

  connect_to (raw, address);
  authenticate (raw);
  send_message (raw, hello, NULL, -1);
  answer = read_answer (raw);
  g_variant_get (g_dbus_message_get_body (answer), "(s)", &raw->name);
  return raw;
}

const char *
bus_raw_get_name (BusRaw *raw)
{
  return raw->name;
}

void
bus_raw_send (BusRaw *raw, const char *path, const char *method, GVariant *parameters, int fd)
{
  g_autofree char *interface = NULL;
  const char *name = bus_split_method (method, &interface);
  g_autoptr (GDBusMessage) message =
    g_dbus_message_new_method_call (BUS_NAME, path, interface, name);

  send_message (raw, message, parameters, fd);
}

void
bus_raw_await_answer (BusRaw *raw)
{
  g_object_unref (read_answer (raw));
}

void
bus_raw_close (BusRaw *raw)
{
  smd_fd_clear (&raw->fd);
  g_free (raw->name);
  g_free (raw);
}
