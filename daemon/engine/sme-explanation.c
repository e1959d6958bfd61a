/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-explanation.h"

#include "engine/sme-negotiation.h"

SmeParty *
sme_party_new (const char *name, guint64 id, const char *value)
{
  SmeParty *party = g_new0 (SmeParty, 1);

  party->name = g_strdup (name);
  party->id = id;
  party->value = g_strdup (value);
  return party;
}

void
sme_party_free (SmeParty *party)
{
  g_free (party->name);
  g_free (party->value);
  g_free (party);
}

SmeExplanation *
sme_explanation_new (SmeOutcome outcome, SmeTrail *trail)
{
  SmeExplanation *explanation = g_rc_box_new0 (SmeExplanation);

  explanation->outcome = outcome;
  explanation->waiting_for = g_ptr_array_new_with_free_func ((GDestroyNotify)sme_party_free);
  explanation->trail = trail != NULL ? sme_trail_ref (trail) : NULL;
  return explanation;
}

SmeExplanation *
sme_explanation_ref (SmeExplanation *explanation)
{
  return g_rc_box_acquire (explanation);
}

static void
explanation_clear (SmeExplanation *explanation)
{
  g_free (explanation->message);
  g_ptr_array_unref (explanation->waiting_for);
  g_clear_pointer (&explanation->conflict_members, g_array_unref);
  g_free (explanation->conflict_detail);
  g_clear_pointer (&explanation->trail, sme_trail_unref);
}

void
sme_explanation_unref (SmeExplanation *explanation)
{
  g_rc_box_release_full (explanation, (GDestroyNotify)explanation_clear);
}

const char *
sme_rejection_kind_get_name (SmeRejectionKind kind)
{
  switch (kind)
    {
    case SME_REJECTED_GROUP_CHOICE:
      return "group-choice";
    case SME_REJECTED_PIXEL_FORMAT:
      return "pixel-format";
    case SME_REJECTED_HEAP:
      return "heap";
    case SME_REJECTED_COHERENCY_DOMAIN:
      return "coherency-domain";
    }
  g_return_val_if_reached ("heap");
}

const char *
sme_outcome_get_name (SmeOutcome outcome)
{
  switch (outcome)
    {
    case SME_OUTCOME_PENDING:
      return "pending";
    case SME_OUTCOME_ALLOCATED:
      return "allocated";
    case SME_OUTCOME_FAILED:
      return "failed";
    }
  g_return_val_if_reached ("pending");
}

GError *
sme_explanation_to_error (const SmeExplanation *explanation)
{
  g_return_val_if_fail (explanation->outcome == SME_OUTCOME_FAILED, NULL);

  return g_error_new_literal (SYSMEM_ERROR, (gint)explanation->error, explanation->message);
}
