/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A collection as the Inspector tells it: the keys are documented in its XML. */

#pragma once

#include "bus/smd-call.h"
#include "heaps/smd-holders.h"
#include "server/smd-collection.h"

G_BEGIN_DECLS

/* The keys of ListCollections. */
void smd_describe_summary (SmdCollection *collection, GVariantBuilder *dict);
/* The whole of DescribeCollection, floating. @table: NULL where the caller may not see who holds
 * what. */
GVariant *smd_describe (SmdCall *call, SmdCollection *collection, SmdHolderTable *table);

G_END_DECLS
