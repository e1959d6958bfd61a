/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the daemon says of its collections: one line per outcome, stall and leak. */

#pragma once

#include "server/smd-buffer.h"

G_BEGIN_DECLS

void smd_journal_stall (SmdCollection *collection);
void smd_journal_leak (SmdBuffer *buffer);
/* For collections with SetVerboseLogging: the tree, its constraints, the outcome. */
void smd_journal_verbose (SmdCollection *collection, const char *occasion);

G_END_DECLS
