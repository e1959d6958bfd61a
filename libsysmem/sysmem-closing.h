/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The end of a connection that nobody needs any more. To drop it is not enough: GDBus forgets what
 * is not sent yet, and the socket stays open as long as a signal waits for a main context, which in
 * a program without a main loop is for ever. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Closes the connection once all that was said on it is sent. Does not wait, and needs no main
 * context. */
void sysmem_closing_start (GDBusConnection *connection);

G_END_DECLS
