/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* From caps to constraints, through the daemon's own rules to settings, and back to caps and the
 * layout of frames. */

#include <gstsysmem.h>

static const struct
{
  guint width, height;
} sizes[] = { { 320, 240 }, { 1920, 1080 }, { 641, 481 }, { 322, 242 },
              { 1, 1 },     { 3, 7 },       { 720, 578 } };

static const char *const modes[] = { "progressive", "interleaved", "alternate" };

static GstCaps *
make_caps (GstVideoFormat format, guint width, guint height, const char *mode)
{
  GstCaps *caps = gst_caps_new_simple (
    "video/x-raw", "format", G_TYPE_STRING, gst_video_format_to_string (format), "width",
    G_TYPE_INT, (gint)width, "height", G_TYPE_INT, (gint)height, "interlace-mode", G_TYPE_STRING,
    mode, "framerate", GST_TYPE_FRACTION, 30, 1, NULL);

  if (g_str_equal (mode, "alternate"))
    gst_caps_set_features_simple (caps,
                                  gst_caps_features_new (GST_CAPS_FEATURE_FORMAT_INTERLACED, NULL));
  return caps;
}

/* What these participants agree upon; a test failure if they do not. */
static SysmemSettings *
negotiate (SysmemConstraints *first, SysmemConstraints *second)
{
  SysmemConstraints *participants[] = { first, second };
  g_autoptr (SysmemHeap) heap = sysmem_heap_new ("system");
  g_autoptr (GError) error = NULL;
  SysmemSettings *settings =
    sysmem_constraints_solve (participants, second != NULL ? 2 : 1, &heap, 1, NULL, &error);

  g_assert_no_error (error);
  return settings;
}

static SysmemConstraints *
from_caps (GstCaps *caps, const GstVideoAlignment *alignment)
{
  g_autoptr (GError) error = NULL;
  SysmemConstraints *constraints =
    gst_sysmem_constraints_new_from_caps (caps, SYSMEM_USAGE_CPU_WRITE_OFTEN, alignment, &error);

  g_assert_no_error (error);
  return constraints;
}

static SysmemConstraints *
from_string (const char *text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  return from_caps (caps, NULL);
}

/* Strides as GStreamer wants them, planes that do not overlap, at least as large as usual, within
 * the buffer. */
static void
check_layout (const GstVideoInfo *info, SysmemSettings *settings)
{
  GstVideoInfo usual;
  guint n = GST_VIDEO_INFO_N_PLANES (info);

  gst_video_info_init (&usual);
  g_assert_true (gst_video_info_set_interlaced_format (
    &usual, GST_VIDEO_INFO_FORMAT (info), GST_VIDEO_INFO_INTERLACE_MODE (info),
    (guint)GST_VIDEO_INFO_WIDTH (info), (guint)GST_VIDEO_INFO_HEIGHT (info)));
  g_assert_cmpuint (GST_VIDEO_INFO_SIZE (info), >=, GST_VIDEO_INFO_SIZE (&usual));
  g_assert_cmpuint (GST_VIDEO_INFO_SIZE (info), <=, sysmem_settings_get_size_bytes (settings));
  for (guint i = 0; i < n; i++)
    {
      gsize room = (i + 1 < n ? info->offset[i + 1] : info->size) - info->offset[i];
      gsize usual_room = (i + 1 < n ? usual.offset[i + 1] : usual.size) - usual.offset[i];

      g_assert_cmpint (info->stride[i] % 4, ==, 0);
      g_assert_cmpint (info->stride[i], >=, usual.stride[i]);
      g_assert_cmpuint (room / (gsize)info->stride[i], >=, usual_room / (gsize)usual.stride[i]);
    }
}

static void
check_round_trip (GstCaps *caps, const GstVideoAlignment *alignment)
{
  g_autofree char *text = gst_caps_to_string (caps);
  g_autoptr (SysmemConstraints) constraints = from_caps (caps, alignment);
  g_autoptr (SysmemSettings) settings = negotiate (constraints, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstCaps) back = NULL;
  GstVideoInfo info;

  g_test_message ("%s", text);
  g_assert_true (gst_sysmem_settings_get_video_info (settings, caps, &info, &error));
  g_assert_no_error (error);
  check_layout (&info, settings);
  if (alignment != NULL)
    g_assert_true (gst_sysmem_settings_fit_alignment (settings, caps, alignment));

  back = gst_sysmem_settings_to_caps (settings, (guint)GST_VIDEO_INFO_WIDTH (&info),
                                      (guint)GST_VIDEO_INFO_HEIGHT (&info), &error);
  g_assert_no_error (error);
  gst_caps_set_features_simple (back, gst_caps_features_copy (gst_caps_get_features (caps, 0)));
  g_assert_true (gst_caps_can_intersect (caps, back));
}

