/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a good dictionary means: every value in its place, and what absent keys stand for. */

#include <drm_fourcc.h>

#include "common/smc-format.h"
#include "common/smc-names.h"
#include "wire.h"

static const char everything[] = "{'usage': <['cpu-read', 'video-decoder']>,"
                                 " 'min_buffer_count_for_camping': <@u 1>,"
                                 " 'min_buffer_count_for_dedicated_slack': <@u 2>,"
                                 " 'min_buffer_count_for_shared_slack': <@u 3>,"
                                 " 'min_buffer_count': <@u 4>,"
                                 " 'max_buffer_count': <@u 5>,"
                                 " 'buffer_memory_constraints': <{"
                                 "   'min_size_bytes': <@t 6>,"
                                 "   'max_size_bytes': <@t 7>,"
                                 "   'physically_contiguous_required': <true>,"
                                 "   'secure_required': <true>,"
                                 "   'cpu_domain_supported': <true>,"
                                 "   'ram_domain_supported': <false>,"
                                 "   'inaccessible_domain_supported': <true>,"
                                 "   'permitted_heaps': <['system', 'udmabuf']>,"
                                 "   'min_physical_base_alignment': <@t 8>,"
                                 "   'dma_buf_required': <true>}>,"
                                 " 'image_format_constraints': <[{"
                                 "   'pixel_formats': <['NV12', 'XR24:0x100000000000001']>,"
                                 "   'color_spaces': <['rec709', 'srgb']>,"
                                 "   'min_size': <(@u 9, @u 10)>,"
                                 "   'max_size': <(@u 11, @u 12)>,"
                                 "   'min_bytes_per_row': <@u 13>,"
                                 "   'max_bytes_per_row': <@u 14>,"
                                 "   'max_width_times_height': <@t 15>,"
                                 "   'size_alignment': <(@u 16, @u 17)>,"
                                 "   'display_rect_alignment': <(@u 18, @u 19)>,"
                                 "   'required_min_size': <(@u 20, @u 21)>,"
                                 "   'required_max_size': <(@u 22, @u 23)>,"
                                 "   'required_max_size_list': <[(@u 24, @u 25), (@u 26, @u 27)]>,"
                                 "   'bytes_per_row_divisor': <@u 28>,"
                                 "   'start_offset_divisor': <@u 29>,"
                                 "   'require_bytes_per_row_at_pixel_boundary': <true>,"
                                 "   'is_alpha_present': <false>,"
                                 "   'pad_for_block_size': <(@u 30, @u 31)>,"
                                 "   'pad_beyond_image_size_bytes': <@t 32>}]>}";

static void
assert_size (SmcSize size, guint32 width, guint32 height)
{
  g_assert_cmpuint (size.width, ==, width);
  g_assert_cmpuint (size.height, ==, height);
}

static void
test_counts_and_usage (void)
{
  g_autoptr (SmcConstraints) constraints = wire_decode (everything);

  g_assert_false (constraints->is_empty);
  g_assert_cmpuint (constraints->usage, ==, SMC_USAGE_CPU_READ | SMC_USAGE_VIDEO_DECODER);
  g_assert_cmpuint (constraints->min_buffer_count_for_camping, ==, 1);
  g_assert_cmpuint (constraints->min_buffer_count_for_dedicated_slack, ==, 2);
  g_assert_cmpuint (constraints->min_buffer_count_for_shared_slack, ==, 3);
  g_assert_cmpuint (constraints->min_buffer_count, ==, 4);
  g_assert_cmpuint (constraints->max_buffer_count, ==, 5);
}

