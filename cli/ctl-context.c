/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-context.h"

#include <glib/gi18n.h>
#include <signal.h>

/* Milliseconds; the daemon answers everything within 20 s. */
#define CALL_TIMEOUT 25000
/* People who are asked for a password take their time. */
#define NO_TIMEOUT G_MAXINT

static SysmemClient *
connect_to (const char *bus, GError **error)
{
  g_autofree char *address = NULL;

  if (bus == NULL)
    return sysmem_client_new (NULL, error);
  if (g_str_equal (bus, "system"))
    address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SYSTEM, NULL, error);
  else if (g_str_equal (bus, "session"))
    address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, error);
  else
    address = g_strdup (bus);
  return address != NULL ? sysmem_client_new_for_address (address, NULL, error) : NULL;
}

static gboolean
is_daemon_absent (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER);
}

/* A bus name for sentences: what was asked for, or what the library took. */
static const char *
name_bus (const char *bus)
{
  if (bus == NULL)
    bus = g_strcmp0 (g_getenv ("SYSMEM_BUS"), "session") == 0 ? "session" : "system";
  if (g_str_equal (bus, "system"))
    return _ ("the system bus");
  return g_str_equal (bus, "session") ? _ ("the session bus") : bus;
}

/* Who cannot get through wants to know where it ended. Takes @reason. */
static void
take_connection_error (GError **error, const char *bus, GError *reason)
{
  g_dbus_error_strip_remote_error (reason);
  if (is_daemon_absent (reason))
    g_set_error (error, reason->domain, reason->code,
                 _ ("sysmemd is not running (%s), and the bus does not know how to start it; "
                    "--bus chooses another bus"),
                 name_bus (bus));
  else if (reason->domain == G_DBUS_ERROR)
    g_set_error (error, reason->domain, reason->code, _ ("sysmemd does not answer (%s): %s"),
                 name_bus (bus), reason->message);
  else
    g_set_error (error, reason->domain, reason->code, _ ("%s cannot be reached: %s"),
                 name_bus (bus), reason->message);
  g_error_free (reason);
}

gboolean
ctl_context_connect (CtlContext *context, GError **error)
{
  GError *reason = NULL;

  if (context->client != NULL)
    return TRUE;
  if (context->bus != NULL && strchr (context->bus, '=') == NULL
      && !g_str_equal (context->bus, "system") && !g_str_equal (context->bus, "session"))
    {
      ctl_set_usage_error (error,
                           _ ("--bus=%s is neither system, session, nor a D-Bus address such as "
                              "unix:path=/run/dbus/system_bus_socket"),
                           context->bus);
      return FALSE;
    }
  context->client = connect_to (context->bus, &reason);
  if (context->client == NULL)
    take_connection_error (error, context->bus, reason);
  /* GIO ignores it, and does not need to. Who no longer reads what is printed wants no more, and
   * programs that are run expect what is usual. */
  (void)signal (SIGPIPE, SIG_DFL);
  return context->client != NULL
         && sysmem_client_set_debug_client_info (context->client, "sysmemctl", 0, NULL, error);
}

void
ctl_context_clear (CtlContext *context)
{
  g_clear_object (&context->client);
  g_clear_pointer (&context->bus, g_free);
}

GVariant *
ctl_context_call_at (CtlContext *context,
                     const char *path,
                     const char *interface,
                     const char *method,
                     GVariant *parameters,
                     const char *reply_type,
                     GError **error)
{
  g_autoptr (GVariant) body = parameters != NULL ? g_variant_ref_sink (parameters) : NULL;
  GDBusConnection *connection;
  GVariant *reply;

  if (!ctl_context_connect (context, error))
    return NULL;
  connection = sysmem_client_get_connection (context->client);
  reply = g_dbus_connection_call_sync (
    connection, CTL_BUS_NAME, path, interface, method, body, G_VARIANT_TYPE (reply_type),
    context->all ? G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION : G_DBUS_CALL_FLAGS_NONE,
    context->all ? NO_TIMEOUT : CALL_TIMEOUT, NULL, error);
  if (reply == NULL && error != NULL)
    g_dbus_error_strip_remote_error (*error);
  return reply;
}

GVariant *
ctl_context_call (CtlContext *context,
                  const char *interface,
                  const char *method,
                  GVariant *parameters,
                  const char *reply_type,
                  GError **error)
{
  return ctl_context_call_at (context, CTL_ROOT_PATH, interface, method, parameters, reply_type,
                              error);
}

CtlExit
ctl_exit_for_error (const GError *error)
{
  if (error->domain == G_OPTION_ERROR)
    return CTL_EXIT_USAGE;
  if (g_error_matches (error, SYSMEM_ERROR, SYSMEM_ERROR_NOT_FOUND))
    return CTL_EXIT_NOT_FOUND;
  if (g_error_matches (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY))
    return CTL_EXIT_UNSATISFIABLE;
  return CTL_EXIT_FAILED;
}

void
ctl_set_usage_error (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format, arguments);
  va_end (arguments);
}
