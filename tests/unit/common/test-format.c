/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-format.h"
#include "common/smc-names.h"

#include <drm_fourcc.h>

/* 03 §12, spelled as it spells it. */
static const struct
{
  const char *fourccs;
  guint stride_bytes;
  guint width_divisor, height_divisor;
  guint sample_alignment;
} contract[] = {
  { "XR24 AR24 XB24 AB24 RX24 RA24 BX24 BA24 XR30 AR30 XB30 AB30", 4, 1, 1, 4 },
  { "RG24 BG24", 3, 1, 1, 1 },
  { "RG16 BG16 GR88 RG88", 2, 1, 1, 2 },
  { "R8 RGB8", 1, 1, 1, 1 },
  { "YUYV UYVY YVYU VYUY", 2, 2, 1, 2 },
  { "NV12 NV21 YU12 YV12", 1, 2, 2, 2 },
  { "NV16 NV61 YU16", 1, 2, 1, 2 },
  { "NV24 YU24", 1, 1, 1, 1 },
  { "P010 P016", 2, 2, 2, 4 },
  { "AB4H AR4H XB4H XR4H", 8, 1, 1, 8 },
};

static const SmcFormatInfo *
lookup (const char *name)
{
  SmcPixelFormat format;

  g_test_message ("%s", name);
  g_assert_true (smc_pixel_format_parse (name, TRUE, &format));
  return smc_format_lookup (format.fourcc);
}

static void
test_contract (void)
{
  guint n_formats = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (contract); i++)
    {
      g_auto (GStrv) names = g_strsplit (contract[i].fourccs, " ", -1);

      for (guint j = 0; names[j] != NULL; j++, n_formats++)
        {
          const SmcFormatInfo *info = lookup (names[j]);

          g_assert_nonnull (info);
          g_assert_cmpuint (info->stride_bytes, ==, contract[i].stride_bytes);
          g_assert_cmpuint (info->width_divisor, ==, contract[i].width_divisor);
          g_assert_cmpuint (info->height_divisor, ==, contract[i].height_divisor);
          g_assert_cmpuint (info->sample_alignment, ==, contract[i].sample_alignment);
        }
    }

  g_assert_nonnull (smc_format_nth (n_formats - 1));
  g_assert_null (smc_format_nth (n_formats));
  g_assert_null (smc_format_nth (G_MAXUINT));
}

static void
test_list_has_no_duplicates (void)
{
  const SmcFormatInfo *info;

  for (guint i = 0; (info = smc_format_nth (i)) != NULL; i++)
    g_assert_true (smc_format_lookup (info->fourcc) == info);
}

static void
test_unknown (void)
{
  g_assert_null (lookup ("MJPG"));
  g_assert_null (lookup ("C8"));
  g_assert_null (smc_format_lookup (0));
  g_assert_null (smc_format_lookup (DRM_FORMAT_XRGB8888 | DRM_FORMAT_BIG_ENDIAN));
}

/* An A or X at the front is what is_alpha_present is about, wherever drm_fourcc.h puts its bits. */
static void
test_alpha_slots (void)
{
  g_auto (GStrv) with = g_strsplit ("XR24 AR24 XB24 AB24 RX24 RA24 BX24 BA24 XR30 AR30 XB30 AB30 "
                                    "AB4H AR4H XB4H XR4H",
                                    " ", -1);
  guint n_with = 0;
  const SmcFormatInfo *info;

  for (guint i = 0; with[i] != NULL; i++)
    g_assert_true (lookup (with[i])->has_alpha_slot);
  for (guint i = 0; (info = smc_format_nth (i)) != NULL; i++)
    n_with += info->has_alpha_slot ? 1 : 0;
  g_assert_cmpuint (n_with, ==, g_strv_length (with));
}

static void
assert_color_spaces (const char *fourccs, const char *color_spaces)
{
  g_auto (GStrv) names = g_strsplit (fourccs, " ", -1);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *text = smc_color_spaces_to_string (lookup (names[i])->color_spaces);
      g_assert_cmpstr (text, ==, color_spaces);
    }
}

static void
test_color_spaces (void)
{
  assert_color_spaces ("XR24 AB30 RG24 RG16 GR88 R8 RGB8 AB4H", "srgb, passthrough");
  assert_color_spaces ("YUYV VYUY NV12 NV21 YU12 YV12 NV16 NV61 YU16 NV24 YU24",
                       "rec709, rec601-pal-full, rec601-pal, rec601-ntsc-full, rec601-ntsc, "
                       "passthrough");
  assert_color_spaces ("P010 P016",
                       "rec2100, rec2020, rec709, rec601-pal-full, rec601-pal, rec601-ntsc-full, "
                       "rec601-ntsc, passthrough");
}

