/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Everything a connection is sent, in the order in which it comes: for tests of what precedes what,
 * and of what comes only once. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BusTrace BusTrace;

BusTrace *bus_trace_new (GDBusConnection *peer);
void bus_trace_free (BusTrace *trace);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BusTrace, bus_trace_free)

/* How many signals "Interface.Name" of @path have come. @path NULL: of any. */
guint bus_trace_count (BusTrace *trace, const char *path, const char *signal);
/* Waits for the first one. Returns its body. */
GVariant *bus_trace_await (BusTrace *trace, const char *path, const char *signal);
/* Waits for one with this body. */
void bus_trace_await_body (BusTrace *trace, const char *path, const char *signal, GVariant *body);

/* The answer to the call that the calling thread sent last, and the first such signal: their places
 * in the order in which they came. */
guint bus_trace_find_answer (BusTrace *trace);
guint bus_trace_find_answer_to (BusTrace *trace, guint32 serial);
guint bus_trace_find (BusTrace *trace, const char *path, const char *signal);

G_END_DECLS
