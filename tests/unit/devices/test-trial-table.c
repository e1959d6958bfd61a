/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "devices/sysmem-trial-table.h"

/* One string for each heap, one character for each format: + accepted, - refused, blank not tried.
 * What is expected to be kept, by number. */
typedef struct
{
  const char *name;
  const char *rows[4];
  const char *heaps;
  const char *formats;
  gboolean something_left;
} Case;

static const Case cases[] = {
  { "all-accepted", { "++", "++" }, "01", "01", TRUE },
  { "a-heap-refused", { "--", "++" }, "1", "01", TRUE },
  { "a-format-refused", { "+-", "+-" }, "01", "0", TRUE },
  { "everything-refused", { "--", "--" }, "", "01", FALSE },
  { "nothing-tried", { "  ", "  " }, "01", "01", TRUE },
  { "one-format-refused-by-one-heap", { "+-", "++" }, "01", "0", TRUE },
  { "only-format-refused-by-one-heap", { "-", "+" }, "1", "0", TRUE },
  { "only-heap-refuses-one-format", { "+-+" }, "0", "02", TRUE },
  { "heap-refuses-most", { "+--", "+++", "+++" }, "12", "012", TRUE },
  { "crosswise", { "-+", "+-" }, "0", "1", TRUE },
  { "untried-stay", { "+ ", "- ", " +" }, "02", "01", TRUE },
  { "as-in-the-essay", { "---", "++-", "+- " }, "12", "0", TRUE },
};

static SysmemTrialOutcome
read_outcome (char sign)
{
  return sign == '+'   ? SYSMEM_TRIAL_ACCEPTED
         : sign == '-' ? SYSMEM_TRIAL_REFUSED
                       : SYSMEM_TRIAL_NONE;
}

static char *
write_kept (const gboolean *keeps, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    if (keeps[i])
      g_string_append_printf (text, "%u", i);
  return g_string_free (text, FALSE);
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  guint n_formats = (guint)strlen (c->rows[0]);
  guint n_heaps = 0;
  g_autoptr (SysmemTrialTable) table = NULL;
  g_autofree char *heaps = NULL;
  g_autofree char *formats = NULL;

  while (n_heaps < G_N_ELEMENTS (c->rows) && c->rows[n_heaps] != NULL)
    n_heaps++;
  table = sysmem_trial_table_new (n_heaps, n_formats);
  for (guint heap = 0; heap < n_heaps; heap++)
    for (guint format = 0; format < n_formats; format++)
      sysmem_trial_table_set (table, heap, format, read_outcome (c->rows[heap][format]));
  g_assert_cmpint (sysmem_trial_table_settle (table), ==, c->something_left);
  heaps = write_kept (table->keeps_heap, n_heaps);
  formats = write_kept (table->keeps_format, n_formats);
  g_assert_cmpstr (heaps, ==, c->heaps);
  g_assert_cmpstr (formats, ==, c->formats);
}

/* Of all small tables: no refusal is kept, and something is kept whenever something was accepted. */
static void
test_all_small_tables (void)
{
  for (guint number = 0; number < 19683; number++) /* 3 to the power of 9 */
    {
      g_autoptr (SysmemTrialTable) table = sysmem_trial_table_new (3, 3);
      gboolean any_accepted = FALSE;
      gboolean any_kept = FALSE;
      guint rest = number;

      for (guint cell = 0; cell < 9; cell++, rest /= 3)
        {
          sysmem_trial_table_set (table, cell / 3, cell % 3, (SysmemTrialOutcome)(rest % 3));
          any_accepted = any_accepted || rest % 3 == SYSMEM_TRIAL_ACCEPTED;
        }
      (void)sysmem_trial_table_settle (table);
      for (guint cell = 0; cell < 9; cell++)
        {
          SysmemTrialOutcome outcome = sysmem_trial_table_get (table, cell / 3, cell % 3);

          if (!table->keeps_heap[cell / 3] || !table->keeps_format[cell % 3])
            continue;
          g_assert_cmpint (outcome, !=, SYSMEM_TRIAL_REFUSED);
          any_kept = any_kept || outcome == SYSMEM_TRIAL_ACCEPTED;
        }
      g_assert_cmpint (any_kept, ==, any_accepted);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/trial-table/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/trial-table/all-small-tables", test_all_small_tables);
  return g_test_run ();
}
