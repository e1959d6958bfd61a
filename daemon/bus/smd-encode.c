/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-encode.h"

#include "common/smc-codec.h"
#include "common/smc-names.h"
#include "server/smd-client.h"

static void
add_settings (SmdCall *call, const SmcSettings *settings, GVariantBuilder *info)
{
  smc_settings_add_to_builder (
    settings, smd_write_protection_for (call->server, settings, call->client->uid), info);
}

GVariant *
smd_encode_settings (SmdCall *call, const SmcSettings *settings)
{
  GVariantBuilder info;

  g_variant_builder_init (&info, G_VARIANT_TYPE_VARDICT);
  add_settings (call, settings, &info);
  return g_variant_builder_end (&info);
}

GVariant *
smd_encode_dry_info (SmdCall *call, const SmcSettings *settings)
{
  GVariantBuilder info;

  g_variant_builder_init (&info, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&info, "{sv}", "buffer_count",
                         g_variant_new_uint32 (settings->buffer_count));
  add_settings (call, settings, &info);
  return g_variant_builder_end (&info);
}

GVariant *
smd_encode_info (SmdCall *call, SmdCollection *collection, SmdFd *bundle)
{
  GVariantBuilder info;

  g_variant_builder_init (&info, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&info, "{sv}", "buffer_collection_id",
                         g_variant_new_uint64 (collection->id));
  g_variant_builder_add (&info, "{sv}", "buffer_count",
                         g_variant_new_uint32 (collection->settings->buffer_count));
  add_settings (call, collection->settings, &info);
  if (bundle != NULL)
    g_variant_builder_add (&info, "{sv}", "bundle", smd_call_put_fd (call, bundle));
  return g_variant_builder_end (&info);
}

static void
add_delivered (SmdCall *call, SmdDelivered *delivered, GVariantBuilder *buffers)
{
  static const char *const keys[SMD_N_DELIVERED] = { "fd", "close_weak_asap", "lease" };
  GVariantBuilder buffer;

  g_variant_builder_init (&buffer, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&buffer, "{sv}", "index", g_variant_new_uint32 (delivered->index));
  g_variant_builder_add (&buffer, "{sv}", "usable_start", g_variant_new_uint64 (0));
  for (guint i = 0; i < SMD_N_DELIVERED; i++)
    if (delivered->fds[i] >= 0)
      g_variant_builder_add (&buffer, "{sv}", keys[i], smd_call_put_fd (call, &delivered->fds[i]));
  g_variant_builder_add_value (buffers, g_variant_builder_end (&buffer));
}

GVariant *
smd_encode_delivered (SmdCall *call, GArray *delivered)
{
  GVariantBuilder buffers;

  g_variant_builder_init (&buffers, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < delivered->len; i++)
    add_delivered (call, &g_array_index (delivered, SmdDelivered, i), &buffers);
  return g_variant_builder_end (&buffers);
}

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
smd_encode_waiting_for (const GPtrArray *parties)
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
encode_conflicts (const GPtrArray *conflicts)
{
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
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < explanation->rejected->len; i++)
    {
      const SmeRejection *rejection = explanation->rejected->pdata[i];

      add_rejection (&list, sme_rejection_kind_get_name (rejection->kind), rejection->candidate,
                     rejection->reason, encode_parties (rejection->parties));
    }
  if (explanation->n_rejected_more > 0)
    {
      g_autofree char *reason =
        g_strdup_printf ("%u more candidates were dropped", explanation->n_rejected_more);

      add_rejection (&list, "more", "", reason, g_variant_new ("a(sts)", NULL));
    }
  return g_variant_builder_end (&list);
}

GVariant *
smd_encode_explanation (const SmeExplanation *explanation)
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
  g_variant_builder_add (&dict, "{sv}", "conflicts", encode_conflicts (explanation->conflicts));
  g_variant_builder_add (&dict, "{sv}", "rejected", encode_rejected (explanation));
  if (explanation->outcome == SME_OUTCOME_PENDING)
    g_variant_builder_add (&dict, "{sv}", "waiting_for",
                           smd_encode_waiting_for (explanation->waiting_for));
  return g_variant_builder_end (&dict);
}

GVariant *
smd_encode_domains (guint32 domains)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint32 domain = SMC_DOMAIN_CPU; domain <= SMC_DOMAIN_INACCESSIBLE; domain <<= 1)
    if ((domains & domain) != 0)
      g_variant_builder_add (&list, "s", smc_domain_get_name (domain));
  return g_variant_builder_end (&list);
}

GVariant *
smd_encode_limits (const SmcLimits *limits)
{
  GVariantBuilder dict;

  g_variant_builder_init (&dict, G_VARIANT_TYPE_VARDICT);
  for (const SmcLimitInfo *info = smc_limits_get_infos (); info->key != NULL; info++)
    g_variant_builder_add (&dict, "{sv}", info->key,
                           g_variant_new_uint64 (smc_limits_get (limits, info)));
  return g_variant_builder_end (&dict);
}
