/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-dry-run.h"

#include "bus/smd-arguments.h"
#include "common/smc-dict.h"

static void
participant_clear (SmeParticipant *participant)
{
  g_free ((char *)participant->name);
  g_clear_pointer (&participant->prepared, sme_prepared_unref);
}

static gboolean
read_participant (GVariant *entry, SmeParticipant *participant, GError **error)
{
  static const SmcDictKey keys[] = { { "name", "s" }, { "constraints", "a{sv}" }, { NULL, NULL } };
  g_autoptr (GVariant) constraints = NULL;
  const char *name = "";

  if (!smc_dict_check (entry, "participants[]", keys, error))
    return FALSE;
  (void)g_variant_lookup (entry, "name", "&s", &name);
  if (!smd_arguments_check_debug_info (name, error))
    return FALSE;
  participant->name = g_strdup (name);
  constraints = g_variant_lookup_value (entry, "constraints", G_VARIANT_TYPE_VARDICT);
  if (constraints == NULL)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION, "constraints: required");
      return FALSE;
    }
  participant->prepared = smd_arguments_prepare (constraints, error);
  return participant->prepared != NULL;
}

static GArray *
read_participants (GVariant *list, GError **error)
{
  g_autoptr (GArray) participants = g_array_new (FALSE, TRUE, sizeof (SmeParticipant));
  gsize n = g_variant_n_children (list);

  if (n > SMC_MAX_CHECK_PARTICIPANTS)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
                   "participants: %" G_GSIZE_FORMAT
                   " are more than MaxCheckParticipants allows, %u",
                   n, SMC_MAX_CHECK_PARTICIPANTS);
      return NULL;
    }
  g_array_set_clear_func (participants, (GDestroyNotify)participant_clear);
  g_array_set_size (participants, (guint)n);
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (list, i);

      if (!read_participant (entry, &g_array_index (participants, SmeParticipant, i), error))
        {
          g_prefix_error (error, "participants[%" G_GSIZE_FORMAT "]: ", i);
          return NULL;
        }
    }
  return g_steal_pointer (&participants);
}

SmcSettings *
smd_dry_run (SmdServer *server, GVariant *list, GError **error)
{
  g_autoptr (GArray) participants = read_participants (list, error);
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (SmeExplanation) explanation = NULL;
  g_autoptr (GError) failure = NULL;
  SmcSettings *settings = NULL;
  const SmeParticipant *array;

  if (participants == NULL)
    return NULL;
  array = (const SmeParticipant *)(gpointer)participants->data;
  if (sme_negotiate (array, participants->len, server->policy, NULL, trail, &settings, &failure))
    return settings;
  explanation = sme_explain_failed (array, participants->len, server->policy, trail, failure);
  g_propagate_error (error, sme_explanation_to_error (explanation));
  return NULL;
}
