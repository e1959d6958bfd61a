/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The check of option dictionaries. */

#include "wire.h"

static const SmcDictKey keys[] = {
  { "linger", "b" },
  { "rights_attenuation_masks", "au" },
  { "constraints", "a{sv}" },
  { NULL, NULL },
};

static const SmcDictKey no_keys[] = { { NULL, NULL } };

static void
test_good (void)
{
  static const char *const texts[] = {
    "@a{sv} {}",
    "{'linger': <true>}",
    "{'constraints': <@a{sv} {}>, 'linger': <false>, 'rights_attenuation_masks': <@au []>}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GVariant) dict = wire_parse (texts[i]);
      g_autoptr (GError) error = NULL;

      g_assert_true (smc_dict_check (dict, "options", keys, &error));
      g_assert_no_error (error);
    }
}

static void
test_bad (void)
{
  static const struct
  {
    const char *text, *message;
  } cases[] = {
    { "{'lingr': <true>}", "options.lingr: unknown key" },
    { "{'linger': <true>, 'linger': <true>}", "options.linger: key given twice" },
    { "{'linger': <@u 1>}", "options.linger: wanted type b, found u" },
    { "{'linger': <<true>>}", "options.linger: wanted type b, found v" },
    { "{'constraints': <@a{ss} {}>}", "options.constraints: wanted type a{sv}, found a{ss}" },
    { "{'a\"\\n': <1>}", "options.a\\\"\\u{a}: unknown key" },
    { "@a{ss} {}", "options: wanted type a{sv}, found a{ss}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GVariant) dict = wire_parse (cases[i].text);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_false (smc_dict_check (dict, "options", keys, &error));
      g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION);
      g_assert_cmpstr (error->message, ==, cases[i].message);
      g_assert_false (smc_dict_check (dict, "options", keys, NULL));
    }
}

static void
test_no_keys (void)
{
  g_autoptr (GVariant) empty = wire_parse ("@a{sv} {}");
  g_autoptr (GVariant) something = wire_parse ("{'bundle': <true>}");

  g_assert_true (smc_dict_check (empty, "options", no_keys, NULL));
  g_assert_false (smc_dict_check (something, "options", no_keys, NULL));
}

/* A dictionary of a million keys ends at the first that is wrong. */
static void
test_endless (void)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < 100000; i++)
    g_variant_builder_add (&builder, "{sv}", "linger", g_variant_new_boolean (TRUE));
  g_autoptr (GVariant) dict = g_variant_ref_sink (g_variant_builder_end (&builder));
  g_autoptr (GError) error = NULL;

  g_assert_false (smc_dict_check (dict, "options", keys, &error));
  g_assert_cmpstr (error->message, ==, "options.linger: key given twice");
}

static void
test_paths (void)
{
  const SmcPath list = { NULL, "image_format_constraints", 1 };
  const SmcPath inner = { &list, "pixel_formats", 0 };
  g_autofree char *outer_text = smc_path_to_string (&list);
  g_autofree char *inner_text = smc_path_to_string (&inner);

  g_assert_cmpstr (outer_text, ==, "image_format_constraints[1]");
  g_assert_cmpstr (inner_text, ==, "image_format_constraints[1].pixel_formats[0]");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/common/dict/good", test_good);
  g_test_add_func ("/common/dict/bad", test_bad);
  g_test_add_func ("/common/dict/no-keys", test_no_keys);
  g_test_add_func ("/common/dict/endless", test_endless);
  g_test_add_func ("/common/dict/paths", test_paths);

  return g_test_run ();
}
