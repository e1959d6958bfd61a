/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-node-signals.h"

#include "sysmem-client.h"
#include "sysmem-error.h"
#include "sysmem-node-private.h"

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static void
weak_ref_closure_free (gpointer data, GClosure *closure)
{
  weak_ref_free (data);
}

static GWeakRef *
weak_ref_new (gpointer object)
{
  GWeakRef *ref = g_new0 (GWeakRef, 1);

  g_weak_ref_init (ref, object);
  return ref;
}

static void
on_node_signal (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *name,
                GVariant *parameters,
                gpointer data)
{
  g_autoptr (SysmemNode) self = g_weak_ref_get (data);

  if (self == NULL || !sysmem_node_is_at (self, path, sender))
    return;
  if (g_strcmp0 (name, "Allocated") == 0)
    (void)sysmem_node_set_state (self, SYSMEM_NODE_ALLOCATED);
  else if (g_strcmp0 (name, "Failed") == 0
           && g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ss)")))
    {
      const char *code;
      const char *message;
      GError *error;

      g_variant_get (parameters, "(&s&s)", &code, &message);
      error = g_dbus_error_new_for_dbus_error (code, message);
      g_dbus_error_strip_remote_error (error);
      sysmem_node_fail (self, error);
    }
}

static void
on_owner_changed (GDBusConnection *connection,
                  const char *sender,
                  const char *path,
                  const char *interface,
                  const char *name,
                  GVariant *parameters,
                  gpointer data)
{
  g_autoptr (SysmemNode) self = g_weak_ref_get (data);
  g_autofree char *daemon = self != NULL ? sysmem_node_dup_daemon (self) : NULL;
  const char *old_owner;

  if (daemon == NULL || !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sss)")))
    return;
  g_variant_get (parameters, "(&s&s&s)", NULL, &old_owner, NULL);
  if (g_str_equal (old_owner, daemon))
    sysmem_node_fail (self, g_error_new (SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                                         "the sysmemd that kept this collection has left the bus"));
}

static void
on_closed (GDBusConnection *connection, gboolean by_remote, GError *reason, gpointer data)
{
  g_autoptr (SysmemNode) self = g_weak_ref_get (data);

  if (self != NULL)
    sysmem_node_fail (
      self, g_error_new (SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                         "the connection to the bus is closed, and with it what belonged to "
                         "it; buffers stay usable"));
}

/* Signals come to this connection alone, so they need no match rule. */
static guint
subscribe (SysmemNode *node, const char *path)
{
  return g_dbus_connection_signal_subscribe (
    sysmem_client_get_connection (sysmem_node_get_client (node)), NULL, SYSMEM_INTERFACE_NODE, NULL,
    path, NULL, G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE, on_node_signal, weak_ref_new (node),
    weak_ref_free);
}

void
sysmem_node_signals_listen_early (SysmemNodeSignals *self, SysmemNode *node)
{
  self->early = subscribe (node, NULL);
}

static void
stop_early (SysmemNodeSignals *self, SysmemNode *node)
{
  guint subscription = (guint)g_atomic_int_exchange ((gint *)&self->early, 0);

  if (subscription != 0)
    g_dbus_connection_signal_unsubscribe (
      sysmem_client_get_connection (sysmem_node_get_client (node)), subscription);
}

static gboolean
on_caught_up (gpointer data)
{
  g_autoptr (SysmemNode) node = g_weak_ref_get (data);

  if (node != NULL)
    stop_early (sysmem_node_peek_signals (node), node);
  return G_SOURCE_REMOVE;
}

/* What came before the node's own subscription was made is in the context's queue already, ahead
 * of this source. */
static void
stop_early_soon (SysmemNode *node)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_static_name (source, "sysmem node");
  g_source_set_callback (source, on_caught_up, weak_ref_new (node), weak_ref_free);
  g_source_attach (source, context);
}

void
sysmem_node_signals_listen (SysmemNodeSignals *self, SysmemNode *node, const char *path)
{
  GDBusConnection *connection = sysmem_client_get_connection (sysmem_node_get_client (node));

  if (self->of_path != 0)
    return;
  self->of_path = subscribe (node, path);
  self->of_owner = g_dbus_connection_signal_subscribe (
    connection, "org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged",
    "/org/freedesktop/DBus", SYSMEM_BUS_NAME, G_DBUS_SIGNAL_FLAGS_NO_MATCH_RULE, on_owner_changed,
    weak_ref_new (node), weak_ref_free);
  self->closed =
    g_signal_connect_data (connection, "closed", G_CALLBACK (on_closed), weak_ref_new (node),
                           weak_ref_closure_free, G_CONNECT_DEFAULT);
  if (g_atomic_int_get ((gint *)&self->early) != 0)
    stop_early_soon (node);
}

void
sysmem_node_signals_stop (SysmemNodeSignals *self, SysmemNode *node)
{
  GDBusConnection *connection = sysmem_client_get_connection (sysmem_node_get_client (node));
  guint *all[] = { &self->of_path, &self->of_owner };

  stop_early (self, node);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (*all[i] != 0)
      g_dbus_connection_signal_unsubscribe (connection, *all[i]);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    *all[i] = 0;
  g_clear_signal_handler (&self->closed, connection);
}
