/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What elements say, in caps and in answers to ALLOCATION queries, as constraints. */

#include <gstsysmem.h>

/* One entry on one line: formats, min and max size, what rows are multiples of, colors, and the
 * rarer things where they are said. */
static char *
describe_image (SysmemImageFormatConstraints *image)
{
  GString *text = g_string_new (NULL);
  g_auto (GStrv) formats = NULL;
  g_auto (GStrv) colors = NULL;
  g_autofree char *format_list = NULL;
  g_autofree char *color_list = NULL;
  g_autoptr (SysmemSize) min = NULL;
  g_autoptr (SysmemSize) max = NULL;
  g_autoptr (SysmemSize) alignment = NULL;
  guint divisor;
  guint max_row;

  g_object_get (image, "pixel-formats", &formats, "color-spaces", &colors, "min-size", &min,
                "max-size", &max, "size-alignment", &alignment, "bytes-per-row-divisor", &divisor,
                "max-bytes-per-row", &max_row, NULL);
  format_list = g_strjoinv (",", formats);
  color_list = g_strjoinv (",", colors);
  g_string_printf (text, "%s %ux%u", format_list, min->width, min->height);
  if (max != NULL)
    g_string_append_printf (text, "-%ux%u", max->width, max->height);
  g_string_append_printf (text, " /%u %s", divisor, color_list);
  if (alignment != NULL)
    g_string_append_printf (text, " align %ux%u", alignment->width, alignment->height);
  if (max_row != G_MAXUINT32)
    g_string_append_printf (text, " row<=%u", max_row);
  return g_string_free (text, FALSE);
}

static char *
describe (SysmemConstraints *constraints)
{
  GString *text = g_string_new (NULL);
  g_autoptr (SysmemMemoryConstraints) memory = NULL;
  g_autoptr (GListModel) images = NULL;
  gboolean dma_buf = FALSE;
  guint64 min_bytes = 0;
  guint count;

  g_object_get (constraints, "min-buffer-count-for-camping", &count, "buffer-memory-constraints",
                &memory, "image-format-constraints", &images, NULL);
  if (memory != NULL)
    g_object_get (memory, "dma-buf-required", &dma_buf, "min-size-bytes", &min_bytes, NULL);
  g_string_printf (text, "%u", count);
  if (min_bytes > 0)
    g_string_append_printf (text, " of %" G_GUINT64_FORMAT, min_bytes);
  if (dma_buf)
    g_string_append (text, " dma-bufs");
  for (guint i = 0; i < g_list_model_get_n_items (images); i++)
    {
      g_autoptr (SysmemImageFormatConstraints) image = g_list_model_get_item (images, i);
      g_autofree char *line = describe_image (image);

      g_string_append_printf (text, "; %s", line);
    }
  return g_string_free (text, FALSE);
}

static void
assert_says (SysmemConstraints *constraints, const char *wanted)
{
  g_autofree char *said = describe (constraints);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (said, ==, wanted);
  g_assert_true (sysmem_constraints_validate (constraints, &error));
  g_assert_no_error (error);
}

static void
assert_caps_say (const char *text, const GstVideoAlignment *alignment, const char *wanted)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemConstraints) constraints =
    gst_sysmem_constraints_new_from_caps (caps, SYSMEM_USAGE_CPU_READ, alignment, &error);

  g_assert_no_error (error);
  assert_says (constraints, wanted);
}

static void
test_fixed_caps (void)
{
  assert_caps_say ("video/x-raw, format=NV12, width=1920, height=1080, colorimetry=bt709", NULL,
                   "1; NV12:0x0 1920x1080 /4 rec709");
}

static void
test_fixed_caps_without_color_have_the_usual_one (void)
{
  assert_caps_say ("video/x-raw, format=NV12, width=1920, height=1080", NULL,
                   "1; NV12:0x0 1920x1080 /4 rec709");
  assert_caps_say ("video/x-raw, format=NV12, width=320, height=240", NULL,
                   "1; NV12:0x0 320x240 /4 rec601-ntsc");
  assert_caps_say ("video/x-raw, format=BGRx, width=320, height=240", NULL,
                   "1; XR24:0x0 320x240 /4 srgb");
}

static void
test_formats_sizes_and_colors_to_choose_from (void)
{
  assert_caps_say ("video/x-raw, format={NV12,I420}, width=[16,4096], height={480,720}, "
                   "colorimetry={bt709,bt601,2:3:5:1}",
                   NULL,
                   "1; NV12:0x0 16x480-4096x720 /4 rec709,rec601-ntsc; "
                   "YU12:0x0 16x480-4096x720 /8 rec709,rec601-ntsc");
  assert_caps_say ("video/x-raw, format=NV12, width=[1,max], height=[1,max]", NULL,
                   "1; NV12:0x0 1x1 /4 *");
  /* As GStreamer simplifies caps of devices. */
  assert_caps_say ("video/x-raw, format=NV12, width={(int)[64,128],640}, height={(int)480,[16,64]}",
                   NULL, "1; NV12:0x0 64x16-640x480 /4 *");
  /* What is no colorimetry is as good as one that nobody knows. */
  assert_caps_say ("video/x-raw, format=NV12, colorimetry={(string)bt709,(int)1}", NULL,
                   "1; NV12:0x0 1x1 /4 rec709,passthrough");
}

