/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The backend of the heaps "drm-dumb:cardN": buffers that a display device made for itself. */

#pragma once

#include "smd-heap.h"

G_BEGIN_DECLS

extern const SmdHeapBackend smd_drm_dumb_heap_backend;

G_END_DECLS
