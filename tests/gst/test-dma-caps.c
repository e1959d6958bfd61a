/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Caps of dma-bufs through both elements, those of DMA_DRM too, which GStreamer has since 1.24: a
 * source that draws into the buffers it is offered, and a sink that looks at what arrives. The daemon
 * has a heap of tiles, see fake-heaps-daemon.c. */

#include <gst/allocators/gstdmabuf.h>
#include <gst/base/gstpushsrc.h>
#include <string.h>

#include "gst-world.h"

#define N_FRAMES 20
#define TIMEOUT (60 * GST_SECOND)

#define DMA_BUF(format) \
  "video/x-raw(memory:DMABuf), format=" format ", width=64, height=48, framerate=30/1"
#define DMA_DRM(format) DMA_BUF ("DMA_DRM, drm-format=" format)
#define TILED "XR24:0x0100000000000001"
/* X-tiled: rows of tiles of 512 bytes, 8 lines high. */
#define TILED_STRIDE 512

#define NV12_BYTES (64u * 48u * 3u / 2u)

/* Between source and sink: frames are drawn into the sink's buffers, or elsewhere. */
#define OFFERED "identity"
#define ELSEWHERE "identity drop-allocation=true"

/* Numbers frames in their first bytes. */
#define NUMBER_TYPE_SRC (number_src_get_type ())
G_DECLARE_FINAL_TYPE (NumberSrc, number_src, NUMBER, SRC, GstPushSrc)

struct _NumberSrc
{
  GstPushSrc parent_instance;
  guint32 next;
};

G_DEFINE_FINAL_TYPE (NumberSrc, number_src, GST_TYPE_PUSH_SRC)

static GstFlowReturn
number_src_fill (GstPushSrc *base, GstBuffer *buffer)
{
  NumberSrc *self = NUMBER_SRC (base);

  if (self->next == N_FRAMES)
    return GST_FLOW_EOS;
  gst_buffer_fill (buffer, 0, &self->next, sizeof self->next);
  GST_BUFFER_PTS (buffer) = self->next++ * GST_SECOND / 30;
  return GST_FLOW_OK;
}

static void
number_src_class_init (NumberSrcClass *class)
{
  static GstStaticPadTemplate template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-raw(ANY)"));

  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (class), &template);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (class), "Numbers", "Source/Video",
                                         "Numbers frames", "sysmem");
  GST_PUSH_SRC_CLASS (class)->fill = number_src_fill;
}

static void
number_src_init (NumberSrc *self)
{
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
}

typedef struct
{
  GstWorld world;
  GstElement *producer;
  GstElement *consumer;

  /* What arrived, written in the consumer's streaming thread. */
  guint n_frames;
  GstCaps *caps;
  gboolean has_meta;
  const char *format;
  guint n_planes;
  gint stride;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  gst_world_start (&fixture->world);
}

static void
stop (GstElement **pipeline)
{
  if (*pipeline != NULL)
    (void)gst_element_set_state (*pipeline, GST_STATE_NULL);
  gst_clear_object (pipeline);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  stop (&fixture->consumer);
  stop (&fixture->producer);
  gst_clear_caps (&fixture->caps);
  gst_world_stop (&fixture->world);
}

static GstElement *
make_pipeline (const char *description)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);

  g_assert_no_error (error);
  return pipeline;
}

static void
play (GstElement *pipeline)
{
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PLAYING), !=,
                   GST_STATE_CHANGE_FAILURE);
}

static void
produce (Fixture *fixture, const char *caps, const char *between)
{
  g_autofree char *description =
    g_strdup_printf ("capsfilter name=filter caps=\"%s\" ! %s ! "
                     "sysmemsink name=s sync=false bus=\"%s\" socket-path=%s",
                     caps, between, fixture->world.bus.address, fixture->world.path);
  GstElement *source = g_object_new (NUMBER_TYPE_SRC, "blocksize", NV12_BYTES, NULL);
  g_autoptr (GstElement) filter = NULL;

  fixture->producer = make_pipeline (description);
  filter = gst_bin_get_by_name (GST_BIN (fixture->producer), "filter");
  g_assert_true (gst_bin_add (GST_BIN (fixture->producer), source));
  g_assert_true (gst_element_link (source, filter));
  play (fixture->producer);
}

static void
on_frame (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer data)
{
  Fixture *fixture = data;
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  guint32 number;

  g_assert_cmpuint (gst_buffer_extract (buffer, 0, &number, sizeof number), ==, sizeof number);
  g_assert_cmpuint (number, ==, fixture->n_frames++);
  g_assert_true (gst_is_dmabuf_memory (gst_buffer_peek_memory (buffer, 0)));
  gst_clear_caps (&fixture->caps);
  fixture->caps = gst_pad_get_current_caps (pad);
  fixture->has_meta = meta != NULL;
  if (meta == NULL)
    return;
  fixture->format = gst_video_format_to_string (meta->format);
  fixture->n_planes = meta->n_planes;
  fixture->stride = meta->stride[0];
}

