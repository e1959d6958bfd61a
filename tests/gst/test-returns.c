/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames that come back to a sysmemsink by paths that nobody listens to most of the time: who waits
 * for one gets it, whatever else the consumers do. Both neighbours of the sink are the test's own. */

#include "gst-upstream.h"

#include <sys/socket.h>

#define LARGER "video/x-raw,format=NV12,width=128,height=96,framerate=100/1"

typedef GstUpstream Fixture;

/* All that are free. */
static GPtrArray *
hoard (GstSysmemBufferPool *pool)
{
  GPtrArray *buffers = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_buffer_unref);

  for (guint n = gst_sysmem_buffer_pool_get_n_free (pool); n > 0; n--)
    g_ptr_array_add (buffers, gst_upstream_draw (pool));
  return buffers;
}

typedef struct
{
  GstSysmemBufferPool *pool;
  gint index; /* -1: any */
  GThread *thread;
  GstBuffer *buffer;
  GstFlowReturn flow;
} Waiter;

static gpointer
wait_for_buffer (gpointer data)
{
  Waiter *waiter = data;

  waiter->flow = waiter->index >= 0
                   ? gst_sysmem_buffer_pool_acquire_index (waiter->pool, (guint)waiter->index, -1,
                                                           &waiter->buffer)
                   : gst_sysmem_buffer_pool_acquire_until (waiter->pool, -1, &waiter->buffer);
  return NULL;
}

static void
waiter_start (Waiter *waiter, GstSysmemBufferPool *pool, gint index)
{
  *waiter = (Waiter){ .pool = pool, .index = index };
  waiter->thread = g_thread_new ("waiter", wait_for_buffer, waiter);
}

static void
wait_for_waiters (GstSysmemBufferPool *pool, guint n)
{
  while (gst_sysmem_buffer_pool_get_n_waiting (pool) != n)
    g_thread_yield ();
}

static void
waiter_join (Waiter *waiter, GstFlowReturn flow)
{
  (void)g_thread_join (waiter->thread);
  g_assert_cmpint (waiter->flow, ==, flow);
  gst_clear_buffer (&waiter->buffer);
}

static void
test_two_threads_wait_for_what_trickles_in (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) hoarded = NULL;
  GstSysmemBufferPool *pool;
  GstSysmemMessage frames[2];
  Waiter waiters[2];
  GstConsumer peer;

  gst_consumer_greet (&peer, fixture, "video/x-raw");
  pool = gst_upstream_negotiate (fixture, &peer, 1, 2);
  for (guint i = 0; i < 2; i++)
    {
      gst_upstream_show (fixture, pool);
      frames[i] = gst_consumer_see (&peer);
    }
  hoarded = hoard (pool);
  for (guint i = 0; i < 2; i++)
    waiter_start (&waiters[i], pool, -1);
  wait_for_waiters (pool, 2);
  gst_consumer_release (&peer, frames[0]);
  wait_for_waiters (pool, 1);
  gst_consumer_release (&peer, frames[1]);
  for (guint i = 0; i < 2; i++)
    waiter_join (&waiters[i], GST_FLOW_OK);
  g_ptr_array_set_size (hoarded, 0);
  gst_upstream_give_up_pool (pool);
  gst_consumer_leave (&peer);
}

/* The last of two who show it. */
static void
test_a_frame_that_two_consumers_have (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) hoarded = NULL;
  GstSysmemBufferPool *pool;
  GstSysmemMessage frames[2];
  Waiter waiter;
  GstConsumer peers[2];

  for (guint i = 0; i < 2; i++)
    gst_consumer_greet (&peers[i], fixture, "video/x-raw");
  pool = gst_upstream_negotiate (fixture, peers, 2, 1);
  gst_upstream_show (fixture, pool);
  for (guint i = 0; i < 2; i++)
    frames[i] = gst_consumer_see (&peers[i]);
  hoarded = hoard (pool);
  gst_consumer_release (&peers[0], frames[0]);
  waiter_start (&waiter, pool, -1);
  wait_for_waiters (pool, 1);
  gst_consumer_release (&peers[1], frames[1]);
  waiter_join (&waiter, GST_FLOW_OK);
  g_ptr_array_set_size (hoarded, 0);
  gst_upstream_give_up_pool (pool);
  for (guint i = 0; i < 2; i++)
    gst_consumer_leave (&peers[i]);
}

