/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random calls on random trees: what must hold is in world.c. A failure prints the seed; --seed runs
 * it again. */

#include "script.h"
#include "world.h"

#define N_TREES 4000
#define N_CALLS 100
#define MAX_NODES 40

/* Calls: each does what it can with a node, or nothing */

static GPtrArray *
add_random_tokens (SmeNode *parent, GError **error)
{
  static const guint32 masks[] = { 3, 1, 0x80000000, 0, 3, 1 };
  GPtrArray *children = g_ptr_array_new ();
  guint first = (guint)g_test_rand_int_range (0, 3);
  guint n = (guint)g_test_rand_int_range (1, 4);

  if (sme_node_add_tokens (parent, masks + first, n, children, error))
    g_assert_cmpuint (children->len, ==, n);
  else
    g_assert_cmpuint (children->len, ==, 0);
  return children;
}

static void
call_add_tokens (World *world, SmeNode *node, GPtrArray *events)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) children = NULL;

  if (sme_tree_get_n_nodes (world->tree) > MAX_NODES)
    return;
  children = add_random_tokens (node, &error);
  g_assert_true ((children->len == 0) == (error != NULL));
  for (guint i = 0; i < children->len; i++)
    world_add (world, g_ptr_array_index (children, i));
}

static void
call_add_group (World *world, SmeNode *node, GPtrArray *events)
{
  if (node->kind == SME_NODE_TOKEN && sme_tree_get_n_nodes (world->tree) <= MAX_NODES)
    world_add (world, sme_node_add_group (node, NULL));
}

static void
call_bind (World *world, SmeNode *node, GPtrArray *events)
{
  if (node->kind == SME_NODE_TOKEN)
    sme_node_bind (node);
}

static void
call_set_constraints (World *world, SmeNode *node, GPtrArray *events)
{
  static const char *const choices[][3] = {
    { "camp=0", "min=4096", "max=65536" },
    { "camp=1", "min=1", "max=65536" },
    { "camp=2", "min=4096", "max=8192" },
    { "camp=1", "size=8192", NULL },
    { "empty", NULL, NULL },
    { "min-count=9", "min=1", "max=65536" },
  };
  const char *words[4] = { NULL };
  g_autoptr (SmePrepared) prepared = NULL;
  guint choice = (guint)g_test_rand_int_range (0, G_N_ELEMENTS (choices));

  if (node->kind != SME_NODE_COLLECTION)
    return;
  for (guint i = 0; i < 3; i++)
    words[i] = choices[choice][i];
  prepared = script_constraints_new (words, NULL);
  g_assert_nonnull (prepared);
  sme_node_set_constraints (node, prepared, NULL, events, NULL);
}

static void
call_all_children_present (World *world, SmeNode *node, GPtrArray *events)
{
  gboolean complete = node->all_children_present || node->children->len == 0;

  if (node->kind == SME_NODE_GROUP)
    g_assert_true (sme_node_all_children_present (node, events, NULL) == !complete);
}

static void
call_release (World *world, SmeNode *node, GPtrArray *events)
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
call_fail (World *world, SmeNode *node, GPtrArray *events)
{
  g_autoptr (GHashTable) falling =
    g_hash_table_new_full (NULL, NULL, (GDestroyNotify)sme_node_unref, NULL);
  GHashTableIter iter;
  gpointer fallen;

  if (g_test_rand_int_range (0, 4) > 0)
    return;
  add_subtree (falling, world_find_domain (node));
  sme_node_fail (node, "the dice said so", events);

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

static void
call_set_weak (World *world, SmeNode *node, GPtrArray *events)
{
  if (g_test_rand_int_range (0, 4) == 0)
    sme_node_set_weak (node, events, NULL);
}

static void
call_set_dispensable (World *world, SmeNode *node, GPtrArray *events)
{
  if (node->kind == SME_NODE_TOKEN)
    sme_node_set_dispensable (node);
}

static void
call_explain (World *world, SmeNode *node, GPtrArray *events)
{
  g_autoptr (SmeExplanation) explanation = sme_node_explain (node);

  g_assert_cmpint (explanation->outcome, ==,
                   node->allocated ? SME_OUTCOME_ALLOCATED : SME_OUTCOME_PENDING);
}

static void
call_memory_done (World *world, SmeNode *node, GPtrArray *events)
{
  static const SysmemError codes[] = { SYSMEM_ERROR_NO_MEMORY,
                                       SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
                                       SYSMEM_ERROR_LIMIT_EXCEEDED };
  guint dice = (guint)g_test_rand_int_range (0, 30);
  g_autoptr (GError) error = NULL;

  if (!world->wants_memory)
    return;
  world->wants_memory = FALSE;
  if (dice < G_N_ELEMENTS (codes))
    error = g_error_new_literal (SYSMEM_ERROR, (gint)codes[dice], "the dice said so");
  sme_tree_memory_done (world->tree, NULL, error, events);
}

/* In proportion to how often they shall be called. */
static const struct
{
  guint weight;
  void (*call) (World *world, SmeNode *node, GPtrArray *events);
} calls[] = {
  { 4, call_add_tokens }, { 2, call_add_group },        { 8, call_bind },
  { 4, call_release },    { 12, call_set_constraints }, { 4, call_all_children_present },
  { 1, call_fail },       { 1, call_set_weak },         { 1, call_set_dispensable },
  { 1, call_explain },    { 4, call_memory_done },
};

static SmeNode *
pick_node (World *world)
{
  g_autoptr (GPtrArray) nodes = sme_tree_list_nodes (world->tree);

  for (;;)
    {
      SmeNode *node = g_ptr_array_index (nodes, g_test_rand_int_range (0, (gint)nodes->len));

      if (node->connected)
        return node;
    }
}

static void
call_something (World *world, GPtrArray *events)
{
  guint total = 0, dice;

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    total += calls[i].weight;
  dice = (guint)g_test_rand_int_range (0, (gint)total);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      if (dice < calls[i].weight)
        {
          calls[i].call (world, pick_node (world), events);
          return;
        }
      dice -= calls[i].weight;
    }
}

static void
step (World *world)
{
  g_autoptr (GPtrArray) events = sme_events_new ();

  call_something (world, events);
  world_take (world, events);
}

static void
test_random_trees (void)
{
  guint n_allocated = 0, n_ended = 0;

  for (guint i = 0; i < N_TREES; i++)
    {
      g_autoptr (World) world = world_new ();

      for (guint n = 0; n < N_CALLS && !world->ended; n++)
        step (world);
      n_allocated += sme_tree_get_settings (world->tree) != NULL;
      n_ended += world->ended;
    }
  g_test_message ("%u of %u trees were allocated, %u ended", n_allocated, N_TREES, n_ended);
  g_assert_cmpuint (n_allocated, >, 0);
  g_assert_cmpuint (n_ended, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random/trees", test_random_trees);
  return g_test_run ();
}
