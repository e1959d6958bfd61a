/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Streams between a sysmemsink and a sysmemsrc that do not just begin, flow and end. */

#include "gst-line.h"

#define SOURCE "videotestsrc name=source "
/* Nobody is left out because the machine is busy, nor waited for only for a while. */
#define SINK " ! sysmemsink name=s sync=false stall-timeout=18446744073709551615"
#define ANY_SIZE "video/x-raw,format=NV12,framerate=100/1"
/* Frames that are on their way when it changes its mind get through. */
#define CHOOSY \
  "sysmemsrc name=s ! capsfilter name=filter caps-change-mode=delayed ! queue ! fakesink " \
  "sync=false"
#define FRESH "sysmemsrc name=s ! queue ! fakesink sync=false"

typedef struct
{
  GstWorld world;
  GstLine sink;
  GstLine src;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer description)
{
  gst_world_start (&fixture->world);
  gst_line_start (&fixture->sink, &fixture->world, description);
}

static void
tear_down (Fixture *fixture, gconstpointer description)
{
  gst_line_stop (&fixture->sink);
  gst_world_stop (&fixture->world);
}

static void
consume (Fixture *fixture, GstLine *line, const char *description)
{
  gst_line_start (line, &fixture->world, description);
}

static void
wait_for_end (GstLine *line)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (line->pipeline);
  g_autoptr (GstMessage) message =
    gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
}

/* The producer's stream, and with it the consumer's. */
static void
end (Fixture *fixture, GstLine *line)
{
  gst_line_wait_for_frames (line, 5);
  g_assert_true (gst_element_send_event (fixture->sink.pipeline, gst_event_new_eos ()));
  wait_for_end (line);
  wait_for_end (&fixture->sink);
}

static void
begin_again (Fixture *fixture)
{
  g_assert_true (
    gst_element_seek_simple (fixture->sink.pipeline, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, 0));
}

/* Who has heard the end of a stream does not listen any more; it takes no part in the next one, and
 * nobody waits for it. */
static void
test_the_next_stream_is_for_others (Fixture *fixture, gconstpointer description)
{
  guint n_frames;
  GstLine first;
  GstLine second;

  consume (fixture, &first, FRESH);
  end (fixture, &first);
  n_frames = first.n_frames;
  begin_again (fixture);
  consume (fixture, &second, FRESH);
  gst_line_wait_for_frames (&second, 50);
  g_assert_cmpuint (first.n_frames, ==, n_frames);
  gst_line_stop (&first);
  gst_line_wait_for_frames (&second, 50);
  gst_line_stop (&second);
}

/* It hears the next one if it begins anew, too, be it without being stopped. */
static void
test_both_begin_again (Fixture *fixture, gconstpointer description)
{
  GstLine line;

  consume (fixture, &line, FRESH);
  end (fixture, &line);
  (void)gst_element_set_state (line.pipeline, GST_STATE_READY);
  begin_again (fixture);
  gst_line_play (&line);
  end (fixture, &line);
  begin_again (fixture);
  g_assert_true (gst_element_send_event (line.element, gst_event_new_flush_start ()));
  g_assert_true (gst_element_send_event (line.element, gst_event_new_flush_stop (TRUE)));
  gst_line_wait_for_frames (&line, 5);
  gst_line_stop (&line);
}

/* Who has seen enough holds nobody up, though it keeps what it has until it is stopped. */
static void
test_a_consumer_ends (Fixture *fixture, gconstpointer description)
{
  GstLine few;
  GstLine told;
  GstLine other;

  consume (fixture, &few, "sysmemsrc name=s num-buffers=5 ! queue ! fakesink sync=false");
  consume (fixture, &told, FRESH);
  consume (fixture, &other, FRESH);
  wait_for_end (&few);
  gst_line_wait_for_frames (&told, 5);
  g_assert_true (gst_element_send_event (told.pipeline, gst_event_new_eos ()));
  wait_for_end (&told);
  gst_line_wait_for_frames (&other, 50);
  gst_line_stop (&told);
  gst_line_stop (&few);
  gst_line_wait_for_frames (&other, 50);
  gst_line_stop (&other);
}

static void
want (GstLine *line, const char *text)
{
  g_autoptr (GstElement) filter = gst_bin_get_by_name (GST_BIN (line->pipeline), "filter");
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  g_object_set (filter, "caps", caps, NULL);
}

static void
wait_for_width (GstLine *line, gint width)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (line->element, "src");
  gint found = 0;

  while (found != width)
    {
      g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);

      if (caps != NULL)
        (void)gst_structure_get_int (gst_caps_get_structure (caps, 0), "width", &found);
      g_assert_false (gst_line_has_failed (line));
      g_thread_yield ();
    }
}

/* It changes its mind while frames come. */
static void
test_downstream_wants_something_else (Fixture *fixture, gconstpointer description)
{
  GstLine line;

  consume (fixture, &line, CHOOSY);
  for (guint round = 0; round < 5; round++)
    {
      want (&line, ANY_SIZE ",width=64,height=48");
      wait_for_width (&line, 64);
      gst_line_wait_for_frames (&line, 5);
      want (&line, ANY_SIZE ",width=128,height=96");
      wait_for_width (&line, 128);
      gst_line_wait_for_frames (&line, 5);
    }
  gst_line_stop (&line);
}