/* Nobody held anything when the wait began. */
static void
test_a_frame_that_was_sent_during_the_wait (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) hoarded = NULL;
  GstSysmemBufferPool *pool;
  Waiter waiter;
  GstConsumer peer;

  gst_consumer_greet (&peer, fixture, "video/x-raw");
  pool = gst_upstream_negotiate (fixture, &peer, 1, 1);
  hoarded = hoard (pool);
  waiter_start (&waiter, pool, -1);
  wait_for_waiters (pool, 1);
  g_assert_cmpint (gst_pad_push (fixture->pad, g_ptr_array_steal_index (hoarded, 0)), ==,
                   GST_FLOW_OK);
  gst_consumer_release (&peer, gst_consumer_see (&peer));
  waiter_join (&waiter, GST_FLOW_OK);
  g_ptr_array_set_size (hoarded, 0);
  gst_upstream_give_up_pool (pool);
  gst_consumer_leave (&peer);
}

/* As whoever raises the framerate does: who has it already gets a copy. */
static void
test_a_frame_that_is_shown_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstBuffer) buffer = NULL;
  GstSysmemBufferPool *pool;
  guint32 first;
  GstConsumer peer;

  gst_consumer_greet (&peer, fixture, "video/x-raw");
  pool = gst_upstream_negotiate (fixture, &peer, 1, 2);
  buffer = gst_upstream_draw (pool);
  g_assert_cmpint (gst_pad_push (fixture->pad, gst_buffer_ref (buffer)), ==, GST_FLOW_OK);
  first = gst_consumer_see (&peer).index;
  g_assert_cmpint (gst_pad_push (fixture->pad, gst_buffer_ref (buffer)), ==, GST_FLOW_OK);
  g_assert_cmpuint (gst_consumer_see (&peer).index, !=, first);
  gst_clear_buffer (&buffer);
  gst_upstream_give_up_pool (pool);
  gst_consumer_leave (&peer);
}

/* Others are free, so the pool is not empty. */
static void
test_waiting_for_a_certain_one (Fixture *fixture, gconstpointer data)
{
  GstSysmemBufferPool *pool;
  GstSysmemMessage frame;
  Waiter waiter;
  GstConsumer peer;

  gst_consumer_greet (&peer, fixture, "video/x-raw");
  pool = gst_upstream_negotiate (fixture, &peer, 1, 1);
  gst_upstream_show (fixture, pool);
  frame = gst_consumer_see (&peer);
  waiter_start (&waiter, pool, (gint)frame.index);
  wait_for_waiters (pool, 1);
  gst_consumer_release (&peer, frame);
  waiter_join (&waiter, GST_FLOW_OK);
  gst_upstream_give_up_pool (pool);
  gst_consumer_leave (&peer);
}

typedef struct
{
  Fixture *fixture;
  GstSysmemBufferPool *pool;
} Push;

static gpointer
push (gpointer data)
{
  Push *frame = data;

  gst_upstream_show (frame->fixture, frame->pool);
  return NULL;
}

static void
close_half (GstConsumer *peer)
{
  g_assert_cmpint (shutdown (gst_sysmem_channel_get_fd (peer->return_path), SHUT_WR), ==, 0);
}

static void
close_whole (GstConsumer *peer)
{
  g_clear_pointer (&peer->return_path, gst_sysmem_channel_unref);
}

/* It can release nothing any more, so it keeps nobody. */
static void
close_while_full (Fixture *fixture, void (*close_it) (GstConsumer *))
{
  g_autoptr (GstStructure) lost = NULL;
  GThread *thread;
  Push frame = { .fixture = fixture };
  GstConsumer peers[2];

  for (guint i = 0; i < 2; i++)
    gst_consumer_greet (&peers[i], fixture, "video/x-raw");
  frame.pool = gst_upstream_negotiate (fixture, peers, 2, 1);
  gst_upstream_show (fixture, frame.pool);
  (void)gst_consumer_see (&peers[0]);
  gst_consumer_release (&peers[1], gst_consumer_see (&peers[1]));
  thread = g_thread_new ("upstream", push, &frame);
  close_it (&peers[0]);
  (void)g_thread_join (thread);
  gst_consumer_release (&peers[1], gst_consumer_see (&peers[1]));
  lost = gst_line_wait_for (&fixture->sink, "sysmem-consumer-lost");
  g_assert_cmpstr (gst_structure_get_string (lost, "reason"), ==, "it has closed its return path");
  gst_upstream_give_up_pool (frame.pool);
  for (guint i = 0; i < 2; i++)
    gst_consumer_leave (&peers[i]);
}

static void
test_one_that_says_it_returns_nothing (Fixture *fixture, gconstpointer data)
{
  close_while_full (fixture, close_half);
}

static void
test_one_that_closes_its_return_path (Fixture *fixture, gconstpointer data)
{
  close_while_full (fixture, close_whole);
}

