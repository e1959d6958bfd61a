/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The backend of the heap "system": plain memory, on every machine. */

#pragma once

#include "smd-heap.h"

G_BEGIN_DECLS

extern const SmdHeapBackend smd_memfd_heap_backend;

G_END_DECLS
