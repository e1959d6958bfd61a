/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-format.h"
#include "common/smc-names.h"
#include "common/smc-text.h"

#include <drm_fourcc.h>

/* The strings of 02, in the order of the enumerations. */
static const char *const usages[] = {
  "none",
  "cpu-read",
  "cpu-read-often",
  "cpu-write",
  "cpu-write-often",
  "gpu-transfer-src",
  "gpu-transfer-dst",
  "gpu-sampled",
  "gpu-storage",
  "gpu-color-attachment",
  "gpu-stencil-attachment",
  "gpu-transient-attachment",
  "gpu-input-attachment",
  "gpu-buffer",
  "display-layer",
  "display-cursor",
  "video-decoder",
  "video-encoder",
  "video-capture",
  "video-decryptor-output",
  "video-decoder-internal",
};

static void
test_usages (void)
{
  guint32 all = 0;

  for (guint i = 0; i < G_N_ELEMENTS (usages); i++)
    {
      SmcUsage usage;

      g_assert_true (smc_usage_parse (usages[i], &usage));
      g_assert_cmpuint (usage, ==, 1u << i);
      g_assert_cmpstr (smc_usage_get_name (usage), ==, usages[i]);
      all |= usage;
    }
  g_assert_cmpuint (all, ==, SMC_USAGE_ALL);
}

static void
test_foreign_usages (void)
{
  static const char *const foreign[] = { "", "cpu", "cpu-reed", "CPU-READ", "cpu-read ", "*" };

  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
    {
      SmcUsage usage;
      g_assert_false (smc_usage_parse (foreign[i], &usage));
    }
}

static void
test_color_spaces (void)
{
  /* Best first, 03 §6.3. */
  static const char *const names[] = {
    "srgb",       "rec2100",          "rec2020",     "rec709",      "rec601-pal-full",
    "rec601-pal", "rec601-ntsc-full", "rec601-ntsc", "passthrough", "*"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      SmcColorSpace color_space;

      g_assert_true (smc_color_space_parse (names[i], &color_space));
      g_assert_cmpuint (color_space, ==, i);
      g_assert_cmpstr (smc_color_space_get_name (color_space), ==, names[i]);
    }

  SmcColorSpace untouched;
  g_assert_false (smc_color_space_parse ("sRGB", &untouched));
  g_assert_false (smc_color_space_parse ("", &untouched));
}

static void
test_other_names (void)
{
  g_assert_cmpstr (smc_domain_get_name (SMC_DOMAIN_CPU), ==, "cpu");
  g_assert_cmpstr (smc_domain_get_name (SMC_DOMAIN_RAM), ==, "ram");
  g_assert_cmpstr (smc_domain_get_name (SMC_DOMAIN_INACCESSIBLE), ==, "inaccessible");
  g_assert_cmpstr (smc_buffer_type_get_name (SMC_BUFFER_MEMFD), ==, "memfd");
  g_assert_cmpstr (smc_buffer_type_get_name (SMC_BUFFER_DMA_BUF), ==, "dma-buf");
  g_assert_cmpstr (smc_write_protection_get_name (SMC_WRITE_PROTECTION_ENFORCED), ==, "enforced");
  g_assert_cmpstr (smc_write_protection_get_name (SMC_WRITE_PROTECTION_ADVISORY), ==, "advisory");
}

#define ASSERT_TEXT(expression, expected) \
  G_STMT_START \
  { \
    g_autofree char *text_ = (expression); \
    g_assert_cmpstr (text_, ==, (expected)); \
  } \
  G_STMT_END

static void
test_lists_as_text (void)
{
  SmcColorSpaces color_spaces = (1u << SMC_COLOR_SPACE_REC709) | (1u << SMC_COLOR_SPACE_SRGB);

  ASSERT_TEXT (smc_usage_to_string (0), "no usage");
  ASSERT_TEXT (smc_usage_to_string (SMC_USAGE_CPU_READ | SMC_USAGE_GPU_SAMPLED),
               "cpu-read, gpu-sampled");
  ASSERT_TEXT (smc_domains_to_string (0), "no domain");
  ASSERT_TEXT (smc_domains_to_string (SMC_DOMAIN_CPU | SMC_DOMAIN_RAM), "cpu, ram");
  ASSERT_TEXT (smc_color_spaces_to_string (0), "no color space");
  ASSERT_TEXT (smc_color_spaces_to_string (color_spaces), "srgb, rec709");
  ASSERT_TEXT (smc_size_to_string ((SmcSize){ 1920, 1080 }), "1920x1080");
}

typedef struct
{
  const char *text;
  gboolean real_usage;
  SmcPixelFormat format;
  const char *output;
} PixelFormatCase;

