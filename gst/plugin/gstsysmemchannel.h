/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One end of a link, or of its return path: a SOCK_SEQPACKET socket that never blocks. Counted, since
 * buffers that are still in use somewhere announce their release through it. */

#pragma once

#include "gstsysmemmessage.h"

G_BEGIN_DECLS

typedef struct _GstSysmemChannel GstSysmemChannel;

typedef enum
{
  GST_SYSMEM_RECEIVED_MESSAGE,
  GST_SYSMEM_RECEIVED_NOTHING, /* nothing there yet */
  GST_SYSMEM_RECEIVED_END,     /* the peer has closed its end, or died */
  GST_SYSMEM_RECEIVED_NONSENSE /* it breaks the protocol, or finds no room; the error says which */
} GstSysmemReceived;

/* @peer: which end the other one is. Takes @fd. */
GstSysmemChannel *gst_sysmem_channel_new (int fd, GstSysmemEnd peer);
GstSysmemChannel *gst_sysmem_channel_connect (const char *path, GError **error);
/* A way back for @peer, of which *@peer_fd is the other end, to be given to it; NULL with an error of
 * G_IO_ERROR. */
GstSysmemChannel *gst_sysmem_channel_new_pair (GstSysmemEnd peer,
                                               SysmemFd *peer_fd,
                                               GError **error);
GstSysmemChannel *gst_sysmem_channel_ref (GstSysmemChannel *self);
void gst_sysmem_channel_unref (GstSysmemChannel *self);
int gst_sysmem_channel_get_fd (GstSysmemChannel *self);

/* The peer sees the end after what was sent before; whoever still holds the channel can send no
 * more. */
void gst_sysmem_channel_close (GstSysmemChannel *self);

/* Has the peer closed its end, or died? What it said before may still be there to be received. */
gboolean gst_sysmem_channel_has_ended (GstSysmemChannel *self);

/* Sending may be done by several threads at once. G_IO_ERROR_WOULD_BLOCK: the peer does not read;
 * G_IO_ERROR_BROKEN_PIPE: it has gone. The file descriptor stays the caller's. */
gboolean gst_sysmem_channel_send (GstSysmemChannel *self,
                                  const GstSysmemMessage *message,
                                  GError **error);

/* For one thread at a time. @message is clear unless the answer is MESSAGE. */
GstSysmemReceived gst_sysmem_channel_receive (GstSysmemChannel *self,
                                              GstSysmemMessage *message,
                                              GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstSysmemChannel, gst_sysmem_channel_unref)

G_END_DECLS
