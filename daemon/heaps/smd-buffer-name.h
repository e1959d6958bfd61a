/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The name a buffer gets in the kernel, where people look for it: /proc/PID/maps, fdinfo. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "@name:@index" in at most @max_bytes; a name that is too long loses whole characters at its
 * end, never its index. */
char *smd_buffer_name_new (const char *name, guint index, gsize max_bytes);

G_END_DECLS