typedef struct
{
  guint64 modifier;
  guint32 tile_row_bytes, tile_rows;
} TilingCase;

#define AFBC(flags) DRM_FORMAT_MOD_ARM_AFBC (flags)

static void
test_tilings (void)
{
  static const TilingCase cases[] = {
    { DRM_FORMAT_MOD_LINEAR, 1, 1 },
    { I915_FORMAT_MOD_X_TILED, 512, 8 },
    { I915_FORMAT_MOD_Y_TILED, 128, 32 },
    { I915_FORMAT_MOD_Yf_TILED, 128, 32 },
    { AFBC (AFBC_FORMAT_MOD_BLOCK_SIZE_16x16), 64, 16 },
    { AFBC (AFBC_FORMAT_MOD_BLOCK_SIZE_32x8), 128, 8 },
    { AFBC (AFBC_FORMAT_MOD_BLOCK_SIZE_16x16 | AFBC_FORMAT_MOD_SPARSE | AFBC_FORMAT_MOD_SPLIT
            | AFBC_FORMAT_MOD_YTR),
      64, 16 },
    { AFBC (AFBC_FORMAT_MOD_BLOCK_SIZE_16x16 | AFBC_FORMAT_MOD_TILED), 512, 128 },
    { AFBC (AFBC_FORMAT_MOD_BLOCK_SIZE_32x8 | AFBC_FORMAT_MOD_TILED | AFBC_FORMAT_MOD_SPARSE), 1024,
      64 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SmcModifierInfo info;

      g_test_message ("0x%" G_GINT64_MODIFIER "x", cases[i].modifier);
      g_assert_true (smc_format_get_modifier_info (DRM_FORMAT_ABGR8888, cases[i].modifier, &info));
      g_assert_cmpuint (info.modifier, ==, cases[i].modifier);
      g_assert_cmpuint (info.tile_row_bytes, ==, cases[i].tile_row_bytes);
      g_assert_cmpuint (info.tile_rows, ==, cases[i].tile_rows);
    }
}

static void
test_unknown_modifiers (void)
{
  static const guint64 unknown[] = {
    DRM_FORMAT_MOD_INVALID,
    1,
    G_MAXUINT64,
    I915_FORMAT_MOD_Y_TILED_CCS,
    I915_FORMAT_MOD_4_TILED,
    fourcc_mod_code (ARM, 0),
    AFBC (AFBC_FORMAT_MOD_BLOCK_SIZE_64x4),
    AFBC (AFBC_FORMAT_MOD_SPARSE),
    AFBC (AFBC_FORMAT_MOD_BLOCK_SIZE_16x16 | AFBC_FORMAT_MOD_BLOCK_SIZE_32x8),
    AFBC (AFBC_FORMAT_MOD_BLOCK_SIZE_16x16 | AFBC_FORMAT_MOD_SC),
    AFBC_FORMAT_MOD_BLOCK_SIZE_16x16,
    DRM_FORMAT_MOD_ARM_CODE (DRM_FORMAT_MOD_ARM_TYPE_MISC, 1),
    DRM_FORMAT_MOD_VIVANTE_TILED,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      g_test_message ("0x%" G_GINT64_MODIFIER "x", unknown[i]);
      g_assert_false (smc_pixel_format_is_known (DRM_FORMAT_XRGB8888, unknown[i]));
    }
}

static void
test_who_can_be_tiled (void)
{
  const SmcFormatInfo *info;
  guint n_tiled = 0;

  for (guint i = 0; (info = smc_format_nth (i)) != NULL; i++)
    {
      g_assert_true (smc_pixel_format_is_known (info->fourcc, SMC_MODIFIER_LINEAR));
      n_tiled += smc_pixel_format_is_known (info->fourcc, I915_FORMAT_MOD_X_TILED) ? 1 : 0;
    }
  g_assert_cmpuint (n_tiled, ==, 12);
  g_assert_true (smc_pixel_format_is_known (DRM_FORMAT_XRGB2101010, I915_FORMAT_MOD_Y_TILED));
  g_assert_false (smc_pixel_format_is_known (DRM_FORMAT_NV12, I915_FORMAT_MOD_Y_TILED));
  g_assert_false (smc_pixel_format_is_known (0, SMC_MODIFIER_LINEAR));
}

static void
test_list_modifiers (void)
{
  guint64 modifiers[64], few[2] = { 1, 2 };
  guint n = smc_format_list_modifiers (DRM_FORMAT_ABGR8888, modifiers, G_N_ELEMENTS (modifiers));

  g_assert_cmpuint (n, ==, 1 + 3 + 32);
  g_assert_cmpuint (modifiers[0], ==, SMC_MODIFIER_LINEAR);
  for (guint i = 0; i < n; i++)
    {
      g_assert_true (smc_pixel_format_is_known (DRM_FORMAT_ABGR8888, modifiers[i]));
      for (guint j = 0; j < i; j++)
        g_assert_cmpuint (modifiers[i], !=, modifiers[j]);
    }

  g_assert_cmpuint (smc_format_list_modifiers (DRM_FORMAT_ABGR8888, few, 1), ==, n);
  g_assert_cmpuint (few[0], ==, SMC_MODIFIER_LINEAR);
  g_assert_cmpuint (few[1], ==, 2);
  g_assert_cmpuint (smc_format_list_modifiers (DRM_FORMAT_NV12, few, 2), ==, 1);
  g_assert_cmpuint (smc_format_list_modifiers (1, few, 2), ==, 0);
  g_assert_cmpuint (smc_format_list_modifiers (DRM_FORMAT_NV12, NULL, 0), ==, 1);
}

static void
test_combinable (void)
{
  static const struct
  {
    const char *a, *b;
    gboolean combinable;
  } cases[] = {
    { "NV12", "NV12", TRUE },
    { "NV12", "NV21", FALSE },
    { "NV12:*", "NV12", TRUE },
    { "NV12:*", "NV12:*", TRUE },
    { "XR24:*", "XR24:0x100000000000001", TRUE },
    { "XR24", "XR24:0x100000000000001", FALSE },
    { "XR24:*", "*:0x100000000000001", TRUE },
    { "XR24:*", "*:0x1", FALSE }, /* nobody has that modifier */
    { "NV12:*", "*:0x100000000000001", FALSE },
    { "*:0x0", "NV12:0x0", TRUE },
    { "*:0x0", "*:0x100000000000001", FALSE },
    { "*:0x100000000000001", "*:*", TRUE },
    { "*:0x1", "*:*", FALSE },
    { "*", "NV12", TRUE },
    { "*", "*", TRUE },
    { "*", "MJPG", FALSE },
    { "*", "MJPG:*", FALSE },
    { "MJPG:*", "MJPG", FALSE },
    { "*:0x0", "*:0x0", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SmcPixelFormat a, b;

      g_test_message ("%s and %s", cases[i].a, cases[i].b);
      g_assert_true (smc_pixel_format_parse (cases[i].a, TRUE, &a));
      g_assert_true (smc_pixel_format_parse (cases[i].b, TRUE, &b));
      g_assert_cmpint (smc_pixel_format_combinable (&a, &b), ==, cases[i].combinable);
      g_assert_cmpint (smc_pixel_format_combinable (&b, &a), ==, cases[i].combinable);
    }
}

static void
test_specific (void)
{
  static const struct
  {
    const char *text;
    gboolean specific;
  } cases[] = { { "NV12", TRUE }, { "NV12:*", FALSE }, { "*:0x0", FALSE }, { "*", FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SmcPixelFormat format;

      g_assert_true (smc_pixel_format_parse (cases[i].text, TRUE, &format));
      g_assert_cmpint (smc_pixel_format_is_specific (&format), ==, cases[i].specific);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/common/format/contract", test_contract);
  g_test_add_func ("/common/format/list-has-no-duplicates", test_list_has_no_duplicates);
  g_test_add_func ("/common/format/unknown", test_unknown);
  g_test_add_func ("/common/format/alpha-slots", test_alpha_slots);
  g_test_add_func ("/common/format/color-spaces", test_color_spaces);
  g_test_add_func ("/common/format/tilings", test_tilings);
  g_test_add_func ("/common/format/unknown-modifiers", test_unknown_modifiers);
  g_test_add_func ("/common/format/who-can-be-tiled", test_who_can_be_tiled);
  g_test_add_func ("/common/format/list-modifiers", test_list_modifiers);
  g_test_add_func ("/common/format/combinable", test_combinable);
  g_test_add_func ("/common/format/specific", test_specific);

  return g_test_run ();
}