/* Each of those who keep everybody is named. */
static void
test_two_that_stall (Fixture *fixture, gconstpointer data)
{
  GstSysmemMessage frames[2];
  GThread *thread;
  Push next = { .fixture = fixture };
  GstConsumer peers[2];

  for (guint i = 0; i < 2; i++)
    gst_consumer_greet (&peers[i], fixture, "video/x-raw");
  next.pool = gst_upstream_negotiate (fixture, peers, 2, 1);
  g_object_set (fixture->sink.element, "stall-timeout", GST_MSECOND, NULL);
  gst_upstream_show (fixture, next.pool);
  for (guint i = 0; i < 2; i++)
    frames[i] = gst_consumer_see (&peers[i]);
  thread = g_thread_new ("upstream", push, &next);
  for (guint i = 0; i < 2; i++)
    gst_structure_free (gst_line_wait_for (&fixture->sink, "sysmem-consumer-stalled"));
  for (guint i = 0; i < 2; i++)
    gst_consumer_release (&peers[i], frames[i]);
  (void)g_thread_join (thread);
  gst_upstream_give_up_pool (next.pool);
  for (guint i = 0; i < 2; i++)
    gst_consumer_leave (&peers[i]);
}

static gpointer
push_own_frame (gpointer fixture)
{
  gst_upstream_show_own (fixture);
  return NULL;
}

/* One of several elements upstream has done with the pool while the sink waits for a buffer to copy
 * the frame of another one into. */
static void
test_a_copy_while_upstream_gives_up_the_pool (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) hoarded = NULL;
  GstSysmemBufferPool *pool;
  GstConsumer peer;
  GThread *thread;

  gst_consumer_greet (&peer, fixture, "video/x-raw");
  pool = gst_upstream_negotiate (fixture, &peer, 1, 1);
  hoarded = hoard (pool);
  thread = g_thread_new ("upstream", push_own_frame, fixture);
  wait_for_waiters (pool, 1);
  gst_upstream_give_up_pool (g_object_ref (pool));
  g_ptr_array_set_size (hoarded, 0);
  (void)gst_consumer_see (&peer);
  (void)g_thread_join (thread);
  gst_object_unref (pool);
  gst_consumer_leave (&peer);
}

static void
ask_for_stats (GstSysmemBufferPool *pool, guint index, gpointer sink)
{
  g_autoptr (GstStructure) stats = NULL;

  g_object_get (sink, "stats", &stats, NULL);
  g_assert_nonnull (stats);
}

/* Whoever hears that a buffer is free may ask the sink something. */
static void
test_what_one_sent_away_held_comes_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) hoarded = NULL;
  GstSysmemBufferPool *pool;
  GstSysmemMessage frame;
  Waiter waiter;
  GstConsumer peer;

  gst_consumer_greet (&peer, fixture, "video/x-raw");
  pool = gst_upstream_negotiate (fixture, &peer, 1, 1);
  g_signal_connect (pool, "released", G_CALLBACK (ask_for_stats), fixture->sink.element);
  gst_upstream_show (fixture, pool);
  frame = gst_consumer_see (&peer);
  hoarded = hoard (pool);
  waiter_start (&waiter, pool, -1);
  wait_for_waiters (pool, 1);
  frame.index++;
  gst_consumer_release (&peer, frame);
  waiter_join (&waiter, GST_FLOW_OK);
  g_ptr_array_set_size (hoarded, 0);
  gst_upstream_give_up_pool (pool);
  gst_consumer_leave (&peer);
}

static void
wait_until_all_are_free (GstSysmemBufferPool *pool)
{
  while (gst_sysmem_buffer_pool_get_n_free (pool) < gst_sysmem_buffer_pool_get_n_buffers (pool))
    g_thread_yield ();
}

