/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-closing.h"

static gpointer
flush_and_close (gpointer data)
{
  g_autoptr (GDBusConnection) connection = data;

  (void)g_dbus_connection_flush_sync (connection, NULL, NULL);
  (void)g_dbus_connection_close_sync (connection, NULL, NULL);
  return NULL;
}

/* In a thread, since the bus may take its time to read. Where there can be none, dropping it has to
 * do. */
void
sysmem_closing_start (GDBusConnection *connection)
{
  g_autoptr (GThread) thread =
    g_thread_try_new ("sysmem closing", flush_and_close, g_object_ref (connection), NULL);

  if (thread == NULL)
    g_object_unref (connection);
}
