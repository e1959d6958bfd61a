/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames that come back to a sysmemsink by paths that nobody listens to most of the time: who waits
 * for one gets it, whatever else the consumers do. Both neighbours of the sink are the test's own. */

#include "gst-peer.h"

#include <glib/gstdio.h>
#include <sys/socket.h>

#define SINK "pipeline.( sysmemsink name=s sync=false async=false )"
#define CAPS "video/x-raw,format=NV12,width=64,height=48,framerate=100/1"
#define LARGER "video/x-raw,format=NV12,width=128,height=96,framerate=100/1"

typedef struct
{
  GstWorld world;
  char *folder;
  char *path;
  GstLine sink;
  GstPad *upstream;
} Fixture;

/* A consumer, and what it holds. */
typedef struct
{
  Fixture *fixture;
  GstSysmemChannel *link;
  GstSysmemChannel *return_path;
  SysmemCollection *collection;
} Peer;

static void
tell_upstreams_caps (Fixture *fixture, const char *text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);

  g_assert_true (gst_pad_push_event (fixture->upstream, gst_event_new_caps (caps)));
}

static void
start_upstream (Fixture *fixture)
{
  static GstStaticPadTemplate any =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (fixture->sink.element, "sink");
  GstSegment segment;

  fixture->upstream = gst_object_ref_sink (gst_pad_new_from_static_template (&any, "src"));
  g_assert_cmpint (gst_pad_link (fixture->upstream, pad), ==, GST_PAD_LINK_OK);
  g_assert_true (gst_pad_set_active (fixture->upstream, TRUE));
  g_assert_true (gst_pad_push_event (fixture->upstream, gst_event_new_stream_start ("test")));
  tell_upstreams_caps (fixture, CAPS);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  g_assert_true (gst_pad_push_event (fixture->upstream, gst_event_new_segment (&segment)));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  gst_world_start (&fixture->world);
  fixture->folder = g_dir_make_tmp ("sysmem-returns-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "socket", NULL);
  gst_line_start (&fixture->sink, &fixture->world, fixture->path, SINK);
  start_upstream (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  (void)gst_pad_set_active (fixture->upstream, FALSE);
  gst_line_stop (&fixture->sink);
  gst_clear_object (&fixture->upstream);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
  gst_world_stop (&fixture->world);
}

/* The sink has heard of it when it answers. */
static void
peer_greet (Peer *peer, Fixture *fixture)
{
  *peer = (Peer){ .fixture = fixture, .link = gst_peer_connect (fixture->path) };
  gst_peer_say_hello (peer->link, "video/x-raw");
  peer->return_path = gst_peer_wait_for_return_path (peer->link);
}

/* Accepts the next invitation, for holding so many frames. */
static void
peer_join (Peer *peer, guint camping)
{
  g_auto (GstSysmemMessage) invitation = GST_SYSMEM_MESSAGE_INIT;

  if (peer->collection != NULL)
    gst_world_release (peer->collection);
  g_clear_object (&peer->collection);
  gst_peer_wait_for (peer->link, GST_SYSMEM_MESSAGE_GENERATION, &invitation);
  peer->collection = gst_peer_bind (peer->link, peer->fixture->world.client, &invitation, camping);
}

static void
peer_leave (Peer *peer)
{
  if (peer->collection != NULL)
    gst_world_release (peer->collection);
  g_clear_object (&peer->collection);
  gst_peer_say (peer->link, (GstSysmemMessage){ .type = GST_SYSMEM_MESSAGE_BYE });
  gst_sysmem_channel_unref (peer->link);
  g_clear_pointer (&peer->return_path, gst_sysmem_channel_unref);
}

/* The generation and index of the frame that it was sent. */
static GstSysmemMessage
peer_see (Peer *peer)
{
  GstSysmemMessage frame = GST_SYSMEM_MESSAGE_INIT;

  gst_peer_wait_for (peer->link, GST_SYSMEM_MESSAGE_FRAME, &frame);
  return frame;
}

static void
peer_release (Peer *peer, GstSysmemMessage frame)
{
  gst_peer_say (peer->return_path, (GstSysmemMessage){
                                     .type = GST_SYSMEM_MESSAGE_RELEASE,
                                     .generation = frame.generation,
                                     .index = frame.index,
                                   });
}

/* What happens upstream while the test is busy with consumers. */

static gpointer
ask_for_pool (gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (fixture->upstream);
  g_autoptr (GstQuery) query = gst_query_new_allocation (caps, TRUE);
  GstBufferPool *pool = NULL;

  g_assert_true (gst_pad_peer_query (fixture->upstream, query));
  gst_query_parse_nth_allocation_pool (query, 0, &pool, NULL, NULL, NULL);
  g_assert_true (gst_buffer_pool_set_active (pool, TRUE));
  return pool;
}

/* The pool that upstream is offered, when all peers have joined. */
static GstSysmemBufferPool *
negotiate (Fixture *fixture, Peer *peers, guint n_peers, guint camping)
{
  GThread *thread = g_thread_new ("upstream", ask_for_pool, fixture);

  for (guint i = 0; i < n_peers; i++)
    peer_join (&peers[i], camping);
  return GST_SYSMEM_BUFFER_POOL (g_thread_join (thread));
}

static void
give_up_pool (GstSysmemBufferPool *pool)
{
  (void)gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  gst_object_unref (pool);
}

static GstBuffer *
draw (GstSysmemBufferPool *pool)
{
  GstBuffer *buffer = NULL;

  g_assert_cmpint (gst_sysmem_buffer_pool_acquire_until (pool, 0, &buffer), ==, GST_FLOW_OK);
  return buffer;
}

static void
show (Fixture *fixture, GstSysmemBufferPool *pool)
{
  g_assert_cmpint (gst_pad_push (fixture->upstream, draw (pool)), ==, GST_FLOW_OK);
}

/* All that are free. */
static GPtrArray *
hoard (GstSysmemBufferPool *pool)
{
  GPtrArray *buffers = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_buffer_unref);

  for (guint n = gst_sysmem_buffer_pool_get_n_free (pool); n > 0; n--)
    g_ptr_array_add (buffers, draw (pool));
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
  Peer peer;

  peer_greet (&peer, fixture);
  pool = negotiate (fixture, &peer, 1, 2);
  for (guint i = 0; i < 2; i++)
    {
      show (fixture, pool);
      frames[i] = peer_see (&peer);
    }
  hoarded = hoard (pool);
  for (guint i = 0; i < 2; i++)
    waiter_start (&waiters[i], pool, -1);
  wait_for_waiters (pool, 2);
  peer_release (&peer, frames[0]);
  wait_for_waiters (pool, 1);
  peer_release (&peer, frames[1]);
  for (guint i = 0; i < 2; i++)
    waiter_join (&waiters[i], GST_FLOW_OK);
  g_ptr_array_set_size (hoarded, 0);
  give_up_pool (pool);
  peer_leave (&peer);
}

/* The last of two who show it. */
static void
test_a_frame_that_two_consumers_have (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) hoarded = NULL;
  GstSysmemBufferPool *pool;
  GstSysmemMessage frames[2];
  Waiter waiter;
  Peer peers[2];

  for (guint i = 0; i < 2; i++)
    peer_greet (&peers[i], fixture);
  pool = negotiate (fixture, peers, 2, 1);
  show (fixture, pool);
  for (guint i = 0; i < 2; i++)
    frames[i] = peer_see (&peers[i]);
  hoarded = hoard (pool);
  peer_release (&peers[0], frames[0]);
  waiter_start (&waiter, pool, -1);
  wait_for_waiters (pool, 1);
  peer_release (&peers[1], frames[1]);
  waiter_join (&waiter, GST_FLOW_OK);
  g_ptr_array_set_size (hoarded, 0);
  give_up_pool (pool);
  for (guint i = 0; i < 2; i++)
    peer_leave (&peers[i]);
}

