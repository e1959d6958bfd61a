/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "world.h"

World *
world_new (void)
{
  World *world = g_new0 (World, 1);
  SmeHeap *heap = sme_heap_new ("system");

  world->policy = sme_policy_new ();
  heap->domains = SMC_DOMAIN_CPU | SMC_DOMAIN_RAM | SMC_DOMAIN_INACCESSIBLE;
  heap->cpu_mappable = TRUE;
  g_ptr_array_add (world->policy->heaps, heap);
  world->tree = sme_tree_new (world->policy, "root", 0);
  world->live = g_hash_table_new_full (NULL, NULL, (GDestroyNotify)sme_node_unref, NULL);
  world->answered = g_hash_table_new_full (NULL, NULL, (GDestroyNotify)sme_node_unref, NULL);
  world_add (world, sme_tree_get_root (world->tree));
  return world;
}

void
world_free (World *world)
{
  sme_tree_free (world->tree);
  g_hash_table_unref (world->live);
  g_hash_table_unref (world->answered);
  sme_policy_free (world->policy);
  g_free (world);
}

void
world_add (World *world, SmeNode *node)
{
  g_assert_true (g_hash_table_add (world->live, sme_node_ref (node)));
}

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

SmeNode *
world_find_domain (SmeNode *node)
{
  while (!is_domain_root (node))
    node = node->parent;
  return node;
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

void
world_take (World *world, GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++)
    take_event (world, g_ptr_array_index (events, i));
  check_world (world);
}
