/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the codec refuses, and how it says so. */

#include <string.h>

#include "wire.h"

#define DEVIATION SYSMEM_ERROR_PROTOCOL_DEVIATION
#define LIMIT SYSMEM_ERROR_LIMIT_EXCEEDED

#define MEMORY "buffer_memory_constraints"
#define IMAGE "image_format_constraints"

/* The contract's keys and types (02, Constraints), written down a second time on purpose. */
static const struct
{
  const char *level, *key, *type;
} contract[] = {
  { "", "usage", "as" },
  { "", "min_buffer_count_for_camping", "u" },
  { "", "min_buffer_count_for_dedicated_slack", "u" },
  { "", "min_buffer_count_for_shared_slack", "u" },
  { "", "min_buffer_count", "u" },
  { "", "max_buffer_count", "u" },
  { "", "buffer_memory_constraints", "a{sv}" },
  { "", "image_format_constraints", "aa{sv}" },
  { MEMORY, "min_size_bytes", "t" },
  { MEMORY, "max_size_bytes", "t" },
  { MEMORY, "physically_contiguous_required", "b" },
  { MEMORY, "secure_required", "b" },
  { MEMORY, "cpu_domain_supported", "b" },
  { MEMORY, "ram_domain_supported", "b" },
  { MEMORY, "inaccessible_domain_supported", "b" },
  { MEMORY, "permitted_heaps", "as" },
  { MEMORY, "min_physical_base_alignment", "t" },
  { MEMORY, "dma_buf_required", "b" },
  { IMAGE, "pixel_formats", "as" },
  { IMAGE, "color_spaces", "as" },
  { IMAGE, "min_size", "(uu)" },
  { IMAGE, "max_size", "(uu)" },
  { IMAGE, "min_bytes_per_row", "u" },
  { IMAGE, "max_bytes_per_row", "u" },
  { IMAGE, "max_width_times_height", "t" },
  { IMAGE, "size_alignment", "(uu)" },
  { IMAGE, "display_rect_alignment", "(uu)" },
  { IMAGE, "required_min_size", "(uu)" },
  { IMAGE, "required_max_size", "(uu)" },
  { IMAGE, "required_max_size_list", "a(uu)" },
  { IMAGE, "bytes_per_row_divisor", "u" },
  { IMAGE, "start_offset_divisor", "u" },
  { IMAGE, "require_bytes_per_row_at_pixel_boundary", "b" },
  { IMAGE, "is_alpha_present", "b" },
  { IMAGE, "pad_for_block_size", "(uu)" },
  { IMAGE, "pad_beyond_image_size_bytes", "t" },
};

/* One value of each type that a client might send. */
static const char *const samples[] = {
  "true",
  "@y 1",
  "@n 1",
  "@q 1",
  "@i 1",
  "@u 1",
  "@x 1",
  "@t 1",
  "1.0",
  "'text'",
  "@o '/'",
  "@as []",
  "['cpu-read']",
  "@ao []",
  "@av []",
  "@au [1]",
  "(@u 1, @u 2)",
  "(@i 1, @i 2)",
  "(@u 1, @u 2, @u 3)",
  "[@u 1, @u 2]",
  "@a(uu) []",
  "@a(ii) []",
  "@a{sv} {}",
  "@a{ss} {}",
  "@aa{sv} []",
  "<@u 1>",
  "<@as []>",
};

static char *
full_name (const char *level, const char *key)
{
  if (*level == '\0')
    return g_strdup (key);
  return g_strdup_printf ("%s%s.%s", level, g_str_equal (level, IMAGE) ? "[0]" : "", key);
}

static void
test_wrong_types (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (contract); i++)
    {
      g_autofree char *name = full_name (contract[i].level, contract[i].key);
      guint n_right = 0;

      for (gsize j = 0; j < G_N_ELEMENTS (samples); j++)
        {
          g_autoptr (GVariant) value = wire_parse (samples[j]);
          const char *found = g_variant_get_type_string (value);

          if (g_str_equal (found, contract[i].type))
            {
              n_right++;
              continue;
            }
          g_autoptr (GVariant) dict = wire_with (contract[i].level, contract[i].key, value);
          g_autofree char *message =
            g_strdup_printf ("%s: wanted type %s, found %s", name, contract[i].type, found);
          wire_assert_refused (dict, DEVIATION, message);
        }
      g_assert_cmpuint (n_right, >, 0);
    }
}

