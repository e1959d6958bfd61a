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
    settings, smd_write_protection_towards (settings->write_protection, call->client->uid), info);
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

GVariant *
smd_encode_waiting_for (const GPtrArray *parties)
{
  return sme_parties_to_variant (parties);
}

GVariant *
smd_encode_explanation (const SmeExplanation *explanation)
{
  return sme_explanation_to_variant (explanation);
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
