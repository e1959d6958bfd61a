/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The consumer's end of a link, for its streaming thread: connecting, waiting so that another thread
 * can end it, and what the producer has been told of caps. */

#pragma once

#include "gstsysmemchannel.h"
#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct
{
  GstPoll *poll;
  GstPollFD poll_fd;
  GstPollFD wake_fd;             /* to end a wait before there is a message */
  GstSysmemChannel *channel;     /* NULL: not connected */
  GstSysmemChannel *return_path; /* NULL: it has not said WELCOME */
  char *name;                    /* who is, or was, at the other end */
  GstCaps *told;                 /* what it knows that downstream takes */
} GstSysmemProducer;

void gst_sysmem_producer_init (GstSysmemProducer *self);
void gst_sysmem_producer_clear (GstSysmemProducer *self);

gboolean gst_sysmem_producer_connect (GstSysmemProducer *self, const char *path, GError **error);
/* Says goodbye if somebody is there. */
void gst_sysmem_producer_disconnect (GstSysmemProducer *self);

/* Takes the return path of its WELCOME; FALSE: it has given one already. */
gboolean gst_sysmem_producer_take_return_path (GstSysmemProducer *self, GstSysmemMessage *welcome);

/* By any thread. */
void gst_sysmem_producer_set_flushing (GstSysmemProducer *self, gboolean flushing);
void gst_sysmem_producer_wake (GstSysmemProducer *self);
/* Waits for a message, no longer than @timeout, or until somebody wakes it. FALSE: it is flushing. */
gboolean gst_sysmem_producer_wait (GstSysmemProducer *self, GstClockTime timeout);

/* Tells what downstream takes, unless it is known: FALSE if it cannot be told. */
gboolean gst_sysmem_producer_tell_caps (GstSysmemProducer *self, GstCaps *caps, GError **error);

G_END_DECLS
