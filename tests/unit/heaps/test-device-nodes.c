/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib.h>
#include <glib/gstdio.h>

#include "heaps/smd-device-nodes.h"

static const char *const files[] = { "card10", "renderD128", "card2", "controlD64", "card0" };

static void
assert_lists (const char *directory, const char *prefix, const char *expected)
{
  g_autoptr (GPtrArray) names = smd_device_nodes_list (directory, prefix);
  g_autofree char *joined = NULL;

  g_ptr_array_add (names, NULL);
  joined = g_strjoinv (" ", (char **)names->pdata);
  g_assert_cmpstr (joined, ==, expected);
}

static void
test_list (void)
{
  g_autofree char *directory = g_dir_make_tmp ("sysmem-devices-XXXXXX", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (directory, files[i], NULL);

      g_assert_true (g_file_set_contents (path, "", 0, NULL));
    }
  assert_lists (directory, "card", "card0 card2 card10");
  assert_lists (directory, "renderD", "renderD128");
  assert_lists (directory, "", "card0 card2 card10 controlD64 renderD128");
  assert_lists (directory, "vgem", "");
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (directory, files[i], NULL);

      g_assert_no_errno (g_unlink (path));
    }
  g_assert_no_errno (g_rmdir (directory));
}

static void
test_no_directory (void)
{
  assert_lists ("/nonexistent/devices", "", "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/device-nodes/list", test_list);
  g_test_add_func ("/device-nodes/no-directory", test_no_directory);
  return g_test_run ();
}