static void
test_memory (void)
{
  g_autoptr (SmcConstraints) constraints = wire_decode (everything);
  const SmcMemoryConstraints *memory = &constraints->memory;
  static const char *const heaps[] = { "system", "udmabuf", NULL };

  g_assert_cmpuint (memory->min_size_bytes, ==, 6);
  g_assert_cmpuint (memory->max_size_bytes, ==, 7);
  g_assert_true (memory->physically_contiguous_required);
  g_assert_true (memory->secure_required);
  g_assert_cmpuint (memory->domains, ==, SMC_DOMAIN_CPU | SMC_DOMAIN_INACCESSIBLE);
  g_assert_true (g_strv_equal ((const char *const *)memory->permitted_heaps, heaps));
  g_assert_true (memory->has_min_physical_base_alignment);
  g_assert_cmpuint (memory->min_physical_base_alignment, ==, 8);
  g_assert_true (memory->dma_buf_required);
}

static void
test_image_lists (void)
{
  g_autoptr (SmcConstraints) constraints = wire_decode (everything);
  const SmcImageEntry *entry = g_ptr_array_index (constraints->image_entries, 0);
  static const SmcPixelFormat formats[] = { { .fourcc = DRM_FORMAT_NV12 },
                                            { .fourcc = DRM_FORMAT_XRGB8888,
                                              .modifier = I915_FORMAT_MOD_X_TILED } };

  g_assert_cmpuint (constraints->image_entries->len, ==, 1);
  g_assert_cmpuint (entry->pixel_formats->len, ==, G_N_ELEMENTS (formats));
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    g_assert_true (smc_pixel_format_equal (&g_array_index (entry->pixel_formats, SmcPixelFormat, i),
                                           &formats[i]));
  g_assert_cmpuint (entry->color_spaces->len, ==, 2);
  g_assert_cmpuint (g_array_index (entry->color_spaces, SmcColorSpace, 0), ==,
                    SMC_COLOR_SPACE_REC709);
  g_assert_cmpuint (g_array_index (entry->color_spaces, SmcColorSpace, 1), ==,
                    SMC_COLOR_SPACE_SRGB);
}

static void
test_image_bounds (void)
{
  g_autoptr (SmcConstraints) constraints = wire_decode (everything);
  const SmcImageEntry *entry = g_ptr_array_index (constraints->image_entries, 0);
  const SmcImageBounds *bounds = &entry->bounds;

  assert_size (bounds->min_size, 9, 10);
  assert_size (bounds->max_size, 11, 12);
  g_assert_cmpuint (bounds->min_bytes_per_row, ==, 13);
  g_assert_cmpuint (bounds->max_bytes_per_row, ==, 14);
  g_assert_cmpuint (bounds->max_width_times_height, ==, 15);
  assert_size (bounds->size_alignment, 16, 17);
  assert_size (bounds->display_rect_alignment, 18, 19);
  g_assert_true (bounds->has_required_min_size);
  assert_size (bounds->required_min_size, 20, 21);
  g_assert_true (bounds->has_required_max_size);
  assert_size (bounds->required_max_size, 22, 23);
  g_assert_cmpuint (bounds->required_max_size_list->len, ==, 2);
  assert_size (g_array_index (bounds->required_max_size_list, SmcSize, 0), 24, 25);
  assert_size (g_array_index (bounds->required_max_size_list, SmcSize, 1), 26, 27);
  g_assert_cmpuint (bounds->bytes_per_row_divisor, ==, 28);
  g_assert_cmpuint (bounds->start_offset_divisor, ==, 29);
  g_assert_true (bounds->require_bytes_per_row_at_pixel_boundary);
  g_assert_cmpuint (bounds->is_alpha_present, ==, SMC_ALPHA_ABSENT);
  assert_size (bounds->pad_for_block_size, 30, 31);
  g_assert_cmpuint (bounds->pad_beyond_image_size_bytes, ==, 32);
}

