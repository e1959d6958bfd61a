/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* GStreamer's formats and colors, and the contract's. */

#include <drm_fourcc.h>
#include <gstsysmem.h>

static const struct
{
  GstVideoFormat format;
  guint32 fourcc;
  const char *pixel_format;
} known[] = {
  { GST_VIDEO_FORMAT_NV12, DRM_FORMAT_NV12, "NV12:0x0" },
  { GST_VIDEO_FORMAT_I420, DRM_FORMAT_YUV420, "YU12:0x0" },
  { GST_VIDEO_FORMAT_P010_10LE, DRM_FORMAT_P010, "P010:0x0" },
  { GST_VIDEO_FORMAT_YUY2, DRM_FORMAT_YUYV, "YUYV:0x0" },
  { GST_VIDEO_FORMAT_BGRx, DRM_FORMAT_XRGB8888, "XR24:0x0" },
  { GST_VIDEO_FORMAT_RGB, DRM_FORMAT_BGR888, "BG24:0x0" },
  { GST_VIDEO_FORMAT_RGB16, DRM_FORMAT_RGB565, "RG16:0x0" },
  { GST_VIDEO_FORMAT_GRAY8, DRM_FORMAT_R8, "R8:0x0" },
};

static void
test_fourccs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_assert_cmpuint (gst_sysmem_video_format_to_fourcc (known[i].format), ==, known[i].fourcc);
      g_assert_cmpint (gst_sysmem_video_format_from_fourcc (known[i].fourcc), ==, known[i].format);
    }
}

static void
test_pixel_formats (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autofree char *spelled = gst_sysmem_video_format_to_pixel_format (known[i].format);

      g_assert_cmpstr (spelled, ==, known[i].pixel_format);
      g_assert_cmpint (gst_sysmem_video_format_from_pixel_format (spelled), ==, known[i].format);
    }
}

static void
test_every_format_goes_there_and_back (void)
{
  guint n;
  const GstVideoFormat *formats = gst_sysmem_list_video_formats (&n);

  for (guint i = 0; i < n; i++)
    g_assert_cmpint (
      gst_sysmem_video_format_from_fourcc (gst_sysmem_video_format_to_fourcc (formats[i])), ==,
      formats[i]);
}

static void
test_what_has_no_counterpart (void)
{
  g_assert_cmpuint (gst_sysmem_video_format_to_fourcc (GST_VIDEO_FORMAT_v210), ==, 0);
  g_assert_null (gst_sysmem_video_format_to_pixel_format (GST_VIDEO_FORMAT_UNKNOWN));
  g_assert_cmpint (gst_sysmem_video_format_from_fourcc (DRM_FORMAT_ABGR16161616F), ==,
                   GST_VIDEO_FORMAT_UNKNOWN);
  g_assert_cmpint (gst_sysmem_video_format_from_pixel_format ("XR24:0x100000000000001"), ==,
                   GST_VIDEO_FORMAT_UNKNOWN);
  g_assert_cmpint (gst_sysmem_video_format_from_pixel_format (NULL), ==, GST_VIDEO_FORMAT_UNKNOWN);
}

static void
test_template_caps_have_every_format (void)
{
  g_autoptr (GstCaps) caps = gst_sysmem_make_template_caps ();
  g_autoptr (GstCaps) nv12 = gst_caps_from_string ("video/x-raw, format=NV12, width=2, height=2");
  g_autoptr (GstCaps) v210 = gst_caps_from_string ("video/x-raw, format=v210, width=2, height=2");

  g_assert_true (gst_caps_can_intersect (caps, nv12));
  g_assert_false (gst_caps_can_intersect (caps, v210));
}

