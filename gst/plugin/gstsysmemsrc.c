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
 * names it and says why; one that stops or dies is what on-disconnect makes of it.
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
#include "gstsysmemframe.h"
#include "gstsysmemincoming.h"
#include "gstsysmemproducer.h"
#include "gstsysmemsrcsettings.h"
#include <gio/gio.h>

GST_DEBUG_CATEGORY_STATIC (gst_sysmem_src_debug);
#define GST_CAT_DEFAULT gst_sysmem_src_debug

#define RETRY_INTERVAL (100 * GST_MSECOND)

struct _GstSysmemSrc
{
  GstPushSrc parent_instance;

  /* Under the object lock. */
  GstSysmemSrcSettings settings;
  GstClockTime latency;
  GCancellable *cancellable; /* of waiting for the daemon */
  guint64 n_frames;

  /* The streaming thread's. */
  SysmemClient *client;
  GstSysmemProducer producer; /* flushing is anybody's */
  GstSysmemIncoming *invited;
  GstSysmemIncoming *current;
  gboolean is_current_wanted; /* by downstream, as far as the producer has been told */
  GstSysmemTimeBase times;
};

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

static void
disconnect (GstSysmemSrc *self)
{
  g_clear_pointer (&self->invited, gst_sysmem_incoming_free);
  g_clear_pointer (&self->current, gst_sysmem_incoming_free);
  gst_sysmem_producer_disconnect (&self->producer);
}

static gboolean
gst_sysmem_src_start (GstBaseSrc *base)
{
  GstSysmemSrc *self = GST_SYSMEM_SRC (base);
  g_autoptr (GError) error = NULL;

  self->n_frames = 0;
  self->latency = 0;
  self->client = gst_sysmem_client_new (GST_ELEMENT (self), self->settings.bus, &error);
  if (self->client != NULL)
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ, (NULL), ("%s", error->message));
  return FALSE;
}

