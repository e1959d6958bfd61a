/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-missing.h"

#include "common/smc-text.h"
#include "server/smd-list.h"

char *
smd_missing_describe (SmeNode *place)
{
  g_autoptr (SmeExplanation) explanation = sme_node_explain (place);
  const GPtrArray *missing = explanation->waiting_for;
  SmdList list;

  smd_list_init (&list);
  for (guint i = 0; i < missing->len; i++)
    {
      const SmeParty *party = missing->pdata[i];
      g_autofree char *name = smc_text_quote (party->name);
      g_autofree char *item = g_strdup_printf ("%s (id %" G_GUINT64_FORMAT ")", name, party->id);

      smd_list_add (&list, item);
    }
  return smd_list_end (&list, "memory"); /* all have answered: the heap is at work */
}

GError *
smd_missing_new_error (SmdNode *node)
{
  g_autofree char *missing = smd_missing_describe (node->sme);

  return g_error_new (SYSMEM_ERROR, SYSMEM_ERROR_PENDING, "not allocated yet: waiting for %s",
                      missing);
}
