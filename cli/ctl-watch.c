/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-watch.h"

#include "ctl-context.h"

struct _CtlWatch
{
  GDBusConnection *connection;
  CtlWatchFunc callback;
  gpointer data;
  guint subscription;
  guint name_watch;
  GCancellable *cancellable; /* of the call to Subscribe */
};

static void
on_changed (GDBusConnection *connection,
            const char *sender,
            const char *path,
            const char *interface,
            const char *name,
            GVariant *parameters,
            gpointer data)
{
  CtlWatch *watch = data;
  const char *what;
  guint64 id;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ts)")))
    return;
  g_variant_get (parameters, "(t&s)", &id, &what);
  watch->callback (what, id, watch->data);
}

static void
on_subscribed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  CtlWatch *watch = data;

  /* A daemon that has left in the meantime is told of by its name. */
  if (reply != NULL)
    watch->callback ("started", 0, watch->data);
}

static void
on_appeared (GDBusConnection *connection, const char *name, const char *owner, gpointer data)
{
  CtlWatch *watch = data;

  g_dbus_connection_call (connection, owner, CTL_ROOT_PATH, CTL_INSPECTOR, "Subscribe", NULL, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, watch->cancellable, on_subscribed,
                          watch);
}

static void
on_vanished (GDBusConnection *connection, const char *name, gpointer data)
{
  CtlWatch *watch = data;

  watch->callback ("stopped", 0, watch->data);
}

CtlWatch *
ctl_watch_new (SysmemClient *client, CtlWatchFunc callback, gpointer data)
{
  CtlWatch *watch = g_new0 (CtlWatch, 1);

  watch->connection = g_object_ref (sysmem_client_get_connection (client));
  watch->callback = callback;
  watch->data = data;
  watch->cancellable = g_cancellable_new ();
  /* The signals are sent to subscribers alone and need no match rule. */
  watch->subscription = g_dbus_connection_signal_subscribe (
    watch->connection, CTL_BUS_NAME, CTL_INSPECTOR, "CollectionChanged", CTL_ROOT_PATH, NULL,
    G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE, on_changed, watch, NULL);
  watch->name_watch =
    g_bus_watch_name_on_connection (watch->connection, CTL_BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                    on_appeared, on_vanished, watch, NULL);
  return watch;
}

void
ctl_watch_free (CtlWatch *watch)
{
  g_cancellable_cancel (watch->cancellable);
  g_clear_object (&watch->cancellable);
  g_bus_unwatch_name (watch->name_watch);
  g_dbus_connection_signal_unsubscribe (watch->connection, watch->subscription);
  g_clear_object (&watch->connection);
  g_free (watch);
}