static gboolean
gst_sysmem_src_stop (GstBaseSrc *base)
{
  GstSysmemSrc *self = GST_SYSMEM_SRC (base);

  disconnect (self);
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

static GstFlowReturn
fail (GstSysmemSrc *self, const char *reason)
{
  GST_ELEMENT_ERROR (self, RESOURCE, READ, (NULL), ("%s: %s", self->producer.name, reason));
  disconnect (self);
  return GST_FLOW_ERROR;
}

static GstFlowReturn
lose_producer (GstSysmemSrc *self, const char *how)
{
  GstSysmemDisconnectPolicy policy;

  GST_OBJECT_LOCK (self);
  policy = self->settings.on_disconnect;
  GST_OBJECT_UNLOCK (self);
  GST_INFO_OBJECT (self, "%s %s", self->producer.name, how);
  switch (policy)
    {
    case GST_SYSMEM_DISCONNECT_ERROR:
      return fail (self, how);
    case GST_SYSMEM_DISCONNECT_EOS:
      disconnect (self);
      return GST_FLOW_EOS;
    case GST_SYSMEM_DISCONNECT_RECONNECT:
      disconnect (self);
      return GST_FLOW_OK;
    }
  g_return_val_if_reached (GST_FLOW_ERROR);
}

/* Whenever one of both has changed: too much to find out for each frame. */
static void
compare_with_current (GstSysmemSrc *self)
{
  self->is_current_wanted = self->current != NULL && self->producer.told != NULL
                            && gst_caps_can_intersect (self->producer.told, self->current->caps);
}

static gboolean
tell_caps (GstSysmemSrc *self, GError **error)
{
  GstPad *pad = GST_BASE_SRC_PAD (self);
  g_autoptr (GstCaps) template = gst_pad_get_pad_template_caps (pad);
  g_autoptr (GstCaps) caps = gst_pad_peer_query_caps (pad, template);
  gboolean told = gst_sysmem_producer_tell_caps (&self->producer, caps, error);

  compare_with_current (self);
  return told;
}

static gboolean
is_nobody_there (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

/* Connects, if that is allowed as soon as somebody is there. */
static GstFlowReturn
connect_to_producer (GstSysmemSrc *self)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  gboolean insists;

  GST_OBJECT_LOCK (self);
  path = g_strdup (self->settings.socket_path);
  insists = self->settings.on_disconnect == GST_SYSMEM_DISCONNECT_RECONNECT;
  GST_OBJECT_UNLOCK (self);
  while (!gst_sysmem_producer_connect (&self->producer, path, &error))
    {
      if (!insists || !is_nobody_there (error))
        {
          GST_ELEMENT_ERROR (
            self, RESOURCE, OPEN_READ, (NULL),
            ("%s: is a sysmemsink with this socket-path running?", error->message));
          return GST_FLOW_ERROR;
        }
      g_clear_error (&error);
      if (!gst_sysmem_producer_wait (&self->producer, RETRY_INTERVAL))
        return GST_FLOW_FLUSHING;
    }
  GST_INFO_OBJECT (self, "connected to %s", self->producer.name);
  return tell_caps (self, NULL) ? GST_FLOW_OK : lose_producer (self, "does not listen");
}

/* Downstream may want something else now, or there is an invitation, whose caps it has to hear of
 * before it is asked what it needs. */
static gboolean
gst_sysmem_src_negotiate (GstBaseSrc *base)
{
  GstSysmemSrc *self = GST_SYSMEM_SRC (base);
  g_autoptr (GError) error = NULL;

  if (self->invited != NULL)
    return gst_base_src_set_caps (base, self->invited->caps);
  if (self->producer.channel != NULL && !tell_caps (self, &error))
    GST_DEBUG_OBJECT (self, "%s: %s", self->producer.name, error->message);
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
  terms.usage = self->settings.usage;
  terms.buffers = self->settings.buffers;
  GST_OBJECT_UNLOCK (self);
  g_clear_pointer (&self->current, gst_sysmem_incoming_free);
  if (gst_sysmem_incoming_join (invited, self->producer.channel, self->producer.return_path, &terms,
                                query, cancellable, &error))
    {
      GST_INFO_OBJECT (self, "generation %u: %" GST_PTR_FORMAT, invited->number, invited->caps);
      self->current = g_steal_pointer (&invited);
    }
  else
    GST_INFO_OBJECT (self, "no part in generation %u: %s", invited->number, error->message);
  compare_with_current (self);
}

/* The buffers are what was negotiated, not of a pool of downstream's. */
static gboolean
gst_sysmem_src_decide_allocation (GstBaseSrc *base, GstQuery *query)
{
  GstSysmemSrc *self = GST_SYSMEM_SRC (base);

  if (self->invited != NULL)
    join (self, query);
  while (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
  return TRUE;
}

static GstFlowReturn
take_invitation (GstSysmemSrc *self, GstSysmemMessage *message)
{
  g_autoptr (GError) error = NULL;

  if (self->producer.return_path == NULL)
    return fail (self, "it invites before it has said WELCOME");
  self->invited = gst_sysmem_incoming_new (message, &error);
  if (self->invited == NULL)
    return fail (self, error->message);
  if (gst_base_src_negotiate (GST_BASE_SRC (self)))
    return GST_FLOW_OK;
  return GST_PAD_IS_FLUSHING (GST_BASE_SRC_PAD (self)) ? GST_FLOW_FLUSHING
                                                       : GST_FLOW_NOT_NEGOTIATED;
}

static void
set_latency (GstSysmemSrc *self, GstClockTime latency)
{
  gboolean changed;

  GST_OBJECT_LOCK (self);
  changed = self->latency != latency;
  self->latency = latency;
  self->n_frames++;
  GST_OBJECT_UNLOCK (self);
  if (changed)
    (void)gst_element_post_message (GST_ELEMENT (self),
                                    gst_message_new_latency (GST_OBJECT (self)));
}

/* *@buffer stays NULL if downstream does not take such frames any more. */
static GstFlowReturn
take_frame (GstSysmemSrc *self, const GstSysmemMessage *message, GstBuffer **buffer)
{
  g_autoptr (GstBuffer) frame = NULL;
  g_autoptr (GError) error = NULL;

  if (self->current == NULL || message->generation != self->current->number)
    return fail (self, "it sends a frame of a generation that this consumer has no part in");
  frame = gst_sysmem_incoming_take (self->current, message->index, &error);
  if (frame == NULL)
    return fail (self, error->message);
  if (!self->is_current_wanted)
    return GST_FLOW_OK;
  gst_sysmem_time_base_update (&self->times, GST_ELEMENT (self));
  gst_sysmem_frame_apply (message, frame, &self->times);
  set_latency (self, message->times.latency);
  *buffer = g_steal_pointer (&frame);
  return GST_FLOW_OK;
}

static GstFlowReturn
hear (GstSysmemSrc *self, GstSysmemMessage *message, GstBuffer **buffer)
{
  switch (message->type)
    {
    case GST_SYSMEM_MESSAGE_WELCOME:
      return gst_sysmem_producer_take_return_path (&self->producer, message)
               ? GST_FLOW_OK
               : fail (self, "it says WELCOME twice");
    case GST_SYSMEM_MESSAGE_GENERATION:
      return take_invitation (self, message);
    case GST_SYSMEM_MESSAGE_FRAME:
      return take_frame (self, message, buffer);
    case GST_SYSMEM_MESSAGE_EOS:
      return GST_FLOW_EOS;
    case GST_SYSMEM_MESSAGE_BYE:
      return message->text != NULL ? fail (self, message->text)
                                   : lose_producer (self, "has stopped");
    case GST_SYSMEM_MESSAGE_HELLO:
    case GST_SYSMEM_MESSAGE_CAPS:
    case GST_SYSMEM_MESSAGE_BOUND:
    case GST_SYSMEM_MESSAGE_READY:
    case GST_SYSMEM_MESSAGE_REFUSED:
    case GST_SYSMEM_MESSAGE_RELEASE:
      break; /* the channel lets none of these through */
    }
  g_return_val_if_reached (GST_FLOW_ERROR);
}

/* Waits for a message and hears it. */
static GstFlowReturn
hear_next (GstSysmemSrc *self, GstBuffer **buffer)
{
  g_auto (GstSysmemMessage) message = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;

  if (!gst_sysmem_producer_wait (&self->producer, GST_CLOCK_TIME_NONE))
    return GST_FLOW_FLUSHING;
  switch (gst_sysmem_channel_receive (self->producer.channel, &message, &error))
    {
    case GST_SYSMEM_RECEIVED_MESSAGE:
      return hear (self, &message, buffer);
    case GST_SYSMEM_RECEIVED_NOTHING:
      return GST_FLOW_OK;
    case GST_SYSMEM_RECEIVED_END:
      return lose_producer (self, "has gone");
    case GST_SYSMEM_RECEIVED_NONSENSE:
      return fail (self, error->message);
    }
  g_return_val_if_reached (GST_FLOW_ERROR);
}

static GstFlowReturn
gst_sysmem_src_create (GstPushSrc *push, GstBuffer **buffer)
{
  GstSysmemSrc *self = GST_SYSMEM_SRC (push);
  GstFlowReturn flow = GST_FLOW_OK;

  *buffer = NULL;
  while (flow == GST_FLOW_OK && *buffer == NULL)
    flow = self->producer.channel == NULL ? connect_to_producer (self) : hear_next (self, buffer);
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
  gst_sysmem_producer_init (&self->producer);
  self->cancellable = g_cancellable_new ();
}
