/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-call.h"

#include "sysmem-client-private.h"
#include "sysmem-error.h"
#include <gio/gunixfdlist.h>

GUnixFDList *
sysmem_fds_new (const int *fds, guint n_fds)
{
  g_autoptr (GUnixFDList) list = g_unix_fd_list_new ();

  for (guint i = 0; i < n_fds; i++)
    if (g_unix_fd_list_append (list, fds[i], NULL) < 0)
      return g_unix_fd_list_new ();
  return g_steal_pointer (&list);
}

/* Takes what the call carries in any case. */
static GDBusMessage *
make_message (const SysmemCall *call, GError **error)
{
  g_autoptr (GUnixFDList) fds = call->fds;
  g_autoptr (GDBusMessage) message =
    g_dbus_message_new_method_call (call->destination != NULL ? call->destination : SYSMEM_BUS_NAME,
                                    call->path, call->interface, call->method);

  if (call->parameters != NULL)
    g_dbus_message_set_body (message, call->parameters);
  if (fds != NULL && g_unix_fd_list_get_length (fds) == 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_HANDLE_ACCESS_DENIED,
                   "%s: the file descriptor given is not open, or this process may open no more",
                   call->method);
      return NULL;
    }
  if (fds != NULL)
    g_dbus_message_set_unix_fd_list (message, fds);
  return g_steal_pointer (&message);
}

/* The bus says it in its own words when the daemon is no more. */
static gboolean
is_daemon_gone (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY);
}

/* Only a unique name stands for a certain daemon. */
static gboolean
check_error (GDBusMessage *reply, gboolean to_certain_daemon, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (!g_dbus_message_to_gerror (reply, &failure))
    return TRUE;
  if (to_certain_daemon && is_daemon_gone (failure))
    g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                 "the sysmemd that kept this collection has left the bus; what it allocated stays "
                 "usable, the negotiation is over");
  else
    {
      g_dbus_error_strip_remote_error (failure);
      g_propagate_error (error, g_steal_pointer (&failure));
    }
  return FALSE;
}

static gboolean
check_type (GDBusMessage *reply, const char *type, GError **error)
{
  GVariant *body = g_dbus_message_get_body (reply);

  if (type == NULL || (body != NULL && g_variant_is_of_type (body, G_VARIANT_TYPE (type))))
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
               "the daemon's reply is of type %s, not %s",
               body != NULL ? g_variant_get_type_string (body) : "()", type);
  return FALSE;
}

/* Consumes @reply if it is not what was asked for. */
static GDBusMessage *
check_reply (GDBusMessage *reply, gboolean to_certain_daemon, const char *type, GError **error)
{
  if (check_error (reply, to_certain_daemon, error) && check_type (reply, type, error))
    return reply;
  g_object_unref (reply);
  return NULL;
}

GDBusMessage *
sysmem_call_sync (SysmemClient *client,
                  const SysmemCall *call,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (GDBusMessage) message = make_message (call, error);
  GDBusMessage *reply;

  if (message == NULL || g_cancellable_set_error_if_cancelled (cancellable, error)
      || !sysmem_client_check_process (client, error))
    return NULL;
  reply = g_dbus_connection_send_message_with_reply_sync (
    sysmem_client_get_connection (client), message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, -1, NULL,
    call->kind == SYSMEM_CALL_ASKS ? cancellable : NULL, error);
  if (reply != NULL)
    reply = check_reply (reply, call->destination != NULL, call->answer, error);
  if (reply != NULL && call->done != NULL)
    call->done (call->source, call->data, reply);
  return reply;
}

/* What the answer needs to know of the question. */
typedef struct
{
  gboolean to_certain_daemon;
  const char *answer;
  SysmemCallDone done;
  GTask *task;
} Question;

static void
on_reply (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Question *question = data;
  g_autoptr (GTask) task = question->task;
  GError *error = NULL;
  GDBusMessage *reply =
    g_dbus_connection_send_message_with_reply_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    reply = check_reply (reply, question->to_certain_daemon, question->answer, &error);
  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (question->done != NULL)
    question->done (g_task_get_source_object (task), g_task_get_task_data (task), reply);
  g_task_return_pointer (task, reply, g_object_unref);
}

void
sysmem_call_start (SysmemClient *client, const SysmemCall *call, GTask *task)
{
  GError *error = NULL;
  g_autoptr (GDBusMessage) message = make_message (call, &error);
  Question *question;

  if (message == NULL || !sysmem_client_check_process (client, &error)
      || g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  question = g_new0 (Question, 1);
  question->to_certain_daemon = call->destination != NULL;
  question->answer = call->answer; /* a literal */
  question->done = call->done;
  question->task = task;
  g_task_set_check_cancellable (task, call->kind == SYSMEM_CALL_ASKS);
  g_dbus_connection_send_message_with_reply (
    sysmem_client_get_connection (client), message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, -1, NULL,
    call->kind == SYSMEM_CALL_ASKS ? g_task_get_cancellable (task) : NULL, on_reply, question);
}

void
sysmem_call_send (SysmemClient *client, const SysmemCall *call)
{
  g_autoptr (GDBusMessage) message = make_message (call, NULL);

  if (message == NULL || !sysmem_client_check_process (client, NULL))
    return;
  g_dbus_message_set_flags (message, G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED);
  (void)g_dbus_connection_send_message (sysmem_client_get_connection (client), message,
                                        G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL, NULL);
}

int
sysmem_reply_take_fd (GDBusMessage *reply, gint32 handle, GError **error)
{
  GUnixFDList *fds = g_dbus_message_get_unix_fd_list (reply);

  if (fds == NULL || handle < 0 || handle >= g_unix_fd_list_get_length (fds))
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                   "the daemon's reply lacks file descriptor %d", handle);
      return -1;
    }
  return g_unix_fd_list_get (fds, handle, error);
}

int
sysmem_reply_take_only_fd (GDBusMessage *reply, GError **error)
{
  gint32 handle;

  g_variant_get (g_dbus_message_get_body (reply), "(h)", &handle);
  return sysmem_reply_take_fd (reply, handle, error);
}