static void
test_caps_that_leave_all_open (void)
{
  g_autoptr (GstCaps) caps = gst_sysmem_make_template_caps ();
  g_autoptr (GstCaps) short_caps = gst_caps_from_string ("video/x-raw");
  g_autoptr (SysmemConstraints) all =
    gst_sysmem_constraints_new_from_caps (caps, SYSMEM_USAGE_CPU_READ, NULL, NULL);
  g_autoptr (SysmemConstraints) shorter =
    gst_sysmem_constraints_new_from_caps (short_caps, SYSMEM_USAGE_CPU_READ, NULL, NULL);
  g_autofree char *said = describe (all);
  g_autoptr (GListModel) images = NULL;
  guint n;

  (void)gst_sysmem_list_video_formats (&n);
  g_object_get (all, "image-format-constraints", &images, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (images), ==, n);
  assert_says (shorter, said);
}

static void
test_first_structure_counts (void)
{
  assert_caps_say ("video/x-raw(memory:DMABuf), format=NV12, width=64, height=64; "
                   "video/x-raw, format={NV12,BGRx}, width=[1,64], height=[1,64]",
                   NULL, "1; NV12:0x0 64x64 /4 *; XR24:0x0 1x1-64x64 /4 *");
}

static void
test_dma_bufs_only (void)
{
  assert_caps_say ("video/x-raw(memory:DMABuf), format=NV12, width=64, height=64", NULL,
                   "1 dma-bufs; NV12:0x0 64x64 /4 rec601-ntsc");
}

static void
test_drm_formats (void)
{
  assert_caps_say ("video/x-raw(memory:DMABuf), format=DMA_DRM, width=64, height=64, "
                   "drm-format={NV12, XR24:0x0100000000000001, XR30, (string)\"R8  \"}",
                   NULL,
                   "1 dma-bufs; NV12:0x0 64x64 /4 *; XR24:0x100000000000001 64x64 /1 *; "
                   "XR30:0x0 64x64 /1 *; R8:0x0 64x64 /4 *");
}

static void
test_what_is_left_out (void)
{
  assert_caps_say ("video/x-raw(memory:GLMemory), format=RGBA, width=64, height=64; "
                   "image/jpeg; video/x-raw, format={v210,NV12}, width=64, height=64",
                   NULL, "1; NV12:0x0 64x64 /4 *");
  /* What names no format would spoil all the others for the daemon. */
  assert_caps_say ("video/x-raw(memory:DMABuf), format=DMA_DRM, width=64, height=64, "
                   "drm-format={NV12, NV12M, (string)\":0x1\", (string)\"    \", NV16:linear}",
                   NULL, "1 dma-bufs; NV12:0x0 64x64 /4 *");
}

static void
test_interlaced (void)
{
  assert_caps_say ("video/x-raw, format={I420,YUY2}, width=720, height=578, "
                   "interlace-mode=interleaved",
                   NULL, "1; YU12:0x0 720x578 /8 * align 1x4; YUYV:0x0 720x578 /4 *");
  assert_caps_say ("video/x-raw(format:Interlaced), format=YUY2, width=720, height=577, "
                   "interlace-mode=alternate",
                   NULL, "1; YUYV:0x0 720x289 /4 rec709");
}

static void
test_alignment (void)
{
  const GstVideoAlignment wide = { .stride_align = { 255, 255, 255, 255 } };
  const GstVideoAlignment chroma = { .stride_align = { 15, 63 } };
  const GstVideoAlignment padding = {
    .padding_left = 1, .padding_right = 2, .padding_top = 3, .padding_bottom = 4
  };

  assert_caps_say ("video/x-raw, format={NV12,I420,NV24,RGB}, width=64, height=48", &wide,
                   "1; NV12:0x0 64x48 /256 *; YU12:0x0 64x48 /512 *; NV24:0x0 64x48 /256 *; "
                   "BG24:0x0 64x48 /256 *");
  assert_caps_say ("video/x-raw, format={NV12,I420}, width=64, height=48", &chroma,
                   "1; NV12:0x0 64x48 /64 *; YU12:0x0 64x48 /128 *");
  assert_caps_say ("video/x-raw, format=NV12, width=64, height=48, colorimetry=bt709", &padding,
                   "1; NV12:0x0 67x55 /4 rec709");
}

