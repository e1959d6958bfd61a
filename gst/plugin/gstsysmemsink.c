/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-sysmemsink
 * @title: sysmemsink
 * @see_also: sysmemsrc
 *
 * Shows raw video to other processes, where sysmemsrc receives it, in buffers that all of them
 * share: sysmemd lays them out so that upstream here and downstream there can use them as they are,
 * upstream draws into them, and consumers get the index of each frame's buffer over a socket.
 *
 * Consumers may come and go. One that comes later joins the buffers that exist if they suit it;
 * otherwise there are new ones, and upstream is asked to negotiate again: the sink takes what all its
 * consumers take. Each consumer may hold as many frames as it has asked the daemon for; what happens
 * to one that releases none is the stall-policy, and a message on the bus names it.
 *
 * Frames that upstream has drawn elsewhere (behind a tee, for example) are copied once, and so are
 * those that it shows again while a consumer still has them; the debug category GST_PERFORMANCE tells
 * that and #GstSysmemSink:stats counts them.
 *
 * Caps with `memory:DMABuf` get dma-bufs. Since GStreamer 1.24 their format may be `DMA_DRM` with any
 * `drm-format` that one of the daemon's heaps lays out: tiles, for example.
 *
 * The end of the stream is that of all consumers. If another one follows, after a seek for example, it
 * is for those who connect again, as sysmemsrc does when it is started again.
 *
 * ## Messages
 *
 * Element messages on the bus, each with what #GstSysmemSink:stats has of a consumer, its `pid` and
 * `comm` above all, and those of consumers that went with a `reason`:
 *
 * * `sysmem-consumer-joined`: it gets frames from now on;
 * * `sysmem-consumer-stalled`: for the time of stall-timeout it has held as many frames as it may;
 * * `sysmem-consumer-lost`: it left without a word;
 * * `sysmem-consumer-unserved`: it was sent away since nothing suits all, it did not answer in
 *   time, upstream has gone on for the time of stall-timeout with what it does not take, or this
 *   process has no file descriptor left for it;
 * * `sysmem-consumer-expelled`: it was sent away since it broke the protocol, or kept frames of four
 *   generations of buffers.
 *
 * And `sysmem-consumer-kept-out`, which has only a `reason`: there are 64 consumers (or 32 of one
 * process), or this process has no file descriptors left, so that nobody can connect for now.
 *
 * ## Example
 *
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=150 ! video/x-raw,format=NV12,width=1280,height=720 ! sysmemsink socket-path=/tmp/frames &
 * gst-launch-1.0 sysmemsrc socket-path=/tmp/frames on-disconnect=reconnect ! videoconvert ! autovideosink
 * ]|
 */

#include "gstsysmemsink.h"

#include "gstsysmemclient.h"
#include "gstsysmemreturns.h"
#include "gstsysmemsink-private.h"

GST_DEBUG_CATEGORY (gst_sysmem_performance_debug);
GST_DEBUG_CATEGORY (gst_sysmem_sink_debug);
#define GST_CAT_DEFAULT gst_sysmem_sink_debug

static guint prop_stats;

G_DEFINE_FINAL_TYPE_WITH_CODE (
  GstSysmemSink,
  gst_sysmem_sink,
  GST_TYPE_BASE_SINK,
  GST_DEBUG_CATEGORY_INIT (gst_sysmem_sink_debug, "sysmemsink", 0, "frames for other processes");
  GST_DEBUG_CATEGORY_GET (gst_sysmem_performance_debug, "GST_PERFORMANCE"))
GST_ELEMENT_REGISTER_DEFINE (sysmemsink, "sysmemsink", GST_RANK_NONE, GST_TYPE_SYSMEM_SINK)

static GstCaps *
get_possible_caps (gpointer owner)
{
  GstPad *pad = GST_BASE_SINK_PAD (owner);
  g_autoptr (GstCaps) template = gst_pad_get_pad_template_caps (pad);

  return gst_pad_peer_query_caps (pad, template);
}

static void
post (gpointer owner, GstStructure *what)
{
  (void)gst_element_post_message (owner, gst_message_new_element (owner, what));
}

