/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-enums.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_HEAP (sysmem_heap_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (SysmemHeap, sysmem_heap, SYSMEM, HEAP, GObject)

SYSMEM_EXPORT SysmemHeap *sysmem_heap_new (const char *name);
SYSMEM_EXPORT const char *sysmem_heap_get_name (SysmemHeap *self);

G_END_DECLS
