/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Random calls on random trees. What must hold whatever was called: events name only nodes that
 * are there, every node that leaves does so by exactly one event, memory is wanted once at a time,
 * the end comes last; and after every call nothing is left that could have been decided (03 §3,
 * §4), found here by looking at every node. A failure prints the seed; --seed runs it again. */

#include "script.h"

#define N_TREES 4000
#define N_CALLS 100

typedef struct
{
  SmePolicy *policy;
  SmeTree *tree;
  GHashTable *live;      /* of SmeNode: what is in the tree, by what calls and events said */
  GHashTable *answered;  /* of SmeNode: who was told of its allocation */
  gboolean wants_memory; /* by what events said */
  gboolean ended;
} World;

static World *
world_new (void)
{
  World *world = g_new0 (World, 1);
  SmeHeap *heap = sme_heap_new ("system");
  SmeNode *root;

  world->policy = sme_policy_new ();
  heap->domains = SMC_DOMAIN_CPU | SMC_DOMAIN_RAM | SMC_DOMAIN_INACCESSIBLE;
  heap->cpu_mappable = TRUE;
  g_ptr_array_add (world->policy->heaps, heap);
  world->tree = sme_tree_new (world->policy, "root", 0);
  world->live = g_hash_table_new_full (NULL, NULL, (GDestroyNotify)sme_node_unref, NULL);
  world->answered = g_hash_table_new_full (NULL, NULL, (GDestroyNotify)sme_node_unref, NULL);
  root = sme_tree_get_root (world->tree);
  g_hash_table_add (world->live, sme_node_ref (root));
  return world;
}

