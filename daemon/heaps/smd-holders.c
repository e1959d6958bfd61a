/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heaps/smd-holders.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static void
holder_clear (SmdHolder *holder)
{
  g_free (holder->name);
}

GArray *
smd_holders_new (void)
{
  GArray *holders = g_array_new (FALSE, FALSE, sizeof (SmdHolder));

  g_array_set_clear_func (holders, (GDestroyNotify)holder_clear);
  return holders;
}

static void
add_holder (GArray *holders, pid_t pid)
{
  g_autofree char *path = NULL;
  SmdHolder holder = { pid, NULL };

  if (holders->len > 0 && g_array_index (holders, SmdHolder, holders->len - 1).pid == pid)
    return;
  path = g_strdup_printf ("/proc/%d/comm", (int)pid);
  if (!g_file_get_contents (path, &holder.name, NULL, NULL))
    holder.name = g_strdup ("");
  g_strchomp (holder.name);
  g_array_append_val (holders, holder);
}

static void
match (guint64 inode, pid_t pid, const guint64 *inodes, GPtrArray *holders)
{
  for (guint i = 0; i < holders->len; i++)
    if (inodes[i] == inode)
      add_holder (holders->pdata[i], pid);
}

static void
look_at_fds (pid_t pid, guint64 device, const guint64 *inodes, GPtrArray *holders)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", (int)pid);
  DIR *fds = opendir (path);
  struct dirent *entry;

  if (fds == NULL)
    return;
  while ((entry = readdir (fds)) != NULL)
    {
      struct stat status;

      if (fstatat (dirfd (fds), entry->d_name, &status, 0) == 0 && status.st_dev == device)
        match (status.st_ino, pid, inodes, holders);
    }
  closedir (fds);
}

/* A mapping without an fd. A line of maps ends in: offset major:minor inode name. */
static void
look_at_mappings (pid_t pid, guint64 device, const guint64 *inodes, GPtrArray *holders)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/maps", (int)pid);
  FILE *maps = fopen (path, "re");
  char line[1024];

  if (maps == NULL)
    return;
  while (fgets (line, sizeof line, maps) != NULL)
    {
      unsigned int major_number;
      unsigned int minor_number;
      unsigned long long inode;

      if (sscanf (line, "%*s %*s %*s %x:%x %llu", &major_number, &minor_number, &inode) == 3
          && gnu_dev_makedev (major_number, minor_number) == device)
        match (inode, pid, inodes, holders);
    }
  (void)fclose (maps);
}

void
smd_holders_find (guint64 device, const guint64 *inodes, GPtrArray *holders)
{
  DIR *proc = opendir ("/proc");
  struct dirent *entry;

  if (proc == NULL)
    return;
  while ((entry = readdir (proc)) != NULL)
    {
      pid_t pid = (pid_t)strtol (entry->d_name, NULL, 10);

      if (pid <= 0 || pid == getpid ())
        continue;
      look_at_fds (pid, device, inodes, holders);
      look_at_mappings (pid, device, inodes, holders);
    }
  closedir (proc);
}
