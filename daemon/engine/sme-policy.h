/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the engine knows of the world besides the participants: the heaps as data (the heap port's
 * first half, 05), the administrator's preferences and the caps. The server owns one SmePolicy and
 * changes it when heaps come and go or the configuration is read again; the engine only reads. */

#pragma once

#include "common/smc-limits.h"
#include "common/smc-model.h"

G_BEGIN_DECLS

/* One heap as the engine sees it. */
typedef struct
{
  char *name;
  SmcBufferType buffer_type;
  guint32 domains; /* of SmcDomain */
  gboolean physically_contiguous;
  gboolean secure;
  gboolean cpu_mappable;
  SmcWriteProtection write_protection;
  guint64 max_buffer_size; /* raw bytes of one buffer; 0 = no limit of its own */
  GArray *formats; /* of SmcPixelFormat, specific; NULL: plain bytes, holds every known pair */
} SmeHeap;

SmeHeap *sme_heap_new (const char *name);
SmeHeap *sme_heap_copy (const SmeHeap *heap);
void sme_heap_free (SmeHeap *heap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmeHeap, sme_heap_free)

/* One row of the format cost table (03 §7.4). */
typedef struct
{
  SmcPixelFormat pixel_format; /* may have any parts */
  guint32 usage; /* bits that must be part of the aggregated usage; most shared wins */
  double cost;
} SmeFormatCost;

/* Heap preference for an aggregated usage (03 §7.2): the first row with any bit of @usage (or
 * usage 0 = every usage) gives the order, by name or by "prefix:*" or "*". */
typedef struct
{
  guint32 usage;
  char **heaps;
} SmeHeapPreference;

typedef struct
{
  GPtrArray *heaps;       /* of SmeHeap, owned */
  GPtrArray *preferences; /* of SmeHeapPreference, owned */
  GArray *format_costs;   /* of SmeFormatCost */
  guint64 max_buffer_size;
  guint64 max_collection_size;
  guint64 page_size;
} SmePolicy;

/* No heaps, the built-in preferences and format costs, the default caps, 4096-byte pages. */
SmePolicy *sme_policy_new (void);
void sme_policy_free (SmePolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmePolicy, sme_policy_free)

const SmeHeap *sme_policy_find_heap (const SmePolicy *policy, const char *name);

G_END_DECLS
