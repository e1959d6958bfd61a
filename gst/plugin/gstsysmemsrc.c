/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-sysmemsrc
 * @title: sysmemsrc
 * @see_also: sysmemsink
 *
 * Receives raw video from a sysmemsink in another process, in buffers that both share: what
 * downstream needs of them (strides, room around the frames, how many it holds) goes to sysmemd
 * before they are made. Pixels are never copied on the way.
 *
 * Times are those of the producer: both pipelines' clocks are translated by CLOCK_MONOTONIC, and
 * the producer's latency is reported.
 *
 * A producer that breaks the protocol, or sends this consumer away, is an error of the pipeline that
 * names it and says why; one that stops or dies is what on-disconnect makes of it. With
 * on-disconnect=reconnect the element waits for the next one, and says so by an element message on
 * the pipeline's bus, `sysmem-producer-awaited`, with a `reason` (string).
 *
 * ## Example
 *
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=150 ! video/x-raw,format=NV12,width=1280,height=720 ! sysmemsink socket-path=/tmp/frames &
 * gst-launch-1.0 sysmemsrc socket-path=/tmp/frames on-disconnect=reconnect ! videoconvert ! autovideosink
 * ]|
 */

#include "gstsysmemsrc.h"

#include "gstsysmemclient.h"
#include "gstsysmemsrc-private.h"

GST_DEBUG_CATEGORY (gst_sysmem_src_debug);
#define GST_CAT_DEFAULT gst_sysmem_src_debug

static guint prop_stats;

G_DEFINE_FINAL_TYPE_WITH_CODE (
  GstSysmemSrc,
  gst_sysmem_src,
  GST_TYPE_PUSH_SRC,
  GST_DEBUG_CATEGORY_INIT (gst_sysmem_src_debug, "sysmemsrc", 0, "frames of another process"))
GST_ELEMENT_REGISTER_DEFINE (sysmemsrc, "sysmemsrc", GST_RANK_NONE, GST_TYPE_SYSMEM_SRC)

static GCancellable *
dup_cancellable (GstSysmemSrc *self)
{
  GCancellable *cancellable;

  GST_OBJECT_LOCK (self);
  cancellable = g_object_ref (self->cancellable);
  GST_OBJECT_UNLOCK (self);
  return cancellable;
}

static gboolean
gst_sysmem_src_start (GstBaseSrc *base)
{
  GstSysmemSrc *self = GST_SYSMEM_SRC (base);
  g_autoptr (GError) error = NULL;

  self->n_frames = 0;
  self->latency = 0;
  self->client = gst_sysmem_client_new (GST_ELEMENT (self), self->settings.common.bus, &error);
  if (self->client != NULL)
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ, (NULL), ("%s", error->message));
  return FALSE;
}

static gboolean
gst_sysmem_src_stop (GstBaseSrc *base)
{
  GstSysmemSrc *self = GST_SYSMEM_SRC (base);

  gst_sysmem_src_disconnect (self);
  g_clear_object (&self->client);
  return TRUE;
}

static gboolean
gst_sysmem_src_unlock (GstBaseSrc *base)
{
  GstSysmemSrc *self = GST_SYSMEM_SRC (base);
  g_autoptr (GCancellable) cancellable = dup_cancellable (self);

  gst_sysmem_producer_set_flushing (&self->producer, TRUE);
  g_cancellable_cancel (cancellable);
  return TRUE;
}

static gboolean
gst_sysmem_src_unlock_stop (GstBaseSrc *base)
{
  GstSysmemSrc *self = GST_SYSMEM_SRC (base);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  GST_OBJECT_LOCK (self);
  g_set_object (&self->cancellable, cancellable);
  GST_OBJECT_UNLOCK (self);
  gst_sysmem_producer_set_flushing (&self->producer, FALSE);
  return TRUE;
}

