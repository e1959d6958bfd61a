/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Late allocation (03 §8): participants that were attached join buffers which exist. They take
 * part in a negotiation like any other, together with everybody who was there before and with one
 * participant more, made up here, that pins what exists. If the result is what exists already, the
 * newcomers may have it; if anything would have to be different, they may not. The pin comes first:
 * with one pixel format left from the start, everybody else costs no more than one look at it.
 *
 * Example: a camera and a viewer, camping 3 each, agreed on 8 buffers, as the viewer wanted at
 * least 8. A recorder that camps on 2 is attached: 3 + 3 + 2 fits into exactly 8, it joins. A
 * second one that camps on 1 does not fit; nor does anybody until the first has failed. */

#include "engine/sme-tree-private.h"

GArray *
sme_late_list_participants (SmeNode *top)
{
  SmeTree *tree = top->tree;
  GArray *participants = g_array_new (FALSE, FALSE, sizeof (SmeParticipant));
  g_autoptr (GPtrArray) nodes = sme_walk_breadth_first (tree->root, SME_WALK_ALL);
  g_autoptr (GArray) newcomers = sme_try_list_participants (top);
  SmeParticipant pin = { .name = "the allocated buffers" };

  if (tree->pin == NULL)
    tree->pin = sme_prepared_new_pinning (tree->settings, TRUE, tree->heap);
  pin.prepared = tree->pin;
  g_array_append_val (participants, pin);
  for (guint i = 0; i < nodes->len; i++)
    {
      const SmeNode *node = g_ptr_array_index (nodes, i);

      if (node->allocated)
        sme_try_append_participant (participants, node);
    }
  for (guint i = 1; i < participants->len; i++)
    g_array_index (participants, SmeParticipant, i).settled = TRUE;
  g_array_append_vals (participants, newcomers->data, newcomers->len);
  return participants;
}
