/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <drm_fourcc.h>
#include <linux/videodev2.h>

#include "common/smc-format.h"
#include "common/smc-names.h"
#include "devices/sysmem-v4l2-color.h"
#include "devices/sysmem-v4l2-format.h"
#include "devices/sysmem-v4l2-stride.h"

/* Codes that read alike in both worlds but differ, or the other way round. */
static void
test_formats_that_mislead (void)
{
  g_assert_cmpuint (sysmem_v4l2_format_to_drm (V4L2_PIX_FMT_RGB24), ==, DRM_FORMAT_BGR888);
  g_assert_cmpuint (sysmem_v4l2_format_to_drm (V4L2_PIX_FMT_BGR24), ==, DRM_FORMAT_RGB888);
  g_assert_cmpuint (sysmem_v4l2_format_to_drm (V4L2_PIX_FMT_XBGR32), ==, DRM_FORMAT_XRGB8888);
  g_assert_cmpuint (sysmem_v4l2_format_to_drm (V4L2_PIX_FMT_BGR32), ==, DRM_FORMAT_XRGB8888);
  g_assert_cmpuint (sysmem_v4l2_format_to_drm (V4L2_PIX_FMT_ARGB32), ==, DRM_FORMAT_BGRA8888);
  g_assert_cmpuint (sysmem_v4l2_format_to_drm (V4L2_PIX_FMT_YUV422P), ==, DRM_FORMAT_YUV422);
}

/* Two memory planes are two buffers: not what sysmem shares. */
static void
test_formats_without_a_twin (void)
{
  g_assert_cmpuint (sysmem_v4l2_format_to_drm (V4L2_PIX_FMT_NV12M), ==, 0);
  g_assert_cmpuint (sysmem_v4l2_format_to_drm (V4L2_PIX_FMT_MJPEG), ==, 0);
  g_assert_cmpuint (sysmem_v4l2_format_to_drm (0), ==, 0);
  g_assert_cmpuint (sysmem_v4l2_format_from_drm (DRM_FORMAT_XBGR16161616F), ==, 0);
  g_assert_cmpuint (sysmem_v4l2_format_from_drm (0), ==, 0);
}

static void
test_formats_there_and_back (void)
{
  guint n = 0;
  const SmcFormatInfo *info;

  for (guint i = 0; (info = smc_format_nth (i)) != NULL; i++)
    {
      guint32 v4l2;

      for (guint j = 0; (v4l2 = sysmem_v4l2_format_nth (info->fourcc, j)) != 0; j++, n++)
        g_assert_cmpuint (sysmem_v4l2_format_to_drm (v4l2), ==, info->fourcc);
    }
  g_assert_cmpuint (n, >, 20);
}

static void
test_the_one_that_is_sure_of_alpha_comes_first (void)
{
  g_assert_cmpuint (sysmem_v4l2_format_from_drm (DRM_FORMAT_XRGB8888), ==, V4L2_PIX_FMT_XBGR32);
  g_assert_cmpuint (sysmem_v4l2_format_nth (DRM_FORMAT_XRGB8888, 1), ==, V4L2_PIX_FMT_BGR32);
  g_assert_cmpuint (sysmem_v4l2_format_nth (DRM_FORMAT_XRGB8888, 2), ==, 0);
}

