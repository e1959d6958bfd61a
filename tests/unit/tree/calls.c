/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "calls.h"

#include "script.h"

#define MAX_NODES 40

static const char reason[] = "the dice said so";

/* Making nodes */

static void
add_tokens (World *world, SmeNode *parent, guint argument, GPtrArray *events)
{
  static const guint32 masks[] = { 3, 1, 0x80000000, 0, 3, 1 };
  g_autoptr (GPtrArray) children = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  guint n = 1 + argument % 3;

  if (sme_tree_get_n_nodes (world->tree) > MAX_NODES)
    return;
  if (sme_node_add_tokens (parent, masks + argument / 3 % 3, n, children, &error))
    g_assert_cmpuint (children->len, ==, n);
  else
    g_assert_cmpuint (children->len, ==, 0);
  g_assert_true ((children->len == 0) == (error != NULL));
  for (guint i = 0; i < children->len; i++)
    world_add (world, g_ptr_array_index (children, i));
}

static void
add_group (World *world, SmeNode *node, guint argument, GPtrArray *events)
{
  if (node->kind == SME_NODE_TOKEN && sme_tree_get_n_nodes (world->tree) <= MAX_NODES)
    world_add (world, sme_node_add_group (node, NULL));
}

static void
bind_token (World *world, SmeNode *node, guint argument, GPtrArray *events)
{
  if (node->kind == SME_NODE_TOKEN)
    sme_node_bind (node);
}

/* What participants say */

/* Some agree with each other and some do not. */
static SmePrepared *
choose_constraints (guint number)
{
  static const char *const choices[][4] = {
    { "camp=0", "min=4096", "max=65536" },
    { "camp=1", "min=1", "max=65536" },
    { "camp=2", "min=4096", "max=8192" },
    { "camp=1", "size=8192", NULL },
    { "empty", NULL, NULL },
    { "min-count=9", "min=1", "max=65536" },
    { "camp=1", "min=1", "max=65536", "nv12=64x64" },
    { "dedicated=1", "min=1", "max=65536", "required-sizes=3" },
    { "shared=2", "min=1", "max=65536", "heaps=second+system" },
    { "max-count=6", "min=1", "max=65536", "heaps=second" },
    { "camp=1", "min=1", "max=65536", "pad=5000" },
    { "usage=none", "camp=1", "min=1", "max=65536" },
  };
  const char *words[G_N_ELEMENTS (choices[0]) + 1] = { NULL };
  SmePrepared *prepared;

  for (guint i = 0; i < G_N_ELEMENTS (choices[0]); i++)
    words[i] = choices[number % G_N_ELEMENTS (choices)][i];
  prepared = script_constraints_new (words, NULL);
  g_assert_nonnull (prepared);
  return prepared;
}

static void
set_constraints (World *world, SmeNode *node, guint argument, GPtrArray *events)
{
  g_autoptr (SmePrepared) prepared = NULL;

  if (node->kind != SME_NODE_COLLECTION)
    return;
  gboolean again = node->prepared != NULL;
  prepared = choose_constraints (argument);
  g_assert_true (sme_node_set_constraints (node, prepared, NULL, events, NULL) == !again);
}

/* To match: the buffers of this tree, if there are some by now, or of another one. */
static void
set_constraints_must_match (World *world, SmeNode *node, guint argument, GPtrArray *events)
{
  g_autoptr (SmePrepared) prepared = NULL;
  g_autoptr (SmePrepared) other = NULL;
  g_autoptr (SmcSettings) settings = NULL;
  g_autoptr (SmeTrail) trail = sme_trail_new ();

  if (node->kind != SME_NODE_COLLECTION)
    return;
  prepared = choose_constraints (argument);
  other = choose_constraints (argument / 16);
  const SmeParticipant participant = { .name = "other", .prepared = other };
  sme_negotiate (&participant, 1, world->policy, NULL, trail, &settings, NULL);
  if (sme_tree_get_settings (world->tree) != NULL && argument % 2 == 0)
    {
      g_clear_pointer (&settings, smc_settings_free);
      settings = smc_settings_copy (sme_tree_get_settings (world->tree));
    }
  sme_node_set_constraints (node, prepared, settings, events, NULL);
}

static void
all_children_present (World *world, SmeNode *node, guint argument, GPtrArray *events)
{
  gboolean complete = node->all_children_present || node->children->len == 0;

  if (node->kind == SME_NODE_GROUP)
    g_assert_true (sme_node_all_children_present (node, events, NULL) == !complete);
}

static void
set_weak (World *world, SmeNode *node, guint argument, GPtrArray *events)
{
  sme_node_set_weak (node, events, NULL);
}

static void
set_weak_ok (World *world, SmeNode *node, guint argument, GPtrArray *events)
{
  sme_node_set_weak_ok (node, argument % 2 == 0);
  g_assert_true (sme_node_is_weak_ok (node));
}

static void
set_dispensable (World *world, SmeNode *node, guint argument, GPtrArray *events)
{
  if (node->kind == SME_NODE_TOKEN)
    sme_node_set_dispensable (node);
}

