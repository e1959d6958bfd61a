/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "wire.h"

GVariant *
wire_parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *value = g_variant_parse (NULL, text, NULL, NULL, &error);

  g_assert_no_error (error);
  return value;
}

SmcConstraints *
wire_decode (const char *text)
{
  g_autoptr (GVariant) dict = wire_parse (text);
  g_autoptr (GError) error = NULL;
  SmcConstraints *constraints = smc_constraints_from_variant (dict, &error);

  g_assert_no_error (error);
  g_assert_nonnull (constraints);
  return constraints;
}

void
wire_assert_refused (GVariant *dict, SysmemError code, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmcConstraints) constraints = smc_constraints_from_variant (dict, &error);

  g_assert_error (error, SYSMEM_ERROR, (gint)code);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_null (constraints);
}

void
wire_assert_text_refused (const char *text, SysmemError code, const char *message)
{
  g_autoptr (GVariant) dict = wire_parse (text);

  wire_assert_refused (dict, code, message);
}

GVariant *
wire_repeat (const char *element, gsize n)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (gsize i = 0; i < n; i++)
    g_variant_builder_add (&builder, "s", element);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/* Adds @key in place of the one @dict may have. */
static GVariant *
replace (GVariant *dict, const char *key, GVariant *value)
{
  GVariantDict copy;

  g_variant_dict_init (&copy, dict);
  g_variant_dict_insert_value (&copy, key, value);
  return g_variant_dict_end (&copy);
}

GVariant *
wire_with (const char *level, const char *key, GVariant *value)
{
  g_autoptr (GVariant) good = wire_parse ("{'usage': <['cpu-read']>}");
  g_autoptr (GVariant) entry =
    wire_parse ("{'pixel_formats': <['NV12']>, 'color_spaces': <['rec709']>}");
  GVariant *inner;

  if (*level == '\0')
    return g_variant_ref_sink (replace (good, key, value));

  if (g_str_equal (level, "buffer_memory_constraints"))
    inner = replace (NULL, key, value);
  else
    {
      GVariant *changed = replace (entry, key, value);
      inner = g_variant_new_array (G_VARIANT_TYPE_VARDICT, &changed, 1);
    }
  return g_variant_ref_sink (replace (good, level, inner));
}