/* 02, the columns "absent means". */
static void
test_absent_keys (void)
{
  g_autoptr (SmcConstraints) constraints = wire_decode ("{'usage': <['gpu-sampled']>}");
  const SmcMemoryConstraints *memory = &constraints->memory;

  g_assert_cmpuint (constraints->min_buffer_count_for_camping, ==, 0);
  g_assert_cmpuint (constraints->min_buffer_count_for_dedicated_slack, ==, 0);
  g_assert_cmpuint (constraints->min_buffer_count_for_shared_slack, ==, 0);
  g_assert_cmpuint (constraints->min_buffer_count, ==, 0);
  g_assert_cmpuint (constraints->max_buffer_count, ==, G_MAXUINT32);
  g_assert_null (constraints->image_entries);

  g_assert_cmpuint (memory->min_size_bytes, ==, 0);
  g_assert_cmpuint (memory->max_size_bytes, ==, G_MAXUINT64);
  g_assert_false (memory->physically_contiguous_required);
  g_assert_false (memory->secure_required);
  g_assert_null (memory->permitted_heaps);
  g_assert_false (memory->has_min_physical_base_alignment);
  g_assert_cmpuint (memory->min_physical_base_alignment, ==, 1);
  g_assert_false (memory->dma_buf_required);
}

static void
test_absent_image_keys (void)
{
  g_autoptr (SmcConstraints) constraints =
    wire_decode ("{'usage': <['none']>, 'image_format_constraints': "
                 "<[{'pixel_formats': <['*']>, 'color_spaces': <['*']>}]>}");
  const SmcImageEntry *entry = g_ptr_array_index (constraints->image_entries, 0);
  const SmcImageBounds *bounds = &entry->bounds;

  assert_size (bounds->min_size, 0, 0);
  assert_size (bounds->max_size, G_MAXUINT32, G_MAXUINT32);
  g_assert_cmpuint (bounds->min_bytes_per_row, ==, 0);
  g_assert_cmpuint (bounds->max_bytes_per_row, ==, G_MAXUINT32);
  g_assert_cmpuint (bounds->max_width_times_height, ==, G_MAXUINT64);
  assert_size (bounds->size_alignment, 1, 1);
  assert_size (bounds->display_rect_alignment, 1, 1);
  g_assert_false (bounds->has_required_min_size);
  g_assert_false (bounds->has_required_max_size);
  g_assert_null (bounds->required_max_size_list);
  g_assert_cmpuint (bounds->bytes_per_row_divisor, ==, 1);
  g_assert_cmpuint (bounds->start_offset_divisor, ==, 1);
  g_assert_false (bounds->require_bytes_per_row_at_pixel_boundary);
  g_assert_cmpuint (bounds->is_alpha_present, ==, SMC_ALPHA_UNSAID);
  assert_size (bounds->pad_for_block_size, 1, 1);
  g_assert_cmpuint (bounds->pad_beyond_image_size_bytes, ==, 0);
}

#define CPU SMC_DOMAIN_CPU
#define RAM SMC_DOMAIN_RAM
#define INACCESSIBLE SMC_DOMAIN_INACCESSIBLE

