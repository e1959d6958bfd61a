/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-negotiation.h"

#include "engine/sme-attempt.h"
#include "engine/sme-pin.h"
#include "engine/sme-settle.h"

static gboolean
check_pins (const SmeParticipant *participants,
            guint n_participants,
            const SmcSettings *settings,
            SmeFailure *failure)
{
  for (guint i = 0; i < n_participants; i++)
    {
      const SmePrepared *prepared = participants[i].prepared;
      if (prepared != NULL && prepared->pinned != NULL
          && !sme_pin_check (prepared->pinned, prepared->pins_count, settings, failure))
        return FALSE;
    }
  return TRUE;
}

gboolean
sme_attempt (const SmeParticipant *participants,
             guint n_participants,
             const SmePolicy *policy,
             const char *const *failed_heaps,
             SmeNegotiateFlags flags,
             SmeTrail *trail,
             SmcSettings **settings,
             SmeFailure *failure)
{
  g_auto (SmeAggregate) aggregate = { .pin = NULL };
  g_autoptr (SmcSettings) result = NULL;

  sme_trail_begin (trail, participants, n_participants);
  gboolean success =
    sme_aggregate (&aggregate, participants, n_participants, flags, trail, failure)
    && sme_settle (&aggregate, policy, failed_heaps, flags, trail, &result, failure)
    && check_pins (participants, n_participants, result, failure);
  sme_trail_end (trail);
  if (success)
    *settings = g_steal_pointer (&result);
  return success;
}

gboolean
sme_negotiate (const SmeParticipant *participants,
               guint n_participants,
               const SmePolicy *policy,
               const char *const *failed_heaps,
               SmeTrail *trail,
               SmcSettings **settings,
               GError **error)
{
  g_auto (SmeFailure) failure = { 0 };

  if (sme_attempt (participants, n_participants, policy, failed_heaps, SME_NEGOTIATE_NORMALLY,
                   trail, settings, &failure))
    return TRUE;
  sme_failure_propagate (&failure, error);
  return FALSE;
}

gboolean
sme_prepared_accepts (SmePrepared *prepared,
                      const SmcSettings *settings,
                      const SmePolicy *policy,
                      GError **error)
{
  g_autoptr (SmePrepared) pin = sme_prepared_new_pinning (settings, FALSE, NULL);
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (SmcSettings) result = NULL;
  g_auto (SmeFailure) failure = { 0 };
  const SmeParticipant participants[] = {
    { .name = "the buffer", .prepared = pin },
    { .name = "the constraints", .prepared = prepared },
  };

  if (sme_attempt (participants, G_N_ELEMENTS (participants), policy, NULL, SME_NEGOTIATE_EXISTING,
                   trail, &result, &failure))
    return TRUE;
  sme_failure_propagate (&failure, error);
  return FALSE;
}