/* Devices list every size that they have in a structure of its own. */
static void
test_downstream_wants_many_things (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GString) caps = g_string_new (ANY_SIZE ",width=64,height=48");
  GstLine line;

  for (gint i = 1; i < 100; i++)
    g_string_append_printf (caps, ";" ANY_SIZE ",width=%d,height=%d", 64 + 2 * i, 48 + 4 * i);
  gst_line_make (&line, &fixture->world, CHOOSY);
  want (&line, caps->str);
  gst_line_play (&line);
  wait_for_width (&line, 64);
  gst_line_wait_for_frames (&line, 5);
  gst_line_stop (&line);
}

/* And while none come. */
static void
test_downstream_wants_something_else_meanwhile (Fixture *fixture, gconstpointer description)
{
  GstLine line;

  consume (fixture, &line, CHOOSY);
  want (&line, ANY_SIZE ",width=64,height=48");
  gst_line_wait_for_frames (&line, 5);
  g_assert_cmpint (gst_element_set_state (fixture->sink.pipeline, GST_STATE_PAUSED), !=,
                   GST_STATE_CHANGE_FAILURE);
  want (&line, ANY_SIZE ",width=128,height=96");
  gst_line_play (&fixture->sink);
  wait_for_width (&line, 128);
  gst_line_wait_for_frames (&line, 5);
  gst_line_stop (&line);
}

/* Upstream draws into the buffers of whoever comes, also if it has begun without anybody. */
static void
test_somebody_comes_in_the_middle (Fixture *fixture, gconstpointer description)
{
  guint64 n_in_place = 0;
  GstLine line;

  gst_line_wait_for_frames (&fixture->sink, 10);
  consume (fixture, &line, FRESH);
  while (n_in_place < 20)
    {
      g_autoptr (GstStructure) stats = NULL;

      gst_line_wait_for_frames (&line, 5);
      g_object_get (fixture->sink.element, "stats", &stats, NULL);
      g_assert_true (gst_structure_get_uint64 (stats, "in-place", &n_in_place));
    }
  gst_line_stop (&line);
}

/* Whoever is downstream. */
typedef struct
{
  gint reads_meta; /* atomic */
  gint stride;     /* atomic; of the last frame */
} Reader;

/* In rows of 256 bytes, if it is not to be the usual ones. */
static GstPadProbeReturn
answer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
  Reader *reader = data;
  g_autoptr (GstStructure) wish =
    gst_structure_new ("video-meta", "stride-align0", G_TYPE_UINT, 255u, NULL);

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  if (g_atomic_int_get (&reader->reads_meta))
    gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, wish);
  return GST_PAD_PROBE_HANDLED;
}

static GstPadProbeReturn
read_frame (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstVideoMeta *meta = gst_buffer_get_video_meta (GST_PAD_PROBE_INFO_BUFFER (info));

  g_assert_nonnull (meta);
  g_atomic_int_set (&((Reader *)data)->stride, meta->stride[0]);
  return GST_PAD_PROBE_OK;
}

static void
wait_for_stride (Reader *reader, gint stride)
{
  while (g_atomic_int_get (&reader->stride) != stride)
    g_thread_yield ();
}

/* Somebody is added who does not know GstVideoMeta: rows that are not the usual ones would be
 * misread. */
static void
test_downstream_needs_usual_rows (Fixture *fixture, gconstpointer description)
{
  Reader reader = { .reads_meta = TRUE };
  g_autoptr (GstPad) pad = NULL;
  GstLine line;

  gst_line_make (&line, &fixture->world, FRESH);
  pad = gst_element_get_static_pad (line.element, "src");
  (void)gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, answer, &reader, NULL);
  (void)gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, read_frame, &reader, NULL);
  gst_line_play (&line);
  wait_for_stride (&reader, 256);
  g_atomic_int_set (&reader.reads_meta, FALSE);
  g_assert_true (gst_pad_send_event (pad, gst_event_new_reconfigure ()));
  wait_for_stride (&reader, 64);
  gst_line_wait_for_frames (&line, 5);
  gst_line_stop (&line);
}

/* The pool of the sink's present buffers, as any element upstream is offered it. */
static GstSysmemBufferPool *
ask_for_pool (Fixture *fixture)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (fixture->sink.element, "sink");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  g_autoptr (GstQuery) query = gst_query_new_allocation (caps, TRUE);
  GstBufferPool *pool = NULL;

  g_assert_true (gst_pad_query (pad, query));
  gst_query_parse_nth_allocation_pool (query, 0, &pool, NULL, NULL, NULL);
  return GST_SYSMEM_BUFFER_POOL (pool);
}

