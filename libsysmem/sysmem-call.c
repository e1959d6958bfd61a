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

/* What is asked for, and what the reply has to look like. */
typedef struct
{
  gboolean to_certain_daemon;
  const char *answer; /* a literal */
  gsize n_answers;
} Question;

static Question
make_question (const SysmemCall *call)
{
  return (Question){
    .to_certain_daemon = call->destination != NULL,
    .answer = call->answer,
    .n_answers = call->n_answers,
  };
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

static gboolean
check_length (GDBusMessage *reply, gsize n_answers, GError **error)
{
  GVariant *body = g_dbus_message_get_body (reply);
  g_autoptr (GVariant) list = NULL;
  gsize n;

  if (n_answers == 0)
    return TRUE;
  list = g_variant_get_child_value (body, g_variant_n_children (body) - 1);
  n = g_variant_n_children (list);
  if (n == n_answers)
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
               "the daemon's reply has %" G_GSIZE_FORMAT " tokens instead of %" G_GSIZE_FORMAT, n,
               n_answers);
  return FALSE;
}

/* Consumes @reply if it is not what was asked for. */
static GDBusMessage *
check_reply (GDBusMessage *reply, const Question *question, GError **error)
{
  if (check_error (reply, question->to_certain_daemon, error)
      && check_type (reply, question->answer, error)
      && check_length (reply, question->n_answers, error))
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
  const Question question = make_question (call);
  GDBusMessage *reply;

  if (message == NULL || g_cancellable_set_error_if_cancelled (cancellable, error)
      || !sysmem_client_check_process (client, error))
    return NULL;
  reply = g_dbus_connection_send_message_with_reply_sync (
    sysmem_client_get_connection (client), message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, -1, NULL,
    call->kind == SYSMEM_CALL_ASKS ? cancellable : NULL, error);
  if (reply != NULL)
    reply = check_reply (reply, &question, error);
  if (reply != NULL && call->done != NULL)
    call->done (call->source, call->data, reply);
  return reply;
}

/* Somebody waits for the answer. */
typedef struct
{
  Question question;
  SysmemCallDone done;
  GTask *task;
} Waiting;

static void
on_reply (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Waiting *waiting = data;
  g_autoptr (GTask) task = waiting->task;
  GError *error = NULL;
  GDBusMessage *reply =
    g_dbus_connection_send_message_with_reply_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply != NULL)
    reply = check_reply (reply, &waiting->question, &error);
  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (waiting->done != NULL)
    waiting->done (g_task_get_source_object (task), g_task_get_task_data (task), reply);
  g_task_return_pointer (task, reply, g_object_unref);
}

void
sysmem_call_start (SysmemClient *client, const SysmemCall *call, GTask *task)
{
  GError *error = NULL;
  g_autoptr (GDBusMessage) message = make_message (call, &error);
  Waiting *waiting;

  if (message == NULL || !sysmem_client_check_process (client, &error)
      || g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  waiting = g_new0 (Waiting, 1);
  waiting->question = make_question (call);
  waiting->done = call->done;
  waiting->task = task;
  g_task_set_check_cancellable (task, call->kind == SYSMEM_CALL_ASKS);
  g_dbus_connection_send_message_with_reply (
    sysmem_client_get_connection (client), message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, -1, NULL,
    call->kind == SYSMEM_CALL_ASKS ? g_task_get_cancellable (task) : NULL, on_reply, waiting);
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
