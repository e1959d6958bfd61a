/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-arguments.h"

#include "common/smc-codec.h"
#include "common/smc-dict.h"

SmePrepared *
smd_arguments_prepare (GVariant *dict, GError **error)
{
  g_autoptr (SmcConstraints) constraints = smc_constraints_from_variant (dict, error);

  return constraints != NULL ? sme_prepared_new (constraints, error) : NULL;
}

gboolean
smd_binding_init (SmdBinding *binding, GVariant *options, GError **error)
{
  static const SmcDictKey keys[] = { { "constraints", "a{sv}" },
                                     { "linger", "b" },
                                     { NULL, NULL } };
  g_autoptr (GVariant) constraints = NULL;

  if (!smc_dict_check (options, "options", keys, error))
    return FALSE;
  binding->linger = smd_options_get_boolean (options, "linger");
  constraints = g_variant_lookup_value (options, "constraints", G_VARIANT_TYPE_VARDICT);
  if (constraints == NULL)
    return TRUE;
  binding->prepared = smd_arguments_prepare (constraints, error);
  return binding->prepared != NULL;
}

void
smd_binding_clear (SmdBinding *binding)
{
  g_clear_pointer (&binding->prepared, sme_prepared_unref);
}

gboolean
smd_arguments_check_name (
  const char *name, const char *field, guint max, const char *limit_key, GError **error)
{
  gsize length = strlen (name);

  if (length <= max)
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
               "%s: %" G_GSIZE_FORMAT " bytes are more than %s allows, %u", field, length,
               limit_key, max);
  return FALSE;
}

gboolean
smd_arguments_check_debug_info (const char *name, GError **error)
{
  return smd_arguments_check_name (name, "name", SMC_MAX_CLIENT_NAME_BYTES, "MaxClientNameBytes",
                                   error);
}

gboolean
smd_arguments_check_masks (
  SmdServer *server, const char *field, gsize n_masks, guint reserved, GError **error)
{
  guint64 fit = server->limits.max_fds_per_message - reserved;
  gboolean by_masks = fit > SMC_MAX_MASKS;
  guint64 limit = by_masks ? SMC_MAX_MASKS : fit;

  if (n_masks <= limit)
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
               "%s: %" G_GSIZE_FORMAT " are more than %s allows in one call, %" G_GUINT64_FORMAT,
               field, n_masks, by_masks ? "MaxRightsMasks" : "MaxFdsPerMessage", limit);
  return FALSE;
}