static void
world_free (World *world)
{
  sme_tree_free (world->tree);
  g_hash_table_unref (world->live);
  g_hash_table_unref (world->answered);
  sme_policy_free (world->policy);
  g_free (world);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

/* Events */

static void
node_left (World *world, const SmeEvent *event)
{
  SmeNode *node = event->node;

  g_assert_true (g_hash_table_remove (world->live, node));
  g_assert_null (node->tree);
  g_assert_null (node->parent);
  g_assert_cmpuint (node->children->len, ==, 0);
  if (event->type == SME_EVENT_NODE_FAILED)
    {
      g_assert_cmpint (sme_node_get_state (node), ==, SME_STATE_FAILED);
      g_assert_nonnull (event->explanation);
      g_assert_cmpint (event->explanation->outcome, ==, SME_OUTCOME_FAILED);
      g_assert_cmpstr (event->explanation->message, !=, NULL);
    }
  else
    {
      g_assert_cmpint (sme_node_get_state (node), ==, SME_STATE_RELEASED);
      g_assert_null (event->explanation);
    }
}

static void
take_event (World *world, const SmeEvent *event)
{
  g_assert_false (world->ended);
  switch (event->type)
    {
    case SME_EVENT_ALLOCATE:
      g_assert_false (world->wants_memory);
      g_assert_null (sme_tree_get_settings (world->tree));
      g_assert_cmpuint (event->settings->buffer_count, >, 0);
      world->wants_memory = TRUE;
      break;
    case SME_EVENT_CANCEL:
      g_assert_true (world->wants_memory);
      world->wants_memory = FALSE;
      break;
    case SME_EVENT_NODE_ALLOCATED:
      g_assert_nonnull (sme_tree_get_settings (world->tree));
      g_assert_true (g_hash_table_contains (world->live, event->node));
      g_assert_true (g_hash_table_add (world->answered, sme_node_ref (event->node)));
      break;
    case SME_EVENT_NODE_FAILED:
    case SME_EVENT_NODE_GONE:
      node_left (world, event);
      break;
    case SME_EVENT_TREE_ENDED:
      g_assert_cmpuint (g_hash_table_size (world->live), ==, 0);
      g_assert_false (world->wants_memory);
      world->ended = TRUE;
      break;
    }
}

/* What must hold between calls */

static gboolean
has_connected (const SmeNode *node)
{
  if (node->connected)
    return TRUE;
  for (guint i = 0; i < node->children->len; i++)
    {
      if (has_connected (g_ptr_array_index (node->children, i)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_ready (const SmeNode *node)
{
  if (sme_node_get_state (node) == SME_STATE_WAITING)
    return FALSE;
  for (guint i = 0; i < node->children->len; i++)
    {
      const SmeNode *child = g_ptr_array_index (node->children, i);

      if (child->failure_mode != SME_FAILURE_ISOLATE && !is_ready (child))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_domain_root (const SmeNode *node)
{
  return node->parent == NULL || node->failure_mode == SME_FAILURE_ISOLATE
         || (node->failure_mode == SME_FAILURE_PROPAGATE_BEFORE_ALLOCATION && node->allocated);
}

static void
check_node (World *world, const SmeNode *node)
{
  gboolean could_be_next = !node->allocated && (node->parent == NULL || node->parent->allocated);

  g_assert_true (node->tree == world->tree);
  if (node->parent != NULL)
    g_assert_true (g_ptr_array_find (node->parent->children, node, NULL));
  if (node->allocated && node->parent != NULL)
    g_assert_true (node->parent->allocated);
  if (node->allocated && node->kind == SME_NODE_GROUP)
    g_assert_cmpuint (node->children->len, <=, 1);
  if (is_domain_root (node))
    g_assert_true (has_connected (node));
  if (could_be_next && !world->wants_memory)
    g_assert_false (is_ready (node));
}

static void
check_world (World *world)
{
  g_autoptr (GPtrArray) nodes = sme_tree_list_nodes (world->tree);
  guint n_strong = 0;

  g_assert_cmpuint (nodes->len, ==, g_hash_table_size (world->live));
  g_assert_cmpuint (nodes->len, ==, sme_tree_get_n_nodes (world->tree));
  g_assert_true (world->wants_memory == sme_tree_is_allocating (world->tree));
  g_assert_true ((sme_tree_get_root (world->tree) == NULL) == world->ended);
  for (guint i = 0; i < nodes->len; i++)
    {
      const SmeNode *node = g_ptr_array_index (nodes, i);

      g_assert_true (g_hash_table_contains (world->live, node));
      check_node (world, node);
      if (node->connected && !node->weak)
        n_strong++;
    }
  g_assert_true ((n_strong > 0) == sme_tree_has_connected_strong_node (world->tree));
  if (!world->ended && !sme_tree_get_root (world->tree)->allocated)
    g_assert_cmpuint (n_strong, >, 0);
}

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

  if (g_hash_table_size (world->live) > 40)
    return;
  children = add_random_tokens (node, &error);
  g_assert_true ((children->len == 0) == (error != NULL));
  for (guint i = 0; i < children->len; i++)
    g_hash_table_add (world->live, sme_node_ref (g_ptr_array_index (children, i)));
}

static void
call_add_group (World *world, SmeNode *node, GPtrArray *events)
{
  if (node->kind == SME_NODE_TOKEN && g_hash_table_size (world->live) <= 40)
    g_hash_table_add (world->live, sme_node_ref (sme_node_add_group (node, NULL)));
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

/* Whatever else falls, the node's domain must be gone afterwards. */
static void
call_fail (World *world, SmeNode *node, GPtrArray *events)
{
  g_autoptr (SmeNode) top = NULL;
  SmeNode *climber = node;

  if (g_test_rand_int_range (0, 4) > 0)
    return;
  while (!is_domain_root (climber))
    climber = climber->parent;
  top = sme_node_ref (climber);
  sme_node_fail (node, "the dice said so", events);
  g_assert_null (top->tree);
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
  g_autoptr (GError) error = NULL;

  if (!world->wants_memory)
    return;
  world->wants_memory = FALSE;
  if (g_test_rand_int_range (0, 10) == 0)
    error = g_error_new_literal (SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY, "the dice said so");
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
  for (guint i = 0; i < events->len; i++)
    take_event (world, g_ptr_array_index (events, i));
  check_world (world);
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
