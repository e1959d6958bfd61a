/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heaps/smd-holders.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

typedef struct
{
  guint64 device, inode;
} Identity;

static guint
identity_hash (gconstpointer key)
{
  const Identity *identity = key;

  return g_int64_hash (&identity->inode);
}

static gboolean
identity_equal (gconstpointer a, gconstpointer b)
{
  const Identity *x = a;
  const Identity *y = b;

  return x->inode == y->inode && x->device == y->device;
}

static void
holder_clear (SmdHolder *holder)
{
  g_free (holder->name);
}

SmdHolderTable *
smd_holder_table_new (void)
{
  return g_hash_table_new_full (identity_hash, identity_equal, g_free,
                                (GDestroyNotify)g_array_unref);
}

void
smd_holder_table_add (SmdHolderTable *table, guint64 device, guint64 inode)
{
  Identity identity = { device, inode };
  GArray *holders = g_array_new (FALSE, FALSE, sizeof (SmdHolder));

  g_array_set_clear_func (holders, (GDestroyNotify)holder_clear);
  g_hash_table_replace (table, g_memdup2 (&identity, sizeof identity), holders);
}

const GArray *
smd_holder_table_get (SmdHolderTable *table, guint64 device, guint64 inode)
{
  Identity identity = { device, inode };

  return g_hash_table_lookup (table, &identity);
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
match (SmdHolderTable *table, guint64 device, guint64 inode, pid_t pid)
{
  Identity identity = { device, inode };
  GArray *holders = g_hash_table_lookup (table, &identity);

  if (holders != NULL)
    add_holder (holders, pid);
}

static void
look_at_fds (pid_t pid, SmdHolderTable *table)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", (int)pid);
  DIR *fds = opendir (path);
  struct dirent *entry;

  if (fds == NULL)
    return;
  while ((entry = readdir (fds)) != NULL)
    {
      struct stat status;

      if (fstatat (dirfd (fds), entry->d_name, &status, 0) == 0)
        match (table, status.st_dev, status.st_ino, pid);
    }
  closedir (fds);
}

/* A mapping without an fd. A line of maps ends in: offset major:minor inode name. */
static void
look_at_mappings (pid_t pid, SmdHolderTable *table)
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

      if (sscanf (line, "%*s %*s %*s %x:%x %llu", &major_number, &minor_number, &inode) == 3)
        match (table, gnu_dev_makedev (major_number, minor_number), inode, pid);
    }
  (void)fclose (maps);
}

void
smd_holder_table_fill (SmdHolderTable *table)
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
      look_at_fds (pid, table);
      look_at_mappings (pid, table);
    }
  closedir (proc);
}