/* Nobody held anything when the wait began. */
static void
test_a_frame_that_was_sent_during_the_wait (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) hoarded = NULL;
  GstSysmemBufferPool *pool;
  Waiter waiter;
  Peer peer;

  peer_greet (&peer, fixture);
  pool = negotiate (fixture, &peer, 1, 1);
  hoarded = hoard (pool);
  waiter_start (&waiter, pool, -1);
  wait_for_waiters (pool, 1);
  g_assert_cmpint (gst_pad_push (fixture->upstream, g_ptr_array_steal_index (hoarded, 0)), ==,
                   GST_FLOW_OK);
  peer_release (&peer, peer_see (&peer));
  waiter_join (&waiter, GST_FLOW_OK);
  g_ptr_array_set_size (hoarded, 0);
  give_up_pool (pool);
  peer_leave (&peer);
}

/* As whoever raises the framerate does: who has it already gets a copy. */
static void
test_a_frame_that_is_shown_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstBuffer) buffer = NULL;
  GstSysmemBufferPool *pool;
  guint32 first;
  Peer peer;

  peer_greet (&peer, fixture);
  pool = negotiate (fixture, &peer, 1, 2);
  buffer = draw (pool);
  g_assert_cmpint (gst_pad_push (fixture->upstream, gst_buffer_ref (buffer)), ==, GST_FLOW_OK);
  first = peer_see (&peer).index;
  g_assert_cmpint (gst_pad_push (fixture->upstream, gst_buffer_ref (buffer)), ==, GST_FLOW_OK);
  g_assert_cmpuint (peer_see (&peer).index, !=, first);
  gst_clear_buffer (&buffer);
  give_up_pool (pool);
  peer_leave (&peer);
}

