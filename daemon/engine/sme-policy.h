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
  guint64 max_buffer_size;    /* raw bytes of one buffer; 0 = no limit of its own */
  guint64 physical_alignment; /* promised of contiguous buffers; 0 = that of a page */
  GArray *formats; /* of SmcPixelFormat, specific; NULL: plain bytes, holds every known pair */
} SmeHeap;

SmeHeap *sme_heap_new (const char *name);
SmeHeap *sme_heap_copy (const SmeHeap *heap);
void sme_heap_free (SmeHeap *heap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmeHeap, sme_heap_free)

/* One row of the format cost table (03 §7.4). Of the rows that match a format, the one that shares
 * most bits with the aggregated usage counts; a row that names uses and shares none does not. */
typedef struct
{
  SmcPixelFormat pixel_format; /* may have any parts */
  guint32 usage;               /* 0 = every usage, but any row that shares a bit wins over it */
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

/* No heaps; the built-in preferences: for any device's usage dma-heap:*, udmabuf, drm-dumb:*, gbm:*
 * and then system, for the CPU alone system first; no format costs, so that the smallest fourcc
 * and then the smallest modifier is taken; the default caps; 4096-byte pages. */
SmePolicy *sme_policy_new (void);
void sme_policy_free (SmePolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmePolicy, sme_policy_free)

const SmeHeap *sme_policy_find_heap (const SmePolicy *policy, const char *name);

G_END_DECLS
