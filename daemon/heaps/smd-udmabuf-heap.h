/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The backend of the heap "udmabuf": memfd pages as dma-bufs, for devices that import them. */

#pragma once

#include "smd-heap.h"

G_BEGIN_DECLS

extern const SmdHeapBackend smd_udmabuf_heap_backend;

G_END_DECLS