static gsize
count_collections (GDBusConnection *inspector)
{
  g_autoptr (GVariant) collections = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  reply = g_dbus_connection_call_sync (inspector, "org.sysmem.Sysmem1", "/org/sysmem/Sysmem1",
                                       "org.sysmem.Sysmem1.Inspector", "ListCollections", NULL,
                                       NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  collections = g_variant_get_child_value (reply, 0);
  return g_variant_n_children (collections);
}

/* Nothing is shown any more, and memory is still not kept longer than somebody looks at it. */
static void
test_earlier_buffers_are_given_back_while_paused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDBusConnection) inspector = private_bus_connect (fixture->world.bus.address);
  g_autoptr (SysmemCollection) earlier = NULL;
  GstSysmemBufferPool *pool;
  GstSysmemMessage frame;
  GstConsumer peer;

  gst_consumer_greet (&peer, fixture, "video/x-raw");
  pool = gst_upstream_negotiate (fixture, &peer, 1, 1);
  gst_upstream_show (fixture, pool);
  frame = gst_consumer_see (&peer);
  gst_upstream_give_up_pool (pool);
  earlier = g_steal_pointer (&peer.collection);
  gst_upstream_tell_caps (fixture, LARGER);
  pool = gst_upstream_negotiate (fixture, &peer, 1, 1);
  g_assert_cmpint (gst_element_set_state (fixture->sink.pipeline, GST_STATE_PAUSED), ==,
                   GST_STATE_CHANGE_SUCCESS);
  gst_world_release (earlier);
  g_clear_object (&earlier);
  g_assert_cmpuint (count_collections (inspector), ==, 2);
  gst_consumer_release (&peer, frame);
  while (count_collections (inspector) > 1)
    g_thread_yield ();
  gst_upstream_give_up_pool (pool);
  gst_consumer_leave (&peer);
}

static void
tell_caps (Fixture *fixture, GstConsumer *peer, const char *text)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (fixture->sink.element, "sink");
  g_autoptr (GstCaps) expected = gst_caps_from_string (text);
  gboolean is_known = FALSE;

  gst_peer_say (peer->link,
                (GstSysmemMessage){ .type = GST_SYSMEM_MESSAGE_CAPS, .text = (char *)text });
  while (!is_known)
    {
      g_autoptr (GstCaps) taken = gst_pad_query_caps (pad, NULL);

      is_known = gst_caps_is_subset (taken, expected);
    }
}

/* Each generation of which somebody keeps a frame is memory that nobody gets back. */
static void
test_one_that_keeps_frames_of_all_generations (Fixture *fixture, gconstpointer data)
{
  GstSysmemBufferPool *pool;
  GThread *asking;
  GstConsumer hoarder;
  GstConsumer other;

  gst_consumer_greet (&hoarder, fixture, "video/x-raw");
  for (guint i = 0; i < 4; i++)
    {
      if (i > 0)
        gst_upstream_tell_caps (fixture, i % 2 == 0 ? GST_UPSTREAM_CAPS : LARGER);
      pool = gst_upstream_negotiate (fixture, &hoarder, 1, 1);
      gst_upstream_show (fixture, pool);
      (void)gst_consumer_see (&hoarder);
      gst_upstream_give_up_pool (pool);
    }
  gst_upstream_tell_caps (fixture, GST_UPSTREAM_CAPS);
  asking = gst_upstream_ask_for_pool (fixture);
  gst_peer_assert_dismissed (hoarder.link, "keeps frames of 4 generations");
  gst_consumer_greet (&other, fixture, "video/x-raw");
  gst_consumer_join (&other, 1);
  gst_upstream_give_up_pool (gst_upstream_get_pool (asking));
  gst_consumer_leave (&other);
  gst_consumer_leave (&hoarder);
}

/* The others went on to what it does not take. */
static void
test_earlier_buffers_of_one_left_behind (Fixture *fixture, gconstpointer data)
{
  GstSysmemBufferPool *earlier;
  GstSysmemBufferPool *pool;
  GstSysmemMessage frame;
  GstConsumer peers[2];

  for (guint i = 0; i < 2; i++)
    gst_consumer_greet (&peers[i], fixture, "video/x-raw");
  earlier = gst_upstream_negotiate (fixture, peers, 2, 1);
  gst_upstream_show (fixture, earlier);
  gst_consumer_release (&peers[0], gst_consumer_see (&peers[0]));
  frame = gst_consumer_see (&peers[1]);
  gst_upstream_tell_caps (fixture, LARGER);
  tell_caps (fixture, &peers[1], "video/x-raw,width=64");
  pool = gst_upstream_negotiate (fixture, peers, 1, 1);
  gst_consumer_release (&peers[1], frame);
  wait_until_all_are_free (earlier);
  gst_upstream_give_up_pool (earlier);
  gst_upstream_give_up_pool (pool);
  for (guint i = 0; i < 2; i++)
    gst_consumer_leave (&peers[i]);
}