/* The pad flushes before what waits is interrupted, and until it is used again. */
static gboolean
is_stopping (gpointer owner)
{
  GstPad *pad = GST_BASE_SINK_PAD (owner);
  gboolean stopping;

  GST_OBJECT_LOCK (pad);
  stopping = GST_PAD_IS_FLUSHING (pad);
  GST_OBJECT_UNLOCK (pad);
  return stopping;
}

/* With the object lock held. */
static void
take_patience (GstSysmemSink *self)
{
  if (self->server != NULL)
    gst_sysmem_server_set_patience (self->server,
                                    gst_sysmem_sink_settings_get_patience (&self->settings));
}

static gboolean
gst_sysmem_sink_start (GstBaseSink *base)
{
  static const GstSysmemServerCalls calls = { get_possible_caps, gst_sysmem_sink_reconfigure, post,
                                              is_stopping };
  GstSysmemSink *self = GST_SYSMEM_SINK (base);
  GstSysmemServer *server = NULL;
  g_autoptr (GError) error = NULL;

  self->n_in_place = self->n_copied = self->n_unseen = 0;
  self->client = gst_sysmem_client_new (GST_ELEMENT (self), self->settings.common.bus, &error);
  if (self->client != NULL)
    server = gst_sysmem_server_new (self->settings.common.socket_path, &calls, self, &error);
  if (server == NULL)
    {
      GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ_WRITE, (NULL), ("%s", error->message));
      g_clear_object (&self->client);
      return FALSE;
    }
  GST_OBJECT_LOCK (self);
  self->server = server;
  take_patience (self);
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

static gboolean
gst_sysmem_sink_stop (GstBaseSink *base)
{
  GstSysmemSink *self = GST_SYSMEM_SINK (base);
  GstSysmemServer *server;

  GST_OBJECT_LOCK (self);
  server = g_steal_pointer (&self->server);
  GST_OBJECT_UNLOCK (self);
  gst_sysmem_server_end (server);
  gst_clear_caps (&self->caps);
  g_clear_object (&self->client);
  return TRUE;
}

static gboolean
gst_sysmem_sink_unlock (GstBaseSink *base)
{
  gst_sysmem_server_set_flushing (GST_SYSMEM_SINK (base)->server, TRUE);
  return TRUE;
}

static gboolean
gst_sysmem_sink_unlock_stop (GstBaseSink *base)
{
  gst_sysmem_server_set_flushing (GST_SYSMEM_SINK (base)->server, FALSE);
  return TRUE;
}

static GstCaps *
gst_sysmem_sink_get_caps (GstBaseSink *base, GstCaps *filter)
{
  GstSysmemSink *self = GST_SYSMEM_SINK (base);
  g_autoptr (GstCaps) template = gst_pad_get_pad_template_caps (GST_BASE_SINK_PAD (base));
  g_autoptr (GstCaps) taken = NULL;
  g_autoptr (GstCaps) caps = NULL;

  GST_OBJECT_LOCK (self);
  if (self->server != NULL)
    taken = gst_sysmem_server_dup_common_caps (self->server);
  GST_OBJECT_UNLOCK (self);
  caps = taken != NULL ? gst_caps_intersect_full (taken, template, GST_CAPS_INTERSECT_FIRST)
                       : gst_caps_ref (template);
  return filter != NULL ? gst_caps_intersect_full (filter, caps, GST_CAPS_INTERSECT_FIRST)
                        : g_steal_pointer (&caps);
}

static gboolean
gst_sysmem_sink_propose_allocation (GstBaseSink *base, GstQuery *query)
{
  GstSysmemSink *self = GST_SYSMEM_SINK (base);
  g_autoptr (GstSysmemGeneration) generation = NULL;
  GstCaps *caps = NULL;
  gboolean need_pool;
  GstVideoInfo info;

  gst_query_parse_allocation (query, &caps, &need_pool);
  if (caps == NULL || gst_sysmem_sink_negotiate (self, caps, &generation) != GST_FLOW_OK)
    return FALSE;
  self->offered = generation != NULL ? generation->number : 0;
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  if (generation != NULL && gst_sysmem_buffer_pool_get_video_info (generation->pool, &info))
    gst_query_add_allocation_pool (query, need_pool ? GST_BUFFER_POOL (generation->pool) : NULL,
                                   (guint)GST_VIDEO_INFO_SIZE (&info), 1,
                                   gst_sysmem_buffer_pool_get_n_buffers (generation->pool));
  return TRUE;
}

