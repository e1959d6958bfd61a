/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where g_test_rand_int() begins. "meson test" gives all random tests the same seed, so that two
 * runs of it are alike; a program run by hand begins elsewhere each time, as GLib has it, unless
 * there is a --seed. */

#pragma once

#include <glib.h>

/* g_test_init(), with the seed of SYSMEM_TEST_SEED if there is one: a number of 32 bits. */
static inline void
chance_test_init (int *argc, char ***argv)
{
  static GPtrArray *args; /* g_test_init() keeps what is in it */
  const char *seed = g_getenv ("SYSMEM_TEST_SEED");

  args = g_ptr_array_new ();
  g_ptr_array_add (args, (*argv)[0]);
  if (seed != NULL)
    g_ptr_array_add (args, g_strdup_printf ("--seed=R02S%08x%08x%08x%08x", 0, 0, 0,
                                            (guint32)g_ascii_strtoull (seed, NULL, 10)));
  for (gint i = 1; i < *argc; i++)
    g_ptr_array_add (args, (*argv)[i]);
  *argc = (int)args->len;
  g_ptr_array_add (args, NULL);
  *argv = (char **)args->pdata;
  g_test_init (argc, argv, NULL);
}
