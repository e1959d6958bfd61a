/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One set of buffers as a consumer has it: first an invitation, then, joined, a pool of which the
 * producer says what to show. A buffer that nobody downstream uses any more is released to the
 * producer, also after the consumer has gone on to other buffers. */

#pragma once

#include "gstsysmem.h"
#include "gstsysmemchannel.h"

G_BEGIN_DECLS

typedef struct
{
  guint32 number;
  GstCaps *caps;
  SysmemFd token; /* until it is turned in */
  SysmemCollection *collection;
  GstSysmemBufferPool *pool; /* NULL: not joined */
} GstSysmemIncoming;

/* How the consumer takes part. */
typedef struct
{
  SysmemClient *client;
  SysmemUsage usage;
  guint buffers; /* that it holds at least */
} GstSysmemParticipation;

/* From what the producer said, whose token it takes; NULL: these are no caps of one video format. */
GstSysmemIncoming *gst_sysmem_incoming_new (GstSysmemMessage *invitation, GError **error);
/* Releases the consumer's place. */
void gst_sysmem_incoming_free (GstSysmemIncoming *self);

/* Turns the token in with what downstream answered to the ALLOCATION query, and waits until there
 * are buffers; tells the producer how it went, and from then on by @return_path which are free. */
gboolean gst_sysmem_incoming_join (GstSysmemIncoming *self,
                                   GstSysmemChannel *producer,
                                   GstSysmemChannel *return_path,
                                   const GstSysmemParticipation *terms,
                                   GstQuery *query,
                                   GCancellable *cancellable,
                                   GError **error);

/* The buffer that a frame is in. An error is the producer's fault. */
GstBuffer *gst_sysmem_incoming_take (GstSysmemIncoming *self, guint32 index, GError **error);

/* Tells the producer that a buffer of a generation is free, joined or not. */
void gst_sysmem_incoming_return (GstSysmemChannel *return_path, guint32 generation, guint32 index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstSysmemIncoming, gst_sysmem_incoming_free)

G_END_DECLS
