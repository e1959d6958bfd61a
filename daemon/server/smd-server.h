/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The daemon without its bus: clients, trees, buffers and what ties them together. Calls come in
 * from the bus layer as functions of smd-collection.h, smd-node.h and smd-buffer-info.h; hang-ups,
 * deadlines and kernel answers come in by themselves. What somebody has to be told goes out as
 * notices, queued until the current entry point has ended: a reply precedes what it causes. */

#pragma once

#include "engine/sme-tree.h"
#include "heaps/smd-close-watch.h"
#include "server/smd-hangups.h"
#include "server/smd-heap-set.h"
#include "server/smd-quota.h"
#include "server/smd-timers.h"

G_BEGIN_DECLS

typedef struct _SmdServer SmdServer;
typedef struct _SmdClient SmdClient;
typedef struct _SmdCollection SmdCollection;
typedef struct _SmdNode SmdNode;
typedef struct _SmdBuffer SmdBuffer;
typedef struct _SmdWait SmdWait;
typedef struct _SmdTokenHandle SmdTokenHandle;
typedef struct _SmdHolderSearch SmdHolderSearch;

/* The layer above, told by smd_server_flush (). @destination: the connection to tell. */
typedef struct
{
  void (*node_allocated) (SmdNode *node, const char *destination, gpointer data);
  void (*node_failed) (SmdNode *node, const char *destination, gpointer data);
  void (*collection_changed) (guint64 id, const char *what, const char *destination, gpointer data);
} SmdListener;

struct _SmdServer
{
  SmcLimits limits;
  SmePolicy *policy;
  SmdHeapSet *heaps; /* whose properties policy->heaps has */
  SmdHangups *hangups;
  SmdTimers *timers;
  SmdAccounts *accounts;
  SmdCloseWatch *close_watch; /* NULL where inotify cannot be had: buffers are polled */
  GSource *close_source;
  GHashTable *clients;     /* unique name → SmdClient, owned */
  GHashTable *nodes;       /* N → SmdNode that can be called */
  GHashTable *collections; /* id → SmdCollection with a tree or buffers */
  GHashTable *failed;      /* id → SmdCollection of which only failed nodes are left */
  GHashTable *tokens;      /* cookie of a token handle → SmdNode */
  GHashTable *node_refs;   /* cookie of a node ref → SmdNode */
  GHashTable *buffers;     /* SmdBuffer by its memory's identity */
  GHashTable *n_polled;    /* uid that pays → number of its buffers that are polled */
  GHashTable *unread;      /* set of SmdUnread: bundles not yet read */
  GHashTable *jobs;        /* set of what worker threads are allocating */
  GHashTable *changes;     /* id of a collection → what subscribers were told of it */
  SmdHolderSearch *holders;
  GQueue notices;
  const SmdListener *listener;
  gpointer listener_data;
  guint n_subscribers;
  guint64 next_id; /* for nodes and collections: unique per boot */
};

/* Takes @heaps (of SmdHeap) and @policy, whose heaps are filled from them. Attaches its sources to
 * the thread-default context. */
SmdServer *smd_server_new (const SmcLimits *limits, SmePolicy *policy, GPtrArray *heaps);
/* Every tree fails; the answers to pending waits go out. Then only smd_server_free () may come. */
void smd_server_shut_down (SmdServer *server);
void smd_server_free (SmdServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdServer, smd_server_free)

void smd_server_set_listener (SmdServer *server, const SmdListener *listener, gpointer data);
guint64 smd_server_take_id (SmdServer *server);

/* Tells the listener all that is queued. Called at the end of every entry point: by the bus layer
 * after a call's reply, by the server itself after its own events. */
void smd_server_flush (SmdServer *server);

G_END_DECLS
