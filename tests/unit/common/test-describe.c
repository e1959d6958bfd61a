/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a participant said, as text. */

#include <string.h>

#include "wire.h"

static const char participant[] = "{'usage': <['cpu-read', 'gpu-sampled']>,"
                                  " 'min_buffer_count_for_camping': <@u 2>,"
                                  " 'min_buffer_count_for_dedicated_slack': <@u 0>,"
                                  " 'min_buffer_count_for_shared_slack': <@u 1>,"
                                  " 'min_buffer_count': <@u 4>,"
                                  " 'max_buffer_count': <@u 8>,"
                                  " 'buffer_memory_constraints': <{"
                                  "   'min_size_bytes': <@t 4096>,"
                                  "   'max_size_bytes': <@t 8192>,"
                                  "   'physically_contiguous_required': <true>,"
                                  "   'secure_required': <false>,"
                                  "   'cpu_domain_supported': <true>,"
                                  "   'ram_domain_supported': <true>,"
                                  "   'permitted_heaps': <['system', 'a\\nb']>,"
                                  "   'min_physical_base_alignment': <@t 1>,"
                                  "   'dma_buf_required': <true>}>,"
                                  " 'image_format_constraints': <[{"
                                  "   'pixel_formats': <['NV12', 'P010']>,"
                                  "   'color_spaces': <['rec709', 'rec2020']>,"
                                  "   'min_size': <(@u 16, @u 8)>,"
                                  "   'max_size': <(@u 1920, @u 1080)>,"
                                  "   'min_bytes_per_row': <@u 256>,"
                                  "   'max_bytes_per_row': <@u 4096>,"
                                  "   'max_width_times_height': <@t 2073600>,"
                                  "   'size_alignment': <(@u 2, @u 2)>,"
                                  "   'display_rect_alignment': <(@u 4, @u 1)>,"
                                  "   'required_min_size': <(@u 64, @u 64)>,"
                                  "   'required_max_size': <(@u 640, @u 480)>,"
                                  "   'required_max_size_list': <[(@u 1, @u 2), (@u 3, @u 4)]>,"
                                  "   'bytes_per_row_divisor': <@u 64>,"
                                  "   'start_offset_divisor': <@u 32>,"
                                  "   'require_bytes_per_row_at_pixel_boundary': <true>,"
                                  "   'is_alpha_present': <false>,"
                                  "   'pad_for_block_size': <(@u 8, @u 16)>,"
                                  "   'pad_beyond_image_size_bytes': <@t 100>"
                                  " }, {"
                                  "   'pixel_formats': <['XR24:*']>,"
                                  "   'color_spaces': <['srgb']>,"
                                  "   'min_size': <(@u 16, @u 8)>,"
                                  "   'is_alpha_present': <true>"
                                  " }]>}";

typedef struct
{
  const char *field, *text;
} Case;

