/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <sysmem.h>

/* The value of @key in what @constraints spell out; NULL: not said. */
static char *
spell (SysmemConstraints *constraints, const char *key)
{
  g_autoptr (GVariant) dict = g_variant_ref_sink (sysmem_constraints_to_variant (constraints));
  g_autoptr (GVariant) value = g_variant_lookup_value (dict, key, NULL);

  return value != NULL ? g_variant_print (value, FALSE) : NULL;
}

static void
assert_spelled (SysmemConstraints *constraints, const char *key, const char *expected)
{
  g_autofree char *found = spell (constraints, key);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_nothing_said (void)
{
  g_autoptr (SysmemConstraints) constraints = sysmem_constraints_new (0);
  g_autoptr (GVariant) dict = g_variant_ref_sink (sysmem_constraints_to_variant (constraints));
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_variant_n_children (dict), ==, 0);
  g_assert_true (sysmem_constraints_validate (constraints, &error));
  g_assert_no_error (error);
}

static void
test_defaults_of_what_is_not_said (void)
{
  g_autoptr (SysmemConstraints) constraints = sysmem_constraints_new (0);
  g_autoptr (SysmemImageFormatConstraints) image = sysmem_image_format_constraints_new ();
  guint min_count;
  guint max_count;
  guint divisor;
  SysmemSize *size;
  char **formats;

  g_object_get (constraints, "min-buffer-count", &min_count, "max-buffer-count", &max_count, NULL);
  g_assert_cmpuint (min_count, ==, 0);
  g_assert_cmpuint (max_count, ==, G_MAXUINT32);
  g_object_get (image, "bytes-per-row-divisor", &divisor, "min-size", &size, "pixel-formats",
                &formats, NULL);
  g_assert_cmpuint (divisor, ==, 1);
  g_assert_null (size);
  g_assert_null (formats);
}

static void
test_properties_are_keys (void)
{
  g_autoptr (SysmemConstraints) constraints = g_object_new (
    SYSMEM_TYPE_CONSTRAINTS, "usage", SYSMEM_USAGE_CPU_READ | SYSMEM_USAGE_VIDEO_DECODER_INTERNAL,
    "min-buffer-count-for-camping", 3, "max-buffer-count", 9, NULL);
  SysmemUsage usage;

  assert_spelled (constraints, "usage", "['cpu-read', 'video-decoder-internal']");
  assert_spelled (constraints, "min_buffer_count_for_camping", "3");
  assert_spelled (constraints, "max_buffer_count", "9");
  assert_spelled (constraints, "min_buffer_count", NULL);
  g_object_get (constraints, "usage", &usage, NULL);
  g_assert_cmpuint (usage, ==, SYSMEM_USAGE_CPU_READ | SYSMEM_USAGE_VIDEO_DECODER_INTERNAL);
}

static void
test_a_boolean_set_to_false_is_said (void)
{
  g_autoptr (SysmemMemoryConstraints) memory =
    g_object_new (SYSMEM_TYPE_MEMORY_CONSTRAINTS, "cpu-domain-supported", FALSE, NULL);
  g_autoptr (GVariant) dict = g_variant_ref_sink (sysmem_memory_constraints_to_variant (memory));
  gboolean value = TRUE;

  g_assert_cmpuint (g_variant_n_children (dict), ==, 1);
  g_assert_true (g_variant_lookup (dict, "cpu_domain_supported", "b", &value));
  g_assert_false (value);
}

static void
test_null_takes_back (void)
{
  const char *const formats[] = { "NV12", NULL };
  g_autoptr (SysmemImageFormatConstraints) image =
    g_object_new (SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS, "pixel-formats", formats, "min-size",
                  &(SysmemSize){ 4, 2 }, NULL);
  g_autoptr (GVariant) dict = NULL;

  g_object_set (image, "pixel-formats", NULL, "min-size", NULL, NULL);
  dict = g_variant_ref_sink (sysmem_image_format_constraints_to_variant (image));
  g_assert_cmpuint (g_variant_n_children (dict), ==, 0);
}

static void
test_round_trip (void)
{
  const char *text =
    "{'usage': <['gpu-sampled', 'display-layer']>, 'min_buffer_count': <uint32 2>,"
    " 'buffer_memory_constraints': <{'min_size_bytes': <uint64 18446744073709551615>,"
    "   'secure_required': <true>, 'permitted_heaps': <['a', 'b']>}>,"
    " 'image_format_constraints': <[{'pixel_formats': <['NV12:0x0', '*']>,"
    "   'color_spaces': <['rec709']>, 'min_size': <(uint32 4, uint32 2)>,"
    "   'required_max_size_list': <[(uint32 8, uint32 8)]>, 'is_alpha_present': <false>},"
    "  {'pixel_formats': <['XR24']>, 'color_spaces': <['*']>}]>}";
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) dict = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);
  g_autoptr (SysmemConstraints) constraints = NULL;
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_assert_no_error (error);
  constraints = sysmem_constraints_new_from_variant (dict, &error);
  g_assert_no_error (error);
  g_variant_iter_init (&iter, dict);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      if (g_variant_is_of_type (value, G_VARIANT_TYPE ("as"))
          || g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
        {
          g_autofree char *expected = g_variant_print (value, FALSE);

          assert_spelled (constraints, key, expected);
        }
      g_variant_unref (value);
    }
}

static void
test_lists_are_copied (void)
{
  g_autoptr (SysmemConstraints) constraints = sysmem_constraints_new (SYSMEM_USAGE_CPU_READ);
  g_autoptr (GListStore) store = g_list_store_new (SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS);
  g_autoptr (SysmemImageFormatConstraints) image = sysmem_image_format_constraints_new ();
  g_autoptr (GListModel) list = NULL;

  g_list_store_append (store, image);
  g_object_set (constraints, "image-format-constraints", store, NULL);
  g_list_store_remove_all (store);
  sysmem_constraints_add_image_format (constraints, image);
  g_object_get (constraints, "image-format-constraints", &list, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 2);
}

static void
test_what_is_misspelled (void)
{
  const char *const formats[] = { "NV12", NULL };
  g_autoptr (SysmemConstraints) constraints = sysmem_constraints_new (SYSMEM_USAGE_CPU_READ);
  g_autoptr (SysmemImageFormatConstraints) image = g_object_new (
    SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS, "pixel-formats", formats, "color-spaces", formats, NULL);
  g_autoptr (GError) error = NULL;

  sysmem_constraints_add_image_format (constraints, image);
  g_assert_false (sysmem_constraints_validate (constraints, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION);
  g_assert_nonnull (strstr (error->message, "image_format_constraints[0].color_spaces"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/constraints/nothing-said", test_nothing_said);
  g_test_add_func ("/constraints/defaults", test_defaults_of_what_is_not_said);
  g_test_add_func ("/constraints/properties-are-keys", test_properties_are_keys);
  g_test_add_func ("/constraints/false-is-said", test_a_boolean_set_to_false_is_said);
  g_test_add_func ("/constraints/null-takes-back", test_null_takes_back);
  g_test_add_func ("/constraints/round-trip", test_round_trip);
  g_test_add_func ("/constraints/lists-are-copied", test_lists_are_copied);
  g_test_add_func ("/constraints/misspelled", test_what_is_misspelled);
  return g_test_run ();
}
