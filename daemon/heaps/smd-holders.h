/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which processes hold a buffer, for people: /proc as far as this process may look. Not for
 * decisions, those ask smd_memory_ask (). */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

typedef struct
{
  pid_t pid;
  char *name; /* of the process */
} SmdHolder;

/* Fills @holders[i] (arrays of SmdHolder, see smd_holders_new ()) for the buffer of @inodes[i] on
 * @device, in one walk through /proc. The calling process is left out. */
void smd_holders_find (guint64 device, const guint64 *inodes, GPtrArray *holders);

GArray *smd_holders_new (void);

G_END_DECLS