static void
check_cases (const SmcConstraints *constraints, const Case *cases, gsize n_cases)
{
  for (gsize i = 0; i < n_cases; i++)
    {
      g_autofree char *text = smc_constraints_field_to_string (constraints, cases[i].field);

      g_test_message ("%s", cases[i].field);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_plain_fields (void)
{
  static const Case cases[] = {
    { "usage", "cpu-read, gpu-sampled" },
    { "min_buffer_count_for_camping", "2" },
    { "min_buffer_count_for_dedicated_slack", "absent" },
    { "min_buffer_count_for_shared_slack", "1" },
    { "min_buffer_count", "4" },
    { "max_buffer_count", "8" },
    { "buffer_memory_constraints.min_size_bytes", "4096" },
    { "buffer_memory_constraints.max_size_bytes", "8192" },
    { "buffer_memory_constraints.physically_contiguous_required", "true" },
    { "buffer_memory_constraints.secure_required", "absent" },
    { "buffer_memory_constraints.cpu_domain_supported", "absent" },
    { "buffer_memory_constraints.ram_domain_supported", "true" },
    { "buffer_memory_constraints.inaccessible_domain_supported", "absent" },
    { "buffer_memory_constraints.permitted_heaps", "system, a\\u{a}b" },
    { "buffer_memory_constraints.min_physical_base_alignment", "1" },
    { "buffer_memory_constraints.dma_buf_required", "true" },
    { "buffer_memory_constraints",
      "min_size_bytes 4096, max_size_bytes 8192, physically_contiguous_required true, "
      "ram_domain_supported true, permitted_heaps system, a\\u{a}b, "
      "min_physical_base_alignment 1, dma_buf_required true" },
  };
  g_autoptr (SmcConstraints) constraints = wire_decode (participant);

  check_cases (constraints, cases, G_N_ELEMENTS (cases));
}

static void
test_image_fields (void)
{
  static const Case cases[] = {
    { "image_format_constraints", "NV12:0x0, P010:0x0, XR24:*" },
    { "image_format_constraints.pixel_formats", "NV12:0x0, P010:0x0, XR24:*" },
    { "image_format_constraints.color_spaces", "rec709, rec2020; srgb" },
    { "image_format_constraints.min_size", "16x8" },
    { "image_format_constraints.max_size", "1920x1080; absent" },
    { "image_format_constraints.min_bytes_per_row", "256; absent" },
    { "image_format_constraints.max_bytes_per_row", "4096; absent" },
    { "image_format_constraints.max_width_times_height", "2073600; absent" },
    { "image_format_constraints.size_alignment", "2x2; absent" },
    { "image_format_constraints.display_rect_alignment", "4x1; absent" },
    { "image_format_constraints.required_min_size", "64x64; absent" },
    { "image_format_constraints.required_max_size", "640x480; absent" },
    { "image_format_constraints.required_max_size_list", "1x2, 3x4; absent" },
    { "image_format_constraints.bytes_per_row_divisor", "64; absent" },
    { "image_format_constraints.start_offset_divisor", "32; absent" },
    { "image_format_constraints.require_bytes_per_row_at_pixel_boundary", "true; absent" },
    { "image_format_constraints.is_alpha_present", "false; true" },
    { "image_format_constraints.pad_for_block_size", "8x16; absent" },
    { "image_format_constraints.pad_beyond_image_size_bytes", "100; absent" },
  };
  g_autoptr (SmcConstraints) constraints = wire_decode (participant);

  check_cases (constraints, cases, G_N_ELEMENTS (cases));
}

static void
test_nothing_said (void)
{
  static const Case cases[] = {
    { "usage", "absent" },
    { "max_buffer_count", "absent" },
    { "buffer_memory_constraints", "absent" },
    { "buffer_memory_constraints.permitted_heaps", "absent" },
    { "image_format_constraints", "absent" },
    { "image_format_constraints.min_size", "absent" },
  };
  g_autoptr (SmcConstraints) empty = smc_constraints_new ();

  check_cases (empty, cases, G_N_ELEMENTS (cases));

  g_autoptr (SmcConstraints) only_usage = wire_decode ("{'usage': <['cpu-read']>}");
  check_cases (only_usage, cases + 1, G_N_ELEMENTS (cases) - 1);
}

/* What follows from the usage was not said, and what was said is told even if it is strange. */
static void
test_strange_values (void)
{
  static const Case cases[] = {
    { "usage", "no usage" },
    { "max_buffer_count", "0" },
    { "buffer_memory_constraints.cpu_domain_supported", "false" },
    { "buffer_memory_constraints.permitted_heaps", "no heap" },
    { "no_such_field", "absent" },
    { "buffer_memory_constraints.no_such_field", "absent" },
    { "image_format_constraints.no_such_field", "absent" },
    { "buffer_memory_constraintsXpermitted_heaps", "absent" },
  };
  g_autoptr (SmcConstraints) constraints =
    wire_decode ("{'usage': <@as []>, 'max_buffer_count': <@u 0>, 'buffer_memory_constraints': "
                 "<{'cpu_domain_supported': <false>, 'permitted_heaps': <@as []>}>}");

  check_cases (constraints, cases, G_N_ELEMENTS (cases));
}

/* 64 entries of 65 formats are legal, but no text for a line. */
static void
test_long_values (void)
{
  g_autoptr (SmcConstraints) constraints = smc_constraints_new ();
  SmcPixelFormat format = { 0 };

  constraints->is_empty = FALSE;
  constraints->image_entries =
    g_ptr_array_new_with_free_func ((GDestroyNotify)smc_image_entry_free);
  for (guint i = 0; i < 64; i++)
    {
      SmcImageEntry *entry = smc_image_entry_new ();

      for (guint j = 0; j < 65; j++)
        {
          format.modifier++;
          g_array_append_val (entry->pixel_formats, format);
        }
      g_ptr_array_add (constraints->image_entries, entry);
    }

  g_autofree char *text =
    smc_constraints_field_to_string (constraints, "image_format_constraints.pixel_formats");
  g_assert_cmpuint (strlen (text), <, 4096);
  g_assert_true (g_str_has_suffix (text, " more entries)"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/common/describe/plain-fields", test_plain_fields);
  g_test_add_func ("/common/describe/image-fields", test_image_fields);
  g_test_add_func ("/common/describe/nothing-said", test_nothing_said);
  g_test_add_func ("/common/describe/strange-values", test_strange_values);
  g_test_add_func ("/common/describe/long-values", test_long_values);

  return g_test_run ();
}
