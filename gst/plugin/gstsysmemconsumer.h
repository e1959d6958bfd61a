/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One consumer as the producer sees it: what it said, where it stands, which frames it holds.
 *
 *   CONNECTED --HELLO--> WAITING ------------new generation-----------> INVITED
 *                           |                                              ^ |
 *                           +--> ATTACHING --token for the current one-----+ |
 *                                                                            |
 *                                   READY <--READY-- BOUND <-----BOUND-------+
 *                                              REFUSED <---REFUSED (also later)
 *
 * Everybody who takes its caps is invited to a new generation, whatever the state, and whoever is READY
 * for an earlier one and does not take them is WAITING again; at the end of the stream, be it the
 * producer's or its own, ENDED, since it listens no more; dismissed, everybody is GONE.
 *
 * Counted, since the streaming thread negotiates with it while it may be removed. Not locked:
 * GstSysmemServer does that. */

#pragma once

#include "gstsysmemchannel.h"
#include "gstsysmemidentity.h"
#include <gst/gst.h>
#include <sysmem.h>

G_BEGIN_DECLS

typedef enum
{
  GST_SYSMEM_CONSUMER_CONNECTED, /* has not said what it takes */
  GST_SYSMEM_CONSUMER_WAITING,   /* has no part in a generation */
  GST_SYSMEM_CONSUMER_ATTACHING, /* its token for a generation that exists is being made */
  GST_SYSMEM_CONSUMER_INVITED,   /* was sent a token */
  GST_SYSMEM_CONSUMER_BOUND,     /* has turned it in */
  GST_SYSMEM_CONSUMER_READY,     /* gets frames */
  GST_SYSMEM_CONSUMER_REFUSED,   /* cannot join this generation */
  GST_SYSMEM_CONSUMER_ENDED,     /* listens no more; may still show what it has */
  GST_SYSMEM_CONSUMER_GONE,      /* is not listened to any more */
} GstSysmemConsumerState;

typedef struct
{
  GstSysmemChannel *channel;
  GstSysmemChannel *return_path; /* NULL before it has said HELLO */
  GSource *return_source;        /* while the return path is listened to */
  GSource *deadline;             /* the last one that was set */
  GstSysmemIdentity identity;
  char *name;  /* for messages */
  char *fault; /* why nothing more can come of it; nullable */
  GstSysmemConsumerState state;
  gboolean has_joined; /* has been READY once */
  GstCaps *caps;       /* what it takes; NULL before it has said so */

  guint32 generation; /* the one it was invited to last */
  guint32 considered; /* the one for which it is known whether it can join */
  gboolean has_bound; /* its token for that one */
  guint camping;      /* how many frames of it it may hold */
  GArray *held;       /* what it was sent and has not released */

  gint64
    full_since; /* monotonic time when a frame could not be given to it first; 0: there is room */
  gboolean is_stalled;
  guint64 n_sent;
  guint64 n_dropped;
} GstSysmemConsumer;

/* Takes @fd. */
GstSysmemConsumer *gst_sysmem_consumer_new (int fd);
GstSysmemConsumer *gst_sysmem_consumer_ref (GstSysmemConsumer *self);
void gst_sysmem_consumer_unref (GstSysmemConsumer *self);

/* FALSE if it cannot be told, in which case its end will be heard. */
gboolean gst_sysmem_consumer_tell (GstSysmemConsumer *self, const GstSysmemMessage *message);
/* Tells it of the end of the stream, with which its part ends. */
void gst_sysmem_consumer_tell_end (GstSysmemConsumer *self);
/* Does it take part: has it said what it takes, and not come to its end? */
gboolean gst_sysmem_consumer_takes_part (const GstSysmemConsumer *self);
/* Of one that has said what it takes. */
gboolean gst_sysmem_consumer_takes (const GstSysmemConsumer *self, const GstCaps *caps);
/* Nothing more can come of it, whatever it still says: its end will be heard. */
void gst_sysmem_consumer_give_up (GstSysmemConsumer *self, const char *reason);
/* Says BYE and hears no more; what it holds is let go of when it is removed. */
void gst_sysmem_consumer_dismiss (GstSysmemConsumer *self, const char *reason);

/* Gives it its return path; FALSE: there is none to give. */
gboolean gst_sysmem_consumer_welcome (GstSysmemConsumer *self, GError **error);
void gst_sysmem_consumer_invite (GstSysmemConsumer *self,
                                 guint32 generation,
                                 const char *caps,
                                 SysmemToken *token);

gboolean gst_sysmem_consumer_is_full (GstSysmemConsumer *self);
/* Keeps the buffer until it is released; FALSE if it cannot be sent. */
gboolean gst_sysmem_consumer_send (GstSysmemConsumer *self,
                                   const GstSysmemMessage *frame,
                                   GstBuffer *buffer);
/* The buffer it held, for the caller to drop; NULL: it does not hold this one. */
GstBuffer *gst_sysmem_consumer_take_back (GstSysmemConsumer *self,
                                          guint32 generation,
                                          guint32 index);

/* All that it held, to be dropped without the lock: the buffers may go to pools of upstream's. */
GArray *gst_sysmem_consumer_steal_held (GstSysmemConsumer *self);

/* How many frames of this generation it holds. */
guint gst_sysmem_consumer_count_held (GstSysmemConsumer *self, guint32 generation);
/* Of how many generations it holds frames. */
guint gst_sysmem_consumer_count_generations (GstSysmemConsumer *self);
/* Does it hold this frame? */
gboolean gst_sysmem_consumer_holds (GstSysmemConsumer *self, guint32 generation, guint32 index);
/* Does it hold frames of other generations than this one? */
gboolean gst_sysmem_consumer_holds_others (GstSysmemConsumer *self, guint32 generation);

/* What the element's messages and statistics say of it. */
GstStructure *gst_sysmem_consumer_describe (GstSysmemConsumer *self, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstSysmemConsumer, gst_sysmem_consumer_unref)

G_END_DECLS
