/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Devices that come and go, played with ordinary files. */

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>

#include "heaps/smd-heap-monitor.h"
#include "heaps/smd-heap.h"

typedef struct
{
  char *root, *node, *directory;
  SmdHeapMonitor *monitor;
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  const char *paths[3] = { NULL };
  g_autoptr (GError) error = NULL;

  f->root = g_dir_make_tmp ("sysmem-devices-XXXXXX", &error);
  g_assert_no_error (error);
  paths[0] = f->node = g_build_filename (f->root, "node", NULL);
  paths[1] = f->directory = g_build_filename (f->root, "heaps", NULL);
  f->monitor = smd_heap_monitor_new (paths, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  smd_heap_monitor_free (f->monitor);
  g_assert_no_errno (g_rmdir (f->root));
  g_free (f->root);
  g_free (f->node);
  g_free (f->directory);
}

static void
make_file (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents_full (path, "", 0, G_FILE_SET_CONTENTS_NONE, 0600, &error));
  g_assert_no_error (error);
}

static void
remove_file (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  g_assert_no_errno (g_unlink (path));
}

static void
test_nothing_happened (Fixture *f, gconstpointer unused)
{
  g_assert_cmpint (smd_heap_monitor_get_fd (f->monitor), >=, 0);
  g_assert_false (smd_heap_monitor_read (f->monitor));
}

static void
test_node (Fixture *f, gconstpointer unused)
{
  make_file (f->root, "node");
  g_assert_true (smd_heap_monitor_read (f->monitor));
  g_assert_false (smd_heap_monitor_read (f->monitor));
  g_assert_no_errno (g_chmod (f->node, 0666));
  g_assert_true (smd_heap_monitor_read (f->monitor));
  remove_file (f->root, "node");
  g_assert_true (smd_heap_monitor_read (f->monitor));
}

static void
test_neighbours_do_not_matter (Fixture *f, gconstpointer unused)
{
  make_file (f->root, "tty");
  remove_file (f->root, "tty");
  g_assert_false (smd_heap_monitor_read (f->monitor));
}

/* Three times over: each new directory must be watched anew. */
static void
test_directory (Fixture *f, gconstpointer unused)
{
  for (guint round = 0; round < 3; round++)
    {
      g_assert_no_errno (g_mkdir (f->directory, 0700));
      g_assert_true (smd_heap_monitor_read (f->monitor));
      make_file (f->directory, "linux,cma");
      g_assert_true (smd_heap_monitor_read (f->monitor));
      g_assert_false (smd_heap_monitor_read (f->monitor));
      remove_file (f->directory, "linux,cma");
      g_assert_true (smd_heap_monitor_read (f->monitor));
      g_assert_no_errno (g_rmdir (f->directory));
      g_assert_true (smd_heap_monitor_read (f->monitor));
      g_assert_false (smd_heap_monitor_read (f->monitor));
    }
}

static void
test_parent_must_exist (void)
{
  const char *const paths[] = { "/nonexistent/devices/node", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_heap_monitor_new (paths, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static void
test_paths_of_the_backends (void)
{
  g_autofree const char **paths = smd_heaps_list_paths ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdHeapMonitor) monitor = smd_heap_monitor_new (paths, &error);

  g_assert_no_error (error);
  g_assert_true (g_strv_contains (paths, "/dev/udmabuf"));
  g_assert_true (g_strv_contains (paths, "/dev/dma_heap"));
}

static void
add (const char *path, void (*test) (Fixture *f, gconstpointer unused))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/heap-monitor/nothing-happened", test_nothing_happened);
  add ("/heap-monitor/node", test_node);
  add ("/heap-monitor/neighbours-do-not-matter", test_neighbours_do_not_matter);
  add ("/heap-monitor/directory", test_directory);
  g_test_add_func ("/heap-monitor/parent-must-exist", test_parent_must_exist);
  g_test_add_func ("/heap-monitor/paths-of-the-backends", test_paths_of_the_backends);
  return g_test_run ();
}
