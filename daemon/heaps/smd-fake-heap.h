/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A heap for tests, with any name and properties, whose failures are scripted. Not part of the
 * daemon: linked into tests only. */

#pragma once

#include "smd-heap.h"

G_BEGIN_DECLS

/* Takes @properties. Memory is a real memfd unless told otherwise. */
SmdHeap *smd_fake_heap_new (SmeHeap *properties);
/* The next @n allocations of a buffer fail with NO_MEMORY. */
void smd_fake_heap_fail_next (SmdHeap *heap, guint n);
/* Behave like a dma-buf exporter: the kernel cannot tell strong from weak, no close watch. */
void smd_fake_heap_set_tells_strong (SmdHeap *heap, gboolean tells_strong);
guint smd_fake_heap_get_n_live (SmdHeap *heap); /* buffers made and not freed */

G_END_DECLS
