/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the daemon says of its collections: one line per outcome, stall and leak. */

#pragma once

#include "heaps/smd-holders.h"
#include "server/smd-buffer.h"

G_BEGIN_DECLS

void smd_journal_stall (SmdCollection *collection);
void smd_journal_leak (SmdCollection *collection, SmdHolderTable *table);
/* For collections with SetVerboseLogging: the tree and its constraints once it was allocated, each
 * node that failed and why. */
void smd_journal_allocated (SmdCollection *collection);
void smd_journal_failed (SmdNode *node);

G_END_DECLS
