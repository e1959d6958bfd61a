/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A private bus and the real daemon on it, as processes of their own: both may end at any time. */

#pragma once

#include "private-bus.h"
#include <sysmem.h>

G_BEGIN_DECLS

typedef struct
{
  PrivateBus bus; /* address NULL: it has ended */
  GDBusConnection *watcher;
  guint watch;
  gboolean has_daemon; /* as the bus says */
  GSubprocess *daemon;
  guint n_fds; /* before all this */
} LibraryWorld;

/* The daemon is that of $SYSMEMD. */
void library_world_start (LibraryWorld *world);
/* Fails if the test has left a file descriptor open. */
void library_world_stop (LibraryWorld *world);

/* Returns when this process has so many file descriptors as it had before: connections are closed by
 * a thread of their own, and tell of it in this one. */
void library_world_await_fds (guint n_fds);

void library_world_start_daemon (LibraryWorld *world);
/* Without warning, and returns when the bus knows it. */
void library_world_kill_daemon (LibraryWorld *world);
/* The bus ends, and with it the daemon. */
void library_world_end_bus (LibraryWorld *world);

SysmemClient *library_world_connect (LibraryWorld *world);

/* Iterates the default main context until there is a result; it is the caller's. */
GAsyncResult *library_world_await (GAsyncResult **result);
/* A GAsyncReadyCallback whose data is a GAsyncResult **. */
void library_world_keep_result (GObject *source, GAsyncResult *result, gpointer data);

/* Raw bytes, one buffer for this participant. */
SysmemConstraints *library_world_bytes (SysmemUsage usage, guint64 size);

G_END_DECLS
