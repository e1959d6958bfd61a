/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Settings as the daemon tells them. What is not as the contract has it is refused here, by its key,
 * so that nobody further on works with what was never said. Keys that are not known are a newer
 * daemon's, and ignored. */

#include "sysmem-settings-private.h"

#include "common/smc-schema.h"
#include "sysmem-enum-types.h"
#include "sysmem-error.h"

typedef struct
{
  const char *key;
  const char *type;
  GType (*values) (void); /* whose nicks a string is one of; NULL: any */
} Key;

static const Key settings_keys[] = {
  { "size_bytes", "t", NULL },
  { "raw_size_bytes", "t", NULL },
  { "heap", "s", NULL },
  { "buffer_type", "s", sysmem_buffer_type_get_type },
  { "coherency_domain", "s", sysmem_coherency_domains_get_type },
  { "is_physically_contiguous", "b", NULL },
  { "is_secure", "b", NULL },
  { "write_protection", "s", sysmem_write_protection_get_type },
  { "usage", "as", NULL },
};

static const Key count_key = { "buffer_count", "u", NULL };

static const Key image_keys[] = {
  { "pixel_format", "s", NULL },
  { "color_space", "s", NULL },
};

static const Key layout_keys[] = {
  { "planes", "a(tu)", NULL },
  { "image_size", "(uu)", NULL },
};

static gboolean
is_nick (GType type, const char *nick)
{
  g_autoptr (GTypeClass) class = g_type_class_ref (type);

  return G_IS_ENUM_CLASS (class) ? g_enum_get_value_by_nick ((GEnumClass *)class, nick) != NULL
                                 : g_flags_get_value_by_nick ((GFlagsClass *)class, nick) != NULL;
}

static gboolean
check_value (GVariant *value, const Key *key, GError **error)
{
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE (key->type)))
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                   "the daemon's settings are malformed: %s is of type %s, not %s", key->key,
                   g_variant_get_type_string (value), key->type);
      return FALSE;
    }
  if (key->values == NULL || is_nick (key->values (), g_variant_get_string (value, NULL)))
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
               "the daemon's settings are unknown to this version of the library: %s is %s",
               key->key, g_variant_get_string (value, NULL));
  return FALSE;
}

static gboolean
check_key (GVariant *dict, const Key *key, gboolean required, GError **error)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (dict, key->key, NULL);

  if (value != NULL)
    return check_value (value, key, error);
  if (required)
    g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                 "the daemon's settings are malformed: %s is missing", key->key);
  return !required;
}

static gboolean
check_keys (GVariant *dict, const Key *keys, gsize n_keys, gboolean required, GError **error)
{
  for (gsize i = 0; i < n_keys; i++)
    if (!check_key (dict, &keys[i], required, error))
      return FALSE;
  return TRUE;
}

/* What was agreed upon about images has the keys of a participant's constraints. */
static gboolean
check_image (GVariant *info, GError **error)
{
  static const Key key = { "image_format_constraints", "a{sv}", NULL };
  g_autoptr (GVariant) image = NULL;

  if (!check_key (info, &key, FALSE, error))
    return FALSE;
  image = g_variant_lookup_value (info, key.key, G_VARIANT_TYPE_VARDICT);
  if (image == NULL)
    return TRUE;
  for (const SmcField *field = smc_entry_fields; field->key != NULL; field++)
    if (!check_key (image, &(Key){ field->key, field->kind->type, NULL }, FALSE, error))
      return FALSE;
  return check_keys (image, image_keys, G_N_ELEMENTS (image_keys), TRUE, error);
}

SysmemSettings *
sysmem_settings_new_from_daemon (GVariant *info, gboolean counted, GError **error)
{
  if (!check_keys (info, settings_keys, G_N_ELEMENTS (settings_keys), TRUE, error)
      || !check_key (info, &count_key, counted, error) || !check_image (info, error)
      || !check_keys (info, layout_keys, G_N_ELEMENTS (layout_keys), FALSE, error))
    return NULL;
  return sysmem_settings_new_from_variant (info);
}