static void
test_domain_defaults (void)
{
  static const struct
  {
    const char *usage, *memory;
    guint32 domains;
  } cases[] = {
    { "cpu-read", NULL, CPU },
    { "cpu-write-often", "", CPU },
    { "gpu-sampled", NULL, CPU | RAM | INACCESSIBLE },
    { "none", "", CPU | RAM | INACCESSIBLE },
    { "gpu-sampled", "'secure_required': <true>", INACCESSIBLE },
    { "gpu-sampled", "'secure_required': <false>", CPU | RAM | INACCESSIBLE },
    { "cpu-read", "'secure_required': <true>", 0 },
    { "cpu-read", "'ram_domain_supported': <true>", CPU | RAM },
    { "cpu-read", "'cpu_domain_supported': <false>", 0 },
    { "gpu-sampled", "'cpu_domain_supported': <false>", RAM | INACCESSIBLE },
    { "gpu-sampled", "'inaccessible_domain_supported': <false>", CPU | RAM },
    { "cpu-read", "'inaccessible_domain_supported': <true>", CPU | INACCESSIBLE },
    /* The flags are said first on the wire, what they depend on later. */
    { "gpu-sampled", "'ram_domain_supported': <true>, 'secure_required': <true>",
      RAM | INACCESSIBLE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      if (cases[i].memory != NULL)
        g_string_printf (text, "'buffer_memory_constraints': <@a{sv} {%s}>, ", cases[i].memory);
      g_string_prepend (text, "{");
      g_string_append_printf (text, "'usage': <['%s']>}", cases[i].usage);
      g_test_message ("%s", text->str);

      g_autoptr (SmcConstraints) constraints = wire_decode (text->str);
      g_assert_cmpuint (constraints->memory.domains, ==, cases[i].domains);
    }
}

static void
test_modifier_defaults (void)
{
  static const struct
  {
    const char *usage, *format, *meaning;
  } cases[] = {
    { "['cpu-read']", "NV12", "NV12:0x0" },
    { "['none']", "NV12", "NV12:*" },
    { "@as []", "NV12", "NV12:*" },
    { "['none', 'cpu-read']", "NV12", "NV12:0x0" },
    { "['video-decoder']", "*", "*:*" },
    { "['none']", "NV12:0x0", "NV12:0x0" },
    { "['gpu-sampled']", "XR24:*", "XR24:*" },
    { "['gpu-sampled']", "*:0x0", "*:0x0" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      /* The usage comes last on the wire. */
      g_autofree char *text = g_strdup_printf (
        "{'image_format_constraints': <[{'pixel_formats': <['%s']>, 'color_spaces': <['*']>}]>, "
        "'usage': <%s>}",
        cases[i].format, cases[i].usage);
      g_autoptr (SmcConstraints) constraints = wire_decode (text);
      const SmcImageEntry *entry = g_ptr_array_index (constraints->image_entries, 0);
      g_autofree char *meaning =
        smc_pixel_format_to_string (&g_array_index (entry->pixel_formats, SmcPixelFormat, 0));

      g_test_message ("%s", text);
      g_assert_cmpstr (meaning, ==, cases[i].meaning);
    }
}

static void
test_empty (void)
{
  g_autoptr (SmcConstraints) constraints = wire_decode ("@a{sv} {}");
  g_autoptr (SmcConstraints) neutral = smc_constraints_new ();

  g_assert_true (constraints->is_empty);
  g_assert_true (smc_constraints_equal (constraints, neutral));
}

/* Rules between fields and about values are the engine's: here everything is kept as it was said. */
static void
test_nothing_is_mended (void)
{
  g_autoptr (SmcConstraints) constraints = wire_decode (
    "{'usage': <['none', 'cpu-read', 'cpu-read']>, 'max_buffer_count': <@u 0>,"
    " 'buffer_memory_constraints': <{'min_physical_base_alignment': <@t 0>,"
    "   'permitted_heaps': <@as []>, 'min_size_bytes': <@t 9>, 'max_size_bytes': <@t 1>}>,"
    " 'image_format_constraints': <[{'pixel_formats': <['NV12', 'NV12', '*']>,"
    "   'color_spaces': <['srgb', 'srgb', '*']>, 'size_alignment': <(@u 0, @u 3)>,"
    "   'bytes_per_row_divisor': <@u 0>, 'required_max_size': <(@u 0, @u 0)>},"
    "   {'pixel_formats': <@as []>, 'color_spaces': <@as []>}]>}");
  const SmcImageEntry *first = g_ptr_array_index (constraints->image_entries, 0);
  const SmcImageEntry *second = g_ptr_array_index (constraints->image_entries, 1);

  g_assert_cmpuint (constraints->usage, ==, SMC_USAGE_NONE | SMC_USAGE_CPU_READ);
  g_assert_cmpuint (constraints->max_buffer_count, ==, 0);
  g_assert_true (constraints->memory.has_min_physical_base_alignment);
  g_assert_cmpuint (constraints->memory.min_physical_base_alignment, ==, 0);
  g_assert_nonnull (constraints->memory.permitted_heaps);
  g_assert_null (constraints->memory.permitted_heaps[0]);
  g_assert_cmpuint (constraints->memory.min_size_bytes, ==, 9);
  g_assert_cmpuint (constraints->memory.max_size_bytes, ==, 1);
  g_assert_cmpuint (first->pixel_formats->len, ==, 3);
  g_assert_cmpuint (first->color_spaces->len, ==, 3);
  assert_size (first->bounds.size_alignment, 0, 3);
  g_assert_cmpuint (first->bounds.bytes_per_row_divisor, ==, 0);
  g_assert_true (first->bounds.has_required_max_size);
  g_assert_cmpuint (second->pixel_formats->len, ==, 0);
  g_assert_cmpuint (second->color_spaces->len, ==, 0);
}

/* 0 and the largest value of every number. */
static void
test_extremes (void)
{
  static const struct
  {
    const char *level, *key, *type;
  } numbers[] = {
    { "", "min_buffer_count_for_camping", "u" },
    { "", "min_buffer_count_for_dedicated_slack", "u" },
    { "", "min_buffer_count_for_shared_slack", "u" },
    { "", "min_buffer_count", "u" },
    { "", "max_buffer_count", "u" },
    { "buffer_memory_constraints", "min_size_bytes", "t" },
    { "buffer_memory_constraints", "max_size_bytes", "t" },
    { "buffer_memory_constraints", "min_physical_base_alignment", "t" },
    { "image_format_constraints", "min_bytes_per_row", "u" },
    { "image_format_constraints", "max_bytes_per_row", "u" },
    { "image_format_constraints", "max_width_times_height", "t" },
    { "image_format_constraints", "bytes_per_row_divisor", "u" },
    { "image_format_constraints", "start_offset_divisor", "u" },
    { "image_format_constraints", "pad_beyond_image_size_bytes", "t" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      gboolean is_long = numbers[i].type[0] == 't';
      const guint64 values[] = { 0, is_long ? G_MAXUINT64 : G_MAXUINT32 };

      for (gsize j = 0; j < G_N_ELEMENTS (values); j++)
        {
          g_autoptr (GVariant) value = g_variant_ref_sink (
            is_long ? g_variant_new_uint64 (values[j]) : g_variant_new_uint32 ((guint32)values[j]));
          g_autoptr (GVariant) dict = wire_with (numbers[i].level, numbers[i].key, value);
          g_autoptr (GError) error = NULL;
          g_autoptr (SmcConstraints) constraints = smc_constraints_from_variant (dict, &error);
          g_autofree char *field = g_strdup_printf (
            "%s%s%s", numbers[i].level, *numbers[i].level != '\0' ? "." : "", numbers[i].key);
          g_autofree char *said = g_strdup_printf ("%" G_GUINT64_FORMAT, values[j]);

          g_assert_no_error (error);
          g_autofree char *text = smc_constraints_field_to_string (constraints, field);
          if (!g_str_equal (text, "absent"))
            g_assert_cmpstr (text, ==, said);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/common/decoding/counts-and-usage", test_counts_and_usage);
  g_test_add_func ("/common/decoding/memory", test_memory);
  g_test_add_func ("/common/decoding/image-lists", test_image_lists);
  g_test_add_func ("/common/decoding/image-bounds", test_image_bounds);
  g_test_add_func ("/common/decoding/absent-keys", test_absent_keys);
  g_test_add_func ("/common/decoding/absent-image-keys", test_absent_image_keys);
  g_test_add_func ("/common/decoding/domain-defaults", test_domain_defaults);
  g_test_add_func ("/common/decoding/modifier-defaults", test_modifier_defaults);
  g_test_add_func ("/common/decoding/empty", test_empty);
  g_test_add_func ("/common/decoding/nothing-is-mended", test_nothing_is_mended);
  g_test_add_func ("/common/decoding/extremes", test_extremes);

  return g_test_run ();
}