static void
test_every_format (void)
{
  const GstVideoAlignment wide = { .stride_align = { 255, 255, 255, 255 } };
  guint n;
  const GstVideoFormat *formats = gst_sysmem_list_video_formats (&n);

  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < G_N_ELEMENTS (sizes); k++)
      for (guint m = 0; m < G_N_ELEMENTS (modes); m++)
        {
          g_autoptr (GstCaps) caps =
            make_caps (formats[i], sizes[k].width, sizes[k].height, modes[m]);

          check_round_trip (caps, NULL);
          check_round_trip (caps, &wide);
        }
}

/* The usual sizes come out as GStreamer has them, so that elements without GstVideoMeta work. */
static void
test_usual_sizes_are_packed (void)
{
  guint n;
  const GstVideoFormat *formats = gst_sysmem_list_video_formats (&n);

  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < 2; k++)
      {
        g_autoptr (GstCaps) caps =
          make_caps (formats[i], sizes[k].width, sizes[k].height, "progressive");
        g_autoptr (SysmemConstraints) constraints = from_caps (caps, NULL);
        g_autoptr (SysmemSettings) settings = negotiate (constraints, NULL);
        GstVideoInfo info;

        g_assert_true (gst_sysmem_settings_get_video_info (settings, caps, &info, NULL));
        g_assert_true (gst_sysmem_video_info_is_packed (&info));
      }
}

static void
assert_nv12 (SysmemSettings *settings, GstCaps *caps, gint stride, gsize chroma, gsize size)
{
  g_autoptr (GError) error = NULL;
  GstVideoInfo info;

  g_assert_true (gst_sysmem_settings_get_video_info (settings, caps, &info, &error));
  g_assert_no_error (error);
  g_assert_cmpint (info.stride[0], ==, stride);
  g_assert_cmpint (info.stride[1], ==, stride);
  g_assert_cmpuint (info.offset[1], ==, chroma);
  g_assert_cmpuint (info.size, ==, size);
}

/* One wants room for macroblocks; what the other lays out has it, too. */
static void
test_padding_of_one_is_laid_out_by_all (void)
{
  const GstVideoAlignment padding = { .padding_bottom = 8, .stride_align = { 255, 255, 0, 0 } };
  g_autoptr (GstCaps) caps = make_caps (GST_VIDEO_FORMAT_NV12, 1920, 1080, "progressive");
  g_autoptr (SysmemConstraints) producer = from_caps (caps, NULL);
  g_autoptr (SysmemConstraints) encoder = from_caps (caps, &padding);
  g_autoptr (SysmemSettings) settings = negotiate (producer, encoder);

  assert_nv12 (settings, caps, 2048, 2048 * 1088, 2048 * 1088 * 3 / 2);
  g_assert_true (gst_sysmem_settings_fit_alignment (settings, caps, &padding));
}

static void
test_alignment_that_was_not_negotiated (void)
{
  static const GstVideoAlignment wishes[] = {
    { .padding_bottom = 1 },
    { .padding_right = 1 },
    { .padding_left = 1 },
    { .padding_top = 1 },
    { .stride_align = { 255, 0, 0, 0 } },
    { .stride_align = { 0, 255, 0, 0 } },
    { .padding_bottom = G_MAXUINT },
    { .padding_right = G_MAXUINT },
  };
  g_autoptr (GstCaps) caps = make_caps (GST_VIDEO_FORMAT_NV12, 1920, 1080, "progressive");
  g_autoptr (SysmemConstraints) constraints = from_caps (caps, NULL);
  g_autoptr (SysmemSettings) settings = negotiate (constraints, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (wishes); i++)
    g_assert_false (gst_sysmem_settings_fit_alignment (settings, caps, &wishes[i]));
}

