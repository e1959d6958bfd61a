/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The source in two files: the element; and what it does about what the producer says. */

#pragma once

#include "gstsysmemincoming.h"
#include "gstsysmemproducer.h"
#include "gstsysmemsrc.h"
#include "gstsysmemsrcsettings.h"
#include "gstsysmemtimes.h"

G_BEGIN_DECLS

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
  GstSysmemProducer producer; /* flushing and waking are anybody's */
  GstSysmemIncoming *invited;
  GstSysmemIncoming *current;
  guint32 refused;            /* the generation that it took no part in last */
  gboolean has_ended;         /* the stream, by either end */
  gboolean is_current_wanted; /* by downstream, as far as the producer has been told */
  GstSysmemTimeBase times;
};

/* All of this is for the streaming thread. */

/* Connects if that has not been done, or waits for a message and does what it asks for; *@buffer is the
 * frame if it was one. */
GstFlowReturn gst_sysmem_src_hear (GstSysmemSrc *self, GstBuffer **buffer);
/* Says goodbye, and gives up the buffers. */
void gst_sysmem_src_disconnect (GstSysmemSrc *self);
/* Takes no more frames until it is asked for another, but keeps what downstream has. */
void gst_sysmem_src_end (GstSysmemSrc *self);
/* Tells the producer what downstream takes. */
gboolean gst_sysmem_src_tell_caps (GstSysmemSrc *self, GError **error);
/* Does downstream want what the current buffers hold? Asked when one of both has changed: too much to
 * find out for each frame. */
void gst_sysmem_src_compare_with_current (GstSysmemSrc *self);

G_END_DECLS
