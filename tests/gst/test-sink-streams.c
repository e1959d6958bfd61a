/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Streams as upstream of a sysmemsink may have them. Both neighbours of the sink are the test's own. */

#include "gst-upstream.h"

typedef GstUpstream Fixture;

/* As appsrc has it unless it is told otherwise: frames have times, and nobody knows of what. */
static void
test_a_segment_of_bytes (Fixture *fixture, gconstpointer data)
{
  GstSysmemBufferPool *pool;
  GstConsumer consumer;
  GstBuffer *buffer;
  GstSysmemMessage frame;

  gst_consumer_greet (&consumer, fixture, "video/x-raw");
  pool = gst_upstream_negotiate (fixture, &consumer, 1, 1);
  gst_upstream_begin_segment (fixture, GST_FORMAT_BYTES);
  buffer = gst_upstream_draw (pool);
  GST_BUFFER_PTS (buffer) = GST_SECOND;
  g_assert_cmpint (gst_pad_push (fixture->pad, buffer), ==, GST_FLOW_OK);
  frame = gst_consumer_see (&consumer);
  g_assert_cmpuint (frame.times.pts, ==, GST_SYSMEM_TIME_NONE);
  gst_upstream_give_up_pool (pool);
  gst_consumer_leave (&consumer);
}

/* Who comes between two streams comes for the second one. */
static void
test_one_that_comes_between_streams (Fixture *fixture, gconstpointer data)
{
  GstSysmemBufferPool *pool;
  GstConsumer consumer;

  g_assert_true (gst_pad_push_event (fixture->pad, gst_event_new_eos ()));
  (void)gst_element_set_state (fixture->sink.pipeline, GST_STATE_READY);
  gst_consumer_greet (&consumer, fixture, "video/x-raw");
  (void)gst_element_set_state (fixture->sink.pipeline, GST_STATE_PLAYING);
  g_assert_true (gst_pad_push_event (fixture->pad, gst_event_new_stream_start ("next")));
  gst_upstream_tell_caps (fixture, GST_UPSTREAM_CAPS);
  gst_upstream_begin_segment (fixture, GST_FORMAT_TIME);
  pool = gst_upstream_negotiate (fixture, &consumer, 1, 1);
  gst_upstream_show (fixture, pool);
  (void)gst_consumer_see (&consumer);
  gst_upstream_give_up_pool (pool);
  gst_consumer_leave (&consumer);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, "stall-timeout=18446744073709551615", gst_upstream_start, test,
              gst_upstream_stop);
}

int
main (int argc, char *argv[])
{
  gst_test_init (&argc, &argv);

  add ("/sink-streams/bytes", test_a_segment_of_bytes);
  add ("/sink-streams/between", test_one_that_comes_between_streams);
  return g_test_run ();
}
