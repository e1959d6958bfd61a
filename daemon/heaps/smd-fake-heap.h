/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A heap for tests, with any name and properties, whose failures are scripted. Not part of the
 * daemon: linked into tests only (fake_heap_dep).
 *
 * All functions may be called from any thread; a heap may be freed before its buffers. */

#pragma once

#include "smd-heap.h"

G_BEGIN_DECLS

/* Takes @properties. Memory is a real memfd unless told otherwise. Where the properties say
 * dma-buf, it behaves as one: see smd_fake_heap_set_tells_strong (). */
SmdHeap *smd_fake_heap_new (SmeHeap *properties);

/* Lays images out as a driver does: with strides that are multiples of @stride_multiple. Takes
 * @properties, which have formats. */
SmdHeap *smd_fake_heap_new_laying_out (SmeHeap *properties, guint stride_multiple);

/* A heap from one line, for the command lines of test programs: a name and then, each after a
 * comma and in any order, what differs from the heap "system":
 *   dma-buf  contiguous  secure  no-cpu  advisory
 *   domains=cpu+ram+inaccessible  max-buffer-size=BYTES  formats=NV12:0x0+XR24:0x0
 *   stride-multiple=N (see smd_fake_heap_new_laying_out (); formats must be given too)
 *   fail=N (the first N buffers fail)  fail=always  stub
 * Example: "tee:vdec,dma-buf,secure,no-cpu,domains=inaccessible,fail=2" */
SmdHeap *smd_fake_heap_new_from_spec (const char *text, GError **error);

/* The next @n allocations of a buffer fail with NO_MEMORY; G_MAXUINT: all of them. */
void smd_fake_heap_fail_next (SmdHeap *heap, guint n);
/* The same, after @n_good more that succeed. */
void smd_fake_heap_fail_after (SmdHeap *heap, guint n_good, guint n);

/* For buffers made afterwards. FALSE: behave like a dma-buf exporter: the kernel cannot tell
 * strong from weak, no mark on weak fds, no close watch. */
void smd_fake_heap_set_tells_strong (SmdHeap *heap, gboolean tells_strong);

/* For buffers made afterwards. TRUE: no memory at all, so that a benchmark measures everything
 * else. Their fds are all of /dev/null, they are identified by numbers of their own, and never
 * held. */
void smd_fake_heap_set_stubbed (SmdHeap *heap, gboolean stubbed);

/* Between the two, allocations wait: so a test can do something else in the meantime. Whoever
 * allocates small buffers on the main loop waits there, so ask for large ones. */
void smd_fake_heap_hold (SmdHeap *heap);
void smd_fake_heap_let_go (SmdHeap *heap);

/* Both block: until an allocation is being held; until none is and no buffer lives. FALSE: that
 * did not come about within a minute. */
gboolean smd_fake_heap_await_held (SmdHeap *heap);
gboolean smd_fake_heap_await_empty (SmdHeap *heap);

guint smd_fake_heap_get_n_live (SmdHeap *heap);    /* buffers made and not freed */
guint smd_fake_heap_get_n_made (SmdHeap *heap);    /* buffers ever made */
guint smd_fake_heap_get_n_waiting (SmdHeap *heap); /* allocations that are being held */
guint smd_fake_heap_get_n_trims (SmdHeap *heap);

G_END_DECLS
