/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The buffers a participant is handed, inline or in a bundle. */

#pragma once

#include "bus-calls.h"

G_BEGIN_DECLS

/* What a participant was handed; frees its fds. */
typedef struct
{
  guint index;
  SmdFd fd, close_weak, lease; /* -1: none */
} BusBuffer;

#define bus_buffer(buffers, i) (&g_array_index (buffers, BusBuffer, i))

GArray *bus_buffers_of_reply (GVariant *list, GUnixFDList *fds);
/* Waits, inline or by bundle, until all are there. */
GArray *bus_wait (GDBusConnection *peer, const char *path);
/* The same in two steps; between them the daemon has got the call. */
BusPending *bus_start_wait (GDBusConnection *peer, const char *path);
GArray *bus_finish_wait (BusPending *wait);
/* The bundle of a reply to a call with that option, unread. */
SmdFd bus_wait_for_bundle (GDBusConnection *peer, const char *path);
/* Reads all of it, as 02 lays it out. */
GArray *bus_bundle_read (int bundle);

G_END_DECLS
