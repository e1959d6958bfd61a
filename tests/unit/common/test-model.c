/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Equality and copies of the model: no field is forgotten. */

#include <drm_fourcc.h>

#include "common/smc-format.h"
#include "wire.h"

#define MEMORY "buffer_memory_constraints"
#define IMAGE "image_format_constraints"

/* For every key a value that means something else than leaving it out, in wire_with (). */
static const struct
{
  const char *level, *key, *value;
} changes[] = {
  { "", "usage", "['cpu-write']" },
  { "", "min_buffer_count_for_camping", "@u 1" },
  { "", "min_buffer_count_for_dedicated_slack", "@u 1" },
  { "", "min_buffer_count_for_shared_slack", "@u 1" },
  { "", "min_buffer_count", "@u 1" },
  { "", "max_buffer_count", "@u 1" },
  { MEMORY, "min_size_bytes", "@t 1" },
  { MEMORY, "max_size_bytes", "@t 1" },
  { MEMORY, "physically_contiguous_required", "true" },
  { MEMORY, "secure_required", "true" },
  { MEMORY, "cpu_domain_supported", "false" },
  { MEMORY, "ram_domain_supported", "true" },
  { MEMORY, "inaccessible_domain_supported", "true" },
  { MEMORY, "permitted_heaps", "@as []" },
  { MEMORY, "permitted_heaps", "['system']" },
  { MEMORY, "min_physical_base_alignment", "@t 1" },
  { MEMORY, "dma_buf_required", "true" },
  { IMAGE, "pixel_formats", "['NV12', 'P010']" },
  { IMAGE, "pixel_formats", "['NV12:*']" },
  { IMAGE, "pixel_formats", "['NV12:0x1']" },
  { IMAGE, "pixel_formats", "['*:0x0']" },
  { IMAGE, "color_spaces", "['rec2020']" },
  { IMAGE, "color_spaces", "['rec709', 'srgb']" },
  { IMAGE, "min_size", "(@u 1, @u 0)" },
  { IMAGE, "min_size", "(@u 0, @u 1)" },
  { IMAGE, "max_size", "(@u 1, @u 0xffffffff)" },
  { IMAGE, "min_bytes_per_row", "@u 1" },
  { IMAGE, "max_bytes_per_row", "@u 1" },
  { IMAGE, "max_width_times_height", "@t 1" },
  { IMAGE, "size_alignment", "(@u 2, @u 1)" },
  { IMAGE, "display_rect_alignment", "(@u 2, @u 1)" },
  { IMAGE, "required_min_size", "(@u 0, @u 0)" },
  { IMAGE, "required_min_size", "(@u 1, @u 0)" },
  { IMAGE, "required_max_size", "(@u 0, @u 0)" },
  { IMAGE, "required_max_size", "(@u 1, @u 0)" },
  { IMAGE, "required_max_size_list", "[(@u 0, @u 0)]" },
  { IMAGE, "required_max_size_list", "[(@u 1, @u 0)]" },
  { IMAGE, "bytes_per_row_divisor", "@u 2" },
  { IMAGE, "start_offset_divisor", "@u 2" },
  { IMAGE, "require_bytes_per_row_at_pixel_boundary", "true" },
  { IMAGE, "is_alpha_present", "true" },
  { IMAGE, "is_alpha_present", "false" },
  { IMAGE, "pad_for_block_size", "(@u 1, @u 2)" },
  { IMAGE, "pad_beyond_image_size_bytes", "@t 1" },
};

static SmcConstraints *
decode_with (const char *level, const char *key, const char *text)
{
  g_autoptr (GVariant) value = wire_parse (text);
  g_autoptr (GVariant) dict = wire_with (level, key, value);
  g_autoptr (GError) error = NULL;
  SmcConstraints *constraints = smc_constraints_from_variant (dict, &error);

  g_assert_no_error (error);
  return constraints;
}

/* Every pair of them differs, and each equals its copy. */
static void
test_constraints (void)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify)smc_constraints_free);

  g_ptr_array_add (all, smc_constraints_new ());
  g_ptr_array_add (all, wire_decode ("{'usage': <@as []>}"));
  g_ptr_array_add (all, decode_with (IMAGE, "color_spaces", "['rec709']"));
  g_ptr_array_add (all, wire_decode ("{'usage': <['cpu-read']>}"));
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    g_ptr_array_add (all, decode_with (changes[i].level, changes[i].key, changes[i].value));

  for (guint i = 0; i < all->len; i++)
    {
      const SmcConstraints *constraints = g_ptr_array_index (all, i);
      g_autoptr (SmcConstraints) copy = smc_constraints_copy (constraints);

      g_assert_true (smc_constraints_equal (constraints, copy));
      for (guint j = 0; j < all->len; j++)
        g_assert_cmpint (smc_constraints_equal (copy, g_ptr_array_index (all, j)), ==, i == j);
    }
}

