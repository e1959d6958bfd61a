/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An fd that polls as G_IO_PRI whenever the machine turns out to be short of memory, by the time that
 * its tasks spend waiting for some. -1: the kernel does not measure that, or does not let us ask. */
int smd_memory_pressure_open (GError **error);

G_END_DECLS
