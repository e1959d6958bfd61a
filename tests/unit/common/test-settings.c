/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Settings as the Info dictionary of 02, from size_bytes on. */

#include <drm_fourcc.h>

#include "wire.h"

static GVariant *
write_settings (const SmcSettings *settings, SmcWriteProtection write_protection)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "buffer_collection_id", g_variant_new_uint64 (7));
  smc_settings_add_to_builder (settings, write_protection, &builder);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static SmcSettings *
raw_settings (void)
{
  SmcSettings *settings = smc_settings_new ();

  settings->buffer_count = 2;
  settings->size_bytes = 5000;
  settings->raw_size_bytes = 8192;
  settings->heap = g_strdup ("system");
  settings->buffer_type = SMC_BUFFER_MEMFD;
  settings->coherency_domain = SMC_DOMAIN_CPU;
  settings->write_protection = SMC_WRITE_PROTECTION_ENFORCED;
  settings->usage = SMC_USAGE_CPU_READ | SMC_USAGE_VIDEO_CAPTURE;
  return settings;
}

static void
test_raw_bytes (void)
{
  g_autoptr (SmcSettings) settings = raw_settings ();
  g_autoptr (GVariant) info = write_settings (settings, SMC_WRITE_PROTECTION_ADVISORY);
  g_autoptr (GVariant) expected =
    wire_parse ("{'buffer_collection_id': <@t 7>, 'size_bytes': <@t 5000>, "
                "'raw_size_bytes': <@t 8192>, 'heap': <'system'>, 'buffer_type': <'memfd'>, "
                "'coherency_domain': <'cpu'>, 'is_physically_contiguous': <false>, "
                "'is_secure': <false>, 'write_protection': <'advisory'>, "
                "'usage': <['cpu-read', 'video-capture']>}");

  g_assert_cmpvariant (info, expected);
}

static SmcSettings *
image_settings (void)
{
  SmcSettings *settings = raw_settings ();

  settings->image = g_new0 (SmcImage, 1);
  settings->image->pixel_format = (SmcPixelFormat){ .fourcc = DRM_FORMAT_R8 };
  settings->image->color_space = SMC_COLOR_SPACE_SRGB;
  smc_image_bounds_init (&settings->image->bounds);
  return settings;
}

/* A client can read every number without knowing what its absence would mean. */
static void
test_plain_image (void)
{
  g_autoptr (SmcSettings) settings = image_settings ();
  g_autoptr (GVariant) info = write_settings (settings, SMC_WRITE_PROTECTION_ENFORCED);
  g_autoptr (GVariant) image =
    g_variant_lookup_value (info, "image_format_constraints", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) expected = wire_parse (
    "{'pixel_format': <'R8:0x0'>, 'color_space': <'srgb'>, 'min_size': <(@u 0, @u 0)>, "
    "'max_size': <(@u 0xffffffff, @u 0xffffffff)>, 'min_bytes_per_row': <@u 0>, "
    "'max_bytes_per_row': <@u 0xffffffff>, 'max_width_times_height': <@t 0xffffffffffffffff>, "
    "'size_alignment': <(@u 1, @u 1)>, 'display_rect_alignment': <(@u 1, @u 1)>, "
    "'required_max_size_list': <@a(uu) []>, 'bytes_per_row_divisor': <@u 1>, "
    "'start_offset_divisor': <@u 1>, 'require_bytes_per_row_at_pixel_boundary': <false>, "
    "'pad_for_block_size': <(@u 1, @u 1)>, 'pad_beyond_image_size_bytes': <@t 0>}");

  g_assert_cmpvariant (image, expected);
  g_assert_false (g_variant_lookup (info, "planes", "a(tu)", NULL));
  g_assert_false (g_variant_lookup (info, "image_size", "(uu)", NULL, NULL));
}