static void
assert_refused (const char *text, const char *sentence)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  g_autoptr (GError) error = NULL;

  g_assert_null (gst_sysmem_constraints_new_from_caps (caps, SYSMEM_USAGE_CPU_READ, NULL, &error));
  g_assert_error (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS);
  g_assert_cmpstr (error->message, ==, sentence);
}

#define NO_VIDEO ": no raw video of a format that sysmem can lay out, in plain memory or dma-bufs"

static void
test_no_video (void)
{
  assert_refused ("audio/x-raw", "audio/x-raw" NO_VIDEO);
  assert_refused ("ANY", "ANY" NO_VIDEO);
  assert_refused ("EMPTY", "EMPTY" NO_VIDEO);
  assert_refused ("video/x-raw, format=(string)v210", "video/x-raw, format=(string)v210" NO_VIDEO);
  assert_refused ("video/x-raw, format=(string)NV12, width=(int)0",
                  "video/x-raw, format=(string)NV12, width=(int)0" NO_VIDEO);
  assert_refused ("video/x-raw, format=(string)NV12, multiview-mode=(string)separated",
                  "video/x-raw, format=(string)NV12, multiview-mode=(string)separated" NO_VIDEO);
}

#define NV12 "video/x-raw, format=NV12, width=320, height=240"

static void
assert_query_says (GstQuery *query, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemConstraints) constraints =
    gst_sysmem_constraints_new_from_query (query, SYSMEM_USAGE_CPU_READ, &error);

  g_assert_no_error (error);
  assert_says (constraints, wanted);
}

static GstQuery *
make_query (const char *text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  return gst_query_new_allocation (caps, TRUE);
}

/* Nobody knows GstVideoMeta, so only the usual rows will do. */
static void
test_query_that_was_not_answered (void)
{
  g_autoptr (GstQuery) query = make_query (NV12);
  g_autoptr (GstQuery) odd = make_query ("video/x-raw, format=I420, width=322, height=240");

  assert_query_says (query, "1; NV12:0x0 320x240 /4 rec601-ntsc row<=320");
  assert_query_says (odd, "1; YU12:0x0 322x240 /8 rec601-ntsc");
}

static void
test_query_with_video_meta (void)
{
  g_autoptr (GstQuery) query = make_query (NV12);

  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  assert_query_says (query, "1; NV12:0x0 320x240 /4 rec601-ntsc");
}

static void
test_query_with_wishes (void)
{
  g_autoptr (GstQuery) query = make_query (NV12);
  g_autoptr (GstStructure) wishes =
    gst_structure_new ("video-meta", "padding-top", G_TYPE_UINT, 0, "padding-bottom", G_TYPE_UINT,
                       16, "padding-left", G_TYPE_UINT, 0, "padding-right", G_TYPE_UINT, 8,
                       "stride-align0", G_TYPE_UINT, 63, "stride-align1", G_TYPE_UINT, 127, NULL);

  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, wishes);
  assert_query_says (query, "1; NV12:0x0 328x256 /128 rec601-ntsc");
}

static void
test_query_with_pools (void)
{
  g_autoptr (GstQuery) query = make_query (NV12);

  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  gst_query_add_allocation_pool (query, NULL, 200000, 2, 0);
  gst_query_add_allocation_pool (query, NULL, 115200, 4, 8);
  assert_query_says (query, "4 of 200000; NV12:0x0 320x240 /4 rec601-ntsc");
}

static void
test_query_without_caps (void)
{
  g_autoptr (GstQuery) query = gst_query_new_allocation (NULL, TRUE);
  g_autoptr (GError) error = NULL;

  g_assert_null (gst_sysmem_constraints_new_from_query (query, SYSMEM_USAGE_CPU_READ, &error));
  g_assert_error (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS);
}

int
main (int argc, char *argv[])
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/caps/fixed", test_fixed_caps);
  g_test_add_func ("/caps/usual-color", test_fixed_caps_without_color_have_the_usual_one);
  g_test_add_func ("/caps/choice", test_formats_sizes_and_colors_to_choose_from);
  g_test_add_func ("/caps/open", test_caps_that_leave_all_open);
  g_test_add_func ("/caps/first-structure", test_first_structure_counts);
  g_test_add_func ("/caps/dma-bufs", test_dma_bufs_only);
  g_test_add_func ("/caps/drm-formats", test_drm_formats);
  g_test_add_func ("/caps/left-out", test_what_is_left_out);
  g_test_add_func ("/caps/interlaced", test_interlaced);
  g_test_add_func ("/caps/alignment", test_alignment);
  g_test_add_func ("/caps/no-video", test_no_video);
  g_test_add_func ("/query/not-answered", test_query_that_was_not_answered);
  g_test_add_func ("/query/video-meta", test_query_with_video_meta);
  g_test_add_func ("/query/wishes", test_query_with_wishes);
  g_test_add_func ("/query/pools", test_query_with_pools);
  g_test_add_func ("/query/no-caps", test_query_without_caps);
  return g_test_run ();
}
