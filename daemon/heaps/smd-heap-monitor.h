/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Says when it is worth probing for heaps again: a device node, or something in a directory of
 * device nodes, appeared, went, or got other permissions. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SmdHeapMonitor SmdHeapMonitor;

/* @paths: nodes or directories, which need not exist yet but whose parents must; NULL-terminated.
 * smd_heaps_list_paths () has those of the backends. */
SmdHeapMonitor *smd_heap_monitor_new (const char *const *paths, GError **error);
void smd_heap_monitor_free (SmdHeapMonitor *monitor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdHeapMonitor, smd_heap_monitor_free)

int smd_heap_monitor_get_fd (SmdHeapMonitor *monitor); /* readable when there is something */

/* Reads all that is there. TRUE: probe again. What happens from then on is reported again, so
 * nothing is missed between this call and the probe. */
gboolean smd_heap_monitor_read (SmdHeapMonitor *monitor);

G_END_DECLS
