/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The sink in two files: the element; and what becomes of a frame, from the buffers that it should be
 * in to the consumers. */

#pragma once

#include "gstsysmemserver.h"
#include "gstsysmemsink.h"
#include "gstsysmemsinksettings.h"
#include "gstsysmemtimes.h"

G_BEGIN_DECLS

struct _GstSysmemSink
{
  GstBaseSink parent_instance;

  /* Under the object lock. */
  GstSysmemSinkSettings settings;
  GstCaps *caps;
  guint64 n_in_place;
  guint64 n_copied;
  guint64 n_unseen;

  /* The streaming thread's. */
  GstSysmemTimeBase times;
  guint32 offered; /* the generation that upstream knows of */

  gint is_playing; /* atomic */

  /* From start to stop. */
  SysmemClient *client;
  GstSysmemServer *server; /* set and unset under the object lock */
};

/* Upstream has to negotiate again. @sink: the GstSysmemSink. */
void gst_sysmem_sink_reconfigure (gpointer sink);
/* Buffers of @caps with all consumers that take them: those that there are, if they suit. *@generation
 * is NULL if there is nobody. */
GstFlowReturn gst_sysmem_sink_negotiate (GstSysmemSink *self,
                                         GstCaps *caps,
                                         GstSysmemGeneration **generation);
/* FLUSHING: it was interrupted, and nobody got the frame. */
GstFlowReturn gst_sysmem_sink_show (GstSysmemSink *self, GstBuffer *frame);

G_END_DECLS
