/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The backend of the heaps "gbm:renderDN": images as a graphics driver likes them best. */

#pragma once

#include "smd-heap.h"

G_BEGIN_DECLS

extern const SmdHeapBackend smd_gbm_heap_backend;

/* The heap "gbm:@node", whichever node of /dev/dri that is. NULL: its driver makes nothing that
 * others could use. */
SmdHeap *smd_gbm_heap_try_node (const char *node);

G_END_DECLS