static void
test_unknown_keys (void)
{
  wire_assert_text_refused ("{'usage': <['none']>, 'max_buffers': <@u 1>}", DEVIATION,
                            "max_buffers: unknown key");
  wire_assert_text_refused ("{'usage': <['none']>, 'Usage': <['none']>}", DEVIATION,
                            "Usage: unknown key");
  wire_assert_text_refused ("{'': <1>}", DEVIATION, "\"\": unknown key");
  wire_assert_text_refused ("{'usage': <['none']>, 'buffer_memory_constraints': <{'foo': <@u 1>}>}",
                            DEVIATION, "buffer_memory_constraints.foo: unknown key");
  wire_assert_text_refused ("{'usage': <['none']>, 'image_format_constraints': <["
                            "{'pixel_formats': <['NV12']>, 'color_spaces': <['srgb']>},"
                            "{'pixel_format': <'NV12'>}]>}",
                            DEVIATION, "image_format_constraints[1].pixel_format: unknown key");
  /* A key of another level is unknown here. */
  wire_assert_text_refused ("{'min_size_bytes': <@t 1>}", DEVIATION, "min_size_bytes: unknown key");
}

/* Some value of a type, as text. */
static const char *
value_text (const char *type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autoptr (GVariant) value = wire_parse (samples[i]);
      if (g_str_equal (g_variant_get_type_string (value), type))
        return samples[i];
    }
  g_error ("no sample of type %s", type);
}

static void
test_keys_given_twice (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (contract); i++)
    {
      const char *level = contract[i].level, *key = contract[i].key;
      const char *value = value_text (contract[i].type);
      g_autofree char *name = full_name (level, key);
      g_autofree char *message = g_strdup_printf ("%s: key given twice", name);
      g_autofree char *twice = g_strdup_printf ("{'%s': <%s>, '%s': <%s>}", key, value, key, value);
      g_autofree char *text = NULL;

      if (*level == '\0')
        text = g_strdup (twice);
      else if (g_str_equal (level, IMAGE))
        text = g_strdup_printf ("{'usage': <['none']>, '%s': <[%s]>}", level, twice);
      else
        text = g_strdup_printf ("{'usage': <['none']>, '%s': <%s>}", level, twice);
      wire_assert_text_refused (text, DEVIATION, message);
    }
}

static void
test_missing_keys (void)
{
  wire_assert_text_refused ("{'min_buffer_count': <@u 1>}", DEVIATION,
                            "usage: missing; this key is required");
  wire_assert_text_refused ("{'usage': <['none']>, 'image_format_constraints': <[@a{sv} {}]>}",
                            DEVIATION,
                            "image_format_constraints[0].pixel_formats: missing; this key is "
                            "required");
  wire_assert_text_refused ("{'usage': <['none']>, 'image_format_constraints': "
                            "<[{'pixel_formats': <['NV12']>}]>}",
                            DEVIATION,
                            "image_format_constraints[0].color_spaces: missing; this key is "
                            "required");
}

static void
test_no_dictionary (void)
{
  wire_assert_text_refused ("'usage'", DEVIATION, "constraints: wanted type a{sv}, found s");
  wire_assert_text_refused ("@a{ss} {}", DEVIATION, "constraints: wanted type a{sv}, found a{ss}");
  wire_assert_text_refused ("<@a{sv} {}>", DEVIATION, "constraints: wanted type a{sv}, found v");
}

#define ALL_USAGES \
  "none, cpu-read, cpu-read-often, cpu-write, cpu-write-often, gpu-transfer-src, " \
  "gpu-transfer-dst, gpu-sampled, gpu-storage, gpu-color-attachment, gpu-stencil-attachment, " \
  "gpu-transient-attachment, gpu-input-attachment, gpu-buffer, display-layer, display-cursor, " \
  "video-decoder, video-encoder, video-capture, video-decryptor-output, video-decoder-internal"

static void
test_foreign_strings (void)
{
  wire_assert_text_refused ("{'usage': <['cpu-read', 'cpu-reed']>}", DEVIATION,
                            "usage: \"cpu-reed\" is not a usage; there are " ALL_USAGES);
  wire_assert_text_refused ("{'usage': <['']>}", DEVIATION,
                            "usage: \"\" is not a usage; there are " ALL_USAGES);
  wire_assert_text_refused ("{'usage': <['none']>, 'image_format_constraints': <["
                            "{'pixel_formats': <['NV12', 'NV12:7']>, 'color_spaces': <['srgb']>}"
                            "]>}",
                            DEVIATION,
                            "image_format_constraints[0].pixel_formats[1]: \"NV12:7\" is not a "
                            "pixel format; wanted FOURCC or FOURCC:MODIFIER, such as \"NV12\", "
                            "\"NV12:0x0\", \"XR24:*\" or \"*\"");
  wire_assert_text_refused ("{'usage': <['none']>, 'image_format_constraints': <["
                            "{'pixel_formats': <['NV12']>, 'color_spaces': <['rec.709']>}]>}",
                            DEVIATION,
                            "image_format_constraints[0].color_spaces: \"rec.709\" is not a color "
                            "space; there are srgb, rec2100, rec2020, rec709, rec601-pal-full, "
                            "rec601-pal, rec601-ntsc-full, rec601-ntsc, passthrough, *");
}

