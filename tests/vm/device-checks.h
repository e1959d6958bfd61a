/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a heap must prove on the device behind it. */

#pragma once

#include "heaps/smd-heap.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  void (*function) (SmdHeap *heap);
  gboolean (*applies_to) (const char *heap);
} DeviceCheck;

extern const DeviceCheck device_checks[]; /* ends with an entry whose name is NULL */

G_END_DECLS
