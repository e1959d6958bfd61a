/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-image.h"
#include "common/smc-names.h"

#include <drm_fourcc.h>

#define UNTOUCHED 0xabad1dea
#define POWER(n) (G_GUINT64_CONSTANT (1) << (n))

static SmcPixelFormat
parse (const char *text)
{
  SmcPixelFormat format;

  g_test_message ("%s", text);
  g_assert_true (smc_pixel_format_parse (text, TRUE, &format));
  return format;
}

typedef struct
{
  const char *format;
  guint64 width, height;
  guint64 row_bytes, size_bytes;
  guint n_planes;
  guint64 offsets[3], strides[3], rows[3];
} LinearCase;

/* clang-format off */
static const LinearCase linear_cases[] = {
  { "XR24", 641, 10, 2564, 25640, 1, { 0 }, { 2564 }, { 10 } },
  { "AB30", 2, 2, 8, 16, 1, { 0 }, { 8 }, { 2 } },
  { "RG24", 3, 3, 9, 27, 1, { 0 }, { 9 }, { 3 } },
  { "RG16", 3, 3, 6, 18, 1, { 0 }, { 6 }, { 3 } },
  { "GR88", 3, 3, 6, 18, 1, { 0 }, { 6 }, { 3 } },
  { "R8", 3, 3, 3, 9, 1, { 0 }, { 3 }, { 3 } },
  { "AB4H", 3, 2, 24, 48, 1, { 0 }, { 24 }, { 2 } },
  { "YUYV", 4, 2, 8, 16, 1, { 0 }, { 8 }, { 2 } },
  { "YUYV", 5, 2, 12, 24, 1, { 0 }, { 12 }, { 2 } },
  { "NV12", 512, 1024, 512, 786432, 2, { 0, 524288 }, { 512, 512 }, { 1024, 512 } },
  { "NV21", 6, 4, 6, 36, 2, { 0, 24 }, { 6, 6 }, { 4, 2 } },
  { "NV12", 5, 3, 6, 30, 2, { 0, 18 }, { 6, 6 }, { 3, 2 } },
  { "YU12", 6, 4, 6, 36, 3, { 0, 24, 30 }, { 6, 3, 3 }, { 4, 2, 2 } },
  { "YV12", 8, 2, 8, 24, 3, { 0, 16, 20 }, { 8, 4, 4 }, { 2, 1, 1 } },
  { "P010", 4, 4, 8, 48, 2, { 0, 32 }, { 8, 8 }, { 4, 2 } },
  { "NV16", 8, 3, 8, 48, 2, { 0, 24 }, { 8, 8 }, { 3, 3 } },
  { "YU16", 8, 4, 8, 64, 3, { 0, 32, 48 }, { 8, 4, 4 }, { 4, 4, 4 } },
  { "NV24", 5, 3, 5, 45, 2, { 0, 15 }, { 5, 10 }, { 3, 3 } },
  { "YU24", 5, 3, 5, 45, 3, { 0, 15, 30 }, { 5, 5, 5 }, { 3, 3, 3 } },
  { "XR24", 0, 0, 0, 0, 1, { 0 }, { 0 }, { 0 } },
};
/* clang-format on */

static void
test_linear (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (linear_cases); i++)
    {
      const LinearCase *c = &linear_cases[i];
      SmcPixelFormat format = parse (c->format);
      guint64 row_bytes, size_bytes, offsets[4], strides[4], rows[4];

      g_assert_true (smc_image_row_bytes (&format, c->width, &row_bytes));
      g_assert_cmpuint (row_bytes, ==, c->row_bytes);
      g_assert_true (smc_image_size_bytes (&format, row_bytes, c->height, &size_bytes));
      g_assert_cmpuint (size_bytes, ==, c->size_bytes);

      guint n_planes = smc_image_planes (&format, row_bytes, c->height, offsets, strides, rows);
      g_assert_cmpuint (n_planes, ==, c->n_planes);
      for (guint plane = 0; plane < n_planes; plane++)
        {
          g_assert_cmpuint (offsets[plane], ==, c->offsets[plane]);
          g_assert_cmpuint (strides[plane], ==, c->strides[plane]);
          g_assert_cmpuint (rows[plane], ==, c->rows[plane]);
        }
    }
}

