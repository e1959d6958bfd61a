/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-arguments.h"

#include "common/smc-codec.h"

SmePrepared *
smd_arguments_prepare (GVariant *dict, GError **error)
{
  g_autoptr (SmcConstraints) constraints = smc_constraints_from_variant (dict, error);

  return constraints != NULL ? sme_prepared_new (constraints, error) : NULL;
}

gboolean
smd_arguments_prepare_option (GVariant *options, SmePrepared **prepared, GError **error)
{
  g_autoptr (GVariant) dict =
    g_variant_lookup_value (options, "constraints", G_VARIANT_TYPE_VARDICT);

  *prepared = NULL;
  if (dict == NULL)
    return TRUE;
  *prepared = smd_arguments_prepare (dict, error);
  return *prepared != NULL;
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
