/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Raises the number of fds this process may have to what the system allows it (05, "fd and message
 * limits"). Returns the number now in force; 0 with @error when it cannot be told. */
guint64 smd_rlimit_raise_nofile (GError **error);

G_END_DECLS
