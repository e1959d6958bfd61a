/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A socket pair of which a client holds one end: node trackers, lifetime trackers, close_weak_asap
 * and leases. Ours hangs up for the client when it is freed; the client's closing is noticed. */

#pragma once

#include "server/smd-handle.h"
#include "server/smd-server.h"

G_BEGIN_DECLS

typedef struct _SmdTracker SmdTracker;

struct _SmdTracker
{
  SmdServer *server;
  SmdHandle handle;
  SmdCharge charge;
  GPtrArray *list; /* that owns it */
  SmdNode *node;   /* lifetime trackers: asked for through this node; NULL: it was allocated */
  guint buffers_remaining;
  GHashTable *counts; /* where it counts as one of @asker's; NULL: nowhere */
  guint64 asker;
  void (*closed) (gpointer owner);
  gpointer owner;
};

/* Adds a tracker to @list (made by smd_trackers_new ()). @closed (nullable) is called after the
 * client closed its end and the tracker was removed from the list. */
SmdTracker *smd_tracker_add (GPtrArray *list,
                             SmdCollection *collection,
                             void (*closed) (gpointer owner),
                             gpointer owner,
                             SmdFd *client_end,
                             GError **error);
GPtrArray *smd_trackers_new (void);

/* How many trackers each asker has, whatever lists they are in: a table that outlives them. */
GHashTable *smd_tracker_counts_new (void);
guint smd_tracker_counts_get (GHashTable *counts, guint64 asker);
void smd_tracker_count (SmdTracker *tracker, GHashTable *counts, guint64 asker);

gboolean smd_node_attach_tracking (SmdNode *node, SmdFd *client_end, GError **error);
gboolean smd_node_attach_lifetime_tracking (SmdNode *node,
                                            guint buffers_remaining,
                                            SmdFd *client_end,
                                            GError **error);
/* Lifetime trackers that are due hang up. */
void smd_trackers_reconsider (SmdCollection *collection);
/* @node goes: its lifetime trackers hang up unless it was allocated, else they outlive it. */
void smd_trackers_node_left (SmdNode *node);

G_END_DECLS
