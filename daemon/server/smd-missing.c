/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-missing.h"

#include "common/smc-text.h"

#define MAX_NAMED 8

char *
smd_missing_describe (SmeNode *place)
{
  g_autoptr (SmeExplanation) explanation = sme_node_explain (place);
  const GPtrArray *missing = explanation->waiting_for;
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < missing->len && i < MAX_NAMED; i++)
    {
      const SmeParty *party = missing->pdata[i];
      g_autofree char *name = smc_text_quote (party->name);

      g_string_append_printf (list, "%s%s (id %" G_GUINT64_FORMAT ")", i > 0 ? ", " : "", name,
                              party->id);
    }
  if (missing->len > MAX_NAMED)
    g_string_append_printf (list, " and %u more", missing->len - MAX_NAMED);
  if (missing->len == 0)
    g_string_append (list, "memory"); /* all have answered: the heap is at work */
  return g_string_free (list, FALSE);
}

GError *
smd_missing_new_error (SmdNode *node)
{
  g_autofree char *missing = smd_missing_describe (node->sme);

  return g_error_new (SYSMEM_ERROR, SYSMEM_ERROR_PENDING, "not allocated yet: waiting for %s",
                      missing);
}