/* Upstream's thread is somewhere else than in the sink, and its pool outlives the sink's server. */
static void
test_stopping_while_somebody_waits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) hoarded = NULL;
  GstSysmemBufferPool *pool;
  GstBuffer *none = NULL;
  Waiter waiters[2];
  GstConsumer peer;

  gst_consumer_greet (&peer, fixture, "video/x-raw");
  pool = gst_upstream_negotiate (fixture, &peer, 1, 1);
  gst_upstream_show (fixture, pool);
  (void)gst_consumer_see (&peer);
  hoarded = hoard (pool);
  for (guint i = 0; i < 2; i++)
    waiter_start (&waiters[i], pool, -1);
  wait_for_waiters (pool, 2);
  g_assert_cmpint (gst_element_set_state (fixture->sink.pipeline, GST_STATE_NULL), ==,
                   GST_STATE_CHANGE_SUCCESS);
  for (guint i = 0; i < 2; i++)
    waiter_join (&waiters[i], GST_FLOW_FLUSHING);
  g_ptr_array_set_size (hoarded, 0);
  wait_until_all_are_free (pool); /* what the consumer had, too */
  gst_buffer_pool_set_flushing (GST_BUFFER_POOL (pool), FALSE);
  g_clear_pointer (&hoarded, g_ptr_array_unref);
  hoarded = hoard (pool);
  g_assert_cmpint (gst_sysmem_buffer_pool_acquire_until (pool, 0, &none), ==, GST_FLOW_EOS);
  g_ptr_array_set_size (hoarded, 0);
  gst_upstream_give_up_pool (pool);
  gst_consumer_leave (&peer);
}

/* A pipeline with an element that keeps its pad locked while it waits: the test takes all buffers
 * that the only consumer leaves. */

typedef struct
{
  GstSysmemBufferPool *pool;
  GPtrArray *hoarded;
  gint has_hoarded;
} Thief;

static GstPadProbeReturn
steal_the_rest (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Thief *thief = data;
  GstBuffer *frame = GST_PAD_PROBE_INFO_BUFFER (info);

  thief->pool = GST_SYSMEM_BUFFER_POOL (gst_object_ref (frame->pool));
  thief->hoarded = hoard (thief->pool);
  g_atomic_int_set (&thief->has_hoarded, TRUE);
  return GST_PAD_PROBE_REMOVE;
}

#define CONVERTING \
  "videotestsrc ! video/x-raw,format=BGRx,width=64,height=48 ! videoconvert ! " \
  "video/x-raw,format=NV12 ! sysmemsink name=s sync=false async=false"

static void
test_stopping_a_pipeline_that_waits (gconstpointer path)
{
  Fixture fixture = { 0 };
  Thief thief = { 0 };
  GstPad *pad;
  GstConsumer peer;

  gst_world_start (&fixture.world);
  gst_line_make (&fixture.sink, &fixture.world, CONVERTING);
  pad = gst_element_get_static_pad (fixture.sink.element, "sink");
  (void)gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, steal_the_rest, &thief, NULL);
  gst_object_unref (pad);
  gst_line_play (&fixture.sink);
  gst_consumer_greet (&peer, &fixture, "video/x-raw");
  gst_consumer_join (&peer, 1);
  (void)gst_consumer_see (&peer);
  while (!g_atomic_int_get (&thief.has_hoarded))
    g_thread_yield ();
  wait_for_waiters (thief.pool, 1);
  gst_line_stop (&fixture.sink);
  g_ptr_array_unref (thief.hoarded);
  gst_object_unref (thief.pool);
  gst_consumer_leave (&peer);
  gst_world_stop (&fixture.world);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, "", gst_upstream_start, test, gst_upstream_stop);
}

int
main (int argc, char *argv[])
{
  gst_test_init (&argc, &argv);

  add ("/returns/wait/two-threads", test_two_threads_wait_for_what_trickles_in);
  add ("/returns/wait/two-consumers", test_a_frame_that_two_consumers_have);
  add ("/returns/wait/sent-meanwhile", test_a_frame_that_was_sent_during_the_wait);
  add ("/returns/again", test_a_frame_that_is_shown_again);
  add ("/returns/wait/certain", test_waiting_for_a_certain_one);
  add ("/returns/closed/half", test_one_that_says_it_returns_nothing);
  add ("/returns/closed/whole", test_one_that_closes_its_return_path);
  add ("/returns/sent-away", test_what_one_sent_away_held_comes_back);
  add ("/returns/earlier/paused", test_earlier_buffers_are_given_back_while_paused);
  add ("/returns/earlier/kept", test_one_that_keeps_frames_of_all_generations);
  add ("/returns/earlier/left-behind", test_earlier_buffers_of_one_left_behind);
  add ("/returns/stop/waiting", test_stopping_while_somebody_waits);
  g_test_add_data_func ("/returns/stop/pipeline", NULL, test_stopping_a_pipeline_that_waits);
  add ("/returns/copy/given-up", test_a_copy_while_upstream_gives_up_the_pool);
  add ("/returns/two-stall", test_two_that_stall);
  return g_test_run ();
}
