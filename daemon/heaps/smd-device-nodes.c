/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heaps/smd-device-nodes.h"

#include <string.h>

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strverscmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
smd_device_nodes_list (const char *directory, const char *prefix)
{
  g_autoptr (GDir) open_directory = g_dir_open (directory, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (open_directory != NULL)
    while ((name = g_dir_read_name (open_directory)) != NULL)
      if (g_str_has_prefix (name, prefix) && g_utf8_validate (name, -1, NULL))
        g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}
