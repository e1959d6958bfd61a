/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Buffers that are memfds: created so that their holders can be trusted and counted (05, "memfd").
 *
 * The memory keeps a single description of its own, opened read only: the tester. Everything is
 * done through it, because it is the one kind of description the kernel lets us subtract when we
 * ask "is anybody else there?".
 *
 * The process must ignore SIGIO: asking takes a file lease for a moment, and whoever opens the
 * file just then makes the kernel send that signal, whose default action is to terminate. The
 * kernel grants the lease to the file's owner only (or with CAP_LEASE), so a memory must be asked
 * with the filesystem uid it was made with. */

#pragma once

#include "smd-memory.h"

G_BEGIN_DECLS

/* Makes a zeroed, sealed memfd that shows as "memfd:@name:@index" in /proc/PID/maps. Thread safe.
 * NO_MEMORY when the kernel will not give that many bytes, or not another fd. */
SmdMemory *smd_memfd_new (const char *name, guint index, guint64 size, GError **error);

/* The same memfd as a writable fd, for those who make something else of it (udmabuf). */
int smd_memfd_create (const char *name, guint index, guint64 size, GError **error);

G_END_DECLS
