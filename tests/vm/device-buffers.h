/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "heaps/smd-heap.h"

G_BEGIN_DECLS

/* Buffers of @size bytes, of whatever kind the heap makes. */
GPtrArray *device_buffers_try (SmdHeap *heap, guint32 count, guint64 size, GError **error);
/* The same, which must succeed. */
GPtrArray *device_buffers_allocate (SmdHeap *heap, guint32 count, guint64 size);

G_END_DECLS