/* The invitation is answered by now, whether it led to something or not. */
static void
join (GstSysmemSrc *self, GstQuery *query)
{
  g_autoptr (GstSysmemIncoming) invited = g_steal_pointer (&self->invited);
  g_autoptr (GCancellable) cancellable = dup_cancellable (self);
  GstSysmemParticipation terms = { .client = self->client };
  g_autoptr (GError) error = NULL;

  GST_OBJECT_LOCK (self);
  terms.usage = self->settings.common.usage;
  terms.buffers = self->settings.common.buffers;
  GST_OBJECT_UNLOCK (self);
  g_clear_pointer (&self->current, gst_sysmem_incoming_free);
  if (gst_sysmem_incoming_join (invited, self->producer.channel, self->producer.return_path, &terms,
                                query, cancellable, &error))
    {
      GST_INFO_OBJECT (self, "generation %u: %" GST_PTR_FORMAT, invited->number, invited->caps);
      self->current = g_steal_pointer (&invited);
    }
  else
    {
      GST_INFO_OBJECT (self, "no part in generation %u: %s", invited->number, error->message);
      self->refused = invited->number;
    }
  gst_sysmem_src_compare_with_current (self);
}

static void
tell_caps (GstSysmemSrc *self)
{
  g_autoptr (GError) error = NULL;

  if (!gst_sysmem_src_tell_caps (self, &error))
    GST_DEBUG_OBJECT (self, "%s: %s", self->producer.name, error->message);
}

static gboolean
is_invitation_wanted (GstSysmemSrc *self)
{
  tell_caps (self);
  return gst_caps_can_intersect (self->producer.told, self->invited->caps);
}

/* Downstream may have changed its mind since the producer was told: then it takes part, so that
 * nobody waits for it, and shows nothing before the producer has come round. */
static gboolean
accept_invitation (GstSysmemSrc *self)
{
  GstBaseSrc *base = GST_BASE_SRC (self);
  g_autoptr (GstQuery) nothing = NULL;

  if (is_invitation_wanted (self) && gst_base_src_set_caps (base, self->invited->caps))
    return TRUE;
  if (GST_PAD_IS_FLUSHING (GST_BASE_SRC_PAD (self)) || is_invitation_wanted (self))
    return FALSE;
  nothing = gst_query_new_allocation (self->invited->caps, FALSE);
  join (self, nothing);
  return TRUE;
}

/* Downstream may want something else now, or there is an invitation, whose caps it has to hear of
 * before it is asked what it needs. */
static gboolean
gst_sysmem_src_negotiate (GstBaseSrc *base)
{
  GstSysmemSrc *self = GST_SYSMEM_SRC (base);

  if (self->invited != NULL)
    return accept_invitation (self);
  if (self->producer.channel != NULL)
    tell_caps (self);
  return TRUE;
}

/* Who does not know GstVideoMeta, and may have come since the buffers were made, takes rows for the
 * usual ones. */
static gboolean
would_misread (GstSysmemSrc *self, GstQuery *query)
{
  GstVideoInfo info;

  return self->is_current_wanted
         && !gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL)
         && gst_sysmem_buffer_pool_get_video_info (self->current->pool, &info)
         && GST_VIDEO_INFO_N_PLANES (&info) > 0 && !gst_sysmem_video_info_is_packed (&info);
}

/* The buffers are what was negotiated, not of a pool of downstream's. */
static gboolean
gst_sysmem_src_decide_allocation (GstBaseSrc *base, GstQuery *query)
{
  GstSysmemSrc *self = GST_SYSMEM_SRC (base);

  if (self->invited != NULL)
    join (self, query);
  else if (would_misread (self, query))
    {
      GST_INFO_OBJECT (self, "downstream needs the usual rows now: it takes other buffers");
      gst_sysmem_src_disconnect (self); /* to come again, as somebody who needs that */
    }
  while (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
  return TRUE;
}

static GstFlowReturn
gst_sysmem_src_create (GstPushSrc *push, GstBuffer **buffer)
{
  GstSysmemSrc *self = GST_SYSMEM_SRC (push);
  GstFlowReturn flow = GST_FLOW_OK;

  *buffer = NULL;
  while (flow == GST_FLOW_OK && *buffer == NULL)
    flow = gst_sysmem_src_hear (self, buffer);
  return flow;
}

static gboolean
gst_sysmem_src_query (GstBaseSrc *base, GstQuery *query)
{
  GstSysmemSrc *self = GST_SYSMEM_SRC (base);
  GstClockTime latency;

  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return GST_BASE_SRC_CLASS (gst_sysmem_src_parent_class)->query (base, query);
  GST_OBJECT_LOCK (self);
  latency = self->latency;
  GST_OBJECT_UNLOCK (self);
  gst_query_set_latency (query, TRUE, latency, GST_CLOCK_TIME_NONE);
  return TRUE;
}

/* Downstream wants something else, and perhaps nothing comes because of what it has wanted. */
static gboolean
gst_sysmem_src_event (GstBaseSrc *base, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_RECONFIGURE)
    gst_sysmem_producer_wake (&GST_SYSMEM_SRC (base)->producer);
  return GST_BASE_SRC_CLASS (gst_sysmem_src_parent_class)->event (base, event);
}