static void
test_limits (void)
{
  static const struct
  {
    const char *level, *key, *element;
    guint limit;
    const char *limit_key;
  } cases[] = {
    { IMAGE, "pixel_formats", "NV12", 65, "MaxPixelFormats" },
    { IMAGE, "color_spaces", "srgb", 32, "MaxColorSpaces" },
    { MEMORY, "permitted_heaps", "system", 64, "MaxPermittedHeaps" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = full_name (cases[i].level, cases[i].key);
      const gsize lengths[] = { cases[i].limit, cases[i].limit + 1, 100000 };

      for (gsize j = 0; j < G_N_ELEMENTS (lengths); j++)
        {
          g_autoptr (GVariant) list = wire_repeat (cases[i].element, lengths[j]);
          g_autoptr (GVariant) dict = wire_with (cases[i].level, cases[i].key, list);
          g_autofree char *message =
            g_strdup_printf ("%s: %" G_GSIZE_FORMAT " is more than %s, which is %u", name,
                             lengths[j], cases[i].limit_key, cases[i].limit);
          g_autoptr (SmcConstraints) constraints = smc_constraints_from_variant (dict, NULL);

          g_assert_cmpint (constraints != NULL, ==, lengths[j] <= cases[i].limit);
          if (constraints == NULL)
            wire_assert_refused (dict, LIMIT, message);
        }
    }
}

static void
test_limit_of_sizes (void)
{
  SmcSize sizes[65] = { { 0, 0 } };

  for (gsize n = 64; n <= 65; n++)
    {
      g_autoptr (GVariant) list = g_variant_ref_sink (
        g_variant_new_fixed_array (G_VARIANT_TYPE ("(uu)"), sizes, n, sizeof (SmcSize)));
      g_autoptr (GVariant) dict = wire_with (IMAGE, "required_max_size_list", list);
      g_autoptr (SmcConstraints) constraints = smc_constraints_from_variant (dict, NULL);

      g_assert_cmpint (constraints != NULL, ==, n == 64);
      if (constraints == NULL)
        wire_assert_refused (dict, LIMIT,
                             "image_format_constraints[0].required_max_size_list: 65 is more than "
                             "MaxRequiredSizes, which is 64");
    }
}

static void
test_limit_of_entries (void)
{
  g_autoptr (GVariant) entry =
    wire_parse ("{'pixel_formats': <['NV12']>, 'color_spaces': <['rec709']>}");

  for (gsize n = 64; n <= 65; n++)
    {
      GVariant *entries[65];
      for (gsize i = 0; i < n; i++)
        entries[i] = entry;
      g_autoptr (GVariant) list =
        g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE_VARDICT, entries, n));
      g_autoptr (GVariant) dict = wire_with ("", IMAGE, list);
      g_autoptr (SmcConstraints) constraints = smc_constraints_from_variant (dict, NULL);

      g_assert_cmpint (constraints != NULL, ==, n == 64);
      if (constraints == NULL)
        wire_assert_refused (dict, LIMIT,
                             "image_format_constraints: 65 is more than MaxImageFormatConstraints, "
                             "which is 64");
    }
}

static void
test_limit_of_heap_names (void)
{
  for (gsize n = 128; n <= 129; n++)
    {
      g_autofree char *name = g_strnfill (n, 'h');
      const char *const names[] = { "system", name };
      g_autoptr (GVariant) list =
        g_variant_ref_sink (g_variant_new_strv (names, G_N_ELEMENTS (names)));
      g_autoptr (GVariant) dict = wire_with (MEMORY, "permitted_heaps", list);
      g_autoptr (SmcConstraints) constraints = smc_constraints_from_variant (dict, NULL);

      g_assert_cmpint (constraints != NULL, ==, n == 128);
      if (constraints == NULL)
        wire_assert_refused (dict, LIMIT,
                             "buffer_memory_constraints.permitted_heaps[1]: 129 is more than "
                             "MaxHeapNameBytes, which is 128");
    }
}

