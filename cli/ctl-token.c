/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-token.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>
#include <unistd.h>

gboolean
ctl_token_is_path (const char *text)
{
  return g_str_has_prefix (text, CTL_NODE_PATH) && g_variant_is_object_path (text);
}

static int
take_inherited (const char *text, GError **error)
{
  guint64 number;
  int fd = -1;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT, &number, NULL))
    {
      ctl_set_usage_error (error,
                           _ ("“%s” is no token: neither the number of a file descriptor that this "
                              "program inherited, nor the path of a node, %sN"),
                           text, CTL_NODE_PATH);
      return -1;
    }
  fd = fcntl ((int)number, F_DUPFD_CLOEXEC, 3);
  if (fd < 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NOT_FOUND,
                   _ ("this program inherited no file descriptor %s: %s"), text,
                   g_strerror (errno));
      return -1;
    }
  /* Two copies would keep a token alive whose holder has died. */
  (void)close ((int)number);
  return fd;
}

static int
take_duplicate (CtlContext *context, const char *path, GError **error)
{
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) released = NULL;

  reply = g_dbus_connection_call_with_unix_fd_list_sync (
    sysmem_client_get_connection (context->client), CTL_BUS_NAME, path, CTL_TOKEN, "Duplicate",
    g_variant_new ("(u)", (guint32)CTL_SAME_RIGHTS), G_VARIANT_TYPE ("(oh)"),
    G_DBUS_CALL_FLAGS_NONE, -1, NULL, &fds, NULL, error);
  if (reply == NULL)
    {
      if (error != NULL)
        g_dbus_error_strip_remote_error (*error);
      return -1;
    }
  released = ctl_context_call_at (context, path, CTL_NODE, "Release", NULL, "()", error);
  return released != NULL ? g_unix_fd_list_get (fds, 0, error) : -1;
}

int
ctl_token_take (CtlContext *context, const char *text, GError **error)
{
  if (!ctl_context_connect (context, error))
    return -1;
  return ctl_token_is_path (text) ? take_duplicate (context, text, error)
                                  : take_inherited (text, error);
}

SysmemCollection *
ctl_token_participate (CtlContext *context, const char *text, const char *path, GError **error)
{
  g_autoptr (SysmemConstraints) constraints = sysmem_constraints_new_from_file (path, error);
  g_autoptr (SysmemCollection) collection = NULL;
  int token = constraints != NULL ? ctl_token_take (context, text, error) : -1;

  if (token < 0)
    return NULL;
  if (sysmem_client_set_debug_client_info (
        context->client, sysmem_constraints_get_name (constraints), 0, NULL, error))
    collection = sysmem_client_bind (context->client, token, constraints, NULL, error);
  (void)close (token);
  if (collection == NULL || !sysmem_collection_wait (collection, NULL, error))
    return NULL;
  return g_steal_pointer (&collection);
}
