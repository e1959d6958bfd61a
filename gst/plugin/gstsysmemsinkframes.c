/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemcopy.h"
#include "gstsysmemframe.h"
#include "gstsysmemreturns.h"
#include "gstsysmemsink-private.h"

GST_DEBUG_CATEGORY_EXTERN (gst_sysmem_performance_debug);
GST_DEBUG_CATEGORY_EXTERN (gst_sysmem_sink_debug);
#define GST_CAT_DEFAULT gst_sysmem_sink_debug

void
gst_sysmem_sink_reconfigure (gpointer sink)
{
  GST_DEBUG_OBJECT (sink, "asking upstream to negotiate again");
  (void)gst_pad_push_event (GST_BASE_SINK_PAD (sink), gst_event_new_reconfigure ());
}

GstFlowReturn
gst_sysmem_sink_negotiate (GstSysmemSink *self, GstCaps *caps, GstSysmemGeneration **generation)
{
  GstSysmemNegotiation terms;
  g_autoptr (GError) error = NULL;
  GstFlowReturn flow;

  GST_OBJECT_LOCK (self);
  terms = gst_sysmem_sink_settings_to_negotiation (&self->settings, self->client);
  GST_OBJECT_UNLOCK (self);
  flow = gst_sysmem_server_negotiate (self->server, &terms, caps, generation, &error);
  if (flow == GST_FLOW_ERROR)
    GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS, ("There are no shared buffers."),
                       ("%s", error->message));
  return flow;
}

static void
count (GstSysmemSink *self, guint64 *counter)
{
  GST_OBJECT_LOCK (self);
  (*counter)++;
  GST_OBJECT_UNLOCK (self);
}

/* A frame that upstream drew elsewhere, in one of the generation's buffers. */
static GstFlowReturn
copy (GstSysmemSink *self, GstSysmemGeneration *generation, GstBuffer *frame, GstBuffer **copied)
{
  GstSysmemCopyPolicy policy;
  GstFlowReturn flow;

  GST_OBJECT_LOCK (self);
  policy = self->settings.copy;
  GST_OBJECT_UNLOCK (self);
  if (policy == GST_SYSMEM_COPY_NEVER)
    {
      GST_ELEMENT_ERROR (self, STREAM, WRONG_TYPE, ("A frame is not in a shared buffer."),
                         ("upstream did not use the pool that it was offered, or shows a frame "
                          "again that a consumer still has; copy=auto copies"));
      return GST_FLOW_ERROR;
    }
  flow = gst_sysmem_copy_frame (self->server, generation, frame, copied);
  if (flow == GST_FLOW_ERROR)
    GST_ELEMENT_ERROR (self, STREAM, FAILED, ("A frame cannot be copied."),
                       ("it is not laid out as its caps %" GST_PTR_FORMAT
                        " say, or nobody but a device can look into it",
                        self->caps));
  if (flow == GST_FLOW_OK)
    GST_CAT_LOG_OBJECT (gst_sysmem_performance_debug, self,
                        "copied a frame: upstream did not draw it into the buffers offered, or a "
                        "consumer still has it");
  return flow;
}

static GstFlowReturn
deliver (GstSysmemSink *self, GstSysmemGeneration *generation, GstBuffer *buffer, gint index)
{
  GstSysmemMessage frame = {
    .type = GST_SYSMEM_MESSAGE_FRAME,
    .generation = generation->number,
    .index = (guint32)index,
    .fd = -1,
  };
  GstSysmemDelivery terms;
  GstFlowReturn flow;
  guint n_sent;

  gst_sysmem_time_base_update (&self->times, GST_ELEMENT (self));
  gst_sysmem_frame_describe (&frame, buffer, &self->times, &GST_BASE_SINK (self)->segment);
  frame.times.latency = gst_base_sink_get_latency (GST_BASE_SINK (self));
  GST_OBJECT_LOCK (self);
  terms = gst_sysmem_sink_settings_to_delivery (&self->settings);
  GST_OBJECT_UNLOCK (self);
  flow = gst_sysmem_server_deliver (self->server, &terms, &frame, buffer, &n_sent);
  if (flow == GST_FLOW_OK && n_sent == 0)
    count (self, &self->n_unseen);
  return flow;
}

static GstFlowReturn
copy_and_deliver (GstSysmemSink *self, GstSysmemGeneration *generation, GstBuffer *frame)
{
  g_autoptr (GstBuffer) copied = NULL;
  GstFlowReturn flow = copy (self, generation, frame, &copied);

  if (flow == GST_FLOW_OK)
    flow = deliver (self, generation, copied,
                    gst_sysmem_buffer_pool_find_frame (generation->pool, copied));
  if (flow == GST_FLOW_OK)
    count (self, &self->n_copied);
  return flow;
}

/* The generation to send a frame in, and in which of its buffers the frame is (-1: elsewhere). Upstream
 * is asked for new buffers if somebody needs them, and may go on with the old ones until then; who
 * does not use ours cannot be waited for, only told once of them. */
static GstFlowReturn
find_generation (GstSysmemSink *self,
                 GstBuffer *frame,
                 GstSysmemGeneration **generation,
                 gint *index)
{
  GstFlowReturn flow;

  *index = -1;
  *generation = gst_sysmem_server_dup_current (self->server, self->caps);
  if (*generation != NULL)
    *index = gst_sysmem_buffer_pool_find_frame ((*generation)->pool, frame);
  if (*index >= 0)
    return GST_FLOW_OK;
  g_clear_pointer (generation, gst_sysmem_generation_unref);
  flow = gst_sysmem_sink_negotiate (self, self->caps, generation);
  if (*generation == NULL)
    return flow;
  *index = gst_sysmem_buffer_pool_find_frame ((*generation)->pool, frame);
  if ((*generation)->number != self->offered)
    {
      self->offered = (*generation)->number;
      gst_sysmem_sink_reconfigure (self);
    }
  return flow;
}

GstFlowReturn
gst_sysmem_sink_show (GstSysmemSink *self, GstBuffer *frame)
{
  g_autoptr (GstSysmemGeneration) generation = NULL;
  gint index;
  GstFlowReturn flow = find_generation (self, frame, &generation, &index);

  if (flow != GST_FLOW_OK)
    return flow;
  if (generation == NULL)
    {
      count (self, &self->n_unseen);
      return GST_FLOW_OK;
    }
  /* Who has it already could not tell one from the other when it gives them back. */
  if (index < 0 || gst_sysmem_server_is_held (self->server, generation->number, (guint32)index))
    return copy_and_deliver (self, generation, frame);
  flow = deliver (self, generation, frame, index);
  if (flow == GST_FLOW_OK)
    count (self, &self->n_in_place);
  return flow;
}
