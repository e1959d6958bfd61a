/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus-trace.h"

#include <string.h>

#include "bus-calls.h"

/* Shared by its owner and the connection's filter, which runs in GDBus's thread. */
struct _BusTrace
{
  gatomicrefcount ref_count;
  GDBusConnection *peer;
  guint filter;
  GMutex mutex;
  GCond changed;
  GPtrArray *messages; /* of GDBusMessage */
};

static void
trace_unref (gpointer data)
{
  BusTrace *trace = data;

  if (!g_atomic_ref_count_dec (&trace->ref_count))
    return;
  g_mutex_clear (&trace->mutex);
  g_cond_clear (&trace->changed);
  g_ptr_array_unref (trace->messages);
  g_free (trace);
}

static GDBusMessage *
record (GDBusConnection *peer, GDBusMessage *message, gboolean incoming, gpointer data)
{
  BusTrace *trace = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&trace->mutex);

  if (incoming)
    g_ptr_array_add (trace->messages, g_object_ref (message));
  g_cond_broadcast (&trace->changed);
  return message;
}

BusTrace *
bus_trace_new (GDBusConnection *peer)
{
  BusTrace *trace = g_new0 (BusTrace, 1);

  g_atomic_ref_count_init (&trace->ref_count);
  g_mutex_init (&trace->mutex);
  g_cond_init (&trace->changed);
  trace->messages = g_ptr_array_new_with_free_func (g_object_unref);
  trace->peer = g_object_ref (peer);
  g_atomic_ref_count_inc (&trace->ref_count);
  trace->filter = g_dbus_connection_add_filter (peer, record, trace, trace_unref);
  return trace;
}

void
bus_trace_free (BusTrace *trace)
{
  g_dbus_connection_remove_filter (trace->peer, trace->filter);
  g_object_unref (trace->peer);
  trace_unref (trace);
}

/* @body NULL: any. */
static gboolean
is_signal (GDBusMessage *message, const char *path, const char *signal, GVariant *body)
{
  g_autofree char *interface = NULL;
  const char *name = bus_split_method (signal, &interface);

  return g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_SIGNAL
         && strcmp (g_dbus_message_get_interface (message), interface) == 0
         && strcmp (g_dbus_message_get_member (message), name) == 0
         && (path == NULL || strcmp (g_dbus_message_get_path (message), path) == 0)
         && (body == NULL || g_variant_equal (g_dbus_message_get_body (message), body));
}

/* The place of the first one; -1. Under the mutex. */
static int
find_signal (BusTrace *trace, const char *path, const char *signal, GVariant *body)
{
  for (guint i = 0; i < trace->messages->len; i++)
    if (is_signal (trace->messages->pdata[i], path, signal, body))
      return (int)i;
  return -1;
}

guint
bus_trace_count (BusTrace *trace, const char *path, const char *signal)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&trace->mutex);
  guint n = 0;

  for (guint i = 0; i < trace->messages->len; i++)
    n += is_signal (trace->messages->pdata[i], path, signal, NULL);
  return n;
}

GVariant *
bus_trace_await (BusTrace *trace, const char *path, const char *signal)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&trace->mutex);
  GVariant *body;
  int i;

  while ((i = find_signal (trace, path, signal, NULL)) < 0)
    g_cond_wait (&trace->changed, &trace->mutex);
  body = g_dbus_message_get_body (trace->messages->pdata[i]);
  return body != NULL ? g_variant_ref (body) : NULL;
}

void
bus_trace_await_body (BusTrace *trace, const char *path, const char *signal, GVariant *body)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&trace->mutex);

  while (find_signal (trace, path, signal, body) < 0)
    g_cond_wait (&trace->changed, &trace->mutex);
}

guint
bus_trace_find_answer (BusTrace *trace)
{
  return bus_trace_find_answer_to (trace, g_dbus_connection_get_last_serial (trace->peer));
}

guint
bus_trace_find_answer_to (BusTrace *trace, guint32 serial)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&trace->mutex);

  for (guint i = 0; i < trace->messages->len; i++)
    if (g_dbus_message_get_reply_serial (trace->messages->pdata[i]) == serial)
      return i;
  g_assert_not_reached ();
}

guint
bus_trace_find (BusTrace *trace, const char *path, const char *signal)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&trace->mutex);
  int i = find_signal (trace, path, signal, NULL);

  g_assert_cmpint (i, >=, 0);
  return (guint)i;
}
