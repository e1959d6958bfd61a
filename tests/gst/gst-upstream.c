/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gst-upstream.h"

void
gst_upstream_tell_caps (GstUpstream *upstream, const char *text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  g_assert_true (gst_pad_push_event (upstream->pad, gst_event_new_caps (caps)));
}

void
gst_upstream_begin_segment (GstUpstream *upstream, GstFormat format)
{
  GstSegment segment;

  gst_segment_init (&segment, format);
  g_assert_true (gst_pad_push_event (upstream->pad, gst_event_new_segment (&segment)));
}

static void
start_upstream (GstUpstream *upstream)
{
  static GstStaticPadTemplate any =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (upstream->sink.element, "sink");

  upstream->pad = gst_object_ref_sink (gst_pad_new_from_static_template (&any, "src"));
  g_assert_cmpint (gst_pad_link (upstream->pad, pad), ==, GST_PAD_LINK_OK);
  g_assert_true (gst_pad_set_active (upstream->pad, TRUE));
  g_assert_true (gst_pad_push_event (upstream->pad, gst_event_new_stream_start ("test")));
  gst_upstream_tell_caps (upstream, GST_UPSTREAM_CAPS);
  gst_upstream_begin_segment (upstream, GST_FORMAT_TIME);
}

void
gst_upstream_start (GstUpstream *upstream, gconstpointer properties)
{
  g_autofree char *sink = g_strdup_printf (
    "pipeline.( sysmemsink name=s sync=false async=false %s )", (const char *)properties);

  gst_world_start (&upstream->world);
  gst_line_start (&upstream->sink, &upstream->world, sink);
  start_upstream (upstream);
}

void
gst_upstream_stop (GstUpstream *upstream, gconstpointer properties)
{
  (void)gst_pad_set_active (upstream->pad, FALSE);
  gst_line_stop (&upstream->sink);
  gst_clear_object (&upstream->pad);
  gst_world_stop (&upstream->world);
}

void
gst_consumer_greet (GstConsumer *consumer, GstUpstream *upstream, const char *caps)
{
  *consumer =
    (GstConsumer){ .upstream = upstream, .link = gst_peer_connect (upstream->world.path) };
  gst_peer_say_hello (consumer->link, caps);
  consumer->return_path = gst_peer_wait_for_return_path (consumer->link);
}

void
gst_consumer_join (GstConsumer *consumer, guint camping)
{
  g_auto (GstSysmemMessage) invitation = GST_SYSMEM_MESSAGE_INIT;

  if (consumer->collection != NULL)
    gst_world_release (consumer->collection);
  g_clear_object (&consumer->collection);
  gst_peer_wait_for (consumer->link, GST_SYSMEM_MESSAGE_GENERATION, &invitation);
  consumer->collection =
    gst_peer_bind (consumer->link, consumer->upstream->world.client, &invitation, camping);
}

void
gst_consumer_leave (GstConsumer *consumer)
{
  if (consumer->collection != NULL)
    gst_world_release (consumer->collection);
  g_clear_object (&consumer->collection);
  gst_peer_say (consumer->link, (GstSysmemMessage){ .type = GST_SYSMEM_MESSAGE_BYE });
  gst_sysmem_channel_unref (consumer->link);
  g_clear_pointer (&consumer->return_path, gst_sysmem_channel_unref);
}

GstSysmemMessage
gst_consumer_see (GstConsumer *consumer)
{
  GstSysmemMessage frame = GST_SYSMEM_MESSAGE_INIT;

  gst_peer_wait_for (consumer->link, GST_SYSMEM_MESSAGE_FRAME, &frame);
  return frame;
}

void
gst_consumer_release (GstConsumer *consumer, GstSysmemMessage frame)
{
  gst_peer_say (consumer->return_path, (GstSysmemMessage){
                                         .type = GST_SYSMEM_MESSAGE_RELEASE,
                                         .generation = frame.generation,
                                         .index = frame.index,
                                       });
}

static gpointer
ask_for_pool (gpointer data)
{
  GstUpstream *upstream = data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (upstream->pad);
  g_autoptr (GstQuery) query = gst_query_new_allocation (caps, TRUE);
  GstBufferPool *pool = NULL;

  g_assert_true (gst_pad_peer_query (upstream->pad, query));
  gst_query_parse_nth_allocation_pool (query, 0, &pool, NULL, NULL, NULL);
  g_assert_true (gst_buffer_pool_set_active (pool, TRUE));
  return pool;
}

GThread *
gst_upstream_ask_for_pool (GstUpstream *upstream)
{
  return g_thread_new ("upstream", ask_for_pool, upstream);
}

GstSysmemBufferPool *
gst_upstream_get_pool (GThread *asking)
{
  return GST_SYSMEM_BUFFER_POOL (g_thread_join (asking));
}

GstSysmemBufferPool *
gst_upstream_negotiate (GstUpstream *upstream,
                        GstConsumer *consumers,
                        guint n_consumers,
                        guint camping)
{
  GThread *asking = gst_upstream_ask_for_pool (upstream);

  for (guint i = 0; i < n_consumers; i++)
    gst_consumer_join (&consumers[i], camping);
  return gst_upstream_get_pool (asking);
}

void
gst_upstream_give_up_pool (GstSysmemBufferPool *pool)
{
  (void)gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  gst_object_unref (pool);
}

GstBuffer *
gst_upstream_draw (GstSysmemBufferPool *pool)
{
  GstBuffer *buffer = NULL;

  g_assert_cmpint (gst_sysmem_buffer_pool_acquire_until (pool, 0, &buffer), ==, GST_FLOW_OK);
  return buffer;
}

void
gst_upstream_show (GstUpstream *upstream, GstSysmemBufferPool *pool)
{
  g_assert_cmpint (gst_pad_push (upstream->pad, gst_upstream_draw (pool)), ==, GST_FLOW_OK);
}

void
gst_upstream_show_own (GstUpstream *upstream)
{
  g_assert_cmpint (
    gst_pad_push (upstream->pad, gst_buffer_new_allocate (NULL, 64 * 48 * 3 / 2, NULL)), ==,
    GST_FLOW_OK);
}
