/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames on their way to consumers, and what to do about one that does not give any back.
 *
 * Each consumer may hold as many frames as it said it needs for camping, which the daemon counted
 * when it allocated. Who holds that many gets no more: then either everybody waits for it, or it
 * misses frames. Either way, after some time a message names it. */

#pragma once

#include "gstsysmemserver.h"

G_BEGIN_DECLS

typedef enum
{
  GST_SYSMEM_STALL_BLOCK,
  GST_SYSMEM_STALL_DROP,
} GstSysmemStallPolicy;

typedef struct
{
  GstSysmemStallPolicy policy;
  gboolean waits; /* while there is nobody who gets frames */
} GstSysmemDelivery;

/* In the streaming thread. @frame is of @generation, which the buffer is of, too. *@n_sent: how many
 * got it. OK or FLUSHING. */
GstFlowReturn gst_sysmem_server_deliver (GstSysmemServer *self,
                                         const GstSysmemDelivery *terms,
                                         const GstSysmemMessage *frame,
                                         GstBuffer *buffer,
                                         guint *n_sent);

G_END_DECLS
