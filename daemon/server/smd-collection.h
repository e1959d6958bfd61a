/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One logical buffer collection: its tree, its buffers once there are some, who pays for it. It
 * lives until its tree has ended and its last buffer is really gone. */

#pragma once

#include <gio/gio.h>

#include "server/smd-node.h"

G_BEGIN_DECLS

struct _SmdCollection
{
  grefcount ref_count;
  SmdServer *server;
  guint64 id;
  SmeTree *tree;    /* NULL once it has ended */
  SmdClient *maker; /* NULL once it left; counts the trees of a connection */
  uid_t payer;
  SmdCharge charge;       /* the collection */
  SmdCharge bytes_charge; /* its buffers */
  SmdCharge fds_charge;   /* what the daemon keeps of them */
  char *name;             /* of buffers allocated from now on */
  guint32 name_priority;
  gboolean verbose;
  gint64 created;
  GHashTable *nodes;        /* set of SmdNode whose place is in the tree */
  SmeExplanation *failure;  /* why the tree ended; NULL: it has not, or there was nobody left */
  guint n_failed_nodes;     /* that can still be asked why */
  GCancellable *allocation; /* of the allocation under way */
  SmcSettings *settings;    /* once allocated; outlives the tree */
  GPtrArray *buffers;       /* of SmdBuffer, by index; a gone one stays as a record */
  guint n_existing;
  gboolean has_or_had_weak;      /* a weak node, ever */
  gboolean has_or_had_lingering; /* a lingering node, ever */
  gboolean reconsidering;
  gboolean allocation_told; /* in the log */
  GPtrArray *trackers;      /* of SmdTracker: AttachLifetimeTracking */
  SmdTimer *stall_timer;
  guint n_stalls_logged;
  SmdTimer *linger_timer;
  SmdTimer *retry_timer; /* after something was closed */
  guint n_retries_left;
  SmdTimer *poll_timer; /* where no close watch can be had */
  guint poll_interval_ms;
  guint n_polled; /* buffers */
  SmdTimer *leak_timer;
};

SmdCollection *smd_collection_ref (SmdCollection *collection);
void smd_collection_unref (SmdCollection *collection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdCollection, smd_collection_unref)

/* A new tree of @client's, which pays: the root token, then a duplicate per mask. LIMIT_EXCEEDED. */
gboolean smd_collection_new_shared (SmdClient *client,
                                    gboolean linger,
                                    const guint32 *masks,
                                    guint n_masks,
                                    GArray *tokens,
                                    GError **error);
/* One participant; @prepared (nullable) are its constraints. Borrowed. */
SmdNode *smd_collection_new_single (SmdClient *client,
                                    gboolean linger,
                                    SmePrepared *prepared,
                                    GError **error);

void smd_collection_set_name (SmdCollection *collection, guint32 priority, const char *name);
/* Carries out what the engine decided, in its order; frees @events. */
void smd_collection_carry_out (SmdCollection *collection, GPtrArray *events);

/* Also one that has failed, as long as one of its nodes can be asked why. */
SmdCollection *smd_collection_find (SmdServer *server, guint64 id);

/* For the server's own files. */
void smd_collection_tree_changed (SmdCollection *collection);
gboolean smd_collection_charge (SmdCollection *collection,
                                SmdResource resource,
                                guint64 amount,
                                SmdCharge *charge,
                                GError **error);
void smd_collection_fail (SmdCollection *collection, SysmemError code, const char *reason);
void smd_collection_maybe_end (SmdCollection *collection);
void smd_collection_forget_failed_node (SmdCollection *collection);
void smd_collection_shut_down (SmdCollection *collection);

G_END_DECLS
