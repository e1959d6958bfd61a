/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Elements of GStreamer's own that draw into the pool's buffers because a sink proposed it. */

#include "gst-world.h"

#define N_FRAMES 20
#define N_BUFFERS 4

typedef struct
{
  GstWorld world;
  SysmemCollection *collection; /* of the pool */
  GstSysmemBufferPool *pool;    /* nullable: what is proposed */
  GPtrArray *checksums;         /* of each frame's pixels */
  guint n_in_place;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  gst_world_start (&fixture->world);
  fixture->checksums = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_ptr_array_unref (fixture->checksums);
  gst_world_stop (&fixture->world);
}

/* As a sink's propose_allocation: the pool, and that strides may be anything. */
static GstPadProbeReturn
on_query (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
  Fixture *fixture = data;
  GstVideoInfo layout;
  GstCaps *caps;

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION || fixture->pool == NULL)
    return GST_PAD_PROBE_OK;
  gst_query_parse_allocation (query, &caps, NULL);
  g_assert_true (gst_sysmem_settings_get_video_info (
    sysmem_collection_get_settings (fixture->collection), caps, &layout, NULL));
  gst_query_add_allocation_pool (query, GST_BUFFER_POOL (fixture->pool),
                                 (guint)GST_VIDEO_INFO_SIZE (&layout), 0, N_BUFFERS);
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  return GST_PAD_PROBE_HANDLED;
}

/* The samples of a component, without what is between them, nor between rows: that is nobody's. */
static void
add_component (GChecksum *checksum, const GstVideoFrame *frame, guint component)
{
  const GstVideoFormatInfo *format = frame->info.finfo;
  gint bits = GST_VIDEO_FORMAT_INFO_DEPTH (format, component)
              + GST_VIDEO_FORMAT_INFO_SHIFT (format, component);
  g_autoptr (GByteArray) samples = g_byte_array_new ();

  for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (frame, component); y++)
    for (gint x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH (frame, component); x++)
      g_byte_array_append (samples,
                           (const guint8 *)GST_VIDEO_FRAME_COMP_DATA (frame, component)
                             + y * GST_VIDEO_FRAME_COMP_STRIDE (frame, component)
                             + x * GST_VIDEO_FRAME_COMP_PSTRIDE (frame, component),
                           (guint)(bits + 7) / 8);
  g_checksum_update (checksum, samples->data, samples->len);
}

static char *
sum_up (GstBuffer *buffer, const GstVideoInfo *info)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  GstVideoFrame frame;

  g_assert_true (gst_video_frame_map (&frame, info, buffer, GST_MAP_READ));
  for (guint i = 0; i < GST_VIDEO_FRAME_N_COMPONENTS (&frame); i++)
    add_component (checksum, &frame, i);
  gst_video_frame_unmap (&frame);
  return g_strdup (g_checksum_get_string (checksum));
}

static void
on_handoff (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer data)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  Fixture *fixture = data;
  GstVideoInfo info;

  g_assert_true (gst_video_info_from_caps (&info, caps));
  g_ptr_array_add (fixture->checksums, sum_up (buffer, &info));
  if (fixture->pool != NULL)
    fixture->n_in_place += gst_sysmem_buffer_pool_find_frame (fixture->pool, buffer) >= 0 ? 1 : 0;
}

static void
run (Fixture *fixture, const char *elements, const char *caps)
{
  g_autofree char *text = g_strdup_printf (
    "%s ! %s ! fakesink name=sink signal-handoffs=true sync=false", elements, caps);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (text, &error);
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstBus) bus = NULL;

  g_assert_no_error (error);
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  pad = gst_element_get_static_pad (sink, "sink");
  (void)gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, on_query, fixture, NULL);
  g_signal_connect (sink, "handoff", G_CALLBACK (on_handoff), fixture);
  bus = gst_element_get_bus (pipeline);
  (void)gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message =
    gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  (void)gst_element_set_state (pipeline, GST_STATE_NULL);
}

/* Runs it with buffers of its own, then with the pool's: the same frames, all of them in place. */
static void
compare (Fixture *fixture, const char *elements, const char *caps, guint stride_multiple)
{
  g_autoptr (GPtrArray) expected = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  g_test_message ("%s", caps);
  run (fixture, elements, caps);
  g_ptr_array_extend_and_steal (expected, g_steal_pointer (&fixture->checksums));
  fixture->checksums = g_ptr_array_new_with_free_func (g_free);
  fixture->collection =
    gst_world_allocate_video (&fixture->world, caps, stride_multiple, N_BUFFERS);
  fixture->pool = gst_sysmem_buffer_pool_new (fixture->collection, &error);
  g_assert_no_error (error);
  fixture->n_in_place = 0;

  run (fixture, elements, caps);
  g_assert_cmpuint (fixture->n_in_place, ==, N_FRAMES);
  g_assert_cmpuint (fixture->checksums->len, ==, expected->len);
  for (guint i = 0; i < expected->len; i++)
    g_assert_cmpstr (fixture->checksums->pdata[i], ==, expected->pdata[i]);
  g_assert_cmpuint (gst_sysmem_buffer_pool_get_n_free (fixture->pool), ==, N_BUFFERS);

  g_ptr_array_set_size (fixture->checksums, 0);
  g_clear_object (&fixture->pool);
  gst_world_release (fixture->collection);
  g_clear_object (&fixture->collection);
}

#define SOURCE "videotestsrc num-buffers=" G_STRINGIFY (N_FRAMES)

static void
test_formats (Fixture *fixture, gconstpointer data)
{
  static const char *const formats[] = { "NV12", "I420",  "YV12", "P010_10LE", "YUY2", "UYVY",
                                         "Y42B", "NV24",  "BGRx", "RGBA",      "RGB",  "RGB16",
                                         "BGR",  "GRAY8", "NV16", "Y444" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autofree char *caps =
        g_strdup_printf ("video/x-raw, format=%s, width=320, height=240", formats[i]);

      compare (fixture, SOURCE, caps, 256);
    }
}

static void
test_odd_sizes (Fixture *fixture, gconstpointer data)
{
  static const char *const formats[] = { "NV12", "I420", "P010_10LE", "YUY2", "RGB" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autofree char *caps =
        g_strdup_printf ("video/x-raw, format=%s, width=321, height=243", formats[i]);

      compare (fixture, SOURCE, caps, 4);
      compare (fixture, SOURCE, caps, 64);
    }
}

static void
test_interlaced (Fixture *fixture, gconstpointer data)
{
  compare (fixture, SOURCE,
           "video/x-raw, format=I420, width=320, height=242, interlace-mode=interleaved", 4);
}

static void
test_converters (Fixture *fixture, gconstpointer data)
{
  compare (fixture, SOURCE " ! video/x-raw, format=BGRx ! videoconvert",
           "video/x-raw, format=NV12, width=322, height=242", 256);
  compare (fixture, SOURCE " ! video/x-raw, width=640, height=480 ! videoscale",
           "video/x-raw, format=I420, width=320, height=240", 64);
}

static void
test_passing_through (Fixture *fixture, gconstpointer data)
{
  compare (fixture, SOURCE " ! identity ! queue", "video/x-raw, format=NV12, width=320, height=240",
           256);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  gst_test_init (&argc, &argv);

  add ("/pipeline/formats", test_formats);
  add ("/pipeline/odd-sizes", test_odd_sizes);
  add ("/pipeline/interlaced", test_interlaced);
  add ("/pipeline/converters", test_converters);
  add ("/pipeline/passing-through", test_passing_through);
  return g_test_run ();
}
