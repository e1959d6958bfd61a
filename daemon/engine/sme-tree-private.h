/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the tree's own files share. One file per chapter of the rules:
 *
 *   sme-node.c          places in the tree: making, kinds, states       §1, §2
 *   sme-tree.c          the tree, its events, one function per event    §2
 *   sme-walk.c          the orders in which a tree is walked            §4, §5, §6
 *   sme-domain.c        failure domains, nobody left                    §3
 *   sme-allocation.c    when allocation is tried, and its delivery      §4
 *   sme-try.c           one try, combination after combination          §4, §5
 *   sme-groups.c        one of N                                        §5
 *   sme-memory.c        making memory, heap after heap                  §4, §7
 *   sme-late.c          joining buffers that exist                      §8
 *   sme-weak.c          strong and weak                                 §10
 *   sme-tree-explain.c  what only the tree can explain                  02
 */

#pragma once

#include "engine/sme-tree.h"

G_BEGIN_DECLS

/* One try of a pruned subtree: its group combinations one after the other. */
typedef struct
{
  SmeNode *top;
  SmeTrail *trail; /* of all combinations */
  guint n_tried;   /* combinations, the present one included */

  /* The first combination that failed: */
  GArray *participants; /* of SmeParticipant */
  GError *error;

  GError *verdict; /* what is to be said of more than one combination */
} SmeTry;

/* Memory that is being made: what was decided, and what to do when the heap cannot. */
typedef struct
{
  SmcSettings *settings;
  SmeHeap *heap; /* that is asked, as it is; nullable */
  SmeTry *try;

  /* Of the present combination: */
  GPtrArray *failed_heaps; /* of char *, NULL-terminated */
  GString *reasons;        /* what each of them said */
  gboolean lacks_memory;   /* one of them would do, had it the memory */
} SmePending;

struct _SmeTree
{
  const SmePolicy *policy;
  SmeNode *root;

  /* Tallies over all nodes, so that most events are settled without looking at each. */
  guint n_nodes;
  guint n_orphans;
  guint n_strong; /* connected strong nodes */
  guint n_unallocated;

  SmePending *pending; /* NULL: no memory is being made */

  SmcSettings *settings; /* as allocated, once they are */
  SmeHeap *heap;         /* as it was when it was asked for them; NULL: it had gone by then */
  SmePrepared *pin;      /* the participant that demands them (§8), made when first needed */
};

static inline SmeNode *
sme_node_get_child (const SmeNode *node, guint index)
{
  return g_ptr_array_index (node->children, index);
}

/* sme-node.c */

/* A token, which is not in any tree yet. @parent (nullable): inherited from. */
SmeNode *sme_node_new (SmeNodeKind kind, const SmeNode *parent);
/* Takes @node out of its tree for good; the caller becomes the owner of the tree's reference. */
void sme_node_leave (SmeNode *node);
gboolean sme_node_is_ready (const SmeNode *node);
/* What stands for a name that was not given: an unnamed token. Transfer full. */
char *sme_node_describe_unnamed (const SmeNode *node);

/* sme-tree.c */

/* Adds (@by 1) or takes away (@by -1) all that @node counts for. Goes around every change of a
 * field that is counted. */
void sme_tree_tally (SmeTree *tree, const SmeNode *node, int by);
/* @node, @settings (copied) and @explanation as the type needs them, else NULL. */
void sme_events_add (GPtrArray *events,
                     SmeEventType type,
                     SmeNode *node,
                     const SmcSettings *settings,
                     SmeExplanation *explanation);

/* sme-walk.c */

typedef enum
{
  SME_WALK_ALL,     /* everything below */
  SME_WALK_PRUNED,  /* not entering isolated nodes: what is allocated together */
  SME_WALK_VISIBLE, /* pruned, and of a group's children only the chosen one */
} SmeWalk;

/* @top and what is below it, breadth first. The list is the caller's, the nodes are borrowed. */
GPtrArray *sme_walk_breadth_first (SmeNode *top, SmeWalk walk);
/* The same, parents before children, earlier children with all below them before later ones. */
GPtrArray *sme_walk_depth_first (SmeNode *top, SmeWalk walk);
/* Unallocated nodes whose parent is allocated: where pruned subtrees begin. Breadth first. */
GPtrArray *sme_walk_eligible (SmeNode *root);
/* Is every node of the pruned subtree ready? */
gboolean sme_walk_pruned_is_ready (const SmeNode *top);
/* The node where the pruned subtree around @node begins. */
SmeNode *sme_walk_find_top (SmeNode *node);

/* sme-domain.c */

/* Everything at and below @top falls. @explanation is NULL where only orphans can be concerned. */
void sme_domain_end_subtree (SmeNode *top, SmeExplanation *explanation, GPtrArray *events);
/* The domain that @node belongs to falls. */
void sme_domain_fail (SmeNode *node, SmeExplanation *explanation, GPtrArray *events);
/* Every domain falls that has no connected node. */
void sme_domain_end_deserted (SmeTree *tree, GPtrArray *events);

/* sme-tree-explain.c */

/* Explanations of outcome failed; they take @message, and keep @trail (nullable). */
SmeExplanation *sme_explain_end (SysmemError code, char *message);
SmeExplanation *sme_explain_end_with_trail (SysmemError code, char *message, SmeTrail *trail);

/* sme-allocation.c */

/* After every event: settles all that became due. */
void sme_allocation_run (SmeTree *tree, GPtrArray *events);
/* The chosen combination of @top's pruned subtree has its buffers; @trail tells how. */
void sme_allocation_deliver (SmeNode *top, SmeTrail *trail, GPtrArray *events);

/* sme-try.c */

SmeTry *sme_try_new (SmeNode *top);
void sme_try_free (SmeTry *try);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmeTry, sme_try_free)
/* Tries the combinations from the present one on. Returns the settings of the first that works and
 * leaves it chosen; or NULL, with the explanation. */
SmcSettings *sme_try_start (SmeTry *try, SmeExplanation **failure);
/* Goes on after the present combination, which worked, has failed of @error after all. */
SmcSettings *sme_try_go_on (SmeTry *try, const GError *error, SmeExplanation **failure);
/* The visible participants with something to say, breadth first: SmeParticipants that borrow from
 * the tree. */
GArray *sme_try_list_participants (SmeNode *top);
void sme_try_append_participant (GArray *participants, const SmeNode *node);

/* sme-memory.c */

/* Asks for memory for @settings (taken), which @try (taken) has led to. */
void sme_memory_request (SmeTree *tree, SmcSettings *settings, SmeTry *try, GPtrArray *events);
void sme_memory_forget (SmeTree *tree);

/* sme-groups.c */

/* Chooses the next combination. FALSE: that was the last; all are back at the first child. */
gboolean sme_groups_advance (SmeNode *top);
/* The present combination for a person; NULL without groups. */
char *sme_groups_describe_choice (SmeNode *top);
char *sme_groups_describe_child (const SmeNode *group, guint index);

/* sme-late.c */

/* The pin, everybody allocated, and the newcomers visible below @top. */
GArray *sme_late_list_participants (SmeNode *top);

/* sme-weak.c */

/* Nothing will ever hold the buffers: ends the tree. */
void sme_weak_end_without_strong (SmeTree *tree, GPtrArray *events);

G_END_DECLS
