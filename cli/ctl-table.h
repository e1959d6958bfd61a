/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rows of text in columns as wide as what stands in them. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _CtlTable CtlTable;

typedef struct
{
  const char *heading; /* translated; %NULL ends the columns, "" in all prints no line of them */
  gboolean is_number;  /* to the right */
} CtlColumn;

CtlTable *ctl_table_new (const CtlColumn *columns);
void ctl_table_free (CtlTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtlTable, ctl_table_free)

/* One text for each column, cleaned and copied; %NULL is empty. */
void ctl_table_add (CtlTable *table, ...);
/* One text, as printf makes it, into the next cell. */
void ctl_table_add_cell (CtlTable *table, const char *format, ...) G_GNUC_PRINTF (2, 3);
guint ctl_table_get_n_rows (CtlTable *table);
/* Returns: (transfer full): the heading, if there is one, and the rows, as lines */
char **ctl_table_format (CtlTable *table);
void ctl_table_print (CtlTable *table);

G_END_DECLS
