/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* An enumeration in a sentence that may not grow without end: "a, b and 3 more". */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  GString *text;
  guint n_items;
} SmdList;

void smd_list_init (SmdList *list);
void smd_list_add (SmdList *list, const char *item);
/* The text, or @nothing if there was no item. Ends the list's life; transfer full. */
char *smd_list_end (SmdList *list, const char *nothing);

G_END_DECLS