static const struct
{
  GstVideoFormat format;
  const char *colorimetry;
  const char *color_space;
} colors[] = {
  { GST_VIDEO_FORMAT_NV12, "bt709", "rec709" },
  { GST_VIDEO_FORMAT_NV12, "bt601", "rec601-ntsc" },
  { GST_VIDEO_FORMAT_NV12, "2:4:16:3", "rec601-pal" },
  { GST_VIDEO_FORMAT_NV12, "1:4:16:3", "rec601-pal-full" },
  { GST_VIDEO_FORMAT_NV12, "1:4:0:0", "rec601-ntsc-full" },
  { GST_VIDEO_FORMAT_NV12, "1:3:5:1", "passthrough" }, /* full range BT.709 */
  { GST_VIDEO_FORMAT_NV12, "smpte240m", "passthrough" },
  { GST_VIDEO_FORMAT_NV12, "bt2020", "passthrough" }, /* more than 8 bits hold */
  { GST_VIDEO_FORMAT_P010_10LE, "bt2020", "rec2020" },
  { GST_VIDEO_FORMAT_P010_10LE, "bt2020-10", "rec2020" },
  { GST_VIDEO_FORMAT_P010_10LE, "bt2100-pq", "rec2100" },
  { GST_VIDEO_FORMAT_P010_10LE, "bt2100-hlg", "rec2100" },
  { GST_VIDEO_FORMAT_BGRx, "sRGB", "srgb" },
  { GST_VIDEO_FORMAT_BGRx, "1:1:5:1", "passthrough" },
  { GST_VIDEO_FORMAT_GRAY8, "1:4:0:0", "passthrough" },
};

static void
test_colorimetry_to_color_space (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (colors); i++)
    {
      GstVideoColorimetry colorimetry;

      g_test_message ("%s", colors[i].colorimetry);
      g_assert_true (gst_video_colorimetry_from_string (&colorimetry, colors[i].colorimetry));
      g_assert_cmpstr (gst_sysmem_color_space_for_colorimetry (colors[i].format, &colorimetry), ==,
                       colors[i].color_space);
    }
}

static void
test_unknown_colorimetry_is_the_first_that_fits (void)
{
  const GstVideoColorimetry unknown = { 0 };

  g_assert_cmpstr (gst_sysmem_color_space_for_colorimetry (GST_VIDEO_FORMAT_NV12, &unknown), ==,
                   "rec709");
  g_assert_cmpstr (gst_sysmem_color_space_for_colorimetry (GST_VIDEO_FORMAT_RGBA, &unknown), ==,
                   "srgb");
}

static void
test_color_spaces_go_there_and_back (void)
{
  static const char *const spaces[] = { "rec601-ntsc",     "rec601-pal", "rec601-ntsc-full",
                                        "rec601-pal-full", "rec709",     "rec2020",
                                        "rec2100" };
  GstVideoColorimetry colorimetry;

  for (guint i = 0; i < G_N_ELEMENTS (spaces); i++)
    {
      g_assert_true (gst_sysmem_colorimetry_for_color_space (spaces[i], &colorimetry));
      g_assert_cmpstr (
        gst_sysmem_color_space_for_colorimetry (GST_VIDEO_FORMAT_P010_10LE, &colorimetry), ==,
        spaces[i]);
    }
}

static void
test_color_spaces_that_say_nothing (void)
{
  GstVideoColorimetry colorimetry;

  g_assert_false (gst_sysmem_colorimetry_for_color_space ("passthrough", &colorimetry));
  g_assert_false (gst_sysmem_colorimetry_for_color_space ("*", &colorimetry));
  g_assert_false (gst_sysmem_colorimetry_for_color_space (NULL, &colorimetry));
}

int
main (int argc, char *argv[])
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/formats/fourccs", test_fourccs);
  g_test_add_func ("/formats/pixel-formats", test_pixel_formats);
  g_test_add_func ("/formats/there-and-back", test_every_format_goes_there_and_back);
  g_test_add_func ("/formats/no-counterpart", test_what_has_no_counterpart);
  g_test_add_func ("/formats/template-caps", test_template_caps_have_every_format);
  g_test_add_func ("/colors/to-color-space", test_colorimetry_to_color_space);
  g_test_add_func ("/colors/unknown", test_unknown_colorimetry_is_the_first_that_fits);
  g_test_add_func ("/colors/there-and-back", test_color_spaces_go_there_and_back);
  g_test_add_func ("/colors/say-nothing", test_color_spaces_that_say_nothing);
  return g_test_run ();
}
