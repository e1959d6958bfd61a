/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus-calls.h"

#include <poll.h>
#include <string.h>

#define PATIENCE_MS (60 * 1000)

const char *
bus_split_method (const char *method, char **interface)
{
  const char *dot = strrchr (method, '.');
  g_autofree char *prefix = g_strndup (method, (gsize)(dot - method));

  *interface =
    strchr (prefix, '.') != NULL ? g_strdup (prefix) : g_strconcat (BUS_NAME ".", prefix, NULL);
  return dot + 1;
}

GUnixFDList *
bus_list_fd (int fd)
{
  GUnixFDList *list = NULL;

  if (fd >= 0)
    {
      list = g_unix_fd_list_new ();
      g_assert_cmpint (g_unix_fd_list_append (list, fd, NULL), ==, 0);
    }
  return list;
}

GVariant *
bus_try (GDBusConnection *peer,
         const char *path,
         const char *method,
         GVariant *parameters,
         int fd,
         GUnixFDList **fds,
         GError **error)
{
  g_autoptr (GUnixFDList) sent = bus_list_fd (fd);
  g_autofree char *interface = NULL;
  const char *name = bus_split_method (method, &interface);
  GVariant *reply = g_dbus_connection_call_with_unix_fd_list_sync (
    peer, BUS_NAME, path, interface, name, parameters, NULL, G_DBUS_CALL_FLAGS_NONE, PATIENCE_MS,
    sent, fds, NULL, error);

  if (reply == NULL && error != NULL)
    (void)g_dbus_error_strip_remote_error (*error);
  return reply;
}

GVariant *
bus_call (GDBusConnection *peer, const char *path, const char *method, GVariant *parameters)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply = bus_try (peer, path, method, parameters, -1, NULL, &error);

  if (reply == NULL)
    g_error ("%s %s: %s", path, method, error->message);
  return reply;
}

static void
assert_refusal (const GError *error, SysmemError code, const char *text)
{
  g_assert_error (error, SYSMEM_ERROR, (int)code);
  if (strstr (error->message, text) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, text);
}

void
bus_refused (GDBusConnection *peer,
             const char *path,
             const char *method,
             GVariant *parameters,
             SysmemError code,
             const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = bus_try (peer, path, method, parameters, -1, NULL, &error);

  g_assert_null (reply);
  assert_refusal (error, code, text);
}

SmdFd
bus_take_fd (GUnixFDList *fds, gint32 handle)
{
  g_autoptr (GError) error = NULL;
  int fd = g_unix_fd_list_get (fds, handle, &error);

  g_assert_no_error (error);
  return fd;
}

GVariant *
bus_call_with_fds (GDBusConnection *peer,
                   const char *path,
                   const char *method,
                   GVariant *parameters,
                   int fd,
                   GUnixFDList **fds)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply = bus_try (peer, path, method, parameters, fd, fds, &error);

  if (reply == NULL)
    g_error ("%s %s: %s", path, method, error->message);
  return reply;
}

SmdFd
bus_call_for_fd (GDBusConnection *peer, const char *path, const char *method, GVariant *parameters)
{
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = bus_call_with_fds (peer, path, method, parameters, -1, &fds);

  g_assert_cmpint (g_unix_fd_list_get_length (fds), ==, 1);
  return bus_take_fd (fds, 0);
}

GVariant *
bus_get_property (GDBusConnection *peer, const char *path, const char *name)
{
  g_autoptr (GVariant) reply = bus_call (peer, path, "org.freedesktop.DBus.Properties.Get",
                                         g_variant_new ("(ss)", BUS_NAME ".Node", name));
  GVariant *value;

  g_variant_get (reply, "(v)", &value);
  return value;
}

char *
bus_get_state (GDBusConnection *peer, const char *path)
{
  g_autoptr (GVariant) state = bus_get_property (peer, path, "State");

  return g_variant_dup_string (state, NULL);
}

struct _BusPending
{
  GDBusConnection *peer;
  GAsyncResult *result; /* NULL until it is answered */
  guint32 serial;
};

static void
on_answered (GObject *peer, GAsyncResult *result, gpointer data)
{
  ((BusPending *)data)->result = g_object_ref (result);
}

BusPending *
bus_start (
  GDBusConnection *peer, const char *path, const char *method, GVariant *parameters, int fd)
{
  BusPending *pending = g_new0 (BusPending, 1);
  g_autoptr (GUnixFDList) sent = bus_list_fd (fd);
  g_autofree char *interface = NULL;
  const char *name = bus_split_method (method, &interface);

  pending->peer = g_object_ref (peer);
  g_dbus_connection_call_with_unix_fd_list (peer, BUS_NAME, path, interface, name, parameters, NULL,
                                            G_DBUS_CALL_FLAGS_NONE, PATIENCE_MS, sent, NULL,
                                            on_answered, pending);
  pending->serial = g_dbus_connection_get_last_serial (peer);
  return pending;
}

