/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One logical buffer collection's tree (03 §1–§5, §8, §10): nodes, readiness, failure domains,
 * groups, and when allocation is tried. Gets events as function calls and answers with decisions,
 * appended to the caller's list of SmeEvents in the order they are to be carried out. It never
 * calls back, never reads a clock, never touches a buffer.
 *
 * Every function that can refuse checks everything first: FALSE (or NULL) means nothing changed.
 * A node that has left the tree (failed, or its place destroyed) is dead: the caller must not pass
 * it to any function but the accessors and sme_node_unref (). */

#pragma once

#include "sme-negotiation.h"

G_BEGIN_DECLS

typedef struct _SmeTree SmeTree;
typedef struct _SmeNode SmeNode;

typedef enum
{
  SME_NODE_TOKEN,
  SME_NODE_GROUP,
  SME_NODE_COLLECTION,
} SmeNodeKind;

typedef enum
{
  SME_STATE_WAITING,
  SME_STATE_READY,
  SME_STATE_ALLOCATED,
  SME_STATE_FAILED,   /* has left the tree */
  SME_STATE_RELEASED, /* an orphan, or an orphan's place that has left the tree */
} SmeNodeState;

typedef enum
{
  SME_FAILURE_PROPAGATE,
  SME_FAILURE_PROPAGATE_BEFORE_ALLOCATION, /* SetDispensable */
  SME_FAILURE_ISOLATE,                     /* AttachToken; group children not chosen */
} SmeFailureMode;

/* A place in the tree. Public for reading; only the engine writes. Kept across token, collection
 * and orphan. */
struct _SmeNode
{
  SmeTree *tree;       /* NULL once it has left the tree */
  SmeNode *parent;     /* NULL for the root and for nodes that have left */
  GPtrArray *children; /* of SmeNode, in order of creation, attached ones included */
  SmeNodeKind kind;    /* an orphan keeps the kind it had */
  gboolean connected;  /* FALSE: an orphan */
  gboolean failed;
  guint32 rights; /* SMC_RIGHT_* */
  SmeFailureMode failure_mode;
  gboolean allocated;
  gboolean all_children_present; /* groups */
  SmePrepared *prepared;         /* NULL until SetConstraints */
  SmePrepared *must_match;       /* NULL unless given */
  gboolean weak;
  gboolean weak_ok;
  gboolean weak_ok_for_children;
  gboolean weak_ok_from_parent;
  char *name; /* debug identity, never NULL */
  guint64 id;
  gpointer owner; /* the server's; the engine only carries it */

  /*< private >*/
  guint ref_count;
  guint chosen;    /* groups: the child under trial (§5); the chosen one until delivery */
  SmeTrail *trail; /* of the try that allocated the pruned subtree beginning here */
};

SmeNode *sme_node_ref (SmeNode *node);
void sme_node_unref (SmeNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmeNode, sme_node_unref)

typedef enum
{
  /* Make memory for @settings, then call sme_tree_memory_done (). At most one at a time per tree. */
  SME_EVENT_ALLOCATE,
  /* The allocation under way is of no use any more: drop its outcome, do not report it. */
  SME_EVENT_CANCEL,
  /* @node may have its buffers: tell its waiters. */
  SME_EVENT_NODE_ALLOCATED,
  /* @node failed with @explanation and has left the tree. */
  SME_EVENT_NODE_FAILED,
  /* The place of an orphan is destroyed; its counts are free. */
  SME_EVENT_NODE_GONE,
  /* The tree has no node left: drop the daemon's own hold on buffers. Always the last. */
  SME_EVENT_TREE_ENDED,
} SmeEventType;

typedef struct
{
  SmeEventType type;
  SmeNode *node;               /* owned; NODE_* only */
  SmcSettings *settings;       /* owned; ALLOCATE only */
  SmeExplanation *explanation; /* owned; NODE_FAILED only */
} SmeEvent;

void sme_event_free (SmeEvent *event);
/* A list for the functions below: owns its events. */
GPtrArray *sme_events_new (void);

/* A new tree with its root token. @policy must outlive the tree. */
SmeTree *sme_tree_new (const SmePolicy *policy, const char *name, guint64 id);
/* Nodes may outlive it; they are marked as having left. No events. */
void sme_tree_free (SmeTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmeTree, sme_tree_free)

