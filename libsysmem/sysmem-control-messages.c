/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* GLib offers what comes with a message to each kind of GSocketControlMessage that there is, in the
 * order in which they were registered. GStreamer's udpsrc registers times of arrival, which up to
 * 1.22 take whatever is as long as a time, and so four fds. GDBus, which asked for fds, then ends
 * the connection. */

#include "sysmem-control-messages.h"

#include <gio/gio.h>
#include <gio/gunixfdmessage.h>
#include <sys/socket.h>

typedef GSocketControlMessage *(*Deserialize) (int level, int type, gsize size, gpointer data);

static Deserialize deserialize_time;

static GSocketControlMessage *
deserialize_unless_fds (int level, int type, gsize size, gpointer data)
{
  if (level == SOL_SOCKET && type == SCM_RIGHTS)
    return NULL;
  return deserialize_time (level, type, size, data);
}

void
sysmem_control_messages_keep_fds (void)
{
  GType greedy = g_type_from_name ("GstSocketTimestampMessage");

  g_type_ensure (G_TYPE_UNIX_FD_MESSAGE); /* ahead of what is registered from now on */
  if (g_type_is_a (greedy, G_TYPE_SOCKET_CONTROL_MESSAGE))
    {
      GSocketControlMessageClass *class = g_type_class_ref (greedy); /* to stay as it is then */

      deserialize_time = class->deserialize;
      g_atomic_pointer_set (&class->deserialize, deserialize_unless_fds);
    }
}
