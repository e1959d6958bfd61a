/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "world.h"

#include "../sentence.h"
#include "common/smc-image.h"

#include <string.h>

static void
add_heap (SmePolicy *policy, const char *name)
{
  SmeHeap *heap = sme_heap_new (name);

  heap->domains = SMC_DOMAIN_CPU | SMC_DOMAIN_RAM | SMC_DOMAIN_INACCESSIBLE;
  heap->cpu_mappable = TRUE;
  g_ptr_array_add (policy->heaps, heap);
}

World *
world_new (void)
{
  World *world = g_new0 (World, 1);

  world->policy = sme_policy_new ();
  add_heap (world->policy, "system");
  add_heap (world->policy, "second");
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
  g_clear_pointer (&world->wanted, smc_settings_free);
  g_clear_pointer (&world->settings, smc_settings_free);
  sme_policy_free (world->policy);
  g_free (world);
}

void
world_add (World *world, SmeNode *node)
{
  g_assert_true (g_hash_table_add (world->live, sme_node_ref (node)));
}

/* With rows twice as long as needed. */
gboolean
world_lay_out (SmcSettings *settings)
{
  const SmcImage *image = settings->image;
  guint64 row_bytes = image != NULL ? 2 * image->bounds.min_bytes_per_row : 0;
  guint64 offsets[4], strides[4], rows[4], size_bytes;
  guint n_planes;

  if (image == NULL || strcmp (settings->heap, "second") != 0)
    return TRUE;

  n_planes = smc_image_planes (&image->pixel_format, row_bytes, image->bounds.min_size.height,
                               offsets, strides, rows);
  settings->planes = g_array_new (FALSE, FALSE, sizeof (SmcPlane));
  settings->image_size = image->bounds.min_size;
  for (guint i = 0; i < n_planes; i++)
    {
      SmcPlane plane = { .offset = offsets[i], .stride = (guint32)strides[i] };

      g_array_append_val (settings->planes, plane);
    }
  size_bytes = offsets[n_planes - 1] + strides[n_planes - 1] * rows[n_planes - 1];
  settings->size_bytes = MAX (settings->size_bytes, size_bytes);
  settings->raw_size_bytes = settings->size_bytes + 8192;
  return settings->size_bytes <= settings->max_size_bytes;
}

/* Events */

/* Buffers are what this node asked for. */
static void
node_allocated (World *world, SmeNode *node)
{
  SmePrepared *said[] = { node->prepared, node->must_match };

  g_assert_true (g_hash_table_contains (world->live, node));
  g_assert_true (g_hash_table_add (world->answered, sme_node_ref (node)));
  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    {
      g_autoptr (GError) error = NULL;

      if (said[i] != NULL)
        sme_prepared_accepts (said[i], sme_tree_get_settings (world->tree), world->policy, &error);
      g_assert_no_error (error);
    }
}

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
      sentence_check (event->explanation->message);
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
      g_assert_null (world->wanted);
      g_assert_null (sme_tree_get_settings (world->tree));
      g_assert_cmpuint (event->settings->buffer_count, >, 0);
      world->wanted = smc_settings_copy (event->settings);
      break;
    case SME_EVENT_CANCEL:
      g_assert_nonnull (world->wanted);
      g_clear_pointer (&world->wanted, smc_settings_free);
      break;
    case SME_EVENT_NODE_ALLOCATED:
      node_allocated (world, event->node);
      break;
    case SME_EVENT_NODE_FAILED:
    case SME_EVENT_NODE_GONE:
      node_left (world, event);
      break;
    case SME_EVENT_TREE_ENDED:
      g_assert_cmpuint (g_hash_table_size (world->live), ==, 0);
      g_assert_null (world->wanted);
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
  if (could_be_next && world->wanted == NULL)
    g_assert_false (is_ready (node));
}

static void
check_buffers (World *world)
{
  const SmcSettings *settings = sme_tree_get_settings (world->tree);

  if (world->settings == NULL && settings != NULL)
    world->settings = smc_settings_copy (settings);
  g_assert_true ((settings == NULL) == (world->settings == NULL));
  if (settings != NULL)
    g_assert_true (smc_settings_equal (settings, world->settings, FALSE, FALSE));
}

static void
check_world (World *world)
{
  g_autoptr (GPtrArray) nodes = sme_tree_list_nodes (world->tree);
  guint n_strong = 0;

  g_assert_cmpuint (nodes->len, ==, g_hash_table_size (world->live));
  g_assert_cmpuint (nodes->len, ==, sme_tree_get_n_nodes (world->tree));
  g_assert_true ((world->wanted != NULL) == sme_tree_is_allocating (world->tree));
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
  check_buffers (world);
  check_world (world);
}