static void
test_colors (void)
{
  static const struct
  {
    SysmemV4l2Color color;
    gboolean is_yuv;
    const char *space;
  } cases[] = {
    { { V4L2_COLORSPACE_SRGB, 0, 0, 0 }, FALSE, "srgb" },
    { { V4L2_COLORSPACE_SRGB, 0, V4L2_QUANTIZATION_LIM_RANGE, 0 }, FALSE, "passthrough" },
    { { V4L2_COLORSPACE_SMPTE170M, 0, 0, 0 }, FALSE, "passthrough" },
    { { V4L2_COLORSPACE_DEFAULT, 0, 0, 0 }, FALSE, "passthrough" },
    { { V4L2_COLORSPACE_DEFAULT, 0, 0, 0 }, TRUE, "passthrough" },
    { { V4L2_COLORSPACE_SMPTE170M, 0, 0, 0 }, TRUE, "rec601-ntsc" },
    { { V4L2_COLORSPACE_SMPTE170M, 0, V4L2_QUANTIZATION_FULL_RANGE, 0 }, TRUE, "rec601-ntsc-full" },
    { { V4L2_COLORSPACE_470_SYSTEM_BG, 0, 0, 0 }, TRUE, "rec601-pal" },
    { { V4L2_COLORSPACE_470_SYSTEM_BG, 0, V4L2_QUANTIZATION_FULL_RANGE, 0 },
      TRUE,
      "rec601-pal-full" },
    { { V4L2_COLORSPACE_REC709, 0, 0, 0 }, TRUE, "rec709" },
    { { V4L2_COLORSPACE_REC709, 0, V4L2_QUANTIZATION_FULL_RANGE, 0 }, TRUE, "passthrough" },
    { { V4L2_COLORSPACE_SRGB, 0, 0, 0 }, TRUE, "rec601-ntsc" },
    { { V4L2_COLORSPACE_JPEG, 0, 0, 0 }, TRUE, "rec601-ntsc-full" },
    { { V4L2_COLORSPACE_SRGB, V4L2_YCBCR_ENC_709, 0, 0 }, TRUE, "rec709" },
    { { V4L2_COLORSPACE_BT2020, 0, 0, 0 }, TRUE, "rec2020" },
    { { V4L2_COLORSPACE_BT2020, 0, 0, V4L2_XFER_FUNC_SMPTE2084 }, TRUE, "rec2100" },
    { { V4L2_COLORSPACE_BT2020, V4L2_YCBCR_ENC_BT2020_CONST_LUM, 0, 0 }, TRUE, "passthrough" },
    { { 4711, 4711, 4711, 4711 }, TRUE, "passthrough" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SmcColorSpace space = sysmem_v4l2_color_to_space (&cases[i].color, cases[i].is_yuv);

      g_test_message ("%u", i);
      g_assert_cmpstr (smc_color_space_get_name (space), ==, cases[i].space);
    }
}

static void
test_colors_there_and_back (void)
{
  for (guint i = SMC_COLOR_SPACE_SRGB; i <= SMC_COLOR_SPACE_PASSTHROUGH; i++)
    {
      SmcColorSpace space = (SmcColorSpace)i;
      SysmemV4l2Color color = sysmem_v4l2_color_from_space (space);

      g_assert_cmpint (sysmem_v4l2_color_to_space (&color, space != SMC_COLOR_SPACE_SRGB), ==,
                       space);
    }
}

static void
test_strides (void)
{
  static const struct
  {
    SysmemV4l2Answers answers;
    SysmemV4l2Strides strides;
  } cases[] = {
    { { 1280, 1281, 30720 }, { 1280, 30720, 1 } },
    { { 1280, 1344, 16384 }, { 1280, 16384, 64 } },
    { { 1920, 2048, 1920 }, { 1920, G_MAXUINT32, 128 } },
    { { 1280, 1280, 1280 }, { 1280, 1280, 1 } },
    { { 1280, 1280, 65536 }, { 1280, 1280, 1 } },
    { { 1280, 0, 0 }, { 1280, 1280, 1 } },
    { { 0, 0, 0 }, { 0, 0, 1 } },
    { { 0, 64, 128 }, { 0, 128, 64 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SysmemV4l2Strides strides = sysmem_v4l2_strides_from_answers (&cases[i].answers);

      g_test_message ("%u", i);
      g_assert_cmpuint (strides.min, ==, cases[i].strides.min);
      g_assert_cmpuint (strides.max, ==, cases[i].strides.max);
      g_assert_cmpuint (strides.divisor, ==, cases[i].strides.divisor);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/v4l2/formats-that-mislead", test_formats_that_mislead);
  g_test_add_func ("/v4l2/formats-without-a-twin", test_formats_without_a_twin);
  g_test_add_func ("/v4l2/formats-there-and-back", test_formats_there_and_back);
  g_test_add_func ("/v4l2/sure-of-alpha", test_the_one_that_is_sure_of_alpha_comes_first);
  g_test_add_func ("/v4l2/colors", test_colors);
  g_test_add_func ("/v4l2/colors-there-and-back", test_colors_there_and_back);
  g_test_add_func ("/v4l2/strides", test_strides);
  return g_test_run ();
}
