/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a producer and its consumers come to a new set of buffers. */

#pragma once

#include "gstsysmemserver.h"

G_BEGIN_DECLS

/* How the producer takes part. */
typedef struct
{
  SysmemClient *client;
  SysmemUsage usage;
  guint camping;     /* buffers that upstream holds at a time */
  guint min_buffers; /* at least so many in all, which leaves room for latecomers */
  gboolean waits;    /* for a consumer to come */
  gint64 patience;   /* microseconds until who does not answer is left out */
} GstSysmemNegotiation;

/* Makes the current generation one of @caps, unless it is already and suits everybody. In the
 * streaming thread. @generation: (nullable): NULL if upstream has to choose other caps first, or
 * nobody is there and there is no waiting. GST_FLOW_FLUSHING; GST_FLOW_ERROR: with @error. */
GstFlowReturn gst_sysmem_server_negotiate (GstSysmemServer *self,
                                           const GstSysmemNegotiation *terms,
                                           GstCaps *caps,
                                           GstSysmemGeneration **generation,
                                           GError **error);

G_END_DECLS
