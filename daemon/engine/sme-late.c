/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Late allocation (03 §8): participants that were attached join buffers which exist. They take
 * part in a negotiation like any other, together with everybody who was there before and with one
 * participant more, made up here, that demands exactly what exists. If the result is what exists
 * already, the newcomers may have it; if anything would have to be different, they may not.
 *
 * Example: a camera and a viewer, camping 3 each, agreed on 8 buffers, as the viewer wanted at
 * least 8. A recorder that camps on 2 is attached: 3 + 3 + 2 fits into exactly 8, it joins. A
 * second one that camps on 1 does not fit; once the first has failed, it does, and a new one may.
 *
 * No memory is made here, so neither caps nor heaps that disappeared since count any more: the
 * negotiation sees the one heap that the buffers came from, as it was when they were made. */

#include "engine/sme-tree-private.h"

void
sme_late_init_policy (SmeTree *tree, SmePolicy *policy)
{
  *policy = *tree->policy;
  policy->heaps = tree->heap;
  policy->max_buffer_size = G_MAXUINT64;
  policy->max_collection_size = G_MAXUINT64;
}

GArray *
sme_late_list_participants (SmeNode *top, guint *n_existing)
{
  SmeTree *tree = top->tree;
  GArray *participants = g_array_new (FALSE, FALSE, sizeof (SmeParticipant));
  g_autoptr (GPtrArray) nodes = sme_walk_breadth_first (tree->root, SME_WALK_ALL);
  g_autoptr (GArray) newcomers = sme_try_list_participants (top);
  SmeParticipant pin = { "the allocated buffers", 0, NULL };

  for (guint i = 0; i < nodes->len; i++)
    {
      const SmeNode *node = g_ptr_array_index (nodes, i);

      if (node->allocated)
        sme_try_append_participant (participants, node);
    }
  *n_existing = participants->len;
  g_array_append_vals (participants, newcomers->data, newcomers->len);

  if (tree->pin == NULL)
    tree->pin = sme_prepared_new_pinning (tree->settings, TRUE);
  pin.prepared = tree->pin;
  g_array_append_val (participants, pin);
  return participants;
}

/* The pin fixes count, size, heap, domain, format and color space. What is left to differ is what
 * a newcomer can tighten next to it (the image's bounds), and what it does not say (padding). */
static const char *
name_difference (const SmcSettings *decided, const SmcSettings *settings)
{
  if (decided->image == NULL || settings->image == NULL)
    return decided->image == settings->image ? "buffer_memory_constraints"
                                             : "image_format_constraints";
  return smc_image_bounds_equal (&decided->image->bounds, &settings->image->bounds)
           ? "buffer_memory_constraints"
           : "image_format_constraints";
}

const char *
sme_late_find_change (const SmeTree *tree, const SmcSettings *settings)
{
  SmcSettings same = *settings;

  /* Where the heap laid the image out, sizes are the heap's and were never negotiated. */
  if (tree->settings->size_bytes != tree->decided->size_bytes)
    {
      same.size_bytes = tree->decided->size_bytes;
      same.raw_size_bytes = tree->decided->raw_size_bytes;
    }
  if (smc_settings_equal (tree->decided, &same, FALSE, FALSE))
    return NULL;
  return name_difference (tree->decided, &same);
}
