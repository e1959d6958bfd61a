/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calls that are answered later: WaitForAllBuffersAllocated and AllocateBuffers. */

#pragma once

#include "bus/smd-call.h"

G_BEGIN_DECLS

typedef enum
{
  SMD_WAIT_BUNDLE = 1 << 0, /* all buffers in a bundle */
  SMD_WAIT_SINGLE = 1 << 1, /* AllocateBuffers: all or LIMIT_EXCEEDED; the node goes afterwards */
} SmdWaitFlags;

/* Is there room for one more that waits, and its bundle? LIMIT_EXCEEDED. For calls that make
 * something to wait for. */
gboolean smd_wait_call_check_room (SmdCall *call, SmdWaitFlags flags, GError **error);
/* Defers @call until @node is allocated or not. FALSE: refused at once. */
gboolean smd_wait_call_start (SmdCall *call, SmdNode *node, SmdWaitFlags flags, GError **error);

G_END_DECLS