/* A row longer than its pixels need makes every plane's rows longer. */
static void
test_padded_rows (void)
{
  SmcPixelFormat nv12 = parse ("NV12"), yu12 = parse ("YU12");
  guint64 size_bytes, offsets[4], strides[4], rows[4];

  g_assert_true (smc_image_size_bytes (&nv12, 512, 1000, &size_bytes));
  g_assert_cmpuint (size_bytes, ==, 768000);
  g_assert_cmpuint (smc_image_planes (&yu12, 512, 1000, offsets, strides, rows), ==, 3);
  g_assert_cmpuint (strides[1], ==, 256);
  g_assert_cmpuint (offsets[2], ==, 512 * 1000 + 256 * 500);
}

typedef struct
{
  const char *what;
  guint32 fourcc;
  guint64 modifier;
  guint64 width, height;
  guint64 row_bytes, size_bytes;
} TiledCase;

#define AFBC_16x16 AFBC_FORMAT_MOD_BLOCK_SIZE_16x16
#define AFBC_32x8 AFBC_FORMAT_MOD_BLOCK_SIZE_32x8

/* clang-format off */
static const TiledCase tiled_cases[] = {
  { "X-tiled: 6 tiles of 512 bytes, 2 of 8 rows",
    DRM_FORMAT_XRGB8888, I915_FORMAT_MOD_X_TILED, 641, 10, 3072, 3072 * 16 },
  { "X-tiled, whole tiles", DRM_FORMAT_XRGB8888, I915_FORMAT_MOD_X_TILED, 256, 256, 1024, 262144 },
  { "Y-tiled: 21 tiles of 128 bytes, 1 of 32 rows",
    DRM_FORMAT_ABGR8888, I915_FORMAT_MOD_Y_TILED, 641, 10, 2688, 2688 * 32 },
  { "Yf-tiled", DRM_FORMAT_ABGR2101010, I915_FORMAT_MOD_Yf_TILED, 1, 33, 128, 128 * 64 },
  { "AFBC 16x16: 7x4 superblocks, their headers in 1 KiB",
    DRM_FORMAT_ABGR8888, DRM_FORMAT_MOD_ARM_AFBC (AFBC_16x16), 100, 50, 448, 1024 + 448 * 64 },
  { "AFBC 32x8: 4x7 superblocks",
    DRM_FORMAT_ABGR8888, DRM_FORMAT_MOD_ARM_AFBC (AFBC_32x8 | AFBC_FORMAT_MOD_SPARSE),
    100, 50, 512, 1024 + 512 * 56 },
  { "AFBC 16x16 tiled: 8x8 superblocks, their headers in 4 KiB",
    DRM_FORMAT_ABGR8888, DRM_FORMAT_MOD_ARM_AFBC (AFBC_16x16 | AFBC_FORMAT_MOD_TILED),
    100, 50, 512, 4096 + 512 * 128 },
  { "AFBC 16x16, full HD: 120x68 superblocks, 127.5 KiB of headers",
    DRM_FORMAT_XBGR8888, DRM_FORMAT_MOD_ARM_AFBC (AFBC_16x16 | AFBC_FORMAT_MOD_YTR),
    1920, 1080, 7680, 128 * 1024 + 7680 * 1088 },
  { "nothing", DRM_FORMAT_ABGR8888, DRM_FORMAT_MOD_ARM_AFBC (AFBC_16x16), 0, 0, 0, 0 },
};
/* clang-format on */