/* Others are free, so the pool is not empty. */
static void
test_waiting_for_a_certain_one (Fixture *fixture, gconstpointer data)
{
  GstSysmemBufferPool *pool;
  GstSysmemMessage frame;
  Waiter waiter;
  Peer peer;

  peer_greet (&peer, fixture);
  pool = negotiate (fixture, &peer, 1, 1);
  show (fixture, pool);
  frame = peer_see (&peer);
  waiter_start (&waiter, pool, (gint)frame.index);
  wait_for_waiters (pool, 1);
  peer_release (&peer, frame);
  waiter_join (&waiter, GST_FLOW_OK);
  give_up_pool (pool);
  peer_leave (&peer);
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

  show (frame->fixture, frame->pool);
  return NULL;
}

static void
close_half (Peer *peer)
{
  g_assert_cmpint (shutdown (gst_sysmem_channel_get_fd (peer->return_path), SHUT_WR), ==, 0);
}

static void
close_whole (Peer *peer)
{
  g_clear_pointer (&peer->return_path, gst_sysmem_channel_unref);
}

/* It can release nothing any more, so it keeps nobody. */
static void
close_while_full (Fixture *fixture, void (*close_it) (Peer *))
{
  g_autoptr (GstStructure) lost = NULL;
  GThread *thread;
  Push frame = { .fixture = fixture };
  Peer peers[2];

  for (guint i = 0; i < 2; i++)
    peer_greet (&peers[i], fixture);
  frame.pool = negotiate (fixture, peers, 2, 1);
  show (fixture, frame.pool);
  (void)peer_see (&peers[0]);
  peer_release (&peers[1], peer_see (&peers[1]));
  thread = g_thread_new ("upstream", push, &frame);
  close_it (&peers[0]);
  (void)g_thread_join (thread);
  peer_release (&peers[1], peer_see (&peers[1]));
  lost = gst_line_wait_for (&fixture->sink, "sysmem-consumer-lost");
  g_assert_cmpstr (gst_structure_get_string (lost, "reason"), ==, "it has closed its return path");
  give_up_pool (frame.pool);
  for (guint i = 0; i < 2; i++)
    peer_leave (&peers[i]);
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
  Peer peer;

  peer_greet (&peer, fixture);
  pool = negotiate (fixture, &peer, 1, 1);
  g_signal_connect (pool, "released", G_CALLBACK (ask_for_stats), fixture->sink.element);
  show (fixture, pool);
  frame = peer_see (&peer);
  hoarded = hoard (pool);
  waiter_start (&waiter, pool, -1);
  wait_for_waiters (pool, 1);
  frame.index++;
  peer_release (&peer, frame);
  waiter_join (&waiter, GST_FLOW_OK);
  g_ptr_array_set_size (hoarded, 0);
  give_up_pool (pool);
  peer_leave (&peer);
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
  Peer peer;

  peer_greet (&peer, fixture);
  pool = negotiate (fixture, &peer, 1, 1);
  show (fixture, pool);
  frame = peer_see (&peer);
  give_up_pool (pool);
  earlier = g_steal_pointer (&peer.collection);
  tell_upstreams_caps (fixture, LARGER);
  pool = negotiate (fixture, &peer, 1, 1);
  g_assert_cmpint (gst_element_set_state (fixture->sink.pipeline, GST_STATE_PAUSED), ==,
                   GST_STATE_CHANGE_SUCCESS);
  gst_world_release (earlier);
  g_clear_object (&earlier);
  g_assert_cmpuint (count_collections (inspector), ==, 2);
  peer_release (&peer, frame);
  while (count_collections (inspector) > 1)
    g_thread_yield ();
  give_up_pool (pool);
  peer_leave (&peer);
}

