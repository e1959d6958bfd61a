/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemdelivery.h"

#include "gstsysmemreturns.h"

GST_DEBUG_CATEGORY_EXTERN (gst_sysmem_sink_debug);
#define GST_CAT_DEFAULT gst_sysmem_sink_debug

/* With the lock held. */
static gboolean
gets_frames (GstSysmemConsumer *consumer, guint32 generation)
{
  return consumer->state == GST_SYSMEM_CONSUMER_READY && consumer->generation == generation
         && consumer->fault == NULL;
}

/* Who is there, for a frame of a generation. */
typedef struct
{
  gboolean is_anybody;    /* gets it */
  gboolean is_locked_out; /* somebody could only get one of another generation */
  gboolean is_full;       /* somebody has to release a frame first */
} View;

/* With the lock held. */
static View
look_around (GstSysmemServer *self, guint32 generation)
{
  View view = { 0 };

  for (guint i = 0; i < self->consumers->len; i++)
    {
      GstSysmemConsumer *consumer = self->consumers->pdata[i];

      if (gets_frames (consumer, generation))
        {
          view.is_anybody = TRUE;
          view.is_full |= gst_sysmem_consumer_is_full (consumer);
        }
      else if (consumer->state == GST_SYSMEM_CONSUMER_REFUSED
               || (consumer->state == GST_SYSMEM_CONSUMER_WAITING
                   && consumer->considered == generation))
        view.is_locked_out = TRUE;
    }
  return view;
}

/* With the lock held. Notes once that a consumer stalls; returns when to do so, -1: not any more. */
static gint64
name_if_stalled (GstSysmemServer *self, GstSysmemConsumer *consumer)
{
  gint64 now = g_get_monotonic_time ();

  if (consumer->full_since == 0)
    consumer->full_since = now;
  if (consumer->is_stalled)
    return -1;
  if (now < consumer->full_since + self->patience)
    return consumer->full_since + self->patience;
  consumer->is_stalled = TRUE;
  GST_WARNING ("%s stalls: it holds %u frames and releases none", consumer->name,
               consumer->camping);
  gst_sysmem_server_note (self, gst_sysmem_consumer_describe (consumer, "sysmem-consumer-stalled"));
  return -1;
}

/* With the lock held. The same of all who stall; when the next one is to be named. */
static gint64
name_who_stalls (GstSysmemServer *self, guint32 generation)
{
  gint64 next = -1;

  for (guint i = 0; i < self->consumers->len; i++)
    {
      GstSysmemConsumer *consumer = self->consumers->pdata[i];
      gint64 due = -1;

      if (gets_frames (consumer, generation) && gst_sysmem_consumer_is_full (consumer))
        due = name_if_stalled (self, consumer);
      if (due >= 0 && (next < 0 || due < next))
        next = due;
    }
  return next;
}

/* With the lock held, which is given up meanwhile. Waits until the frame can go to whom it should. */
static GstFlowReturn
wait_for_takers (GstSysmemServer *self, const GstSysmemDelivery *terms, guint32 generation)
{
  for (;;)
    {
      View view = look_around (self, generation);

      if (gst_sysmem_server_is_flushing (self))
        return GST_FLOW_FLUSHING;
      if (view.is_full && gst_sysmem_server_collect (self))
        continue;
      /* Who is locked out needs upstream to negotiate again, so it must not be kept here. */
      if (!view.is_anybody && terms->waits && !view.is_locked_out)
        (void)gst_sysmem_server_wait (self, -1);
      else if (view.is_full && terms->policy == GST_SYSMEM_STALL_BLOCK)
        (void)gst_sysmem_server_wait (self, name_who_stalls (self, generation));
      else
        return GST_FLOW_OK;
    }
}

/* With the lock held. Sends it to all who have room; FALSE if somebody turns out to be dead. */
static gboolean
send_to_all (GstSysmemServer *self, const GstSysmemMessage *frame, GstBuffer *buffer, guint *n_sent)
{
  gboolean all_alive = TRUE;

  for (guint i = 0; i < self->consumers->len; i++)
    {
      GstSysmemConsumer *consumer = self->consumers->pdata[i];

      if (!gets_frames (consumer, frame->generation))
        continue;
      if (gst_sysmem_consumer_is_full (consumer))
        {
          consumer->n_dropped++;
          (void)name_if_stalled (self, consumer);
        }
      else if (gst_sysmem_consumer_send (consumer, frame, buffer))
        (*n_sent)++;
      else
        all_alive = FALSE;
    }
  return all_alive;
}

/* Now rather than before the next frame is sent, which would have to wait for it. But consumers come
 * first: the kernel wakes up who reads from a socket on the CPU of who has written, which it expects to
 * sleep soon. */
static void
prepare_for_next (GstSysmemServer *self)
{
  g_thread_yield ();
  gst_sysmem_server_lock (self);
  (void)gst_sysmem_server_make_room (self);
  gst_sysmem_server_await_returns (self);
  gst_sysmem_server_unlock (self);
}

GstFlowReturn
gst_sysmem_server_deliver (GstSysmemServer *self,
                           const GstSysmemDelivery *terms,
                           const GstSysmemMessage *frame,
                           GstBuffer *buffer,
                           guint *n_sent)
{
  gboolean is_settled = FALSE;
  GstFlowReturn flow = GST_FLOW_OK;

  *n_sent = 0;
  gst_sysmem_server_lock (self);
  self->n_shown++;
  while (!is_settled && flow == GST_FLOW_OK)
    {
      flow = wait_for_takers (self, terms, frame->generation);
      /* If all of them were dead, it is the next one's. */
      if (flow == GST_FLOW_OK)
        is_settled = send_to_all (self, frame, buffer, n_sent) || *n_sent > 0;
    }
  gst_sysmem_server_unlock (self);
  if (*n_sent > 0)
    prepare_for_next (self);
  return flow;
}
