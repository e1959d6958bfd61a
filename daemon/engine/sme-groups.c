/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Groups: one of N (03 §5). A combination chooses a child in every group that is visible, that is,
 * not below a child that its ancestor groups did not choose. All combinations are run through like
 * the digits of a number: the groups in depth-first order are its digits, the first one the most
 * significant, each child a value. A hidden group is no digit, so nested groups add one combination
 * per child, not a factor:
 *
 *        g          g h k
 *       / \         a c -    k is hidden: b is not chosen
 *      a   b        a d -
 *      |   |        b - e    h is hidden now; k starts at its first child,
 *      h   k        b - f    as does every group that comes into sight
 *     / \ / \
 *    c  d e  f
 *
 * Only the present combination exists, as the chosen child of each group; the next one is made from
 * it in one walk. Nothing is ever enumerated ahead, and the caller stops after 64. */

#include "engine/sme-tree-private.h"

/* How many choices a sentence lists. */
#define MAX_LISTED_CHOICES 8

static GPtrArray *
list_visible_groups (SmeNode *top)
{
  GPtrArray *groups = sme_walk_depth_first (top, SME_WALK_VISIBLE);
  guint n_groups = 0;

  for (guint i = 0; i < groups->len; i++)
    {
      SmeNode *node = g_ptr_array_index (groups, i);

      if (node->kind == SME_NODE_GROUP)
        groups->pdata[n_groups++] = node;
    }
  g_ptr_array_set_size (groups, (gint)n_groups);
  return groups;
}

/* Adds one at the last digit. A digit that was at its end starts again and carries. */
gboolean
sme_groups_advance (SmeNode *top)
{
  g_autoptr (GPtrArray) groups = list_visible_groups (top);

  for (guint i = groups->len; i > 0; i--)
    {
      SmeNode *group = g_ptr_array_index (groups, i - 1);

      group->chosen++;
      if (group->chosen < group->children->len)
        return TRUE;
      group->chosen = 0;
    }
  return FALSE;
}

char *
sme_groups_describe_child (const SmeNode *group, guint index)
{
  g_autofree char *who = sme_node_describe (sme_node_get_child (group, index));

  return g_strdup_printf ("child %u of %u, %s", index + 1, group->children->len, who);
}

/* Names the groups that do not have their first child. */
char *
sme_groups_describe_choice (SmeNode *top)
{
  g_autoptr (GPtrArray) groups = list_visible_groups (top);
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_listed = 0, n_more = 0;

  if (groups->len == 0)
    return NULL;

  for (guint i = 0; i < groups->len; i++)
    {
      const SmeNode *group = g_ptr_array_index (groups, i);

      if (group->chosen == 0)
        continue;
      if (n_listed == MAX_LISTED_CHOICES)
        {
          n_more++;
          continue;
        }

      g_autofree char *who = sme_node_describe (group);
      g_autofree char *child = sme_groups_describe_child (group, group->chosen);
      g_string_append_printf (text, "%sgroup %u, of %s: %s", n_listed > 0 ? "; " : "", i + 1, who,
                              child);
      n_listed++;
    }
  if (n_listed == 0)
    return g_strdup (groups->len == 1 ? "the group's first child" : "every group's first child");
  if (n_more > 0)
    g_string_append_printf (text, "; and %u more", n_more);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
