/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One negotiation as a pure function (03 §6 and §7): participants and policy in; settings, or an
 * error, out; every rejection recorded on the way. Knows nothing of trees, tokens or buffers: the
 * tree calls it for each group combination, CheckConstraints and the dry-run solver call it once.
 *
 *   SmcConstraints --prepare (6.1)--> SmePrepared --aggregate (6.2, 6.3)--> one set
 *                                                 --settle (7)--> SmcSettings
 */

#pragma once

#include "sme-explanation.h"
#include "sme-policy.h"

G_BEGIN_DECLS

/* One participant's constraints after 03 §6.1: valid in themselves, rounded in the client's
 * favour, one image entry per pixel format. Immutable, reference counted; made once, when the
 * constraints are set. */
typedef struct _SmePrepared SmePrepared;

/* Takes a copy. Refuses with PROTOCOL_DEVIATION or LIMIT_EXCEEDED naming the field. An empty
 * dictionary gives a participant that contributes nothing. */
SmePrepared *sme_prepared_new (const SmcConstraints *constraints, GError **error);
/* The synthetic participant that pins what exists (03 §8); must_match leaves the count out. @heap
 * (nullable, copied) is the buffers' heap as it was when it made them: what becomes of it later
 * does not matter to them. */
SmePrepared *sme_prepared_new_pinning (const SmcSettings *settings,
                                       gboolean with_count,
                                       const SmeHeap *heap);
SmePrepared *sme_prepared_ref (SmePrepared *prepared);
void sme_prepared_unref (SmePrepared *prepared);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmePrepared, sme_prepared_unref)
/* What it takes in memory, roughly: for whoever pays for it. */
gsize sme_prepared_get_size (const SmePrepared *prepared);
/* As the participant said them. NULL for a pinning participant. */
const SmcConstraints *sme_prepared_get_constraints (const SmePrepared *prepared);

/* Who said what. @prepared NULL: a participant that contributes nothing. */
typedef struct
{
  const char *name;
  guint64 id;
  SmePrepared *prepared;
  /* Has its buffers, and who pins them comes before it (03 §8). Its say still counts; what it
   * offers besides is no candidate any more. */
  gboolean settled;
} SmeParticipant;

SmeTrail *sme_trail_new (void);
SmeTrail *sme_trail_ref (SmeTrail *trail);
void sme_trail_unref (SmeTrail *trail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmeTrail, sme_trail_unref)
/* For rejections that the callers of sme_negotiate () decide: group choices, heaps out of memory. */
void sme_trail_add (SmeTrail *trail,
                    SmeRejectionKind kind,
                    const char *candidate,
                    const char *reason);

/* Aggregates and settles. @failed_heaps (nullable, NULL-terminated) could not deliver memory and
 * are left out (03 §7.2). CONSTRAINTS_INTERSECTION_EMPTY, or LIMIT_EXCEEDED when the work limit
 * of SMC_MAX_ENTRY_MERGES is reached (counted in @trail, over all its calls). */
gboolean sme_negotiate (const SmeParticipant *participants,
                        guint n_participants,
                        const SmePolicy *policy,
                        const char *const *failed_heaps,
                        SmeTrail *trail,
                        SmcSettings **settings,
                        GError **error);

/* Would @prepared accept buffers as in @settings, counts ignored? (GetBufferInfo
 * constraints_to_check). */
gboolean sme_prepared_accepts (SmePrepared *prepared,
                               const SmcSettings *settings,
                               const SmePolicy *policy,
                               GError **error);

/* Explanations; they keep @trail, which negotiates no more. The failed one searches the minimal conflicting set by deletion, last first (02),
 * and makes the sentence from it; @error is what sme_negotiate () said. */
SmeExplanation *sme_explain_failed (const SmeParticipant *participants,
                                    guint n_participants,
                                    const SmePolicy *policy,
                                    SmeTrail *trail,
                                    const GError *error);
SmeExplanation *sme_explain_allocated (SmeTrail *trail);

G_END_DECLS