/* There is no limit for it in Limits: more usages than there are must repeat or invent some. */
static void
test_too_many_usages (void)
{
  g_autoptr (GVariant) list = wire_repeat ("cpu-read", 22);
  g_autoptr (GVariant) dict = wire_with ("", "usage", list);

  wire_assert_refused (dict, DEVIATION, "usage: 22 elements, and there are only 21 usages");
}

/* Whatever a client sends, the message stays one line of text that fits a screen. */
static void
test_hostile_text (void)
{
  g_autofree char *endless = g_strnfill (100000, 'x');
  const char *const texts[] = { endless, "\n\n\x1b[2J", "\"; drop", "\u202e\xc2\x85" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GVariant) list = wire_repeat (texts[i], 1);
      g_autoptr (GVariant) bad_usage = wire_with ("", "usage", list);
      g_autoptr (GVariant) bad_format = wire_with (IMAGE, "pixel_formats", list);
      g_autoptr (GVariant) bad_color = wire_with (IMAGE, "color_spaces", list);
      g_autoptr (GVariant) bad_key = wire_with (MEMORY, texts[i], list);
      GVariant *const dicts[] = { bad_usage, bad_format, bad_color, bad_key };

      for (gsize j = 0; j < G_N_ELEMENTS (dicts); j++)
        {
          g_autoptr (GError) error = NULL;

          g_assert_null (smc_constraints_from_variant (dicts[j], &error));
          g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION);
          g_assert_cmpuint (strlen (error->message), <, 600);
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
          for (const char *p = error->message; *p != '\0'; p = g_utf8_next_char (p))
            g_assert_true (g_unichar_isprint (g_utf8_get_char (p)));
        }
    }
}

static void
test_hostile_type (void)
{
  g_autofree char *many = g_strnfill (200, 'u');
  g_autofree char *type = g_strdup_printf ("a(%s)", many);
  g_autoptr (GVariant) value =
    g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE (type + 1), NULL, 0));
  g_autoptr (GVariant) dict = wire_with ("", "min_buffer_count", value);
  g_autoptr (GError) error = NULL;

  g_assert_null (smc_constraints_from_variant (dict, &error));
  g_assert_true (g_str_has_prefix (error->message, "min_buffer_count: wanted type u, found a(uu"));
  g_assert_true (g_str_has_suffix (error->message, "…"));
  g_assert_cmpuint (strlen (error->message), <, 120);
}

static void
test_not_well_formed (void)
{
  static const guint8 garbage[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

  for (gsize n = 1; n <= sizeof garbage; n++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (garbage, n);
      g_autoptr (GVariant) dict =
        g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, bytes, FALSE));

      wire_assert_refused (dict, DEVIATION, "constraints: not a well-formed serialised value");
    }
}

/* A good dictionary cut short is never half a good dictionary. */
static void
test_truncated (void)
{
  g_autoptr (GVariant) dict =
    wire_parse ("{'usage': <['cpu-read']>, 'buffer_memory_constraints': "
                "<{'min_size_bytes': <@t 4096>, 'permitted_heaps': <['system']>}>}");
  g_autoptr (GBytes) whole = g_variant_get_data_as_bytes (dict);

  for (gsize n = 1; n < g_bytes_get_size (whole); n++)
    {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (whole, 0, n);
      g_autoptr (GVariant) cut =
        g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE_VARDICT, part, FALSE));
      g_autoptr (GError) error = NULL;

      g_assert_null (smc_constraints_from_variant (cut, &error));
      g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/common/refusals/wrong-types", test_wrong_types);
  g_test_add_func ("/common/refusals/unknown-keys", test_unknown_keys);
  g_test_add_func ("/common/refusals/keys-given-twice", test_keys_given_twice);
  g_test_add_func ("/common/refusals/missing-keys", test_missing_keys);
  g_test_add_func ("/common/refusals/no-dictionary", test_no_dictionary);
  g_test_add_func ("/common/refusals/foreign-strings", test_foreign_strings);
  g_test_add_func ("/common/refusals/limits", test_limits);
  g_test_add_func ("/common/refusals/limit-of-sizes", test_limit_of_sizes);
  g_test_add_func ("/common/refusals/limit-of-entries", test_limit_of_entries);
  g_test_add_func ("/common/refusals/limit-of-heap-names", test_limit_of_heap_names);
  g_test_add_func ("/common/refusals/too-many-usages", test_too_many_usages);
  g_test_add_func ("/common/refusals/hostile-text", test_hostile_text);
  g_test_add_func ("/common/refusals/hostile-type", test_hostile_type);
  g_test_add_func ("/common/refusals/not-well-formed", test_not_well_formed);
  g_test_add_func ("/common/refusals/truncated", test_truncated);

  return g_test_run ();
}