static void
test_optional_image_fields (void)
{
  g_autoptr (SmcSettings) settings = image_settings ();
  SmcImageBounds *bounds = &settings->image->bounds;
  guint32 width, height;
  gboolean alpha;

  bounds->has_required_min_size = bounds->has_required_max_size = TRUE;
  bounds->required_min_size = (SmcSize){ 1, 2 };
  bounds->required_max_size = (SmcSize){ 3, 4 };
  bounds->is_alpha_present = SMC_ALPHA_ABSENT;
  g_autoptr (GVariant) info = write_settings (settings, SMC_WRITE_PROTECTION_ENFORCED);
  g_autoptr (GVariant) image =
    g_variant_lookup_value (info, "image_format_constraints", G_VARIANT_TYPE_VARDICT);

  g_assert_true (g_variant_lookup (image, "required_min_size", "(uu)", &width, &height));
  g_assert_cmpuint (width, ==, 1);
  g_assert_cmpuint (height, ==, 2);
  g_assert_true (g_variant_lookup (image, "required_max_size", "(uu)", &width, &height));
  g_assert_cmpuint (width, ==, 3);
  g_assert_cmpuint (height, ==, 4);
  g_assert_true (g_variant_lookup (image, "is_alpha_present", "b", &alpha));
  g_assert_false (alpha);
}

static void
test_planes (void)
{
  static const SmcPlane planes[] = { { 0, 2816 }, { G_GUINT64_CONSTANT (1) << 33, 1408 } };
  g_autoptr (SmcSettings) settings = image_settings ();

  settings->planes = g_array_new (FALSE, FALSE, sizeof (SmcPlane));
  g_array_append_vals (settings->planes, planes, G_N_ELEMENTS (planes));
  settings->image_size = (SmcSize){ 641, 480 };
  g_autoptr (GVariant) info = write_settings (settings, SMC_WRITE_PROTECTION_ENFORCED);
  g_autoptr (GVariant) layout = g_variant_lookup_value (info, "planes", NULL);
  g_autoptr (GVariant) size = g_variant_lookup_value (info, "image_size", NULL);
  g_autoptr (GVariant) expected_layout = wire_parse ("[(@t 0, @u 2816), (8589934592, 1408)]");
  g_autoptr (GVariant) expected_size = wire_parse ("(@u 641, @u 480)");

  g_assert_cmpvariant (layout, expected_layout);
  g_assert_cmpvariant (size, expected_size);
}

static void
test_every_enumeration (void)
{
  g_autoptr (SmcSettings) settings = raw_settings ();
  const char *buffer_type, *domain, *protection;
  gboolean contiguous, secure;

  settings->buffer_type = SMC_BUFFER_DMA_BUF;
  settings->coherency_domain = SMC_DOMAIN_INACCESSIBLE;
  settings->is_physically_contiguous = TRUE;
  settings->is_secure = TRUE;
  g_autoptr (GVariant) info = write_settings (settings, SMC_WRITE_PROTECTION_ENFORCED);

  g_assert_true (g_variant_lookup (info, "buffer_type", "&s", &buffer_type));
  g_assert_cmpstr (buffer_type, ==, "dma-buf");
  g_assert_true (g_variant_lookup (info, "coherency_domain", "&s", &domain));
  g_assert_cmpstr (domain, ==, "inaccessible");
  g_assert_true (g_variant_lookup (info, "write_protection", "&s", &protection));
  g_assert_cmpstr (protection, ==, "enforced");
  g_assert_true (g_variant_lookup (info, "is_physically_contiguous", "b", &contiguous));
  g_assert_true (contiguous);
  g_assert_true (g_variant_lookup (info, "is_secure", "b", &secure));
  g_assert_true (secure);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/common/settings/raw-bytes", test_raw_bytes);
  g_test_add_func ("/common/settings/plain-image", test_plain_image);
  g_test_add_func ("/common/settings/optional-image-fields", test_optional_image_fields);
  g_test_add_func ("/common/settings/planes", test_planes);
  g_test_add_func ("/common/settings/every-enumeration", test_every_enumeration);

  return g_test_run ();
}
