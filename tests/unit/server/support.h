/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* How many file descriptors this process has. */
guint count_fds (void);

/* Iterates the default main context until *@happened; fails the test when it does not happen. */
void run_until (const gboolean *happened);
/* Dispatches everything that is ready now. */
void run_pending (void);

/* Sends a copy of @fd to whoever has the other end of @socket_fd. */
void send_fd (int socket_fd, int fd);
