/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-name.h"

#include "bus/smd-authority.h"
#include "bus/smd-senders.h"
#include "server/smd-idle.h"

#define DBUS_NAME "org.freedesktop.DBus"
#define DBUS_PATH "/org/freedesktop/DBus"
#define DO_NOT_QUEUE 4u
#define PRIMARY_OWNER 1u
#define MAX_ROUNDS 3

gboolean
smd_bus_take_name (SmdBus *bus, GError **error)
{
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_sync (bus->connection, DBUS_NAME, DBUS_PATH, DBUS_NAME, "RequestName",
                                 g_variant_new ("(su)", SMD_BUS_NAME, DO_NOT_QUEUE),
                                 G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
  guint32 outcome;

  if (reply == NULL)
    {
      g_prefix_error (error, "the bus does not let us serve %s: ", SMD_BUS_NAME);
      return FALSE;
    }
  g_variant_get (reply, "(u)", &outcome);
  if (outcome == PRIMARY_OWNER)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "%s is served by somebody else already",
               SMD_BUS_NAME);
  return FALSE;
}

static gboolean
ask_bus (SmdBus *bus, const char *method, GVariant *parameters)
{
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_sync (bus->connection, DBUS_NAME, DBUS_PATH, DBUS_NAME, method,
                                 parameters, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);

  return reply != NULL;
}

static gboolean
is_needed (SmdBus *bus)
{
  return !smd_server_is_idle (bus->server) || smd_senders_are_asked_about (bus->senders)
         || smd_authority_is_asking (bus->authority);
}

/* In GDBus's thread, before a call gets into the main context. */
static GDBusMessage *
count_calls (GDBusConnection *connection,
             GDBusMessage *message,
             gboolean incoming,
             gpointer n_calls)
{
  if (incoming && g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL)
    g_atomic_int_inc ((int *)n_calls);
  return message;
}

/* Serves everybody who has called by now. The bus's answer to any question comes after what it let
 * through before, so then all of that lies in the main context. FALSE: the daemon is needed. */
static gboolean
serve_all (SmdBus *bus, const int *n_calls, int *n_served)
{
  for (guint i = 0; i < MAX_ROUNDS; i++)
    {
      *n_served = g_atomic_int_get (n_calls);
      if (!ask_bus (bus, "GetId", NULL))
        return FALSE;
      while (g_main_context_iteration (NULL, FALSE))
        ;
      if (is_needed (bus))
        return FALSE;
      if (g_atomic_int_get (n_calls) == *n_served)
        return TRUE;
    }
  return FALSE; /* somebody calls all the time */
}

/* Takes the name back before the late call is served: its caller will call again, and must not come
 * to another daemon then. FALSE: there is one already. */
static gboolean
stay (SmdBus *bus)
{
  g_autoptr (GError) error = NULL;

  if (smd_bus_take_name (bus, &error))
    return TRUE;
  g_message ("Somebody called while this daemon was leaving, and is left alone: %s",
             error->message);
  return FALSE;
}

gboolean
smd_bus_leave (SmdBus *bus)
{
  int *n_calls = g_new0 (int, 1);
  guint filter = g_dbus_connection_add_filter (bus->connection, count_calls, n_calls, g_free);
  int n_served;
  gboolean left = serve_all (bus, n_calls, &n_served)
                  && ask_bus (bus, "ReleaseName", g_variant_new ("(s)", SMD_BUS_NAME));

  if (left && g_atomic_int_get (n_calls) != n_served)
    left = !stay (bus);
  g_dbus_connection_remove_filter (bus->connection, filter);
  return left;
}