/* Which size somebody named first changes nothing, and how often counts. */
static void
test_order_of_sizes (void)
{
  static const struct
  {
    const char *a, *b;
    gboolean equal;
  } cases[] = {
    { "[(@u 1, @u 2), (3, 4)]", "[(@u 3, @u 4), (1, 2)]", TRUE },
    { "[(@u 1, @u 2), (1, 3)]", "[(@u 1, @u 3), (1, 2)]", TRUE },
    { "[(@u 1, @u 2), (1, 2)]", "[(@u 1, @u 2)]", FALSE },
    { "[(@u 1, @u 2), (1, 2), (3, 4)]", "[(@u 1, @u 2), (3, 4), (3, 4)]", FALSE },
    { "[(@u 1, @u 2)]", "[(@u 2, @u 1)]", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SmcConstraints) a = decode_with (IMAGE, "required_max_size_list", cases[i].a);
      g_autoptr (SmcConstraints) b = decode_with (IMAGE, "required_max_size_list", cases[i].b);

      g_test_message ("%s and %s", cases[i].a, cases[i].b);
      g_assert_cmpint (smc_constraints_equal (a, b), ==, cases[i].equal);
    }
}

static void
test_pixel_formats (void)
{
  const SmcPixelFormat any = { .any_fourcc = TRUE, .any_modifier = TRUE };
  const SmcPixelFormat any_with_rubbish = {
    .fourcc = 1, .any_fourcc = 7, .modifier = 2, .any_modifier = TRUE
  };
  const SmcPixelFormat nv12 = { .fourcc = DRM_FORMAT_NV12 };

  g_assert_true (smc_pixel_format_equal (&any, &any_with_rubbish));
  g_assert_false (smc_pixel_format_equal (&any, &nv12));
}

static void
test_real_usage (void)
{
  g_autoptr (SmcConstraints) constraints = smc_constraints_new ();

  g_assert_false (smc_constraints_has_real_usage (constraints));
  constraints->usage = SMC_USAGE_NONE;
  g_assert_false (smc_constraints_has_real_usage (constraints));
  constraints->usage = SMC_USAGE_NONE | SMC_USAGE_VIDEO_DECODER_INTERNAL;
  g_assert_true (smc_constraints_has_real_usage (constraints));
}

static void
test_freeing_nothing (void)
{
  smc_constraints_free (NULL);
  smc_image_entry_free (NULL);
  smc_settings_free (NULL);
}

static SmcSettings *
make_settings (void)
{
  static const SmcPlane plane = { 0, 256 };
  SmcSettings *settings = smc_settings_new ();

  settings->buffer_count = 3;
  settings->size_bytes = 5000;
  settings->raw_size_bytes = 8192;
  settings->heap = g_strdup ("system");
  settings->coherency_domain = SMC_DOMAIN_CPU;
  settings->usage = SMC_USAGE_CPU_READ;
  settings->image = g_new0 (SmcImage, 1);
  settings->image->pixel_format = (SmcPixelFormat){ .fourcc = DRM_FORMAT_NV12 };
  settings->image->color_space = SMC_COLOR_SPACE_REC709;
  smc_image_bounds_init (&settings->image->bounds);
  settings->planes = g_array_new (FALSE, FALSE, sizeof (SmcPlane));
  g_array_append_val (settings->planes, plane);
  settings->image_size = (SmcSize){ 64, 64 };
  return settings;
}

static void
set_count (SmcSettings *settings)
{
  settings->buffer_count++;
}

static void
set_size (SmcSettings *settings)
{
  settings->size_bytes++;
}

static void
set_raw_size (SmcSettings *settings)
{
  settings->raw_size_bytes++;
}

static void
set_heap (SmcSettings *settings)
{
  settings->heap[0] = 'S';
}

static void
set_buffer_type (SmcSettings *settings)
{
  settings->buffer_type = SMC_BUFFER_DMA_BUF;
}

static void
set_domain (SmcSettings *settings)
{
  settings->coherency_domain = SMC_DOMAIN_RAM;
}

static void
set_contiguous (SmcSettings *settings)
{
  settings->is_physically_contiguous = TRUE;
}

static void
set_secure (SmcSettings *settings)
{
  settings->is_secure = TRUE;
}

static void
set_write_protection (SmcSettings *settings)
{
  settings->write_protection = SMC_WRITE_PROTECTION_ADVISORY;
}