static void
test_tiled (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tiled_cases); i++)
    {
      const TiledCase *c = &tiled_cases[i];
      SmcPixelFormat format = { .fourcc = c->fourcc, .modifier = c->modifier };
      guint64 row_bytes, size_bytes, offsets[4], strides[4], rows[4];

      g_test_message ("%s", c->what);
      g_assert_true (smc_image_row_bytes (&format, c->width, &row_bytes));
      g_assert_cmpuint (row_bytes, ==, c->row_bytes);
      g_assert_true (smc_image_size_bytes (&format, row_bytes, c->height, &size_bytes));
      g_assert_cmpuint (size_bytes, ==, c->size_bytes);
      g_assert_cmpuint (smc_image_planes (&format, row_bytes, c->height, offsets, strides, rows),
                        ==, 0);
    }
}

/* A row that somebody's divisor made longer still ends with a whole tile. */
static void
test_tiled_odd_row (void)
{
  SmcPixelFormat format = { .fourcc = DRM_FORMAT_XRGB8888, .modifier = I915_FORMAT_MOD_X_TILED };
  guint64 size_bytes;

  g_assert_true (smc_image_size_bytes (&format, 520, 8, &size_bytes));
  g_assert_cmpuint (size_bytes, ==, 1024 * 8);
}

typedef struct
{
  const char *format;
  guint64 row_bytes, height;
  gboolean fits;
  guint64 size_bytes;
} SizeCase;

static void
test_overflow_of_sizes (void)
{
  static const SizeCase cases[] = {
    { "R8", G_MAXUINT64, 1, TRUE, G_MAXUINT64 },
    { "R8", POWER (32), POWER (32), FALSE, 0 },
    { "R8", G_MAXUINT64, G_MAXUINT64, FALSE, 0 },
    { "NV12", POWER (32), POWER (31), TRUE, POWER (63) + POWER (62) },
    { "NV12", POWER (32), POWER (31) + POWER (30), FALSE, 0 },
    { "NV12", G_MAXUINT64, 0, FALSE, 0 }, /* a chroma row of 2⁶⁴ bytes */
    { "NV24", POWER (63), 1, FALSE, 0 },
    { "YU24", POWER (62), 2, FALSE, 0 },
    { "XR24:0x100000000000001", G_MAXUINT64, 1, FALSE, 0 },
    { "XR24:0x100000000000001", 512, G_MAXUINT64, FALSE, 0 },
    { "XR24:0x800000000000001", POWER (58), 32, TRUE, POWER (63) + POWER (57) },
    { "XR24:0x800000000000001", POWER (60) - 64, 16, FALSE, 0 }, /* only without the headers */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SmcPixelFormat format = parse (cases[i].format);
      guint64 size_bytes = UNTOUCHED, offsets[4], strides[4], rows[4];

      g_assert_cmpint (
        smc_image_size_bytes (&format, cases[i].row_bytes, cases[i].height, &size_bytes), ==,
        cases[i].fits);
      g_assert_cmpuint (size_bytes, ==, cases[i].fits ? cases[i].size_bytes : UNTOUCHED);
      if (!cases[i].fits)
        g_assert_cmpuint (
          smc_image_planes (&format, cases[i].row_bytes, cases[i].height, offsets, strides, rows),
          ==, 0);
    }
}

