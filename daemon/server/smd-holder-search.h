/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who holds the buffers of a collection, looked up in /proc by a worker thread: one walk at a time,
 * and all that ask while one is under way share the next. */

#pragma once

#include "heaps/smd-holders.h"
#include "server/smd-collection.h"

G_BEGIN_DECLS

/* On the main loop. @collection may have ended meanwhile, or got its buffers. */
typedef void (*SmdHoldersFound) (SmdCollection *collection, SmdHolderTable *table, gpointer data);

SmdHolderSearch *smd_holder_search_new (void);
/* Who has asked is not told any more. */
void smd_holder_search_free (SmdHolderSearch *search);

/* @data is freed with @destroy (nullable) after @found, or instead of it. */
void smd_holder_search_ask (SmdHolderSearch *search,
                            SmdCollection *collection,
                            SmdHoldersFound found,
                            gpointer data,
                            GDestroyNotify destroy);

G_END_DECLS
