/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A node as clients see it: path, owner, handle, trackers, waits, and the stored failure of one
 * that has failed. Its place in the tree is the engine's SmeNode. */

#pragma once

#include "server/smd-server.h"

G_BEGIN_DECLS

struct _SmdNode
{
  grefcount ref_count;
  SmdServer *server;
  SmdCollection *collection; /* a reference */
  SmeNode *sme;              /* a reference; dead once failed or gone */
  guint64 id;                /* N of its path */
  gboolean callable;         /* in server->nodes; FALSE once released */
  SmdClient *owner;          /* NULL: nobody (yet), or lingering */
  uid_t uid;                 /* of the last owner */
  pid_t pid;
  gboolean linger;
  SmdTokenHandle *handle; /* a token's, while it is one */
  guint64 handle_cookie;  /* stays known while a failed token is kept */
  SmdFd ref_end;          /* the one node ref, of which copies are given out; -1 until asked for */
  guint64 ref_cookie;
  SmdCharge ref_charge;
  GPtrArray *trackers; /* of SmdTracker: AttachNodeTracking */
  SmdWait *wait;       /* the one pending wait */
  gboolean waited;     /* SetWeakOk is too late */
  char *debug_name;
  gboolean debug_info_set; /* by SetDebugClientInfo of this node or one above it */
  guint64 debug_id;
  gint64 created; /* µs, of the server's timers */
  GError *failure;
  SmeExplanation *explanation;  /* with failure */
  SmdTimer *forget_timer;       /* a failed node's 60 s */
  SmdCharge charge;             /* its place */
  SmdCharge constraints_charge; /* what it said, where that is much */
};

/* The nodes of a set, each with a reference: for walks during which nodes go. */
GPtrArray *smd_nodes_snapshot (GHashTable *set);

SmdNode *smd_node_ref (SmdNode *node);
void smd_node_unref (SmdNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdNode, smd_node_unref)

/* A token and the client's end of its handle. */
typedef struct
{
  SmdNode *node;
  SmdFd handle;
} SmdNewToken;

/* An array of SmdNewToken that closes handles not stolen. */
GArray *smd_new_tokens_new (void);

SmdNode *smd_node_lookup (SmdServer *server, SmdClient *client, guint64 id);

/* Makes tokens below @parent (duplicates, group children, or one attached token). */
gboolean smd_node_add_tokens (SmdNode *parent,
                              SmdClient *client,
                              const guint32 *masks,
                              guint n_masks,
                              GArray *tokens,
                              GError **error);
/* The same with handles made before, once sme_node_check_add_tokens () said yes. */
void smd_node_use_handles (SmdNode *parent,
                           SmdClient *client,
                           const guint32 *masks,
                           guint n_masks,
                           GPtrArray *handles,
                           GArray *tokens);
SmdNode *smd_node_add_group (SmdNode *token, SmdClient *client, GError **error);

/* @prepared (nullable): constraints of the binding call. */
gboolean smd_node_bind (
  SmdNode *token, SmdClient *client, gboolean linger, SmePrepared *prepared, GError **error);
/* Can @payer still afford to keep these? LIMIT_EXCEEDED. */
gboolean smd_node_check_constraints (SmdServer *server,
                                     uid_t payer,
                                     SmePrepared *prepared,
                                     GError **error);
gboolean smd_node_set_constraints (SmdNode *node,
                                   SmePrepared *prepared,
                                   const SmcSettings *must_match,
                                   GError **error);
gboolean smd_node_all_children_present (SmdNode *group, GError **error);
void smd_node_release (SmdNode *node);
/* Closes it the accidental way; the engine says whose closing it was, @reason why. */
void smd_node_fail (SmdNode *node, const char *reason);
gboolean smd_node_set_weak (SmdNode *node, GError **error);
gboolean smd_node_set_weak_ok (SmdNode *node, gboolean for_child_nodes_also, GError **error);
void smd_node_set_debug_info (SmdNode *node, const char *name, guint64 id);
int smd_node_dup_ref (SmdNode *node, GError **error);
/* NULL: no live node ref of this node's collection. */
SmdNode *smd_node_lookup_ref (SmdNode *node, guint64 cookie);
SmeExplanation *smd_node_explain (SmdNode *node);
const char *smd_node_get_state_name (SmdNode *node);
const char *smd_node_get_kind_name (SmdNode *node);

/* For the server's own files. */
SmdNode *smd_node_new (
  SmdCollection *collection, SmeNode *sme, SmdClient *client, gboolean linger, SmdCharge *charge);
void smd_node_set_owner (SmdNode *node, SmdClient *client);
void smd_node_lose_owner (SmdNode *node);
void smd_node_inherit_identity (SmdNode *node, const SmdNode *parent, SmdClient *client);
/* That of whoever binds it. */
void smd_node_take_identity (SmdNode *node, SmdClient *client);
/* Its owner left the bus. */
void smd_node_owner_left (SmdNode *node);
/* Nobody can call it any more; its place in the tree may live on. */
void smd_node_retire (SmdNode *node);
void smd_node_failed (SmdNode *node, SmeExplanation *explanation);
void smd_node_gone (SmdNode *node);
void smd_node_forget (SmdNode *node); /* frees it */

G_END_DECLS