SmeNode *sme_tree_get_root (SmeTree *tree); /* NULL once the tree has ended */
guint sme_tree_get_n_nodes (SmeTree *tree); /* places, orphans included */
/* Every place in the tree, parents before their children (depth first). The list is the caller's,
 * the nodes are borrowed. */
GPtrArray *sme_tree_list_nodes (SmeTree *tree);
/* Is memory being made, between SME_EVENT_ALLOCATE and sme_tree_memory_done ()? */
gboolean sme_tree_is_allocating (SmeTree *tree);
/* NULL before the initial allocation was delivered. */
const SmcSettings *sme_tree_get_settings (SmeTree *tree);
gboolean sme_tree_has_connected_strong_node (SmeTree *tree);

/* Making nodes. Applies each of @n_masks rights masks (02, Rights masks) and appends one new token
 * per mask to @children, all or none: duplicates of a token, children of a group not yet complete,
 * or attached tokens of a collection (not on a weak one, §8). Borrowed. */
gboolean sme_node_add_tokens (
  SmeNode *parent, const guint32 *masks, guint n_masks, GPtrArray *children, GError **error);
/* Would sme_node_add_tokens () accept that? For callers that have more to check themselves. */
gboolean sme_node_check_add_tokens (const SmeNode *parent,
                                    const guint32 *masks,
                                    guint n_masks,
                                    GError **error);
SmeNode *sme_node_add_group (SmeNode *token, GError **error);

/* A token becomes a collection: same place, same children. */
void sme_node_bind (SmeNode *token);
void sme_node_set_dispensable (SmeNode *token);
/* §10: refuses where the node's life is too far for it. Before allocation the tree fails if this
 * was its last strong node. */
gboolean sme_node_set_weak (SmeNode *node, GPtrArray *events, GError **error);
void sme_node_set_weak_ok (SmeNode *node, gboolean for_child_nodes_also);
/* May this node take weak buffers: weak_ok by itself, by inheritance, or not weak at all? */
gboolean sme_node_is_weak_ok (const SmeNode *node);
void sme_node_set_debug_info (SmeNode *node, const char *name, guint64 id);

/* Both refuse a second time with PROTOCOL_DEVIATION. @must_match (nullable). */
gboolean sme_node_set_constraints (SmeNode *collection,
                                   SmePrepared *prepared,
                                   const SmcSettings *must_match,
                                   GPtrArray *events,
                                   GError **error);
gboolean sme_node_all_children_present (SmeNode *group, GPtrArray *events, GError **error);

/* The ends of a node. Those that fail with it get UNSPECIFIED and a message that names it:
 * "camera" (id 5) went away: @reason. sme_tree_fail () takes @reason as the whole message. */
void sme_node_release (SmeNode *node, GPtrArray *events);
void sme_node_fail (SmeNode *node, const char *reason, GPtrArray *events);
void sme_tree_fail (SmeTree *tree, SysmemError code, const char *reason, GPtrArray *events);

/* The heap's answer to SME_EVENT_ALLOCATE. @settings (nullable): as allocated, where the heap added
 * its layout. @error (nullable): this heap could not; the engine falls back to the next one with
 * another SME_EVENT_ALLOCATE, and without one fails the tree with NO_MEMORY. Two codes of
 * SYSMEM_ERROR mean more: CONSTRAINTS_INTERSECTION_EMPTY is a layout that does not fit, so if all
 * heaps say so, the next group combination is tried; LIMIT_EXCEEDED is no heap's fault and fails
 * the tree at once. */
void sme_tree_memory_done (SmeTree *tree,
                           const SmcSettings *settings,
                           const GError *error,
                           GPtrArray *events);

SmeNodeState sme_node_get_state (const SmeNode *node);
/* For sentences: "camera" (id 5), or: an unnamed token (id 0). Transfer full. */
char *sme_node_describe (const SmeNode *node);
/* How many are above it; 0: the root. */
guint sme_node_get_depth (const SmeNode *node);
/* Is the nearest common ancestor of two nodes of one tree a group? A node counts as an ancestor of
 * itself. */
gboolean sme_node_is_alternate_for (const SmeNode *a, const SmeNode *b);
/* Pending (with who is missing) or allocated; for failed nodes the event had it. Not for nodes
 * that have left the tree. */
SmeExplanation *sme_node_explain (SmeNode *node);

/* 02, Rights masks: PROTOCOL_DEVIATION for a mask that keeps no read right. */
gboolean sme_rights_attenuate (guint32 rights, guint32 mask, guint32 *result, GError **error);

G_END_DECLS
