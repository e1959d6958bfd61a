/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Counting the file descriptors of this process, to see whether one was left. */

#pragma once

#include <glib.h>
#include <string.h>
#include <unistd.h>

#define OWN_FDS_DIRECTORY "/proc/self/fd"

/* GLib's threads make eventfds for a call and pidfds for a child, and give them up some time later:
 * it may be gone already when it is looked at. */
static inline gboolean
own_fds_is_counted (const char *number)
{
  g_autofree char *path = g_build_filename (OWN_FDS_DIRECTORY, number, NULL);
  char target[64] = "";

  return readlink (path, target, sizeof target - 1) > 0
         && strcmp (target, "anon_inode:[eventfd]") != 0
         && strcmp (target, "anon_inode:[pidfd]") != 0;
}

static inline guint
own_fds_count (void)
{
  g_autoptr (GDir) directory = g_dir_open (OWN_FDS_DIRECTORY, 0, NULL);
  const char *number;
  guint n = 0;

  while ((number = g_dir_read_name (directory)) != NULL)
    n += own_fds_is_counted (number);
  return n - 1; /* the directory's own */
}
