/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A client that is only a socket: it sends calls without waiting for answers, reads nothing unless
 * told to, and leaves without a word. No GDBus client can be made to behave as badly. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BusRaw BusRaw;

/* Connected, authenticated, and with a name. */
BusRaw *bus_raw_connect (const char *address);
const char *bus_raw_get_name (BusRaw *raw);

/* Sends a call, named as in bus-calls.h. @fd: -1 for none. */
void bus_raw_send (BusRaw *raw, const char *path, const char *method, GVariant *parameters, int fd);
/* Reads, and forgets, all up to the answer of the last call. */
void bus_raw_await_answer (BusRaw *raw);
/* Leaves, with everything unread. */
void bus_raw_close (BusRaw *raw);

G_END_DECLS
