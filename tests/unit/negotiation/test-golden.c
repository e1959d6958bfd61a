/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Golden negotiations: every file of golden/ is a case (case.h), a GVariant dictionary after lines
 * that begin with "#". A test is named after its file; those that begin with a number are the case
 * of that number in the design. */

#include "case.h"

#include <string.h>

#define SUFFIX ".golden"
/* Fewer were found: they are not where they should be. */
#define MIN_FILES 40

static GVariant *
load (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  const char *start = text;
  while (*start == '#')
    start += strcspn (start, "\n") + 1;
  return case_parse (start);
}

static void
test_file (gconstpointer name)
{
  g_autoptr (GVariant) description = load (name);

  case_check (description);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *
list_files (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &error);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, SUFFIX))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_autoptr (GPtrArray) names = list_files ();
  g_assert_cmpuint (names->len, >=, MIN_FILES);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *test =
        g_strdup_printf ("/golden/%.*s", (int)(strlen (name) - strlen (SUFFIX)), name);
      g_test_add_data_func (test, name, test_file);
    }

  return g_test_run ();
}
