/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Waiting for the others, which may take as long as they like.
 *
 * The daemon answers a wait within 20 s, if need be with Pending; this repeats it until there is
 * another answer or the caller has had enough. A second wait on the same node ends the first at
 * once, and a connection may only have so many of them: whoever is turned away for such a reason
 * rests until something happens to the node (its signals say so) or some time has passed, instead
 * of asking again and again.
 *
 *   ask --buffers--> done            ask --Pending, late--> ask
 *       --failure--> done                --Pending, early-> rest
 *                                        --limit----------> ask without a bundle, then rest
 *
 * Signals are only a hint to ask: what counts is the daemon's answer. */

#include "sysmem-collection-private.h"

#include "sysmem-client.h"
#include "sysmem-error.h"
#include "sysmem-settings-private.h"
#include <gio/gio.h>

/* An answer that takes longer than this was waited for. */
#define EARLY_US (G_USEC_PER_SEC / 2)
#define REST_SECONDS 10

typedef struct
{
  guint subscription;
  gboolean without_bundle;
  gboolean hinted; /* something happened since the question was sent */
  gint64 asked_at;
  GSource *rest;            /* NULL: not resting */
  SysmemSettings *settings; /* once there are buffers */
  GArray *delivered;
} Wait;

static void ask (GTask *task);

static GDBusConnection *
get_connection (GTask *task)
{
  return sysmem_client_get_connection (sysmem_node_get_client (g_task_get_source_object (task)));
}

static void
wait_free (Wait *wait)
{
  g_clear_object (&wait->settings);
  g_clear_pointer (&wait->delivered, g_array_unref);
  g_free (wait);
}

static void
stop_resting (Wait *wait)
{
  if (wait->rest != NULL)
    g_source_destroy (wait->rest);
  g_clear_pointer (&wait->rest, g_source_unref);
}

/* Takes @task, and @error if there is one. */
static void
finish (GTask *task, GError *error)
{
  Wait *wait = g_task_get_task_data (task);

  stop_resting (wait);
  if (wait->subscription != 0)
    g_dbus_connection_signal_unsubscribe (get_connection (task), wait->subscription);
  wait->subscription = 0;
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static gboolean
on_rested (gpointer data)
{
  GTask *task = data;
  GError *error = NULL;

  stop_resting (g_task_get_task_data (task));
  if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &error))
    finish (task, error);
  else
    ask (task);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  return G_SOURCE_CONTINUE; /* its parent's function is called as well */
}

static void
rest (GTask *task)
{
  Wait *wait = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  wait->rest = g_timeout_source_new_seconds (REST_SECONDS);
  g_source_set_static_name (wait->rest, "sysmem wait");
  g_source_set_callback (wait->rest, on_rested, task, NULL);
  if (cancellable != NULL)
    {
      g_autoptr (GSource) cancelled = g_cancellable_source_new (cancellable);

      g_source_set_callback (cancelled, G_SOURCE_FUNC (on_cancelled), NULL, NULL);
      g_source_add_child_source (wait->rest, cancelled);
    }
  g_source_attach (wait->rest, g_task_get_context (task));
}

/* The subscription is gone before the task is. */
static void
on_hint (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *name,
         GVariant *parameters,
         gpointer data)
{
  GTask *task = data;
  Wait *wait = g_task_get_task_data (task);

  wait->hinted = TRUE;
  if (wait->rest == NULL)
    return;
  stop_resting (wait);
  wait->without_bundle = FALSE;
  ask (task);
}

static void on_more (GObject *source, GAsyncResult *result, gpointer data);

/* What did not fit in one message is fetched in further ones. */
static void
fetch_more (GTask *task)
{
  Wait *wait = g_task_get_task_data (task);
  guint have = wait->delivered->len;
  guint count = sysmem_settings_get_buffer_count (wait->settings);
  SysmemCall call;

  if (have >= count)
    {
      finish (task, NULL);
      return;
    }
  call = (SysmemCall){
    .kind = SYSMEM_CALL_ASKS,
    .interface = SYSMEM_INTERFACE_COLLECTION,
    .method = "GetBuffers",
    .parameters = g_variant_new ("(uu)", have, count - have),
    .answer = "(aa{sv})",
  };
  sysmem_node_call_async (g_task_get_source_object (task), &call, NULL,
                          g_task_get_cancellable (task), on_more, task);
}

static void
on_more (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Wait *wait = g_task_get_task_data (task);
  guint before = wait->delivered->len;
  GError *error = NULL;
  g_autoptr (GDBusMessage) reply = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (GVariant) buffers =
    reply != NULL ? g_variant_get_child_value (g_dbus_message_get_body (reply), 0) : NULL;

  if (buffers == NULL
      || !sysmem_delivered_read_message (
        wait->delivered, sysmem_settings_get_buffer_count (wait->settings), buffers, reply, &error))
    finish (task, error);
  else if (wait->delivered->len == before)
    finish (task, g_error_new (SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                               "the daemon delivered %u buffers and no more", before));
  else
    fetch_more (task);
}

/* All of them if they come in a bundle, else as many as fit in the message. */
static gboolean
take_buffers (Wait *wait, GVariant *info, GDBusMessage *reply, GError **error)
{
  g_autoptr (GVariant) buffers = g_variant_get_child_value (g_dbus_message_get_body (reply), 1);
  guint n_buffers = sysmem_settings_get_buffer_count (wait->settings);
  gint32 handle;

  if (g_variant_lookup (info, "bundle", "h", &handle))
    {
      g_auto (SysmemFd) bundle = sysmem_reply_take_fd (reply, handle, error);

      return bundle >= 0
             && sysmem_delivered_read_bundle (wait->delivered, n_buffers, bundle, error);
    }
  return sysmem_delivered_read_message (wait->delivered, n_buffers, buffers, reply, error);
}

