/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* From what all ask for to one answer (03 §7), and the steps that lead there. */

#pragma once

#include "sme-aggregate.h"
#include "sme-policy.h"

G_BEGIN_DECLS

/* @settings is made on success. FALSE: @failure says why, @trail what was tried. */
gboolean sme_settle (const SmeAggregate *aggregate,
                     const SmePolicy *policy,
                     const char *const *failed_heaps,
                     SmeNegotiateFlags flags,
                     SmeTrail *trail,
                     SmcSettings **settings,
                     SmeFailure *failure);

/* 7.2: the heaps to try, best first, and those that are permitted but not there as drops.
 * @pinned (nullable) is the heap of buffers that exist: it is that, whatever has its name now.
 * (element-type SmeHeap) (transfer container) */
GPtrArray *sme_list_heaps (const SmeAggregate *aggregate,
                           const SmePolicy *policy,
                           const SmeHeap *pinned,
                           SmeTrail *trail);
/* 7.2: can @heap serve what is asked for, format and size aside? @drop gets field, reason and
 * concern if not. */
gboolean sme_heap_can_serve (const SmeHeap *heap,
                             const SmeTerms *terms,
                             const SmePolicy *policy,
                             SmeNegotiateFlags flags,
                             SmeDrop *drop);
/* 7.2: can @heap hold images of this format? */
gboolean sme_heap_can_hold (const SmeHeap *heap, const SmeEntry *entry);

/* 7.3: is there a domain that all support, whatever the heap? */
gboolean sme_check_domains (const SmeTerms *terms, SmeFailure *failure);
/* 7.3: 0 if there is none. What was passed over on the way is dropped, once: @recorded remembers. */
guint32 sme_choose_domain (const SmeHeap *heap,
                           const SmeTerms *terms,
                           guint32 *recorded,
                           SmeTrail *trail);

/* 7.4: indices into @entries, cheapest first. (element-type guint) */
GArray *sme_order_formats (const GArray *entries, guint32 usage, const SmePolicy *policy);

/* 7.5 */
gboolean sme_image_size (const SmeEntry *entry,
                         const SmeTerms *terms,
                         guint64 *size_bytes,
                         SmeFailure *failure);

/* 7.6. FALSE: it does not fit 64 bits. */
gboolean sme_block_padding (const SmeEntry *entry, guint64 size_bytes, guint64 *padding);

/* What a buffer must fit into. */
typedef struct
{
  const SmeTerms *terms;
  const SmePolicy *policy;
  const SmcSettings *pinned; /* nullable */
  gboolean makes_buffers;    /* FALSE: they exist, no cap applies to them */
  guint64 count;
} SmeRoom;

typedef struct
{
  gboolean tried, fits; /* for sme_settle () to remember */
  guint64 size_bytes, raw_size_bytes;
} SmeFit;

/* 7.5 to 7 for one format, or for raw bytes: @entry NULL. FALSE: it does not fit; @stage is how far
 * it got. */
gboolean sme_fit_compute (
  const SmeRoom *room, const SmeEntry *entry, SmeFit *fit, SmeStage *stage, SmeFailure *failure);

/* What was found. */
typedef struct
{
  const SmeHeap *heap;
  SmcDomain domain;
  const SmeEntry *entry; /* NULL: raw bytes */
  const SmeFit *fit;
} SmeChoice;

SmcSettings *sme_choice_make_settings (const SmeChoice *choice, const SmeRoom *room);

G_END_DECLS
