/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-table.h"

#include "ctl-text.h"
#include <glib/gi18n.h>

#define GAP 2

struct _CtlTable
{
  const CtlColumn *columns;
  guint n_columns;
  GPtrArray *cells; /* of char *, row by row, the heading first */
  gboolean has_heading;
};

static void
add_cell (CtlTable *table, const char *text)
{
  char *clean = ctl_text_clean (text != NULL ? text : "");

  /* A row is a line. */
  g_strdelimit (clean, "\n", ' ');
  g_ptr_array_add (table->cells, clean);
}

CtlTable *
ctl_table_new (const CtlColumn *columns)
{
  CtlTable *table = g_new0 (CtlTable, 1);

  table->columns = columns;
  table->cells = g_ptr_array_new_with_free_func (g_free);
  for (; columns[table->n_columns].heading != NULL; table->n_columns++)
    {
      const char *heading = columns[table->n_columns].heading;

      add_cell (table, *heading != '\0' ? _ (heading) : "");
      table->has_heading |= *heading != '\0';
    }
  return table;
}

void
ctl_table_free (CtlTable *table)
{
  g_ptr_array_unref (table->cells);
  g_free (table);
}

void
ctl_table_add (CtlTable *table, ...)
{
  va_list cells;

  va_start (cells, table);
  for (guint i = 0; i < table->n_columns; i++)
    add_cell (table, va_arg (cells, const char *));
  va_end (cells);
}

void
ctl_table_add_cell (CtlTable *table, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  add_cell (table, text);
}

guint
ctl_table_get_n_rows (CtlTable *table)
{
  return table->cells->len / table->n_columns - 1;
}

static guint *
measure (CtlTable *table)
{
  guint *widths = g_new0 (guint, table->n_columns);

  for (guint i = 0; i < table->cells->len; i++)
    {
      guint *width = &widths[i % table->n_columns];

      *width = MAX (*width, ctl_text_get_width (table->cells->pdata[i]));
    }
  return widths;
}

/* g_string_append_printf pads by bytes, a terminal's columns are something else. */
static void
append_blanks (GString *line, guint n)
{
  while (n-- > 0)
    g_string_append_c (line, ' ');
}

static char *
format_row (CtlTable *table, guint row, const guint *widths)
{
  GString *line = g_string_new (NULL);

  for (guint i = 0; i < table->n_columns; i++)
    {
      const char *cell = table->cells->pdata[row * table->n_columns + i];
      guint blanks = widths[i] - ctl_text_get_width (cell);

      append_blanks (line, i > 0 ? GAP : 0);
      append_blanks (line, table->columns[i].is_number ? blanks : 0);
      g_string_append (line, cell);
      append_blanks (line, table->columns[i].is_number ? 0 : blanks);
    }
  return g_strchomp (g_string_free (line, FALSE));
}

char **
ctl_table_format (CtlTable *table)
{
  g_autofree guint *widths = measure (table);
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  guint n_rows = 1 + ctl_table_get_n_rows (table);

  for (guint row = table->has_heading ? 0 : 1; row < n_rows; row++)
    g_ptr_array_add (lines, format_row (table, row, widths));
  g_ptr_array_add (lines, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&lines), FALSE);
}

void
ctl_table_print (CtlTable *table)
{
  g_auto (GStrv) lines = ctl_table_format (table);

  for (guint i = 0; lines[i] != NULL; i++)
    g_print ("%s\n", lines[i]);
}