static gboolean
gst_sysmem_sink_set_caps (GstBaseSink *base, GstCaps *caps)
{
  GstSysmemSink *self = GST_SYSMEM_SINK (base);

  GST_OBJECT_LOCK (self);
  gst_caps_replace (&self->caps, caps);
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

/* Where the state changes quickly, the streaming thread is woken up by one change and finds the next
 * one: to wait for consumers then would keep the pipeline from ever playing. */
static GstFlowReturn
wait_to_play (GstSysmemSink *self)
{
  GstFlowReturn flow = GST_FLOW_OK;

  while (flow == GST_FLOW_OK && !g_atomic_int_get (&self->is_playing))
    flow = gst_base_sink_wait_preroll (GST_BASE_SINK (self));
  return flow;
}

/* Pausing interrupts what waits, too: it goes on when the pipeline plays again. */
static GstFlowReturn
gst_sysmem_sink_render (GstBaseSink *base, GstBuffer *frame)
{
  GstSysmemSink *self = GST_SYSMEM_SINK (base);
  GstFlowReturn flow = wait_to_play (self);

  while (flow == GST_FLOW_OK)
    {
      flow = gst_sysmem_sink_show (self, frame);
      if (flow != GST_FLOW_FLUSHING)
        return flow;
      flow = gst_base_sink_wait_preroll (base);
      if (flow == GST_FLOW_OK)
        flow = wait_to_play (self);
    }
  return flow;
}

static GstStateChangeReturn
gst_sysmem_sink_change_state (GstElement *element, GstStateChange change)
{
  GstSysmemSink *self = GST_SYSMEM_SINK (element);
  GstStateChangeReturn changed;

  /* Before what waits is interrupted. */
  if (change == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    g_atomic_int_set (&self->is_playing, FALSE);
  /* Upstream stops after this, unless it waits for a buffer that a consumer has. */
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_sysmem_server_set_pools_flushing (self->server, TRUE);
  if (change == GST_STATE_CHANGE_READY_TO_PAUSED)
    gst_sysmem_server_set_pools_flushing (self->server, FALSE);
  changed = GST_ELEMENT_CLASS (gst_sysmem_sink_parent_class)->change_state (element, change);
  /* Who comes from now on comes for the next stream. */
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_sysmem_server_set_ended (self->server, FALSE);
  if (change == GST_STATE_CHANGE_PAUSED_TO_PLAYING)
    {
      GST_BASE_SINK_PREROLL_LOCK (self);
      g_atomic_int_set (&self->is_playing, TRUE);
      GST_BASE_SINK_PREROLL_SIGNAL (self);
      GST_BASE_SINK_PREROLL_UNLOCK (self);
    }
  return changed;
}

static gboolean
gst_sysmem_sink_event (GstBaseSink *base, GstEvent *event)
{
  GstSysmemServer *server = GST_SYSMEM_SINK (base)->server;

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    gst_sysmem_server_set_ended (server, TRUE);
  else if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT
           || GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
    gst_sysmem_server_set_ended (server, FALSE);
  return GST_BASE_SINK_CLASS (gst_sysmem_sink_parent_class)->event (base, event);
}

/* What consumers take is asked for by the query of caps. Upstream that cannot but go on with something
 * else must not fail for that: those who do not take it are left out. */
static gboolean
gst_sysmem_sink_query (GstBaseSink *base, GstQuery *query)
{
  g_autoptr (GstCaps) template = NULL;
  GstCaps *caps;

  if (GST_QUERY_TYPE (query) != GST_QUERY_ACCEPT_CAPS)
    return GST_BASE_SINK_CLASS (gst_sysmem_sink_parent_class)->query (base, query);
  template = gst_pad_get_pad_template_caps (GST_BASE_SINK_PAD (base));
  gst_query_parse_accept_caps (query, &caps);
  gst_query_set_accept_caps_result (query, gst_caps_is_subset (caps, template));
  return TRUE;
}

/* So that nobody seems to hold what has come back. */
static void
collect_returns (GstSysmemSink *self)
{
  g_autoptr (GstSysmemServer) server = NULL;

  GST_OBJECT_LOCK (self);
  if (self->server != NULL)
    server = gst_sysmem_server_ref (self->server);
  GST_OBJECT_UNLOCK (self);
  if (server == NULL)
    return;
  gst_sysmem_server_lock (server);
  while (gst_sysmem_server_collect (server))
    ;
  gst_sysmem_server_unlock (server);
}

/* With the object lock held. */
static GstStructure *
make_stats (GstSysmemSink *self)
{
  GstStructure *stats = gst_structure_new (
    "application/x-sysmem-sink-stats", "in-place", G_TYPE_UINT64, self->n_in_place, "copied",
    G_TYPE_UINT64, self->n_copied, "unseen", G_TYPE_UINT64, self->n_unseen, NULL);

  if (self->server != NULL)
    gst_sysmem_server_add_stats (self->server, stats);
  return stats;
}

static void
gst_sysmem_sink_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstSysmemSink *self = GST_SYSMEM_SINK (object);

  if (id == prop_stats)
    collect_returns (self);
  GST_OBJECT_LOCK (self);
  if (id == prop_stats)
    g_value_take_boxed (value, make_stats (self));
  else if (!gst_sysmem_sink_settings_get (&self->settings, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_sysmem_sink_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstSysmemSink *self = GST_SYSMEM_SINK (object);

  GST_OBJECT_LOCK (self);
  if (!gst_sysmem_sink_settings_set (&self->settings, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  take_patience (self);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_sysmem_sink_finalize (GObject *object)
{
  gst_sysmem_sink_settings_clear (&GST_SYSMEM_SINK (object)->settings);
  G_OBJECT_CLASS (gst_sysmem_sink_parent_class)->finalize (object);
}

static void
gst_sysmem_sink_class_init (GstSysmemSinkClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GstElementClass *element_class = GST_ELEMENT_CLASS (class);
  GstBaseSinkClass *base_class = GST_BASE_SINK_CLASS (class);
  g_autoptr (GstCaps) caps = gst_sysmem_make_template_caps ();

  object_class->get_property = gst_sysmem_sink_get_property;
  object_class->set_property = gst_sysmem_sink_set_property;
  object_class->finalize = gst_sysmem_sink_finalize;
  element_class->change_state = gst_sysmem_sink_change_state;
  base_class->start = gst_sysmem_sink_start;
  base_class->stop = gst_sysmem_sink_stop;
  base_class->unlock = gst_sysmem_sink_unlock;
  base_class->unlock_stop = gst_sysmem_sink_unlock_stop;
  base_class->get_caps = gst_sysmem_sink_get_caps;
  base_class->set_caps = gst_sysmem_sink_set_caps;
  base_class->propose_allocation = gst_sysmem_sink_propose_allocation;
  base_class->render = gst_sysmem_sink_render;
  base_class->event = gst_sysmem_sink_event;
  base_class->query = gst_sysmem_sink_query;

  prop_stats = gst_sysmem_sink_settings_install (object_class);
  /**
   * GstSysmemSink:stats:
   *
   * What has become of the frames: `in-place`, `copied`, `unseen` (nobody got them), how many
   * `generations` of buffers there were, and of each of the `consumers`, a
   * structure of structures `consumer-0`, … in the order in which they came, `pid`, `comm`, how many
   * frames it may hold (`camping`), and those that were `sent` to it, `dropped` because it stalled and are `held` by it.
   */
  g_object_class_install_property (
    object_class, prop_stats,
    g_param_spec_boxed ("stats", "Statistics", "What has become of the frames, and who is there",
                        GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));

  gst_element_class_add_pad_template (
    element_class, gst_pad_template_new ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, caps));
  gst_element_class_set_static_metadata (
    element_class, "Shared buffer sink", "Sink/Video",
    "Shows raw video to other processes, in buffers that all of them can use as they are",
    "The sysmem authors");
}

static void
gst_sysmem_sink_init (GstSysmemSink *self)
{
  /* A frame that is kept for nothing but looks is one that upstream lacks. */
  gst_base_sink_set_last_sample_enabled (GST_BASE_SINK (self), FALSE);
}
