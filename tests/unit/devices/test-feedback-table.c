/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "common/sysmem-error.h"
#include "devices/sysmem-feedback-table.h"

typedef struct
{
  guint32 fourcc;
  guint32 padding;
  guint64 modifier;
} Entry;

static const Entry entries[] = { { 1, 0xffffffff, 10 }, { 2, 0, G_MAXUINT64 }, { 3, 7, 0 } };

static GArray *
parse (void)
{
  g_autoptr (GError) error = NULL;
  GArray *table = sysmem_feedback_table_parse (entries, sizeof entries, &error);

  g_assert_no_error (error);
  return table;
}

static void
test_entries (void)
{
  g_autoptr (GArray) table = parse ();

  g_assert_cmpuint (table->len, ==, G_N_ELEMENTS (entries));
  for (guint i = 0; i < table->len; i++)
    {
      g_assert_cmpuint (g_array_index (table, SmcPixelFormat, i).fourcc, ==, entries[i].fourcc);
      g_assert_cmpuint (g_array_index (table, SmcPixelFormat, i).modifier, ==, entries[i].modifier);
    }
}

static void
test_half_an_entry (void)
{
  for (gsize size = 1; size < SYSMEM_FEEDBACK_ENTRY_BYTES; size++)
    {
      g_autofree void *copy = g_memdup2 (entries, size);
      g_autoptr (GError) error = NULL;

      g_assert_null (sysmem_feedback_table_parse (copy, size, &error));
      g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION);
    }
}

static void
test_tranches_add_up (void)
{
  const guint16 first[] = { 2, 0 };
  const guint16 second[] = { 1 };
  g_autoptr (GArray) table = parse ();
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (SmcPixelFormat));
  g_autoptr (GError) error = NULL;

  g_assert_true (sysmem_feedback_table_pick (table, first, sizeof first, pairs, &error));
  g_assert_true (sysmem_feedback_table_pick (table, second, sizeof second, pairs, &error));
  g_assert_true (sysmem_feedback_table_pick (table, NULL, 0, pairs, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (pairs->len, ==, 3);
  g_assert_cmpuint (g_array_index (pairs, SmcPixelFormat, 0).fourcc, ==, 3);
  g_assert_cmpuint (g_array_index (pairs, SmcPixelFormat, 1).fourcc, ==, 1);
  g_assert_cmpuint (g_array_index (pairs, SmcPixelFormat, 2).fourcc, ==, 2);
}

static void
test_bad_indices_change_nothing (void)
{
  const guint16 outside[] = { 0, 3 };
  g_autoptr (GArray) table = parse ();
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (SmcPixelFormat));
  g_autoptr (GError) error = NULL;

  g_assert_false (sysmem_feedback_table_pick (table, outside, sizeof outside, pairs, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION);
  g_assert_nonnull (strstr (error->message, "index 3"));
  g_clear_error (&error);
  g_assert_false (sysmem_feedback_table_pick (table, outside, 3, pairs, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION);
  g_assert_cmpuint (pairs->len, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/feedback-table/entries", test_entries);
  g_test_add_func ("/feedback-table/half-an-entry", test_half_an_entry);
  g_test_add_func ("/feedback-table/tranches-add-up", test_tranches_add_up);
  g_test_add_func ("/feedback-table/bad-indices", test_bad_indices_change_nothing);
  return g_test_run ();
}
