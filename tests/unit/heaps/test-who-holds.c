/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The names of those who hold a buffer, for people. */

#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#include "heaps/smd-holders.h"
#include "heaps/smd-memfd.h"
#include "hold.h"

#define SIZE (64u * 1024)

static SmdMemory *
make (void)
{
  g_autoptr (GError) error = NULL;
  SmdMemory *memory = smd_memfd_new ("camera", 0, SIZE, &error);

  g_assert_no_error (error);
  return memory;
}

static SmdHolderTable *
find (guint64 device, const guint64 *inodes, guint n)
{
  SmdHolderTable *table = smd_holder_table_new ();

  for (guint i = 0; i < n; i++)
    smd_holder_table_add (table, device, inodes[i]);
  smd_holder_table_fill (table);
  return table;
}

/* A child inherits what this process has, so the daemon's hold goes first. The second buffer is
 * gone altogether. */
static void
check_kind (gconstpointer data)
{
  const HoldKind *kind = data;
  Hold hold = { .fd = -1, .sockets = { -1, -1 } };
  SmdMemory *held = make ();
  SmdMemory *gone = make ();
  guint64 inodes[] = { held->inode, gone->inode };
  guint64 device = held->device;
  SmdFd fd = open_or_die (held, 0);
  g_autoptr (GHashTable) found = NULL;
  const GArray *holders;
  char name[16];

  g_assert_no_errno (prctl (PR_GET_NAME, name)); /* which the child has too */
  smd_memory_free (held);
  smd_memory_free (gone);
  kind->take (&hold, fd, SIZE);
  found = find (device, inodes, 2);
  kind->drop (&hold);

  holders = smd_holder_table_get (found, device, inodes[1]);
  g_assert_cmpuint (holders->len, ==, 0);
  holders = smd_holder_table_get (found, device, inodes[0]);
  g_assert_cmpuint (holders->len, ==, 1);
  g_assert_cmpint (g_array_index (holders, SmdHolder, 0).pid, ==, hold.child);
  g_assert_cmpstr (g_array_index (holders, SmdHolder, 0).name, ==, name);
}

static void
test_own_process_is_left_out (void)
{
  g_autoptr (SmdMemory) memory = make ();
  g_auto (SmdFd) fd = open_or_die (memory, 0);
  g_autoptr (GHashTable) found = find (memory->device, &memory->inode, 1);
  const GArray *holders = smd_holder_table_get (found, memory->device, memory->inode);

  g_assert_cmpuint (holders->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  (void)signal (SIGIO, SIG_IGN);
  g_test_add_func ("/who-holds/own-process-is-left-out", test_own_process_is_left_out);
  for (const HoldKind *kind = hold_kinds; kind->name != NULL; kind++)
    if (g_str_has_suffix (kind->name, "killed-process"))
      {
        g_autofree char *path = g_strdup_printf ("/who-holds/%s", kind->name);

        g_test_add_data_func (path, kind, check_kind);
      }
  return g_test_run ();
}
