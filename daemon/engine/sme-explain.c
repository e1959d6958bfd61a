/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Explanations of how a negotiation ended. What they are made of is recorded at once, the words are
 * found when somebody asks for them: a failure may concern hundreds of participants, of whom most
 * read the sentence at the most. */

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

static void
record_conflict (SmeExplanation *explanation,
                 const SmeConflictSet *set,
                 const SmeParticipant *participants)
{
  explanation->conflict_field = set->failure.field;
  explanation->conflict_detail = describe_detail (set);
  explanation->conflict_of_silence = set->everybody;
  explanation->conflict_members = sme_speakers_new (set->members->len);
  for (guint i = 0; i < set->members->len; i++)
    {
      guint index = g_array_index (set->members, guint, i);
      sme_speakers_add (explanation->conflict_members, &participants[index], index,
                        explanation->trail->names);
    }
}

SmeExplanation *
sme_explain_failed (const SmeParticipant *participants,
                    guint n_participants,
                    const SmePolicy *policy,
                    SmeTrail *trail,
                    const GError *error)
{
  SmeExplanation *explanation = sme_explanation_new (SME_OUTCOME_FAILED, trail);
  g_auto (SmeConflictSet) set = { 0 };

  explanation->error = (SysmemError)error->code;
  if (!g_error_matches (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY)
      || !sme_conflict_find (&set, participants, n_participants, policy, &trail->work.searching))
    {
      explanation->message = g_strdup (error->message);
      return explanation;
    }

  record_conflict (explanation, &set, participants);
  explanation->message = sme_sentence_new (&set, explanation->conflict_members);
  return explanation;
}

SmeExplanation *
sme_explain_allocated (SmeTrail *trail)
{
  return sme_explanation_new (SME_OUTCOME_ALLOCATED, trail);
}

/* In words */

static void
conflict_free (SmeConflict *conflict)
{
  g_free (conflict->field);
  g_ptr_array_unref (conflict->parties);
  g_free (conflict->detail);
  g_free (conflict);
}

static SmeConflict *
describe_conflict (const SmeExplanation *explanation)
{
  SmeConflict *conflict = g_new0 (SmeConflict, 1);
  const char *field = explanation->conflict_field;
  const GArray *members = explanation->conflict_members;
  SmeValueForm form = explanation->conflict_of_silence ? SME_VALUE_ALONE : SME_VALUE_PLAIN;

  conflict->field = g_strdup (field != NULL ? field : "");
  conflict->detail = g_strdup (explanation->conflict_detail);
  conflict->parties = g_ptr_array_new_with_free_func ((GDestroyNotify)sme_party_free);
  for (guint i = 0; i < members->len; i++)
    g_ptr_array_add (conflict->parties,
                     sme_party_new_speaking (sme_speakers_get (members, i), field, form));
  return conflict;
}

GPtrArray *
sme_explanation_list_conflicts (const SmeExplanation *explanation)
{
  GPtrArray *conflicts = g_ptr_array_new_with_free_func ((GDestroyNotify)conflict_free);

  if (explanation->conflict_members != NULL)
    g_ptr_array_add (conflicts, describe_conflict (explanation));
  return conflicts;
}
