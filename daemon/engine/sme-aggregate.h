/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What all participants together ask for (03 §6), and the steps that lead there. */

#pragma once

#include "sme-trail.h"

G_BEGIN_DECLS

typedef enum
{
  SME_NEGOTIATE_NORMALLY = 0,
  /* Rules that ask for something nobody said (a size, a count, a use, a format or color space left
   * "*", an image for a heap of images, secrecy for a secure one) are not applied. Without them a
   * set of participants that cannot agree is hardly ever helped by adding to it, which the conflict
   * search relies on (sme-conflict.c). */
  SME_NEGOTIATE_LENIENTLY = 1 << 0,
  /* The buffers exist already: counts and caps do not matter. */
  SME_NEGOTIATE_EXISTING = 1 << 1,
} SmeNegotiateFlags;

typedef struct
{
  SmeTerms terms;
  gboolean has_image;
  GArray *entries;        /* of SmeEntry, sorted by pixel format; never empty with has_image */
  const SmePrepared *pin; /* the pinning participant that counts, or NULL; others must equal it */
} SmeAggregate;

void sme_aggregate_clear (SmeAggregate *aggregate);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmeAggregate, sme_aggregate_clear)

/* 6.2 and 6.3 for all participants. @aggregate is raw memory and is to be cleared in any case.
 * FALSE: @failure says why, @trail what was dropped. */
gboolean sme_aggregate (SmeAggregate *aggregate,
                        const SmeParticipant *participants,
                        guint n_participants,
                        SmeNegotiateFlags flags,
                        SmeTrail *trail,
                        SmeFailure *failure);

/* 6.2, image entries: what @participant's say is merged into those so far. @entries is replaced.
 * FALSE: none is left, or it was too much work. */
gboolean sme_image_merge (GArray **entries,
                          const SmePrepared *participant,
                          guint index,
                          SmeTrail *trail,
                          SmeFailure *failure);
/* 6.2, the table: FALSE if that drops the format, with the field. */
gboolean sme_image_terms_merge (SmeEntry *into, const SmeImageTerms *with, const char **field);
/* 6.2, its last row, for each entry once all are merged: an entry's divisor for whole blocks. */
gboolean sme_image_merge_block_width (SmeEntry *entry, const char **field);

/* 6.2, fan out: each "*" of @pairs becomes one pair per combinable pair of @others. A new list,
 * sorted, or another reference to @pairs if it has no "*"; NULL if it was too much. */
GArray *sme_fan_out (GArray *pairs, const GArray *others, SmeTrail *trail, SmeFailure *failure);

/* 6.3, after merging, per format. FALSE: none is left. */
gboolean sme_after_merge (GArray *entries,
                          SmeNegotiateFlags flags,
                          SmeTrail *trail,
                          SmeFailure *failure);

G_END_DECLS
