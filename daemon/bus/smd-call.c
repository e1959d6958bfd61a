/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-call.h"

#include <gio/gunixfdlist.h>

gboolean
smd_invocation_get_fd (GDBusMethodInvocation *invocation, gint32 handle, int *fd, GError **error)
{
  GDBusMessage *message = g_dbus_method_invocation_get_message (invocation);
  GUnixFDList *list = g_dbus_message_get_unix_fd_list (message);
  int n = 0;
  const int *fds = list != NULL ? g_unix_fd_list_peek_fds (list, &n) : NULL;

  if (handle < 0 || handle >= n)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "handle %d is out of range: the message carries %d fds", handle, n);
      return FALSE;
    }
  *fd = fds[handle];
  return TRUE;
}

gboolean
smd_call_get_fd (SmdCall *call, gint32 handle, int *fd, GError **error)
{
  return smd_invocation_get_fd (call->invocation, handle, fd, error);
}

GVariant *
smd_call_put_fd (SmdCall *call, SmdFd *fd)
{
  int taken = smd_fd_steal (fd);

  g_array_append_val (call->reply_fds, taken);
  return g_variant_new_handle ((gint32)call->reply_fds->len - 1);
}

GVariant *
smd_call_put_token (SmdCall *call, SmdNewToken *token)
{
  g_autofree char *path = smd_node_path (token->node);

  return g_variant_new ("(o@h)", path, smd_call_put_fd (call, &token->handle));
}

GArray *
smd_reply_fds_new (void)
{
  GArray *fds = g_array_new (FALSE, FALSE, sizeof (int));

  g_array_set_clear_func (fds, (GDestroyNotify)smd_fd_clear);
  return fds;
}

/* The fds are the list's from here on, without a copy. */
static GUnixFDList *
make_fd_list (GArray *fds)
{
  GUnixFDList *list;

  if (fds->len == 0)
    return NULL;
  list = g_unix_fd_list_new_from_array ((const int *)(gpointer)fds->data, (int)fds->len);
  g_array_set_clear_func (fds, NULL);
  g_array_set_size (fds, 0);
  return list;
}

void
smd_call_complete (SmdBus *bus,
                   GDBusMethodInvocation *invocation,
                   GVariant *reply,
                   GArray *reply_fds,
                   const GError *error)
{
  g_autoptr (GUnixFDList) list = NULL;

  if (error != NULL)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return;
    }
  list = make_fd_list (reply_fds);
  g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, reply, list);
}

gboolean
smd_options_get_boolean (GVariant *options, const char *key)
{
  gboolean value = FALSE;

  return g_variant_lookup (options, key, "b", &value) && value;
}
