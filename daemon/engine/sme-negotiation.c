/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-negotiation.h"

#include "common/smc-checked.h"

struct _SmePrepared
{
  SmcConstraints *constraints;
};

struct _SmeTrail
{
  guint n;
};

SmePrepared *
sme_prepared_new (const SmcConstraints *constraints, GError **error)
{
  SmePrepared *prepared = g_rc_box_new0 (SmePrepared);

  prepared->constraints = smc_constraints_copy (constraints);
  return prepared;
}

SmePrepared *
sme_prepared_new_pinning (const SmcSettings *settings, gboolean with_count)
{
  return g_rc_box_new0 (SmePrepared);
}

SmePrepared *
sme_prepared_ref (SmePrepared *prepared)
{
  return g_rc_box_acquire (prepared);
}

static void
prepared_clear (SmePrepared *prepared)
{
  g_clear_pointer (&prepared->constraints, smc_constraints_free);
}

void
sme_prepared_unref (SmePrepared *prepared)
{
  g_rc_box_release_full (prepared, (GDestroyNotify)prepared_clear);
}

const SmcConstraints *
sme_prepared_get_constraints (const SmePrepared *prepared)
{
  return prepared->constraints;
}

SmeTrail *
sme_trail_new (void)
{
  return g_new0 (SmeTrail, 1);
}

void
sme_trail_free (SmeTrail *trail)
{
  g_free (trail);
}

void
sme_trail_add (SmeTrail *trail, SmeRejectionKind kind, const char *candidate, const char *reason)
{
  trail->n++;
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
  g_autoptr (SmcSettings) result = smc_settings_new ();

  for (guint i = 0; i < n_participants; i++)
    {
      const SmcConstraints *constraints =
        participants[i].prepared != NULL ? participants[i].prepared->constraints : NULL;
      if (constraints == NULL || constraints->is_empty)
        continue;
      result->usage |= constraints->usage;
      result->buffer_count += constraints->min_buffer_count_for_camping;
      result->size_bytes = MAX (result->size_bytes, constraints->memory.min_size_bytes);
      if (result->size_bytes > constraints->memory.max_size_bytes)
        {
          g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
                       "no buffer size suits everybody");
          return FALSE;
        }
    }
  for (guint i = 0; i < policy->heaps->len && result->heap == NULL; i++)
    {
      const SmeHeap *heap = g_ptr_array_index (policy->heaps, i);
      if (failed_heaps == NULL || !g_strv_contains (failed_heaps, heap->name))
        result->heap = g_strdup (heap->name);
    }
  if (result->heap == NULL || result->size_bytes == 0 || result->buffer_count == 0
      || !smc_checked_round_up (&result->raw_size_bytes, result->size_bytes, policy->page_size))
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
                   "no buffers suit everybody");
      return FALSE;
    }
  result->coherency_domain = SMC_DOMAIN_CPU;
  *settings = g_steal_pointer (&result);
  return TRUE;
}

gboolean
sme_prepared_accepts (SmePrepared *prepared,
                      const SmcSettings *settings,
                      const SmePolicy *policy,
                      GError **error)
{
  return TRUE;
}

SmeExplanation *
sme_explain_failed (const SmeParticipant *participants,
                    guint n_participants,
                    const SmePolicy *policy,
                    const SmeTrail *trail,
                    const GError *error)
{
  SmeExplanation *explanation = sme_explanation_new (SME_OUTCOME_FAILED);

  explanation->error = (SysmemError)error->code;
  explanation->message = g_strdup (error->message);
  return explanation;
}

SmeExplanation *
sme_explain_allocated (const SmeTrail *trail)
{
  return sme_explanation_new (SME_OUTCOME_ALLOCATED);
}
