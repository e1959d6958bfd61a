/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Sees to it that GLib takes fds for fds, whatever else the program has taught it. Once a process. */
void sysmem_control_messages_keep_fds (void);

G_END_DECLS
