/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The minimal set of participants that cannot agree (02, Explanations). */

#pragma once

#include "sme-policy.h"
#include "sme-trail.h"

G_BEGIN_DECLS

typedef struct
{
  GArray *members;     /* of guint: indices of participants, in order */
  SmeFailure failure;  /* what these fail on */
  gboolean everybody;  /* nobody said something that somebody has to say: all are meant */
  gboolean incomplete; /* the search hit its work limit: fewer may conflict as well */
} SmeConflictSet;

/* FALSE: these participants can agree. @set is raw memory and is to be cleared in any case. @work is
 * what searches have taken so far, this one is added. */
gboolean sme_conflict_find (SmeConflictSet *set,
                            const SmeParticipant *participants,
                            guint n_participants,
                            const SmePolicy *policy,
                            guint *work);
void sme_conflict_set_clear (SmeConflictSet *set);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmeConflictSet, sme_conflict_set_clear)

G_END_DECLS