static void
tell_caps (Fixture *fixture, Peer *peer, const char *text)
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

/* The others went on to what it does not take. */
/* Each generation of which somebody keeps a frame is memory that nobody gets back. */
static void
test_one_that_keeps_frames_of_all_generations (Fixture *fixture, gconstpointer data)
{
  GstSysmemBufferPool *pool;
  GThread *thread;
  Peer hoarder;
  Peer other;

  peer_greet (&hoarder, fixture);
  for (guint i = 0; i < 4; i++)
    {
      if (i > 0)
        tell_upstreams_caps (fixture, i % 2 == 0 ? CAPS : LARGER);
      pool = negotiate (fixture, &hoarder, 1, 1);
      show (fixture, pool);
      (void)peer_see (&hoarder);
      give_up_pool (pool);
    }
  tell_upstreams_caps (fixture, CAPS);
  thread = g_thread_new ("upstream", ask_for_pool, fixture);
  gst_peer_assert_dismissed (hoarder.link, "keeps frames of 4 generations");
  peer_greet (&other, fixture);
  peer_join (&other, 1);
  give_up_pool (GST_SYSMEM_BUFFER_POOL (g_thread_join (thread)));
  peer_leave (&other);
  peer_leave (&hoarder);
}

static void
test_earlier_buffers_of_one_left_behind (Fixture *fixture, gconstpointer data)
{
  GstSysmemBufferPool *earlier;
  GstSysmemBufferPool *pool;
  GstSysmemMessage frame;
  Peer peers[2];

  for (guint i = 0; i < 2; i++)
    peer_greet (&peers[i], fixture);
  earlier = negotiate (fixture, peers, 2, 1);
  show (fixture, earlier);
  peer_release (&peers[0], peer_see (&peers[0]));
  frame = peer_see (&peers[1]);
  tell_upstreams_caps (fixture, LARGER);
  tell_caps (fixture, &peers[1], "video/x-raw,width=64");
  pool = negotiate (fixture, peers, 1, 1);
  peer_release (&peers[1], frame);
  wait_until_all_are_free (earlier);
  give_up_pool (earlier);
  give_up_pool (pool);
  for (guint i = 0; i < 2; i++)
    peer_leave (&peers[i]);
}

/* Upstream's thread is somewhere else than in the sink, and its pool outlives the sink's server. */
static void
test_stopping_while_somebody_waits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) hoarded = NULL;
  GstSysmemBufferPool *pool;
  GstBuffer *none = NULL;
  Waiter waiters[2];
  Peer peer;

  peer_greet (&peer, fixture);
  pool = negotiate (fixture, &peer, 1, 1);
  show (fixture, pool);
  (void)peer_see (&peer);
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
  give_up_pool (pool);
  peer_leave (&peer);
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
  Peer peer;

  gst_world_start (&fixture.world);
  fixture.folder = g_dir_make_tmp ("sysmem-returns-XXXXXX", NULL);
  fixture.path = g_build_filename (fixture.folder, "socket", NULL);
  gst_line_make (&fixture.sink, &fixture.world, fixture.path, CONVERTING);
  pad = gst_element_get_static_pad (fixture.sink.element, "sink");
  (void)gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, steal_the_rest, &thief, NULL);
  gst_object_unref (pad);
  gst_line_play (&fixture.sink);
  peer_greet (&peer, &fixture);
  peer_join (&peer, 1);
  (void)peer_see (&peer);
  while (!g_atomic_int_get (&thief.has_hoarded))
    g_thread_yield ();
  wait_for_waiters (thief.pool, 1);
  gst_line_stop (&fixture.sink);
  g_ptr_array_unref (thief.hoarded);
  gst_object_unref (thief.pool);
  peer_leave (&peer);
  g_assert_cmpint (g_rmdir (fixture.folder), ==, 0);
  g_free (fixture.folder);
  g_free (fixture.path);
  gst_world_stop (&fixture.world);
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
  return g_test_run ();
}
