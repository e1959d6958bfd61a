/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-list.h"

#define MAX_NAMED 8

void
smd_list_init (SmdList *list)
{
  *list = (SmdList){ g_string_new (NULL), 0 };
}

void
smd_list_add (SmdList *list, const char *item)
{
  if (list->n_items < MAX_NAMED)
    g_string_append_printf (list->text, "%s%s", list->n_items > 0 ? ", " : "", item);
  list->n_items++;
}

char *
smd_list_end (SmdList *list, const char *nothing)
{
  if (list->n_items > MAX_NAMED)
    g_string_append_printf (list->text, " and %u more", list->n_items - MAX_NAMED);
  if (list->n_items == 0)
    g_string_append (list->text, nothing);
  return g_string_free (g_steal_pointer (&list->text), FALSE);
}
