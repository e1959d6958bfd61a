/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The producer's end of all links: a thread that listens, hears what consumers say and sees them go.
 *
 * Two threads meet here. The server's own one adds and removes consumers and reads from them; the
 * streaming thread negotiates (gstsysmemnegotiation.h) and sends frames (gstsysmemdelivery.h). All
 * fields below are guarded by the lock, and every change is announced by the condition. Nothing is
 * called with the lock held that could come back: what the element has to hear is noted, and told
 * when the lock is given up. */

#pragma once

#include "gstsysmemconsumer.h"
#include "gstsysmemgeneration.h"
#include "gstsysmemsocket.h"
#include <glib-unix.h>

G_BEGIN_DECLS

/* What the server needs of the element; called by either thread. */
typedef struct
{
  GstCaps *(*get_possible_caps) (gpointer owner); /* what upstream could send; nullable */
  void (*reconfigure) (gpointer owner);           /* upstream has to negotiate again */
  void (*post) (gpointer owner, GstStructure *what);
  /* With the lock held: nothing more will be taken, even if the flushing is over. */
  gboolean (*is_stopping) (gpointer owner);
} GstSysmemServerCalls;

typedef struct
{
  const GstSysmemServerCalls *calls;
  gpointer owner; /* a GObject; there until the server has ended */

  GMutex lock;
  GCond changed;
  guint n_waiting;      /* for it: waking nobody costs a call of the kernel, too */
  GPtrArray *consumers; /* oldest first */
  GstCaps *shown;       /* what upstream goes on with */
  guint64 n_shown;      /* frames that it has shown, whether anybody took them or not */
  GstSysmemGeneration *current;
  GPtrArray *pools;        /* of GWeakRef: those of all generations that somebody still uses */
  guint32 last_generation; /* the number given last */
  gboolean is_negotiating;
  gboolean admits_soon; /* newcomers, in the server's thread */
  gboolean wants_new;   /* somebody has no part in the current generation, and can have none */
  gboolean is_flushing;
  gboolean is_ended;         /* the stream */
  gint64 patience;           /* microseconds to wait for an answer */
  GCancellable *cancellable; /* of the streaming thread's wait for the daemon */

  GstSysmemListener *listener;
  gboolean keeps_out; /* somebody, and has told so */
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;

  gboolean reconfigure; /* to be told at the next unlock */
  GQueue notices;       /* of GstStructure */
} GstSysmemServer;

GstSysmemServer *gst_sysmem_server_new (const char *path,
                                        const GstSysmemServerCalls *calls,
                                        gpointer owner,
                                        GError **error);
/* Says goodbye to everybody and gives up the reference. The streaming thread must not be in here any
 * more; who still waits for a buffer of its pools may. */
void gst_sysmem_server_end (GstSysmemServer *self);
GstSysmemServer *gst_sysmem_server_ref (GstSysmemServer *self);
void gst_sysmem_server_unref (GstSysmemServer *self);

void gst_sysmem_server_lock (GstSysmemServer *self);
void gst_sysmem_server_unlock (GstSysmemServer *self);

/* While flushing nobody waits. */
void gst_sysmem_server_set_flushing (GstSysmemServer *self, gboolean flushing);
void gst_sysmem_server_set_patience (GstSysmemServer *self, gint64 patience);
/* With the lock held: must the streaming thread not wait? */
gboolean gst_sysmem_server_is_flushing (GstSysmemServer *self);
/* What all consumers take; NULL: nobody has said. */
GstCaps *gst_sysmem_server_dup_common_caps (GstSysmemServer *self);
/* With the lock held: the same, of all but one of them (nullable). */
GstCaps *gst_sysmem_server_intersect_caps (GstSysmemServer *self, GstSysmemConsumer *except);
/* The current generation if it is one of @caps; nullable. */
GstSysmemGeneration *gst_sysmem_server_dup_current (GstSysmemServer *self, GstCaps *caps);
void gst_sysmem_server_add_stats (GstSysmemServer *self, GstStructure *stats);
/* The stream has ended, for those who are there and those to come; or there will be another one, for
 * those who come from now on. */
void gst_sysmem_server_set_ended (GstSysmemServer *self, gboolean ended);

/* With the lock held: waits for a change, no longer than to @deadline (monotonic, -1: forever); tells
 * first what was noted. FALSE: the deadline has passed. */
gboolean gst_sysmem_server_wait (GstSysmemServer *self, gint64 deadline);
/* In the server's thread. */
void gst_sysmem_server_listen_to (GstSysmemServer *self, GstSysmemConsumer *consumer);
/* With the lock held. Takes @notice. */
void gst_sysmem_server_note (GstSysmemServer *self, GstStructure *notice);
/* With the lock held: the consumer gets frames of the current generation from now on. */
void gst_sysmem_server_make_ready (GstSysmemServer *self, GstSysmemConsumer *consumer);
/* Lets those who wait join the current generation; in the server's thread, soon. */
void gst_sysmem_server_admit_soon (GstSysmemServer *self);

/* Calls @func in the server's thread whenever there is something to read. */
GSource *gst_sysmem_server_watch (GstSysmemServer *self,
                                  GstSysmemChannel *channel,
                                  GUnixFDSourceFunc func,
                                  gpointer data,
                                  GDestroyNotify destroy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstSysmemServer, gst_sysmem_server_unref)

G_END_DECLS