static void
test_alignment_that_fits_by_chance (void)
{
  const GstVideoAlignment wish = { .padding_right = 7, .padding_bottom = 1, .stride_align = { 7 } };
  g_autoptr (GstCaps) caps = make_caps (GST_VIDEO_FORMAT_I420, 641, 481, "progressive");
  g_autoptr (SysmemConstraints) constraints = from_caps (caps, NULL);
  g_autoptr (SysmemSettings) settings = negotiate (constraints, NULL);

  g_assert_true (gst_sysmem_settings_fit_alignment (settings, caps, &wish));
}

static void
assert_caps_error (SysmemSettings *settings, const char *caps_text, const char *sentence)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (caps_text);
  g_autoptr (GError) error = NULL;
  GstVideoInfo info;

  g_assert_false (gst_sysmem_settings_get_video_info (settings, caps, &info, &error));
  g_assert_error (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS);
  g_assert_cmpstr (error->message, ==, sentence);
}

static void
test_caps_of_something_else (void)
{
  g_autoptr (SysmemConstraints) constraints =
    from_string ("video/x-raw, format=NV12, width=64, height=64");
  g_autoptr (SysmemSettings) settings = negotiate (constraints, NULL);

  assert_caps_error (settings, "video/x-raw, format=(string)I420, width=(int)64, height=(int)64",
                     "the buffers hold NV12:0x0, the caps say I420, which would be YU12:0x0");
  assert_caps_error (settings, "video/x-raw, format=(string)v210, width=(int)64, height=(int)64",
                     "the buffers hold NV12:0x0, the caps say v210, which would be nothing that "
                     "sysmem knows");
  assert_caps_error (settings, "audio/x-raw", "audio/x-raw: not fixed caps of raw video");
  assert_caps_error (settings,
                     "video/x-raw, format=NV12, width=64, height=64, multiview-mode=separated, "
                     "views=2",
                     "multiview-mode=separated: a buffer holds one picture");
}

