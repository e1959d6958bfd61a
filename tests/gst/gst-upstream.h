/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A sysmemsink between the test's own hands: upstream is a pad that claims to have everything, and
 * consumers do what they are told. */

#pragma once

#include "gst-peer.h"

G_BEGIN_DECLS

#define GST_UPSTREAM_CAPS "video/x-raw,format=NV12,width=64,height=48,framerate=100/1"

typedef struct
{
  GstWorld world;
  GstLine sink;
  GstPad *pad;
} GstUpstream;

/* A stream of GST_UPSTREAM_CAPS; @properties are the sink's, as gst-launch-1.0 has them. Both can set a
 * test up and tear it down. */
void gst_upstream_start (GstUpstream *upstream, gconstpointer properties);
void gst_upstream_stop (GstUpstream *upstream, gconstpointer properties);
void gst_upstream_begin_segment (GstUpstream *upstream, GstFormat format);
void gst_upstream_tell_caps (GstUpstream *upstream, const char *caps);

/* A consumer, and what it holds. */
typedef struct
{
  GstUpstream *upstream;
  GstSysmemChannel *link;
  GstSysmemChannel *return_path;
  SysmemCollection *collection;
} GstConsumer;

/* The sink has heard of it when it answers. */
void gst_consumer_greet (GstConsumer *consumer, GstUpstream *upstream, const char *caps);
/* Accepts the next invitation, for holding so many frames. */
void gst_consumer_join (GstConsumer *consumer, guint camping);
void gst_consumer_leave (GstConsumer *consumer);
/* The generation and index of the frame that it was sent. */
GstSysmemMessage gst_consumer_see (GstConsumer *consumer);
void gst_consumer_release (GstConsumer *consumer, GstSysmemMessage frame);

/* The pool that upstream is offered; it asks in a thread of its own, since consumers have to join
 * first. */
GThread *gst_upstream_ask_for_pool (GstUpstream *upstream);
GstSysmemBufferPool *gst_upstream_get_pool (GThread *asking);
/* The same when all consumers join. */
GstSysmemBufferPool *gst_upstream_negotiate (GstUpstream *upstream,
                                             GstConsumer *consumers,
                                             guint n_consumers,
                                             guint camping);
void gst_upstream_give_up_pool (GstSysmemBufferPool *pool);
GstBuffer *gst_upstream_draw (GstSysmemBufferPool *pool);
void gst_upstream_show (GstUpstream *upstream, GstSysmemBufferPool *pool);
/* One that is in none of the sink's buffers. */
void gst_upstream_show_own (GstUpstream *upstream);

G_END_DECLS
