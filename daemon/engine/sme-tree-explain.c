/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Explanations that only the tree can give (02, Explanations): of a node that is still in it (how
 * its settings came about, or who has not answered yet), and of what ends by other causes than
 * constraints. A node waits for its own pruned subtree and, where that was attached to something
 * that is not allocated yet, for the one it hangs on as well. */

#include "engine/sme-tree-private.h"

SmeExplanation *
sme_explain_end_with_trail (SysmemError code, char *message, SmeTrail *trail)
{
  SmeExplanation *explanation = sme_explanation_new (SME_OUTCOME_FAILED, trail);

  explanation->error = code;
  explanation->message = message;
  return explanation;
}

SmeExplanation *
sme_explain_end (SysmemError code, char *message)
{
  return sme_explain_end_with_trail (code, message, NULL);
}

static SmeParty *
new_missing_party (const SmeNode *node)
{
  g_autofree char *unnamed = *node->name == '\0' ? sme_node_describe_unnamed (node) : NULL;

  return sme_party_new (unnamed != NULL ? unnamed : node->name, node->id, NULL);
}

static void
list_missing (SmeNode *top, GPtrArray *missing)
{
  g_autoptr (GPtrArray) nodes = sme_walk_depth_first (top, SME_WALK_PRUNED);

  for (guint i = 0; i < nodes->len; i++)
    {
      const SmeNode *node = g_ptr_array_index (nodes, i);

      if (!sme_node_is_ready (node))
        g_ptr_array_add (missing, new_missing_party (node));
    }
}

static SmeExplanation *
explain_pending (SmeNode *node)
{
  SmeExplanation *explanation = sme_explanation_new (SME_OUTCOME_PENDING, NULL);

  for (; node != NULL && !node->allocated; node = node->parent)
    {
      node = sme_walk_find_top (node);
      list_missing (node, explanation->waiting_for);
    }
  return explanation;
}

SmeExplanation *
sme_node_explain (SmeNode *node)
{
  g_return_val_if_fail (node->tree != NULL, NULL);

  if (!node->allocated)
    return explain_pending (node);
  while (node->trail == NULL)
    node = node->parent;
  return sme_explain_allocated (node->trail);
}
