/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-dict.h"

const char *
ctl_dict_get_string (GVariant *dict, const char *key)
{
  const char *string = "";

  (void)g_variant_lookup (dict, key, "&s", &string);
  return string;
}

guint64
ctl_dict_get_number (GVariant *dict, const char *key)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (dict, key, NULL);

  if (value == NULL)
    return 0;
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    return g_variant_get_uint64 (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    return g_variant_get_uint32 (value);
  return g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) && g_variant_get_boolean (value);
}

GVariant *
ctl_dict_get_list (GVariant *dict, const char *key, const char *type)
{
  GVariant *list = g_variant_lookup_value (dict, key, G_VARIANT_TYPE (type));

  return list != NULL ? list : g_variant_ref_sink (g_variant_new (type, NULL));
}

char *
ctl_dict_join (GVariant *dict, const char *key, const char *separator)
{
  g_autoptr (GVariant) list = ctl_dict_get_list (dict, key, "as");
  g_autofree const char **strings = g_variant_get_strv (list, NULL);

  return g_strjoinv (separator, (char **)strings);
}