guint32
bus_pending_get_serial (BusPending *pending)
{
  return pending->serial;
}

gboolean
bus_pending_is_answered (BusPending *pending)
{
  while (g_main_context_iteration (g_main_context_get_thread_default (), FALSE))
    ;
  return pending->result != NULL;
}

GVariant *
bus_finish (BusPending *pending, GUnixFDList **fds, GError **error)
{
  GVariant *reply;

  while (pending->result == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  reply =
    g_dbus_connection_call_with_unix_fd_list_finish (pending->peer, fds, pending->result, error);
  if (reply == NULL && error != NULL)
    (void)g_dbus_error_strip_remote_error (*error);
  g_object_unref (pending->result);
  g_object_unref (pending->peer);
  g_free (pending);
  return reply;
}

void
bus_finish_refused (BusPending *pending, SysmemError code, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = bus_finish (pending, NULL, &error);

  g_assert_null (reply);
  assert_refusal (error, code, text);
}

void
bus_token_clear (BusToken *token)
{
  g_clear_pointer (&token->path, g_free);
  smd_fd_clear (&token->handle);
}

BusToken
bus_allocate_shared (GDBusConnection *peer)
{
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = bus_call_with_fds (
    peer, BUS_ROOT, "Allocator.AllocateSharedCollection", bus_no_options (), -1, &fds);
  BusToken token;
  gint32 handle;

  g_variant_get (reply, "(oha(oh))", &token.path, &handle, NULL);
  token.handle = bus_take_fd (fds, handle);
  return token;
}

BusToken
bus_new_token (GDBusConnection *peer, const char *path, const char *method)
{
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply =
    bus_call_with_fds (peer, path, method, g_variant_new ("(u)", G_MAXUINT32), -1, &fds);
  BusToken token;
  gint32 handle;

  g_variant_get (reply, "(oh)", &token.path, &handle);
  token.handle = bus_take_fd (fds, handle);
  return token;
}

BusToken
bus_duplicate (GDBusConnection *peer, const char *path)
{
  return bus_new_token (peer, path, "Token.Duplicate");
}

char *
bus_bind (GDBusConnection *peer, BusToken *token, GVariant *constraints)
{
  g_autoptr (GVariant) reply = NULL;
  GVariantBuilder options;
  char *path;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  if (constraints != NULL)
    g_variant_builder_add (&options, "{sv}", "constraints", constraints);
  reply = bus_call_with_fds (peer, BUS_ROOT, "Allocator.BindSharedCollection",
                             g_variant_new ("(ha{sv})", 0, &options), token->handle, NULL);
  g_variant_get (reply, "(o)", &path);
  bus_token_clear (token);
  return path;
}

GVariant *
bus_constraints (guint camping, guint64 bytes)
{
  return g_variant_new_parsed (
    "{'usage': <['cpu-read-often', 'cpu-write-often']>, 'min_buffer_count_for_camping': <%u>,"
    " 'buffer_memory_constraints': <{'min_size_bytes': <%t>}>}",
    camping, bytes);
}

void
bus_set_constraints (GDBusConnection *peer, const char *path, GVariant *constraints)
{
  g_variant_unref (bus_call (peer, path, "Collection.SetConstraints",
                             g_variant_new ("(@a{sv}a{sv})", constraints, NULL)));
}

char *
bus_allocate_single (GDBusConnection *peer, GVariant *constraints)
{
  g_autoptr (GVariant) reply = NULL;
  GVariantBuilder options;
  char *path;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "constraints", constraints);
  reply = bus_call (peer, BUS_ROOT, "Allocator.AllocateNonSharedCollection",
                    g_variant_new ("(a{sv})", &options));
  g_variant_get (reply, "(o)", &path);
  return path;
}

void
bus_release (GDBusConnection *peer, const char *path)
{
  g_variant_unref (bus_call (peer, path, "Node.Release", NULL));
}

GVariant *
bus_options (const char *key)
{
  return g_variant_new_parsed ("({%s: <true>},)", key);
}

GVariant *
bus_no_options (void)
{
  return g_variant_new ("(a{sv})", NULL);
}

static gboolean
poll_hangup (int fd, int timeout_ms)
{
  struct pollfd poll_fd = { .fd = fd };

  return poll (&poll_fd, 1, timeout_ms) == 1 && (poll_fd.revents & POLLHUP) != 0;
}

gboolean
bus_hung_up (int fd)
{
  return poll_hangup (fd, 0);
}

void
bus_await_hangup (int fd)
{
  g_assert_true (poll_hangup (fd, PATIENCE_MS));
}