static void
test_pixel_formats (void)
{
  static const PixelFormatCase cases[] = {
    { "NV12", TRUE, { .fourcc = DRM_FORMAT_NV12 }, "NV12:0x0" },
    { "NV12", FALSE, { .fourcc = DRM_FORMAT_NV12, .any_modifier = TRUE }, "NV12:*" },
    { "NV12:0x0", FALSE, { .fourcc = DRM_FORMAT_NV12 }, "NV12:0x0" },
    { "XR24:*", TRUE, { .fourcc = DRM_FORMAT_XRGB8888, .any_modifier = TRUE }, "XR24:*" },
    { "*", TRUE, { .any_fourcc = TRUE, .any_modifier = TRUE }, "*:*" },
    { "*", FALSE, { .any_fourcc = TRUE, .any_modifier = TRUE }, "*:*" },
    { "*:*", TRUE, { .any_fourcc = TRUE, .any_modifier = TRUE }, "*:*" },
    { "*:0x0", TRUE, { .any_fourcc = TRUE }, "*:0x0" },
    { "*:0x100000000000001",
      TRUE,
      { .any_fourcc = TRUE, .modifier = I915_FORMAT_MOD_X_TILED },
      "*:0x100000000000001" },
    { "R8", TRUE, { .fourcc = DRM_FORMAT_R8 }, "R8:0x0" },
    { "R8  ", TRUE, { .fourcc = DRM_FORMAT_R8 }, "R8:0x0" },
    { "R8 :*", TRUE, { .fourcc = DRM_FORMAT_R8, .any_modifier = TRUE }, "R8:*" },
    { "RGB8", TRUE, { .fourcc = DRM_FORMAT_RGB332 }, "RGB8:0x0" },
    { "AB4H", TRUE, { .fourcc = DRM_FORMAT_ABGR16161616F }, "AB4H:0x0" },
    { "MJPG", TRUE, { .fourcc = fourcc_code ('M', 'J', 'P', 'G') }, "MJPG:0x0" },
    { "XR24:0xFFFFFFFFFFFFFFFF",
      TRUE,
      { .fourcc = DRM_FORMAT_XRGB8888, .modifier = G_MAXUINT64 },
      "XR24:0xffffffffffffffff" },
    { "XR24:0x000000000000000a",
      TRUE,
      { .fourcc = DRM_FORMAT_XRGB8888, .modifier = 10 },
      "XR24:0xa" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const PixelFormatCase *c = &cases[i];
      SmcPixelFormat format;

      g_test_message ("%s", c->text);
      g_assert_true (smc_pixel_format_parse (c->text, c->real_usage, &format));
      g_assert_true (smc_pixel_format_equal (&format, &c->format));
      ASSERT_TEXT (smc_pixel_format_to_string (&format), c->output);

      /* What is written is read back the same, whatever the usage. */
      SmcPixelFormat again;
      g_assert_true (smc_pixel_format_parse (c->output, !c->real_usage, &again));
      g_assert_true (smc_pixel_format_equal (&format, &again));
    }
}

static void
test_malformed_pixel_formats (void)
{
  static const char *const malformed[] = {
    "",
    ":",
    ":0x0",
    ":*",
    " ",
    "    ",
    " R8",
    "R 8",
    "NV123",
    "NV1*",
    "**",
    "N\tV1",
    "NV1\x7f",
    "é12",
    "NV12:",
    "NV12::0x0",
    "NV12:0",
    "NV12:0x",
    "NV12:0X0",
    "NV12:0xg",
    "NV12:0x0 ",
    "NV12: 0x0",
    "NV12:-0x1",
    "NV12:0x-1",
    "NV12:0x0x0",
    "NV12:0x10000000000000000",
    "NV12:0x00000000000000000",
    "NV12:**",
    "NV12:linear",
    "*12",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      SmcPixelFormat format = { .fourcc = 1 };

      g_test_message ("%s", malformed[i]);
      g_assert_false (smc_pixel_format_parse (malformed[i], TRUE, &format));
      g_assert_cmpuint (format.fourcc, ==, 1);
    }
}

static void
test_unprintable_fourcc (void)
{
  const SmcPixelFormat format = { .fourcc = DRM_FORMAT_XRGB8888 | DRM_FORMAT_BIG_ENDIAN };

  ASSERT_TEXT (smc_pixel_format_to_string (&format), "XR2?:0x0");
}

static void
test_text (void)
{
  g_autofree char *long_text = g_strnfill (65, 'a');
  g_autofree char *longest = g_strnfill (64, 'a');
  g_autofree char *cut = g_strconcat (longest, "…", NULL);

  ASSERT_TEXT (smc_text_quote ("cpu-reed"), "\"cpu-reed\"");
  ASSERT_TEXT (smc_text_escape ("cpu-reed"), "cpu-reed");
  ASSERT_TEXT (smc_text_escape (""), "");
  ASSERT_TEXT (smc_text_quote ("a\"b\\c"), "\"a\\\"b\\\\c\"");
  ASSERT_TEXT (smc_text_escape ("\n\x1b[31m"), "\\u{a}\\u{1b}[31m");
  ASSERT_TEXT (smc_text_escape ("Kamera für Bühne"), "Kamera für Bühne");
  ASSERT_TEXT (smc_text_escape ("\u202egnp"), "\\u{202e}gnp");
  ASSERT_TEXT (smc_text_escape ("a\xff\xc3"), "a\\xff\\xc3");
  ASSERT_TEXT (smc_text_escape (longest), longest);
  ASSERT_TEXT (smc_text_escape (long_text), cut);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/common/names/usages", test_usages);
  g_test_add_func ("/common/names/foreign-usages", test_foreign_usages);
  g_test_add_func ("/common/names/color-spaces", test_color_spaces);
  g_test_add_func ("/common/names/others", test_other_names);
  g_test_add_func ("/common/names/lists-as-text", test_lists_as_text);
  g_test_add_func ("/common/names/pixel-formats", test_pixel_formats);
  g_test_add_func ("/common/names/malformed-pixel-formats", test_malformed_pixel_formats);
  g_test_add_func ("/common/names/unprintable-fourcc", test_unprintable_fourcc);
  g_test_add_func ("/common/names/text", test_text);

  return g_test_run ();
}