/* Takes @task. */
static void
take_answer (GTask *task, GDBusMessage *reply)
{
  Wait *wait = g_task_get_task_data (task);
  g_autoptr (GVariant) info = g_variant_get_child_value (g_dbus_message_get_body (reply), 0);
  GError *error = NULL;

  wait->settings = sysmem_settings_new_from_daemon (info, TRUE, &error);
  wait->delivered = sysmem_delivered_new ();
  if (wait->settings != NULL && take_buffers (wait, info, reply, &error))
    fetch_more (task);
  else
    finish (task, error);
}

/* Takes @task and @error. */
static void
take_refusal (GTask *task, GError *error)
{
  Wait *wait = g_task_get_task_data (task);
  gboolean pending = g_error_matches (error, SYSMEM_ERROR, SYSMEM_ERROR_PENDING);
  gboolean limited = g_error_matches (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED);
  gboolean early = g_get_monotonic_time () - wait->asked_at < EARLY_US;

  if (!pending && !limited)
    {
      finish (task, error);
      return;
    }
  g_error_free (error);
  if (pending && (wait->hinted || !early))
    ask (task);
  else if (limited && !wait->without_bundle)
    {
      wait->without_bundle = TRUE;
      ask (task);
    }
  else
    rest (task);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  GError *error = NULL;
  g_autoptr (GDBusMessage) reply = g_task_propagate_pointer (G_TASK (result), &error);

  if (reply != NULL)
    take_answer (task, reply);
  else
    take_refusal (task, error);
}

static void
ask (GTask *task)
{
  Wait *wait = g_task_get_task_data (task);
  GVariantDict options;
  SysmemCall call;

  g_variant_dict_init (&options, NULL);
  if (!wait->without_bundle)
    g_variant_dict_insert (&options, "bundle", "b", TRUE);
  call = (SysmemCall){
    .kind = SYSMEM_CALL_ASKS,
    .interface = SYSMEM_INTERFACE_COLLECTION,
    .method = "WaitForAllBuffersAllocated",
    .parameters = g_variant_new ("(@a{sv})", g_variant_dict_end (&options)),
    .answer = "(a{sv}aa{sv})",
  };
  wait->hinted = FALSE;
  wait->asked_at = g_get_monotonic_time ();
  sysmem_node_call_async (g_task_get_source_object (task), &call, NULL,
                          g_task_get_cancellable (task), on_answer, task);
}

/**
 * sysmem_collection_wait_async:
 * @self: a collection
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when there are buffers, or there never will be
 * @user_data: for @callback
 *
 * As [method@Sysmem.Collection.wait], without blocking.
 *
 * Since: 1.0
 */
void
sysmem_collection_wait_async (SysmemCollection *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autofree char *path = NULL;
  Wait *wait;
  GTask *task;

  g_return_if_fail (SYSMEM_IS_COLLECTION (self));

  path = sysmem_node_dup_path (SYSMEM_NODE (self));
  wait = g_new0 (Wait, 1);
  task =
    sysmem_node_task_new (self, sysmem_collection_wait_async, cancellable, callback, user_data);
  g_task_set_task_data (task, wait, (GDestroyNotify)wait_free);
  wait->subscription = g_dbus_connection_signal_subscribe (
    get_connection (task), NULL, SYSMEM_INTERFACE_NODE, NULL, path, NULL,
    G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE, on_hint, task, NULL);
  ask (task);
}

/**
 * sysmem_collection_wait_finish:
 * @self: a collection
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@Sysmem.Collection.wait_async].
 *
 * Returns: %TRUE if the collection has its buffers now, %FALSE with an error as there
 *
 * Since: 1.0
 */
gboolean
sysmem_collection_wait_finish (SysmemCollection *self, GAsyncResult *result, GError **error)
{
  Wait *wait;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, sysmem_collection_wait_async), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  wait = g_task_get_task_data (G_TASK (result));
  sysmem_collection_take_buffers (self, wait->settings, wait->delivered);
  return TRUE;
}

static void
on_waited (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

/**
 * sysmem_collection_wait:
 * @self: a collection whose constraints are set
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Waits until everybody has answered and the buffers are there, however long that takes, and
 * takes them: afterwards they are the items of the list.
 *
 * Several waits on one collection, from several threads even, are all answered.
 *
 * Returns: %TRUE if the collection has its buffers now; %FALSE with the reason why it never will:
 *   %SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY if the participants cannot agree,
 *   %SYSMEM_ERROR_NO_MEMORY, %SYSMEM_ERROR_TOO_MANY_GROUP_CHILD_COMBINATIONS,
 *   %SYSMEM_ERROR_UNSPECIFIED if somebody else's failure is the reason,
 *   %SYSMEM_ERROR_PROTOCOL_DEVIATION if constraints were not set or a weak participant has not said
 *   that it may be one; or with %G_IO_ERROR_CANCELLED, or another error of %G_IO_ERROR or
 *   %G_DBUS_ERROR
 *
 * Since: 1.0
 */
gboolean
sysmem_collection_wait (SysmemCollection *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMainContext) context = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  g_return_val_if_fail (SYSMEM_IS_COLLECTION (self), FALSE);

  /* A context of its own, so that nothing else happens meanwhile. */
  context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  sysmem_collection_wait_async (self, cancellable, on_waited, &result);
  while (result == NULL)
    (void)g_main_context_iteration (context, TRUE);
  g_main_context_pop_thread_default (context);
  return sysmem_collection_wait_finish (self, result, error);
}
