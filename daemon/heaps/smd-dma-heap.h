/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The backend of the heaps "dma-heap:NAME": what the kernel offers in /dev/dma_heap. */

#pragma once

#include "smd-heap.h"

G_BEGIN_DECLS

extern const SmdHeapBackend smd_dma_heap_backend;

/* The kernel says what a heap is by its name alone; FALSE for one we know nothing special of. */
gboolean smd_dma_heap_name_is_contiguous (const char *name);
gboolean smd_dma_heap_name_is_secure (const char *name);

G_END_DECLS