static void
consume (Fixture *fixture)
{
  g_autofree char *description =
    g_strdup_printf ("sysmemsrc bus=\"%s\" socket-path=%s ! fakesink name=sink sync=false "
                     "signal-handoffs=true enable-last-sample=false",
                     fixture->world.bus.address, fixture->world.path);
  g_autoptr (GstElement) sink = NULL;

  fixture->consumer = make_pipeline (description);
  sink = gst_bin_get_by_name (GST_BIN (fixture->consumer), "sink");
  g_signal_connect (sink, "handoff", G_CALLBACK (on_frame), fixture);
  play (fixture->consumer);
}

static GstMessage *
wait_for (GstElement *pipeline, GstMessageType types)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_timed_pop_filtered (bus, TIMEOUT, types);

  g_assert_nonnull (message);
  return message;
}

static void
wait_for_end (GstElement *pipeline)
{
  g_autoptr (GstMessage) message = wait_for (pipeline, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *debug = NULL;

      gst_message_parse_error (message, &error, &debug);
      g_error ("%s: %s", error->message, debug);
    }
}

static void
assert_all (Fixture *fixture, const char *what_became_of_them)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (fixture->producer), "s");
  g_autoptr (GstStructure) stats = NULL;
  guint64 n = 0;

  g_object_get (sink, "stats", &stats, NULL);
  g_assert_true (gst_structure_get_uint64 (stats, what_became_of_them, &n));
  g_assert_cmpuint (n, ==, N_FRAMES);
}

static void
carry (Fixture *fixture, const char *caps, const char *between)
{
  g_autoptr (GstCaps) sent = gst_caps_from_string (caps);

  produce (fixture, caps, between);
  consume (fixture);
  wait_for_end (fixture->consumer);
  g_assert_cmpuint (fixture->n_frames, ==, N_FRAMES);
  g_assert_true (gst_caps_is_equal (fixture->caps, sent));
}

static void
test_tiles (Fixture *fixture, gconstpointer data)
{
  carry (fixture, DMA_DRM (TILED), OFFERED);
  assert_all (fixture, "in-place");
  g_assert_true (fixture->has_meta);
  g_assert_cmpstr (fixture->format, ==, "DMA_DRM");
  g_assert_cmpuint (fixture->n_planes, ==, 1);
  g_assert_cmpint (fixture->stride, ==, TILED_STRIDE);
}

/* Then it has the video format, as everywhere in GStreamer. */
static void
test_linear (Fixture *fixture, gconstpointer data)
{
  carry (fixture, DMA_DRM ("NV12"), OFFERED);
  assert_all (fixture, "in-place");
  g_assert_true (fixture->has_meta);
  g_assert_cmpstr (fixture->format, ==, "NV12");
  g_assert_cmpuint (fixture->n_planes, ==, 2);
  g_assert_cmpint (fixture->stride, >=, 64);
}

/* As it was before there was DMA_DRM. */
static void
test_linear_without_drm_format (Fixture *fixture, gconstpointer data)
{
  carry (fixture, DMA_BUF ("NV12"), OFFERED);
  assert_all (fixture, "in-place");
}

static void
test_linear_from_elsewhere (Fixture *fixture, gconstpointer data)
{
  carry (fixture, DMA_DRM ("NV12"), ELSEWHERE);
  assert_all (fixture, "copied");
}

static void
assert_fails (GstElement *pipeline, const char *words)
{
  g_autoptr (GstMessage) message = wait_for (pipeline, GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;

  gst_message_parse_error (message, &error, &debug);
  g_test_message ("%s", debug);
  g_assert_nonnull (strstr (debug, words));
}

static void
test_tiles_from_elsewhere (Fixture *fixture, gconstpointer data)
{
  produce (fixture, DMA_DRM (TILED), ELSEWHERE);
  consume (fixture);
  assert_fails (fixture->producer, "nobody but a device");
}

/* The producer goes on without the consumer whom nothing suits; that one hears what the daemon has
 * to say. */

static void
test_a_tiling_that_no_heap_has (Fixture *fixture, gconstpointer data)
{
  produce (fixture, DMA_DRM ("XR24:0x0100000000000002"), OFFERED);
  consume (fixture);
  assert_fails (fixture->consumer, "tiles: it can hold none of the pixel formats");
}

static void
test_a_format_that_no_dma_buf_holds (Fixture *fixture, gconstpointer data)
{
  produce (fixture, DMA_BUF ("YUY2"), OFFERED);
  consume (fixture);
  assert_fails (fixture->consumer, "system: its buffers are no dma-bufs");
}

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  gst_test_init (&argc, &argv);

  add ("/dma-caps/linear", test_linear_without_drm_format);
  add ("/dma-caps/only-memfds", test_a_format_that_no_dma_buf_holds);
  if (gst_video_format_from_string ("DMA_DRM") == GST_VIDEO_FORMAT_UNKNOWN)
    return g_test_run ();
  add ("/dma-caps/drm/linear", test_linear);
  add ("/dma-caps/drm/linear-from-elsewhere", test_linear_from_elsewhere);
  add ("/dma-caps/drm/tiles", test_tiles);
  add ("/dma-caps/drm/tiles-from-elsewhere", test_tiles_from_elsewhere);
  add ("/dma-caps/drm/unknown-tiling", test_a_tiling_that_no_heap_has);
  return g_test_run ();
}