/* All of them, until it cannot wait for another any more. */
static gpointer
hoard (gpointer pool)
{
  g_autoptr (GPtrArray) hoarded = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_buffer_unref);
  GstFlowReturn flow = GST_FLOW_OK;

  while (flow == GST_FLOW_OK)
    {
      GstBuffer *buffer = NULL;

      flow = gst_sysmem_buffer_pool_acquire_until (pool, -1, &buffer);
      if (buffer != NULL)
        g_ptr_array_add (hoarded, buffer);
    }
  return GINT_TO_POINTER (flow);
}

/* One of several elements upstream still waits for a buffer of those before. */
static void
test_stopping_with_earlier_buffers (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GstSysmemBufferPool) earlier = NULL;
  GThread *thread;
  GstLine line;

  consume (fixture, &line, FRESH);
  want (&fixture->sink, ANY_SIZE ",width=64,height=48");
  wait_for_width (&line, 64);
  gst_line_wait_for_frames (&line, 5); /* upstream has done with asking */
  earlier = ask_for_pool (fixture);
  want (&fixture->sink, ANY_SIZE ",width=128,height=96");
  wait_for_width (&line, 128);
  gst_line_wait_for_frames (&line, 5);
  g_assert_true (gst_buffer_pool_set_active (GST_BUFFER_POOL (earlier), TRUE));
  thread = g_thread_new ("hoarder", hoard, earlier);
  while (gst_sysmem_buffer_pool_get_n_waiting (earlier) == 0)
    g_thread_yield ();
  (void)gst_element_set_state (fixture->sink.pipeline, GST_STATE_READY);
  g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (thread)), ==, GST_FLOW_FLUSHING);
  (void)gst_buffer_pool_set_active (GST_BUFFER_POOL (earlier), FALSE);
  gst_line_stop (&line);
}

#define FLAGS \
  (GST_BUFFER_FLAG_CORRUPTED | GST_VIDEO_BUFFER_FLAG_INTERLACED | GST_VIDEO_BUFFER_FLAG_TFF \
   | GST_VIDEO_BUFFER_FLAG_RFF | GST_VIDEO_BUFFER_FLAG_ONEFIELD \
   | GST_VIDEO_BUFFER_FLAG_MULTIPLE_VIEW | GST_VIDEO_BUFFER_FLAG_FIRST_IN_BUNDLE)

static GstPadProbeReturn
set_flags (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GST_BUFFER_FLAG_SET (GST_PAD_PROBE_INFO_BUFFER (info), FLAGS);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
note_flags (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  g_atomic_int_set ((gint *)data,
                    (gint)(GST_BUFFER_FLAGS (GST_PAD_PROBE_INFO_BUFFER (info)) & FLAGS));
  return GST_PAD_PROBE_OK;
}

/* Which field it is, or which eye is to see it. */
static void
test_flags_arrive (Fixture *fixture, gconstpointer description)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (fixture->sink.element, "sink");
  g_autoptr (GstPad) src = NULL;
  gint seen = 0;
  GstLine line;

  (void)gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, set_flags, NULL, NULL);
  gst_line_make (&line, &fixture->world, FRESH);
  src = gst_element_get_static_pad (line.element, "src");
  (void)gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, note_flags, &seen, NULL);
  gst_line_play (&line);
  gst_line_wait_for_frames (&line, 5); /* the first may have been drawn before */
  gst_line_stop (&line);
  g_assert_cmphex ((guint)seen, ==, FLAGS);
}

static void
add (const char *path, const char *description, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, description, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  gst_test_init (&argc, &argv);

  add ("/streams/end/others", SOURCE "! " GST_LINE_FORMAT SINK, test_the_next_stream_is_for_others);
  add ("/streams/end/again", SOURCE "! " GST_LINE_FORMAT SINK, test_both_begin_again);
  add ("/streams/end/consumer", SOURCE "is-live=true ! " GST_LINE_FORMAT SINK,
       test_a_consumer_ends);
  add ("/streams/mind", SOURCE "is-live=true ! " ANY_SIZE SINK,
       test_downstream_wants_something_else);
  add ("/streams/mind/many", SOURCE "is-live=true ! " ANY_SIZE SINK,
       test_downstream_wants_many_things);
  add ("/streams/mind/idle", SOURCE "is-live=true ! " ANY_SIZE SINK,
       test_downstream_wants_something_else_meanwhile);
  add ("/streams/rows", SOURCE "is-live=true ! " GST_LINE_FORMAT " ! sysmemsink name=s sync=false",
       test_downstream_needs_usual_rows);
  add (
    "/streams/stop/earlier",
    SOURCE
    "is-live=true ! capsfilter name=filter caps-change-mode=delayed ! sysmemsink name=s sync=false",
    test_stopping_with_earlier_buffers);
  add ("/streams/flags", SOURCE "is-live=true ! " GST_LINE_FORMAT " ! sysmemsink name=s sync=false",
       test_flags_arrive);
  add ("/streams/middle",
       SOURCE "is-live=true ! " GST_LINE_FORMAT SINK " wait-for-connection=false",
       test_somebody_comes_in_the_middle);
  return g_test_run ();
}
