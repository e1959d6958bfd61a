/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One inotify instance that says which memfd buffers lost a description (05, "When to ask"). The
 * server polls its fd, reads, and asks the kernel about each memory named. */

#pragma once

#include "smd-memory.h"

G_BEGIN_DECLS

typedef struct _SmdCloseWatch SmdCloseWatch;

SmdCloseWatch *smd_close_watch_new (GError **error);
void smd_close_watch_free (SmdCloseWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCloseWatch, smd_close_watch_free)

int smd_close_watch_get_fd (SmdCloseWatch *watch); /* readable when there is something */

/* FALSE: no watch can be had (limit, or watch_fd is -1); poll that memory instead. Remove the watch
 * before the memory is freed: reading names memories by their address. */
gboolean smd_close_watch_add (SmdCloseWatch *watch, SmdMemory *memory);
void smd_close_watch_remove (SmdCloseWatch *watch, SmdMemory *memory);

/* Reads all that is there and appends each touched memory once. Sets *overflow when events were
 * lost: all must be asked. */
void smd_close_watch_read (SmdCloseWatch *watch, GPtrArray *touched, gboolean *overflow);

G_END_DECLS