static void
set_usage (SmcSettings *settings)
{
  settings->usage |= SMC_USAGE_DISPLAY_LAYER;
}

static void
set_pixel_format (SmcSettings *settings)
{
  settings->image->pixel_format.modifier = 1;
}

static void
set_color_space (SmcSettings *settings)
{
  settings->image->color_space = SMC_COLOR_SPACE_SRGB;
}

static void
set_bounds (SmcSettings *settings)
{
  settings->image->bounds.min_bytes_per_row++;
}

static void
drop_image (SmcSettings *settings)
{
  g_clear_pointer (&settings->image, g_free);
}

static void
set_plane_offset (SmcSettings *settings)
{
  g_array_index (settings->planes, SmcPlane, 0).offset++;
}

static void
set_plane_stride (SmcSettings *settings)
{
  g_array_index (settings->planes, SmcPlane, 0).stride++;
}

static void
add_plane (SmcSettings *settings)
{
  g_array_set_size (settings->planes, 2);
}

static void
set_image_size (SmcSettings *settings)
{
  settings->image_size.height++;
}

static void
drop_planes (SmcSettings *settings)
{
  g_clear_pointer (&settings->planes, g_array_unref);
}

typedef struct
{
  void (*change) (SmcSettings *settings);
  /* Still equal: at all, when counts are ignored, when sizes are. */
  gboolean equal, equal_but_count, equal_but_size;
} SettingsCase;

/* clang-format off */
static const SettingsCase settings_cases[] = {
  { set_count, FALSE, TRUE, FALSE },
  { set_size, FALSE, FALSE, TRUE },
  { set_raw_size, FALSE, FALSE, TRUE },
  { set_heap, FALSE, FALSE, FALSE },
  { set_buffer_type, FALSE, FALSE, FALSE },
  { set_domain, FALSE, FALSE, FALSE },
  { set_contiguous, FALSE, FALSE, FALSE },
  { set_secure, FALSE, FALSE, FALSE },
  { set_write_protection, FALSE, FALSE, FALSE },
  { set_pixel_format, FALSE, FALSE, FALSE },
  { set_color_space, FALSE, FALSE, FALSE },
  { set_bounds, FALSE, FALSE, FALSE },
  { drop_image, FALSE, FALSE, FALSE },
  { set_plane_offset, FALSE, FALSE, FALSE },
  { set_plane_stride, FALSE, FALSE, FALSE },
  { add_plane, FALSE, FALSE, FALSE },
  { set_image_size, FALSE, FALSE, FALSE },
  /* Who uses the buffers, and that nobody laid them out yet, is no difference. */
  { set_usage, TRUE, TRUE, TRUE },
  { drop_planes, TRUE, TRUE, TRUE },
};
/* clang-format on */

static void
test_settings (void)
{
  g_autoptr (SmcSettings) settings = make_settings ();

  for (gsize i = 0; i < G_N_ELEMENTS (settings_cases); i++)
    {
      const SettingsCase *c = &settings_cases[i];
      g_autoptr (SmcSettings) changed = smc_settings_copy (settings);

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_true (smc_settings_equal (settings, changed, FALSE, FALSE));
      c->change (changed);
      g_assert_cmpint (smc_settings_equal (settings, changed, FALSE, FALSE), ==, c->equal);
      g_assert_cmpint (smc_settings_equal (changed, settings, FALSE, FALSE), ==, c->equal);
      g_assert_cmpint (smc_settings_equal (settings, changed, TRUE, FALSE), ==, c->equal_but_count);
      g_assert_cmpint (smc_settings_equal (settings, changed, FALSE, TRUE), ==, c->equal_but_size);
    }
}

static void
test_raw_settings (void)
{
  g_autoptr (SmcSettings) settings = smc_settings_new ();
  g_autoptr (SmcSettings) copy = smc_settings_copy (settings);

  g_assert_true (smc_settings_equal (settings, copy, FALSE, FALSE));
  g_assert_null (copy->image);
  g_assert_null (copy->planes);
  g_assert_null (copy->heap);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/common/model/constraints", test_constraints);
  g_test_add_func ("/common/model/order-of-sizes", test_order_of_sizes);
  g_test_add_func ("/common/model/pixel-formats", test_pixel_formats);
  g_test_add_func ("/common/model/real-usage", test_real_usage);
  g_test_add_func ("/common/model/freeing-nothing", test_freeing_nothing);
  g_test_add_func ("/common/model/settings", test_settings);
  g_test_add_func ("/common/model/raw-settings", test_raw_settings);

  return g_test_run ();
}
