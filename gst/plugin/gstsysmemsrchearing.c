/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemframe.h"
#include "gstsysmempeercaps.h"
#include "gstsysmemsrc-private.h"
#include <gio/gio.h>

GST_DEBUG_CATEGORY_EXTERN (gst_sysmem_src_debug);
#define GST_CAT_DEFAULT gst_sysmem_src_debug

#define RETRY_INTERVAL (100 * GST_MSECOND)

void
gst_sysmem_src_disconnect (GstSysmemSrc *self)
{
  g_clear_pointer (&self->invited, gst_sysmem_incoming_free);
  g_clear_pointer (&self->current, gst_sysmem_incoming_free);
  gst_sysmem_producer_disconnect (&self->producer);
  self->has_ended = self->is_current_wanted = FALSE;
  self->refused = 0;
}

void
gst_sysmem_src_end (GstSysmemSrc *self)
{
  const GstSysmemMessage eos = { .type = GST_SYSMEM_MESSAGE_EOS, .fd = -1 };

  if (self->producer.channel == NULL || self->has_ended)
    return;
  (void)gst_sysmem_channel_send (self->producer.channel, &eos, NULL);
  self->has_ended = TRUE;
}

static GstFlowReturn
fail (GstSysmemSrc *self, const char *reason)
{
  GST_ELEMENT_ERROR (self, RESOURCE, READ, (NULL), ("%s: %s", self->producer.name, reason));
  gst_sysmem_src_disconnect (self);
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
      gst_sysmem_src_disconnect (self);
      return GST_FLOW_EOS;
    case GST_SYSMEM_DISCONNECT_RECONNECT:
      gst_sysmem_src_disconnect (self);
      return GST_FLOW_OK;
    }
  g_return_val_if_reached (GST_FLOW_ERROR);
}

void
gst_sysmem_src_compare_with_current (GstSysmemSrc *self)
{
  self->is_current_wanted = self->current != NULL && self->producer.told != NULL
                            && gst_caps_can_intersect (self->producer.told, self->current->caps);
}

gboolean
gst_sysmem_src_tell_caps (GstSysmemSrc *self, GError **error)
{
  GstPad *pad = GST_BASE_SRC_PAD (self);
  g_autoptr (GstCaps) template = gst_pad_get_pad_template_caps (pad);
  g_autoptr (GstCaps) caps = gst_sysmem_peer_caps_shorten (gst_pad_peer_query_caps (pad, template));
  gboolean told = gst_sysmem_producer_tell_caps (&self->producer, caps, error);

  gst_sysmem_src_compare_with_current (self);
  return told;
}

static gboolean
is_nobody_there (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

static GstFlowReturn
fail_to_connect (GstSysmemSrc *self, const GError *error)
{
  const char *hint =
    is_nobody_there (error) ? ": is a sysmemsink with this socket-path running?" : "";

  GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ, (NULL), ("%s%s", error->message, hint));
  return GST_FLOW_ERROR;
}

/* Somebody should know that nothing will come for a while. */
static void
post_awaited (GstSysmemSrc *self, const GError *error)
{
  GST_INFO_OBJECT (self, "%s", error->message);
  (void)gst_element_post_message (
    GST_ELEMENT (self),
    gst_message_new_element (GST_OBJECT (self),
                             gst_structure_new ("sysmem-producer-awaited", "reason", G_TYPE_STRING,
                                                error->message, NULL)));
}

static GstFlowReturn
greet (GstSysmemSrc *self)
{
  GST_INFO_OBJECT (self, "connected to %s", self->producer.name);
  return gst_sysmem_src_tell_caps (self, NULL) ? GST_FLOW_OK
                                               : lose_producer (self, "does not listen");
}

/* Connects, if that is allowed as soon as somebody is there who lets it in. */
static GstFlowReturn
connect_to_producer (GstSysmemSrc *self)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  gboolean insists;
  gboolean is_first = TRUE;

  GST_OBJECT_LOCK (self);
  path = g_strdup (self->settings.common.socket_path);
  insists = self->settings.on_disconnect == GST_SYSMEM_DISCONNECT_RECONNECT;
  GST_OBJECT_UNLOCK (self);
  while (!gst_sysmem_producer_connect (&self->producer, path, &error))
    {
      if (!insists
          || !(is_nobody_there (error)
               || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)))
        return fail_to_connect (self, error);
      if (is_first)
        post_awaited (self, error);
      is_first = FALSE;
      g_clear_error (&error);
      if (!gst_sysmem_producer_wait (&self->producer, RETRY_INTERVAL))
        return GST_FLOW_FLUSHING;
    }
  return greet (self);
}

static GstFlowReturn
take_invitation (GstSysmemSrc *self, GstSysmemMessage *message)
{
  g_autoptr (GError) error = NULL;

  if (self->producer.return_path == NULL)
    return fail (self, "it invites before it has said WELCOME");
  g_clear_pointer (&self->invited, gst_sysmem_incoming_free); /* left over from a flush */
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

/* It knows already, unless it did not want them yet when this consumer joined. */
static GstFlowReturn
tell_downstream_what_comes (GstSysmemSrc *self)
{
  if (gst_base_src_set_caps (GST_BASE_SRC (self), self->current->caps))
    return GST_FLOW_OK;
  return GST_PAD_IS_FLUSHING (GST_BASE_SRC_PAD (self)) ? GST_FLOW_FLUSHING
                                                       : GST_FLOW_NOT_NEGOTIATED;
}

/* *@buffer stays NULL if downstream does not take such frames any more. */
static GstFlowReturn
take_frame (GstSysmemSrc *self, const GstSysmemMessage *message, GstBuffer **buffer)
{
  g_autoptr (GstBuffer) frame = NULL;
  g_autoptr (GError) error = NULL;
  GstFlowReturn flow;

  if (message->generation == self->refused) /* of which the producer may not have heard yet */
    {
      gst_sysmem_incoming_return (self->producer.return_path, message->generation, message->index);
      return GST_FLOW_OK;
    }
  if (self->current == NULL || message->generation != self->current->number)
    return fail (self, "it sends a frame of a generation that this consumer has no part in");
  frame = gst_sysmem_incoming_take (self->current, message->index, &error);
  if (frame == NULL)
    return fail (self, error->message);
  if (!self->is_current_wanted)
    return GST_FLOW_OK;
  flow = tell_downstream_what_comes (self);
  if (flow != GST_FLOW_OK)
    return flow;
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
      self->has_ended = TRUE;
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
  if (gst_pad_needs_reconfigure (GST_BASE_SRC_PAD (self)))
    (void)gst_sysmem_src_tell_caps (self, NULL); /* if it cannot be told, its end comes next */
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

GstFlowReturn
gst_sysmem_src_hear (GstSysmemSrc *self, GstBuffer **buffer)
{
  if (self->has_ended) /* and begins anew */
    gst_sysmem_src_disconnect (self);
  return self->producer.channel == NULL ? connect_to_producer (self) : hear_next (self, buffer);
}