static void
test_frames_that_are_too_large (void)
{
  g_autoptr (SysmemConstraints) constraints =
    from_string ("video/x-raw, format=NV12, width=64, height=64");
  g_autoptr (SysmemSettings) settings = negotiate (constraints, NULL);
  g_autoptr (GstCaps) caps = make_caps (GST_VIDEO_FORMAT_NV12, 640, 480, "progressive");
  g_autoptr (GError) error = NULL;
  GstVideoInfo info;

  g_assert_false (gst_sysmem_settings_get_video_info (settings, caps, &info, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED);
}

static void
test_caps_say_format_size_and_color (void)
{
  g_autoptr (SysmemConstraints) constraints =
    from_string ("video/x-raw, format=NV12, width=641, height=480, colorimetry=bt709");
  g_autoptr (SysmemSettings) settings = negotiate (constraints, NULL);
  g_autoptr (GstCaps) exact = gst_sysmem_settings_to_caps (settings, 641, 480, NULL);
  g_autoptr (GstCaps) whole = gst_sysmem_settings_to_caps (settings, 0, 0, NULL);
  g_autoptr (GstCaps) wanted =
    gst_caps_from_string ("video/x-raw, format=NV12, width=641, height=480, colorimetry=bt709");
  g_autoptr (GstCaps) wanted_whole =
    gst_caps_from_string ("video/x-raw, format=NV12, width=642, height=480, colorimetry=bt709");

  g_assert_true (gst_caps_is_equal (exact, wanted));
  g_assert_true (gst_caps_is_equal (whole, wanted_whole));
}

static void
test_raw_bytes_are_no_video (void)
{
  g_autoptr (SysmemMemoryConstraints) memory =
    g_object_new (SYSMEM_TYPE_MEMORY_CONSTRAINTS, "min-size-bytes", (guint64)4096, NULL);
  g_autoptr (SysmemConstraints) constraints =
    g_object_new (SYSMEM_TYPE_CONSTRAINTS, "usage", SYSMEM_USAGE_CPU_WRITE,
                  "min-buffer-count-for-camping", 1, "buffer-memory-constraints", memory, NULL);
  g_autoptr (SysmemSettings) settings = negotiate (constraints, NULL);
  g_autoptr (GError) error = NULL;

  assert_caps_error (settings, "video/x-raw, format=(string)NV12, width=(int)64, height=(int)64",
                     "the buffers hold raw bytes, the caps say NV12, which would be NV12:0x0");
  g_assert_null (gst_sysmem_settings_to_caps (settings, 0, 0, &error));
  g_assert_error (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS);
}

/* Does this GStreamer have DMA_DRM? It came with 1.24. */
static gboolean
knows_drm_caps (void)
{
  return gst_video_format_from_string ("DMA_DRM") != GST_VIDEO_FORMAT_UNKNOWN;
}

/* What comes out of buffers that only devices can look into. */
static void
assert_comes_back_unmapped (const char *text)
{
  g_autoptr (SysmemHeap) heap = g_object_new (
    SYSMEM_TYPE_HEAP, "name", "tiles", "buffer-type", SYSMEM_BUFFER_DMA_BUF, "cpu-mappable", FALSE,
    "coherency-domains", SYSMEM_COHERENCY_DOMAIN_INACCESSIBLE, NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemConstraints) constraints =
    gst_sysmem_constraints_new_from_caps (caps, SYSMEM_USAGE_VIDEO_ENCODER, NULL, &error);
  g_autoptr (SysmemSettings) settings =
    sysmem_constraints_solve (&constraints, 1, &heap, 1, NULL, &error);
  g_autoptr (GstCaps) back = NULL;

  g_assert_no_error (error);
  back = gst_sysmem_settings_to_caps (settings, 64, 64, &error);
  g_assert_no_error (error);
  g_assert_true (gst_caps_can_intersect (back, caps));
}

#define UNMAPPED "video/x-raw(memory:DMABuf), width=64, height=64, "

static void
test_buffers_the_cpu_cannot_map (void)
{
  assert_comes_back_unmapped (knows_drm_caps () ? UNMAPPED "format=DMA_DRM, drm-format=NV12"
                                                : UNMAPPED "format=NV12");
  assert_comes_back_unmapped (knows_drm_caps () ? UNMAPPED
                                "format=DMA_DRM, drm-format=(string)\"R8  \""
                                                : UNMAPPED "format=GRAY8");
}

#define TILED "XR24:0x0100000000000001"
/* Tiles of 4 KiB: rows of 512 bytes, 8 of them. */
#define TILE_STRIDE 512

/* What comes out where a heap lays tiles out, for who needs no color space to be named: GStreamer
 * assumes sRGB. */
static SysmemSettings *
settle_tiles (GstCaps *caps)
{
  static const char *const formats[] = { "XR24:0x100000000000001", NULL };
  g_autoptr (SysmemHeap) heap = g_object_new (SYSMEM_TYPE_HEAP, "name", "tiles", "buffer-type",
                                              SYSMEM_BUFFER_DMA_BUF, "formats", formats, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemConstraints) constraints =
    gst_sysmem_constraints_new_from_caps (caps, SYSMEM_USAGE_GPU_SAMPLED, NULL, &error);
  SysmemSettings *settings = sysmem_constraints_solve (&constraints, 1, &heap, 1, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (sysmem_settings_get_color_space (settings), ==, "srgb");
  return settings;
}

static GstCaps *
make_tiled_caps (void)
{
  return gst_caps_from_string ("video/x-raw(memory:DMABuf), format=DMA_DRM, drm-format=" TILED
                               ", width=64, height=60");
}

/* GStreamer names them by their DRM format. */
static void
test_tiles (void)
{
  g_autoptr (GstCaps) caps = make_tiled_caps ();
  g_autoptr (SysmemSettings) settings = settle_tiles (caps);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstCaps) back = gst_sysmem_settings_to_caps (settings, 64, 60, &error);

  g_assert_no_error (error);
  gst_caps_set_simple (caps, "colorimetry", G_TYPE_STRING, "sRGB", NULL);
  g_assert_true (gst_caps_is_equal (back, caps));
}

/* Nobody can look into them, but devices want to know where they begin, and how wide they are. */
static void
test_layout_of_tiles (void)
{
  const GstVideoAlignment none = { 0 };
  g_autoptr (GstCaps) caps = make_tiled_caps ();
  g_autoptr (SysmemSettings) settings = settle_tiles (caps);
  g_autoptr (GError) error = NULL;
  GstVideoInfo info;
  gboolean found = gst_sysmem_settings_get_video_info (settings, caps, &info, &error);

  if (!knows_drm_caps ())
    {
      g_assert_false (found);
      g_assert_error (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS);
      return;
    }
  g_assert_no_error (error);
  g_assert_true (found);
  g_assert_cmpstr (gst_video_format_to_string (GST_VIDEO_INFO_FORMAT (&info)), ==, "DMA_DRM");
  g_assert_cmpuint (info.offset[0], ==, 0);
  g_assert_cmpint (info.stride[0], ==, TILE_STRIDE);
  g_assert_cmpuint (info.size, ==, TILE_STRIDE * 64);
  g_assert_false (gst_sysmem_video_info_is_packed (&info));
  g_assert_false (gst_sysmem_settings_fit_alignment (settings, caps, &none));
}

/* The same images by either name. */
static void
test_linear_drm_format (void)
{
  g_autoptr (GstCaps) plain =
    gst_caps_from_string ("video/x-raw, format=NV12, width=642, height=480, framerate=30/1");
  g_autoptr (GstCaps) drm =
    gst_caps_from_string ("video/x-raw(memory:DMABuf), format=DMA_DRM, drm-format=NV12, width=642, "
                          "height=480, framerate=30/1");
  g_autoptr (SysmemConstraints) constraints = from_caps (plain, NULL);
  g_autoptr (SysmemSettings) settings = negotiate (constraints, NULL);
  g_autoptr (GError) error = NULL;
  GstVideoInfo by_format;
  GstVideoInfo by_drm_format;

  g_assert_true (gst_sysmem_settings_get_video_info (settings, plain, &by_format, NULL));
  g_assert_true (gst_sysmem_settings_get_video_info (settings, drm, &by_drm_format, &error));
  g_assert_no_error (error);
  g_assert_true (gst_video_info_is_equal (&by_format, &by_drm_format));
}

/* In caps a DRM format has four characters, also where the last ones are spaces. */
static void
test_drm_format_with_spaces (void)
{
  g_autoptr (SysmemConstraints) constraints =
    from_string ("video/x-raw, format=GRAY8, width=64, height=64");
  g_autoptr (SysmemSettings) settings = negotiate (constraints, NULL);
  g_autoptr (GstCaps) drm = gst_caps_from_string (
    "video/x-raw(memory:DMABuf), format=DMA_DRM, drm-format=(string)\"R8  \", width=64, height=64");
  g_autoptr (GError) error = NULL;
  GstVideoInfo info;

  g_assert_true (gst_sysmem_settings_get_video_info (settings, drm, &info, &error));
  g_assert_no_error (error);
  g_assert_cmpint (GST_VIDEO_INFO_FORMAT (&info), ==, GST_VIDEO_FORMAT_GRAY8);
}

static void
test_other_drm_format (void)
{
  g_autoptr (SysmemConstraints) constraints =
    from_string ("video/x-raw, format=NV12, width=64, height=64");
  g_autoptr (SysmemSettings) settings = negotiate (constraints, NULL);

  assert_caps_error (settings,
                     "video/x-raw(memory:DMABuf), format=(string)DMA_DRM, "
                     "drm-format=(string)NV21, width=(int)64, height=(int)64",
                     "the buffers hold NV12:0x0, the caps say NV21, which would be NV21:0x0");
}

int
main (int argc, char *argv[])
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/layout/every-format", test_every_format);
  g_test_add_func ("/layout/usual-sizes-are-packed", test_usual_sizes_are_packed);
  g_test_add_func ("/layout/padding-of-one", test_padding_of_one_is_laid_out_by_all);
  g_test_add_func ("/layout/alignment/not-negotiated", test_alignment_that_was_not_negotiated);
  g_test_add_func ("/layout/alignment/by-chance", test_alignment_that_fits_by_chance);
  g_test_add_func ("/layout/something-else", test_caps_of_something_else);
  g_test_add_func ("/layout/too-large", test_frames_that_are_too_large);
  g_test_add_func ("/layout/caps", test_caps_say_format_size_and_color);
  g_test_add_func ("/layout/raw-bytes", test_raw_bytes_are_no_video);
  g_test_add_func ("/layout/not-mappable", test_buffers_the_cpu_cannot_map);
  g_test_add_func ("/layout/drm/tiles", test_tiles);
  g_test_add_func ("/layout/drm/layout-of-tiles", test_layout_of_tiles);
  g_test_add_func ("/layout/drm/linear", test_linear_drm_format);
  g_test_add_func ("/layout/drm/spaces", test_drm_format_with_spaces);
  g_test_add_func ("/layout/drm/other", test_other_drm_format);
  return g_test_run ();
}
