/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The heaps of this machine as of now: probed at the start and again when a device comes or goes.
 * Collections that exist are not touched by that. */

#pragma once

#include "heaps/smd-heap.h"

G_BEGIN_DECLS

typedef struct _SmdHeapSet SmdHeapSet;

/* Uses @heaps (of SmdHeap; taken) and tells @policy, which outlives the set, what they are. */
SmdHeapSet *smd_heap_set_new (GPtrArray *heaps, SmePolicy *policy);
void smd_heap_set_free (SmdHeapSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdHeapSet, smd_heap_set_free)

/* All heaps of this machine as of now (of SmdHeap), as smd_heaps_probe () finds them. */
typedef GPtrArray *(*SmdProbeFunc) (void);

/* Has @probe look again, in a worker thread, whenever something changes at one of @paths, as those
 * of smd_heaps_list_paths (). The set changes on the thread-default main context of now. */
void smd_heap_set_follow_devices (SmdHeapSet *set, const char *const *paths, SmdProbeFunc probe);

/* Has the heaps give back, in a worker thread, what they keep for later whenever there is G_IO_PRI on
 * @pressure, which is taken: smd_memory_pressure_open () makes such an fd. */
void smd_heap_set_follow_pressure (SmdHeapSet *set, int pressure);

/* NULL: it is gone. Borrowed. */
SmdHeap *smd_heap_set_find (SmdHeapSet *set, const char *name);

G_END_DECLS
