/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sme-explanation.h"

/* a(sts) */
static GVariant *
encode_parties (const GPtrArray *parties)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(sts)"));
  for (guint i = 0; i < parties->len; i++)
    {
      const SmeParty *party = parties->pdata[i];

      g_variant_builder_add (&list, "(sts)", party->name, party->id,
                             party->value != NULL ? party->value : "");
    }
  return g_variant_builder_end (&list);
}

GVariant *
sme_parties_to_variant (const GPtrArray *parties)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(st)"));
  for (guint i = 0; i < parties->len; i++)
    {
      const SmeParty *party = parties->pdata[i];

      g_variant_builder_add (&list, "(st)", party->name, party->id);
    }
  return g_variant_builder_end (&list);
}

static GVariant *
encode_conflicts (const SmeExplanation *explanation)
{
  g_autoptr (GPtrArray) conflicts = sme_explanation_list_conflicts (explanation);
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < conflicts->len; i++)
    {
      const SmeConflict *conflict = conflicts->pdata[i];

      g_variant_builder_open (&list, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&list, "{sv}", "field", g_variant_new_string (conflict->field));
      g_variant_builder_add (&list, "{sv}", "participants", encode_parties (conflict->parties));
      g_variant_builder_add (&list, "{sv}", "detail", g_variant_new_string (conflict->detail));
      g_variant_builder_close (&list);
    }
  return g_variant_builder_end (&list);
}

static void
add_rejection (GVariantBuilder *list,
               const char *kind,
               const char *candidate,
               const char *reason,
               GVariant *participants)
{
  g_variant_builder_open (list, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (list, "{sv}", "kind", g_variant_new_string (kind));
  g_variant_builder_add (list, "{sv}", "candidate", g_variant_new_string (candidate));
  g_variant_builder_add (list, "{sv}", "reason", g_variant_new_string (reason));
  g_variant_builder_add (list, "{sv}", "participants", participants);
  g_variant_builder_close (list);
}

static GVariant *
encode_rejected (const SmeExplanation *explanation)
{
  guint n_more;
  g_autoptr (GPtrArray) rejected = sme_explanation_list_rejected (explanation, &n_more);
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < rejected->len; i++)
    {
      const SmeRejection *rejection = rejected->pdata[i];

      add_rejection (&list, sme_rejection_kind_get_name (rejection->kind), rejection->candidate,
                     rejection->reason, encode_parties (rejection->parties));
    }
  if (n_more > 0)
    {
      g_autofree char *reason = g_strdup_printf ("%u more candidates were dropped", n_more);

      add_rejection (&list, "more", "", reason, g_variant_new ("a(sts)", NULL));
    }
  return g_variant_builder_end (&list);
}

GVariant *
sme_explanation_to_variant (const SmeExplanation *explanation)
{
  GVariantBuilder dict;

  g_variant_builder_init (&dict, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&dict, "{sv}", "outcome",
                         g_variant_new_string (sme_outcome_get_name (explanation->outcome)));
  if (explanation->outcome == SME_OUTCOME_FAILED)
    {
      g_variant_builder_add (
        &dict, "{sv}", "error",
        g_variant_new_string (sysmem_error_get_dbus_name (explanation->error)));
      g_variant_builder_add (&dict, "{sv}", "message", g_variant_new_string (explanation->message));
    }
  g_variant_builder_add (&dict, "{sv}", "conflicts", encode_conflicts (explanation));
  g_variant_builder_add (&dict, "{sv}", "rejected", encode_rejected (explanation));
  if (explanation->outcome == SME_OUTCOME_PENDING)
    g_variant_builder_add (&dict, "{sv}", "waiting_for",
                           sme_parties_to_variant (explanation->waiting_for));
  return g_variant_builder_end (&dict);
}
