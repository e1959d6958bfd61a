/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The daemon's engine without a daemon. What the library's enumerations and the engine's mean is
 * the same by value. */

#include "sysmem-solve.h"

#include "common/smc-codec.h"
#include "engine/sme-negotiation.h"
#include "sysmem-error.h"
#include "sysmem-explanation-private.h"
#include "sysmem-heap-private.h"
#include "sysmem-settings-private.h"
#include <unistd.h>

G_STATIC_ASSERT ((int)SYSMEM_USAGE_VIDEO_DECODER_INTERNAL == (int)SMC_USAGE_VIDEO_DECODER_INTERNAL);
G_STATIC_ASSERT ((int)SYSMEM_COHERENCY_DOMAIN_CPU == (int)SMC_DOMAIN_CPU);
G_STATIC_ASSERT ((int)SYSMEM_COHERENCY_DOMAIN_RAM == (int)SMC_DOMAIN_RAM);
G_STATIC_ASSERT ((int)SYSMEM_COHERENCY_DOMAIN_INACCESSIBLE == (int)SMC_DOMAIN_INACCESSIBLE);
G_STATIC_ASSERT ((int)SYSMEM_BUFFER_DMA_BUF == (int)SMC_BUFFER_DMA_BUF);
G_STATIC_ASSERT ((int)SYSMEM_WRITE_PROTECTION_ADVISORY == (int)SMC_WRITE_PROTECTION_ADVISORY);

static void
participant_clear (SmeParticipant *participant)
{
  g_clear_pointer (&participant->prepared, sme_prepared_unref);
}

static gboolean
prepare (SysmemConstraints *constraints, SmeParticipant *participant, GError **error)
{
  g_autoptr (GVariant) dict = g_variant_ref_sink (sysmem_constraints_to_variant (constraints));
  g_autoptr (SmcConstraints) model = smc_constraints_from_variant (dict, error);
  const char *name = sysmem_constraints_get_name (constraints);

  participant->name = name != NULL ? name : "";
  if (model != NULL)
    participant->prepared = sme_prepared_new (model, error);
  return participant->prepared != NULL;
}

static GArray *
prepare_all (SysmemConstraints **constraints, gsize n_constraints, GError **error)
{
  g_autoptr (GArray) participants = g_array_new (FALSE, TRUE, sizeof (SmeParticipant));

  g_array_set_clear_func (participants, (GDestroyNotify)participant_clear);
  g_array_set_size (participants, (guint)n_constraints);
  for (gsize i = 0; i < n_constraints; i++)
    if (!prepare (constraints[i], &g_array_index (participants, SmeParticipant, i), error))
      {
        g_prefix_error (error, "participants[%" G_GSIZE_FORMAT "]: ", i);
        return NULL;
      }
  return g_steal_pointer (&participants);
}

static SmePolicy *
make_policy (SysmemHeap **heaps, gsize n_heaps)
{
  SmePolicy *policy = sme_policy_new ();

  policy->page_size = (guint64)sysconf (_SC_PAGESIZE);
  for (gsize i = 0; i < n_heaps; i++)
    g_ptr_array_add (policy->heaps, sysmem_heap_to_engine (heaps[i]));
  return policy;
}

static SysmemSettings *
make_settings (const SmcSettings *model)
{
  g_autoptr (GVariant) info = NULL;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "buffer_count",
                         g_variant_new_uint32 (model->buffer_count));
  smc_settings_add_to_builder (model, model->write_protection, &builder);
  info = g_variant_ref_sink (g_variant_builder_end (&builder));
  return sysmem_settings_new_from_variant (info);
}

static void
set_explanation (SysmemExplanation **explanation, const SmeExplanation *why)
{
  if (explanation != NULL)
    *explanation = sysmem_explanation_new_from_variant (sme_explanation_to_variant (why));
}

/**
 * sysmem_constraints_solve:
 * @participants: (array length=n_participants): what each participant can live with;
 *   [property@Sysmem.Constraints:name] says who it is
 * @n_participants: how many, at most 512
 * @heaps: (array length=n_heaps): the memory there is
 * @n_heaps: how many heaps
 * @explanation: (out) (optional) (nullable) (transfer full): return location for how it came
 *   about; %NULL if a participant's constraints are refused by themselves
 * @error: return location for an error
 *
 * Finds out what would be settled, with the daemon's own rules but without a daemon. With the
 * heaps of [method@Sysmem.Client.list_heaps] the result is that of
 * [method@Sysmem.Client.check_constraints], unless the daemon is configured to prefer other heaps
 * or formats than it does by default, or a heap has limits of its own.
 *
 * Returns: (transfer full): the settings; or %NULL with the error that the participants would get,
 *   %SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY for instance
 *
 * Since: 1.0
 */
SysmemSettings *
sysmem_constraints_solve (SysmemConstraints **participants,
                          gsize n_participants,
                          SysmemHeap **heaps,
                          gsize n_heaps,
                          SysmemExplanation **explanation,
                          GError **error)
{
  g_autoptr (SmePolicy) policy = NULL;
  g_autoptr (GArray) prepared = NULL;
  g_autoptr (SmeTrail) trail = NULL;
  g_autoptr (SmeExplanation) why = NULL;
  g_autoptr (SmcSettings) settings = NULL;
  g_autoptr (GError) failure = NULL;
  const SmeParticipant *array;

  g_return_val_if_fail (participants != NULL || n_participants == 0, NULL);
  g_return_val_if_fail (heaps != NULL || n_heaps == 0, NULL);

  if (explanation != NULL)
    *explanation = NULL;
  if (n_participants > SMC_MAX_CHECK_PARTICIPANTS)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
                   "participants: %" G_GSIZE_FORMAT
                   " are more than MaxCheckParticipants allows, %u",
                   n_participants, SMC_MAX_CHECK_PARTICIPANTS);
      return NULL;
    }
  prepared = prepare_all (participants, n_participants, error);
  if (prepared == NULL)
    return NULL;
  policy = make_policy (heaps, n_heaps);
  trail = sme_trail_new ();
  array = (const SmeParticipant *)(gpointer)prepared->data;
  if (sme_negotiate (array, prepared->len, policy, NULL, trail, &settings, &failure))
    why = sme_explain_allocated (trail);
  else
    why = sme_explain_failed (array, prepared->len, policy, trail, failure);
  set_explanation (explanation, why);
  if (settings != NULL)
    return make_settings (settings);
  g_propagate_error (error, sme_explanation_to_error (why));
  return NULL;
}
