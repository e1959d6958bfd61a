/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Asking a heap for a collection's buffers: at once when they are small, else in a worker thread
 * that is joined on the main loop. */

#pragma once

#include "server/smd-collection.h"

G_BEGIN_DECLS

void smd_allocation_start (SmdCollection *collection,
                           const SmcSettings *settings,
                           GPtrArray *events);
void smd_allocation_cancel (SmdCollection *collection);
/* The server goes without waiting for the heaps at work. */
void smd_allocation_forget_all (SmdServer *server);

/* Frees memories (of SmdMemory or NULL; taken), in a worker thread unless they are small. */
void smd_allocation_free_memories (GPtrArray *memories);

G_END_DECLS