/* Also if the producer has not ended it: num-buffers have come, or downstream wants no more. */
static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer self)
{
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS)
    gst_sysmem_src_end (self);
  return GST_PAD_PROBE_OK;
}

static void
gst_sysmem_src_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstSysmemSrc *self = GST_SYSMEM_SRC (object);

  GST_OBJECT_LOCK (self);
  if (id == prop_stats)
    g_value_take_boxed (value, gst_structure_new ("application/x-sysmem-src-stats", "frames",
                                                  G_TYPE_UINT64, self->n_frames, "latency",
                                                  G_TYPE_UINT64, self->latency, NULL));
  else if (!gst_sysmem_src_settings_get (&self->settings, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_sysmem_src_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstSysmemSrc *self = GST_SYSMEM_SRC (object);

  GST_OBJECT_LOCK (self);
  if (!gst_sysmem_src_settings_set (&self->settings, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  GST_OBJECT_UNLOCK (self);
}

static void
gst_sysmem_src_finalize (GObject *object)
{
  GstSysmemSrc *self = GST_SYSMEM_SRC (object);

  gst_sysmem_src_settings_clear (&self->settings);
  gst_sysmem_producer_clear (&self->producer);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (gst_sysmem_src_parent_class)->finalize (object);
}

static void
gst_sysmem_src_class_init (GstSysmemSrcClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GstElementClass *element_class = GST_ELEMENT_CLASS (class);
  GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS (class);
  g_autoptr (GstCaps) caps = gst_sysmem_make_template_caps ();

  object_class->get_property = gst_sysmem_src_get_property;
  object_class->set_property = gst_sysmem_src_set_property;
  object_class->finalize = gst_sysmem_src_finalize;
  base_class->start = gst_sysmem_src_start;
  base_class->stop = gst_sysmem_src_stop;
  base_class->unlock = gst_sysmem_src_unlock;
  base_class->unlock_stop = gst_sysmem_src_unlock_stop;
  base_class->negotiate = gst_sysmem_src_negotiate;
  base_class->decide_allocation = gst_sysmem_src_decide_allocation;
  base_class->query = gst_sysmem_src_query;
  base_class->event = gst_sysmem_src_event;
  GST_PUSH_SRC_CLASS (class)->create = gst_sysmem_src_create;

  prop_stats = gst_sysmem_src_settings_install (object_class);
  /**
   * GstSysmemSrc:stats:
   *
   * How many `frames` came, and the producer's `latency` in nanoseconds.
   */
  g_object_class_install_property (
    object_class, prop_stats,
    g_param_spec_boxed ("stats", "Statistics", "How many frames came, and the producer's latency",
                        GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));

  gst_element_class_add_pad_template (
    element_class, gst_pad_template_new ("src", GST_PAD_SRC, GST_PAD_ALWAYS, caps));
  gst_element_class_set_static_metadata (
    element_class, "Shared buffer source", "Source/Video",
    "Receives raw video from another process, in buffers that both can use as they are",
    "The sysmem authors");
}

static void
gst_sysmem_src_init (GstSysmemSrc *self)
{
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
  (void)gst_pad_add_probe (GST_BASE_SRC_PAD (self), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event,
                           self, NULL);
  gst_sysmem_producer_init (&self->producer);
  self->cancellable = g_cancellable_new ();
}
