/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-conflict.h"
#include "engine/sme-party.h"
#include "engine/sme-sentence.h"

static char *
describe_detail (const SmeConflictSet *set)
{
  if (!set->incomplete)
    return g_strdup (set->failure.detail);
  return g_strdup_printf ("%s (the search for a smaller set of participants hit its work limit, "
                          "MaxEntryMerges; some of these may have nothing to do with it)",
                          set->failure.detail);
}

static SmeConflict *
make_conflict (const SmeConflictSet *set, const SmeParticipant *participants)
{
  SmeConflict *conflict = g_new0 (SmeConflict, 1);

  conflict->field = g_strdup (set->failure.field != NULL ? set->failure.field : "");
  conflict->detail = describe_detail (set);
  conflict->parties = g_ptr_array_new_with_free_func ((GDestroyNotify)sme_party_free);
  for (guint i = 0; i < set->members->len; i++)
    {
      guint index = g_array_index (set->members, guint, i);
      const SmeParticipant *participant = &participants[index];
      g_ptr_array_add (conflict->parties,
                       sme_party_new_speaking (participant->name, index, participant->id,
                                               participant->prepared, set->failure.field,
                                               SME_VALUE_PLAIN));
    }
  return conflict;
}

SmeExplanation *
sme_explain_failed (const SmeParticipant *participants,
                    guint n_participants,
                    const SmePolicy *policy,
                    SmeTrail *trail,
                    const GError *error)
{
  SmeExplanation *explanation = sme_explanation_new (SME_OUTCOME_FAILED);
  g_auto (SmeConflictSet) set = { 0 };

  explanation->error = (SysmemError)error->code;
  sme_trail_explain (trail, explanation);
  if (!g_error_matches (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY)
      || !sme_conflict_find (&set, participants, n_participants, policy, &trail->work.searching))
    {
      explanation->message = g_strdup (error->message);
      return explanation;
    }

  g_ptr_array_add (explanation->conflicts, make_conflict (&set, participants));
  explanation->message = sme_sentence_new (&set, participants);
  return explanation;
}

SmeExplanation *
sme_explain_allocated (const SmeTrail *trail)
{
  SmeExplanation *explanation = sme_explanation_new (SME_OUTCOME_ALLOCATED);

  sme_trail_explain (trail, explanation);
  return explanation;
}
