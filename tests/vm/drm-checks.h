/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Checks that need a graphics device. */

#pragma once

#include "heaps/smd-heap.h"

G_BEGIN_DECLS

void drm_check_import_holds (SmdHeap *heap);
void drm_check_layouts (SmdHeap *heap);
void drm_check_not_master (SmdHeap *heap);

G_END_DECLS