static void
test_overflow_of_rows (void)
{
  static const struct
  {
    const char *format;
    guint64 width;
    gboolean fits;
    guint64 row_bytes;
  } cases[] = {
    { "R8", G_MAXUINT64, TRUE, G_MAXUINT64 },
    { "NV12", G_MAXUINT64, FALSE, 0 },
    { "NV12", G_MAXUINT64 - 1, TRUE, G_MAXUINT64 - 1 },
    { "XR24", POWER (62), FALSE, 0 },
    { "XR24", POWER (62) - 1, TRUE, G_MAXUINT64 - 3 },
    { "XR24:0x100000000000001", POWER (62) - 1, FALSE, 0 },
    { "XR24:0x100000000000001", POWER (62) - 128, TRUE, G_MAXUINT64 - 511 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SmcPixelFormat format = parse (cases[i].format);
      guint64 row_bytes = UNTOUCHED;

      g_assert_cmpint (smc_image_row_bytes (&format, cases[i].width, &row_bytes), ==,
                       cases[i].fits);
      g_assert_cmpuint (row_bytes, ==, cases[i].fits ? cases[i].row_bytes : UNTOUCHED);
    }
}

static void
test_unknown (void)
{
  static const char *const unknown[] = { "MJPG", "NV12:0x100000000000001", "XR24:0x1" };

  for (gsize i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      SmcPixelFormat format = parse (unknown[i]);
      guint64 number = UNTOUCHED, offsets[4], strides[4], rows[4];

      g_assert_false (smc_image_row_bytes (&format, 64, &number));
      g_assert_false (smc_image_size_bytes (&format, 64, 64, &number));
      g_assert_cmpuint (number, ==, UNTOUCHED);
      g_assert_cmpuint (smc_image_planes (&format, 64, 64, offsets, strides, rows), ==, 0);
    }
}

static void
check_invariants (const SmcPixelFormat *format, guint64 width, guint64 height)
{
  guint64 row_bytes, size_bytes, offsets[4], strides[4], rows[4], end = 0;
  SmcModifierInfo modifier;

  g_assert_true (smc_format_get_modifier_info (format->fourcc, format->modifier, &modifier));
  g_assert_true (smc_image_row_bytes (format, width, &row_bytes));
  g_assert_true (smc_image_size_bytes (format, row_bytes, height, &size_bytes));

  g_assert_cmpuint (row_bytes, >=, width * smc_image_pixel_stride (format));
  g_assert_cmpuint (row_bytes % modifier.tile_row_bytes, ==, 0);
  g_assert_cmpuint (size_bytes, >=, row_bytes * height);

  guint n_planes = smc_image_planes (format, row_bytes, height, offsets, strides, rows);
  g_assert_cmpint (n_planes > 0, ==, format->modifier == SMC_MODIFIER_LINEAR);
  for (guint i = 0; i < n_planes; i++)
    {
      g_assert_cmpuint (offsets[i], ==, end);
      end += strides[i] * rows[i];
    }
  if (n_planes > 0)
    g_assert_cmpuint (end, ==, size_bytes);
}

/* Rows hold their pixels, images hold their rows, planes lie side by side and fill the image. */
static void
test_invariants (void)
{
  const SmcFormatInfo *info;

  for (guint n = 0; (info = smc_format_nth (n)) != NULL; n++)
    {
      guint64 modifiers[64];
      guint n_modifiers =
        smc_format_list_modifiers (info->fourcc, modifiers, G_N_ELEMENTS (modifiers));

      g_assert_cmpuint (n_modifiers, <=, G_N_ELEMENTS (modifiers));
      for (guint i = 0; i < n_modifiers; i++)
        for (guint64 width = 1; width < 70; width += 3)
          for (guint64 height = 1; height < 70; height += 4)
            {
              SmcPixelFormat format = { .fourcc = info->fourcc, .modifier = modifiers[i] };
              check_invariants (&format, width, height);
            }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/common/image/linear", test_linear);
  g_test_add_func ("/common/image/padded-rows", test_padded_rows);
  g_test_add_func ("/common/image/tiled", test_tiled);
  g_test_add_func ("/common/image/tiled-odd-row", test_tiled_odd_row);
  g_test_add_func ("/common/image/overflow-of-sizes", test_overflow_of_sizes);
  g_test_add_func ("/common/image/overflow-of-rows", test_overflow_of_rows);
  g_test_add_func ("/common/image/unknown", test_unknown);
  g_test_add_func ("/common/image/invariants", test_invariants);

  return g_test_run ();
}
