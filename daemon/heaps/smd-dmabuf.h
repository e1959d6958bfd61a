/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Buffers that are dma-bufs, whatever exported them (05, "dma-buf"). */

#pragma once

#include "smd-memory.h"

G_BEGIN_DECLS

/* Takes @fd, the daemon's only reference to the buffer, whether or not this succeeds: every handle
 * that made it must be gone by now. Names it "@name:@index". Thread safe. NO_MEMORY when it is no
 * dma-buf of at least @size bytes. */
SmdMemory *smd_dmabuf_new_take (
  int fd, const char *name, guint index, guint64 size, GError **error);

/* Writes zeros over all of it, as the CPU. FALSE with errno: it cannot be mapped for writing. */
gboolean smd_dmabuf_clear (int fd, guint64 size);

/* How many references to the dma-buf behind @fd there are: fds in any process, mappings, messages
 * in flight, imports. FALSE: it is no dma-buf, or /proc is not there. */
gboolean smd_dmabuf_get_count (int fd, guint64 *count);

G_END_DECLS
