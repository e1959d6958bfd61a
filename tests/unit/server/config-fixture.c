/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config-fixture.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define RAM (G_GUINT64_CONSTANT (16) << 30)

void
config_set_up (ConfigFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("sysmem-config-XXXXXX", &error);
  g_assert_no_error (error);
  smc_limits_init (&fixture->limits, RAM);
  fixture->defaults = fixture->limits;
  fixture->policy = sme_policy_new ();
  fixture->complaints = g_ptr_array_new_with_free_func (g_free);
}

static void
remove_all_in (const char *directory)
{
  g_autoptr (GDir) entries = g_dir_open (directory, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_all_in (path);
      else
        g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

void
config_tear_down (ConfigFixture *fixture, gconstpointer data)
{
  remove_all_in (fixture->directory);
  g_free (fixture->directory);
  sme_policy_free (fixture->policy);
  g_ptr_array_unref (fixture->complaints);
}

char *
config_write_file (ConfigFixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->directory, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&path);
}

gboolean
config_load_text (ConfigFixture *fixture, const char *text)
{
  g_autofree char *path = config_write_file (fixture, "sysmem.conf", text);
  const char *const paths[] = { path, NULL };

  return smd_config_load (paths, &fixture->limits, fixture->policy, fixture->complaints);
}
