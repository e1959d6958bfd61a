/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fake-daemon.h"

#include <gio/gunixfdlist.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct
{
  char *body;
  char *error_name;
  guint n_fds;
} Answer;

static void
answer_free (Answer *answer)
{
  g_free (answer->body);
  g_free (answer->error_name);
  g_free (answer);
}

static void
set_answer (FakeDaemon *daemon, const char *method, Answer answer)
{
  g_mutex_lock (&daemon->lock);
  g_hash_table_insert (daemon->answers, g_strdup (method), g_memdup2 (&answer, sizeof answer));
  g_mutex_unlock (&daemon->lock);
}

void
fake_daemon_answer (FakeDaemon *daemon, const char *method, const char *body, guint n_fds)
{
  set_answer (daemon, method, (Answer){ .body = g_strdup (body), .n_fds = n_fds });
}

void
fake_daemon_refuse (FakeDaemon *daemon,
                    const char *method,
                    const char *error_name,
                    const char *message)
{
  set_answer (daemon, method,
              (Answer){ .body = g_strdup (message), .error_name = g_strdup (error_name) });
}

/* Sockets that have reached their end. */
static GUnixFDList *
make_fds (guint n)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();

  for (guint i = 0; i < n; i++)
    {
      int ends[2];

      g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), ==, 0);
      g_assert_cmpint (g_unix_fd_list_append (fds, ends[0], NULL), ==, (gint)i);
      (void)close (ends[0]);
      (void)close (ends[1]);
    }
  return g_steal_pointer (&fds);
}

static GDBusMessage *
make_reply (GDBusMessage *call, const Answer *answer)
{
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;
  GDBusMessage *reply;
  GVariant *body;

  if (answer != NULL && answer->error_name != NULL)
    return g_dbus_message_new_method_error_literal (call, answer->error_name, answer->body);
  reply = g_dbus_message_new_method_reply (call);
  if (answer == NULL || answer->body == NULL)
    return reply;
  body = g_variant_parse (NULL, answer->body, NULL, NULL, &error);
  g_assert_no_error (error);
  g_dbus_message_set_body (reply, body);
  g_variant_unref (body);
  fds = make_fds (answer->n_fds);
  if (answer->n_fds > 0)
    g_dbus_message_set_unix_fd_list (reply, fds);
  return reply;
}

/* Runs in GDBus' own thread, while the test waits for the answer. */
static GDBusMessage *
on_message (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  FakeDaemon *daemon = data;
  g_autoptr (GDBusMessage) reply = NULL;

  if (!incoming || g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    return message;
  g_mutex_lock (&daemon->lock);
  reply = make_reply (message,
                      g_hash_table_lookup (daemon->answers, g_dbus_message_get_member (message)));
  g_mutex_unlock (&daemon->lock);
  if ((g_dbus_message_get_flags (message) & G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED) == 0)
    (void)g_dbus_connection_send_message (connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL,
                                          NULL);
  g_object_unref (message);
  return NULL;
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  *(GDBusConnection **)data = g_dbus_connection_new_finish (result, &error);
  g_assert_no_error (error);
}

static void
connect_end (GSocket *end,
             const char *guid,
             GDBusConnectionFlags flags,
             GDBusConnection **connection)
{
  g_autoptr (GSocketConnection) stream = g_socket_connection_factory_create_connection (end);

  g_dbus_connection_new (G_IO_STREAM (stream), guid, flags, NULL, NULL, on_connected, connection);
}

/* To the client this looks like a bus. */
static GDBusConnection *
connect_both (FakeDaemon *daemon)
{
  g_autofree char *guid = g_dbus_generate_guid ();
  GDBusConnection *client = NULL;
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    daemon->sockets[i] = g_socket_new_from_fd (ends[i], NULL);
  connect_end (daemon->sockets[0], guid,
               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER
                 | G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
               &daemon->connection);
  connect_end (daemon->sockets[1], NULL,
               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                 | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
               &client);
  while (daemon->connection == NULL)
    (void)g_main_context_iteration (NULL, TRUE);
  (void)g_dbus_connection_add_filter (daemon->connection, on_message, daemon, NULL);
  g_dbus_connection_start_message_processing (daemon->connection);
  while (client == NULL)
    (void)g_main_context_iteration (NULL, TRUE);
  return client;
}

void
fake_daemon_start (FakeDaemon *daemon)
{
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  *daemon = (FakeDaemon){ 0 };
  g_mutex_init (&daemon->lock);
  daemon->answers =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)answer_free);
  fake_daemon_answer (daemon, "Hello", "(':1.7',)", 0);
  fake_daemon_answer (daemon, "GetAll", "({'Version': <'0'>},)", 0);
  fake_daemon_answer (daemon, "AllocateSharedCollection",
                      "(objectpath '/node/1', handle 0, @a(oh) [])", 1);
  fake_daemon_answer (daemon, "BindSharedCollection", "(objectpath '/node/2',)", 0);
  fake_daemon_answer (daemon, "AllocateNonSharedCollection", "(objectpath '/node/3',)", 0);
  fake_daemon_answer (daemon, "CreateBufferCollectionTokenGroup", "(objectpath '/node/4',)", 0);
  fake_daemon_answer (daemon, "OpenToken", "(objectpath '/node/5',)", 0);
  connection = connect_both (daemon);
  daemon->client = sysmem_client_new_for_connection (connection, NULL, &error);
  g_assert_no_error (error);
}

void
fake_daemon_stop (FakeDaemon *daemon)
{
  GDBusConnection *connection = g_object_ref (sysmem_client_get_connection (daemon->client));

  g_clear_object (&daemon->client);
  (void)g_dbus_connection_close_sync (connection, NULL, NULL);
  (void)g_dbus_connection_close_sync (daemon->connection, NULL, NULL);
  g_object_unref (connection);
  g_clear_object (&daemon->connection);
  for (guint i = 0; i < G_N_ELEMENTS (daemon->sockets); i++)
    {
      /* By GDBus' thread, or once the connection's last signal was emitted in this one. */
      while (!g_socket_is_closed (daemon->sockets[i]))
        (void)g_main_context_iteration (NULL, FALSE);
      g_clear_object (&daemon->sockets[i]);
    }
  g_clear_pointer (&daemon->answers, g_hash_table_unref);
  g_mutex_clear (&daemon->lock);
}
