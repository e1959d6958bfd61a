/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "engine/sme-policy.h"
#include "sysmem-heap.h"

G_BEGIN_DECLS

/* @dict: the properties as ListHeaps tells them. */
SysmemHeap *sysmem_heap_new_from_variant (const char *name, GVariant *dict);
/* As the engine wants it. (transfer full) */
SmeHeap *sysmem_heap_to_engine (SysmemHeap *self);

G_END_DECLS
