/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the daemon says of its collections in the log: one line per outcome, stall and leak, with
 * fields that a search can name. sysmemd(8) documents them. */

#pragma once

#include "heaps/smd-holders.h"
#include "server/smd-buffer.h"

G_BEGIN_DECLS

/* What came of @collection by these events, which have been carried out: it was allocated, it
 * failed, or everybody left it. Usually nothing. */
void smd_journal_outcome (SmdCollection *collection, GPtrArray *events);
void smd_journal_stall (SmdCollection *collection);
void smd_journal_leak (SmdCollection *collection, SmdHolderTable *table);
/* For collections with SetVerboseLogging: each node that failed and why. */
void smd_journal_node_failed (SmdNode *node);

G_END_DECLS
