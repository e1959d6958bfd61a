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

/* Buffers by device and inode, and who was found to hold each. */
typedef GHashTable SmdHolderTable;

SmdHolderTable *smd_holder_table_new (void);
void smd_holder_table_add (SmdHolderTable *table, guint64 device, guint64 inode);
/* Of SmdHolder; NULL for a buffer that is not in the table. Borrowed. */
const GArray *smd_holder_table_get (SmdHolderTable *table, guint64 device, guint64 inode);

/* Fills the table in one walk through /proc. The calling process is left out. Takes milliseconds:
 * for worker threads. */
void smd_holder_table_fill (SmdHolderTable *table);

G_END_DECLS