static void
set_debug_info (World *world, SmeNode *node, guint argument, GPtrArray *events)
{
  static const char *const names[] = { "camera", "", "\"%s\"\n", "\xff", "\xe2\x80\xae" };

  sme_node_set_debug_info (node, names[argument % G_N_ELEMENTS (names)], argument);
}

/* Ends */

static void
release (World *world, SmeNode *node, guint argument, GPtrArray *events)
{
  sme_node_release (node, events);
}

static void
add_subtree (GHashTable *nodes, SmeNode *top)
{
  g_hash_table_add (nodes, sme_node_ref (top));
  for (guint i = 0; i < top->children->len; i++)
    add_subtree (nodes, g_ptr_array_index (top->children, i));
}

/* The node's whole domain falls and, as long as the tree stands, nobody else fails with it. */
static void
fail (World *world, SmeNode *node, guint argument, GPtrArray *events)
{
  g_autoptr (GHashTable) falling =
    g_hash_table_new_full (NULL, NULL, (GDestroyNotify)sme_node_unref, NULL);
  GHashTableIter iter;
  gpointer fallen;

  add_subtree (falling, world_find_domain (node));
  sme_node_fail (node, reason, events);

  g_hash_table_iter_init (&iter, falling);
  while (g_hash_table_iter_next (&iter, &fallen, NULL))
    g_assert_null (((SmeNode *)fallen)->tree);
  for (guint i = 0; sme_tree_get_root (world->tree) != NULL && i < events->len; i++)
    {
      const SmeEvent *event = g_ptr_array_index (events, i);

      if (event->type == SME_EVENT_NODE_FAILED)
        g_assert_true (g_hash_table_contains (falling, event->node));
    }
}

/* Queries */

static void
explain (World *world, SmeNode *node, guint argument, GPtrArray *events)
{
  g_autoptr (SmeExplanation) explanation = sme_node_explain (node);

  g_assert_cmpint (explanation->outcome, ==,
                   node->allocated ? SME_OUTCOME_ALLOCATED : SME_OUTCOME_PENDING);
}

static void
is_alternate_for (World *world, SmeNode *node, guint argument, GPtrArray *events)
{
  g_autoptr (GPtrArray) nodes = sme_tree_list_nodes (world->tree);
  SmeNode *other = g_ptr_array_index (nodes, argument % nodes->len);

  g_assert_true (sme_node_is_alternate_for (node, other)
                 == sme_node_is_alternate_for (other, node));
}

/* The heap's answer */

static void
memory_done (World *world, SmeNode *node, guint argument, GPtrArray *events)
{
  static const SysmemError codes[] = { SYSMEM_ERROR_NO_MEMORY,
                                       SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
                                       SYSMEM_ERROR_LIMIT_EXCEEDED };
  guint dice = argument % 30;
  g_autoptr (SmcSettings) wanted = g_steal_pointer (&world->wanted);
  g_autoptr (GError) error = NULL;

  if (wanted == NULL)
    return;
  if (dice < G_N_ELEMENTS (codes))
    error = g_error_new_literal (SYSMEM_ERROR, (gint)codes[dice], reason);
  else if (!world_lay_out (wanted))
    error = g_error_new_literal (SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY, reason);
  sme_tree_memory_done (world->tree, wanted, error, events);
}

typedef void (*Maker) (World *world, SmeNode *node, guint argument, GPtrArray *events);

static const Maker makers[N_CALLS] = {
  [CALL_ADD_TOKENS] = add_tokens,
  [CALL_ADD_GROUP] = add_group,
  [CALL_BIND] = bind_token,
  [CALL_RELEASE] = release,
  [CALL_SET_CONSTRAINTS] = set_constraints,
  [CALL_ALL_CHILDREN_PRESENT] = all_children_present,
  [CALL_FAIL] = fail,
  [CALL_SET_WEAK] = set_weak,
  [CALL_SET_DISPENSABLE] = set_dispensable,
  [CALL_EXPLAIN] = explain,
  [CALL_MEMORY_DONE] = memory_done,
  [CALL_SET_WEAK_OK] = set_weak_ok,
  [CALL_SET_DEBUG_INFO] = set_debug_info,
  [CALL_IS_ALTERNATE_FOR] = is_alternate_for,
  [CALL_SET_CONSTRAINTS_MUST_MATCH] = set_constraints_must_match,
};

static SmeNode *
find_node (World *world, guint number)
{
  g_autoptr (GPtrArray) nodes = sme_tree_list_nodes (world->tree);
  guint n_connected = 0;

  for (guint i = 0; i < nodes->len; i++)
    {
      SmeNode *node = g_ptr_array_index (nodes, i);

      if (node->connected)
        nodes->pdata[n_connected++] = node;
    }
  g_assert_cmpuint (n_connected, >, 0);
  return g_ptr_array_index (nodes, number % n_connected);
}

void
call_make (World *world, Call call, guint node, guint argument)
{
  g_autoptr (GPtrArray) events = sme_events_new ();

  makers[call](world, find_node (world, node), argument, events);
  world_take (world, events);
}
