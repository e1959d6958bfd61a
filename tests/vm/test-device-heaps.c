/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every check on every heap named on the command line, which must be there. For a machine whose
 * devices belong to the test (see README.md): it uses up memory, and counts the machine's dma-bufs
 * as its own. */

#include <glib.h>
#include <signal.h>
#include <string.h>

#include "device-checks.h"
#ifdef HAVE_GBM
#include "heaps/smd-gbm-heap.h"
#endif

static GPtrArray *all_heaps;

typedef struct
{
  const DeviceCheck *check;
  const char *heap;
} Case;

static void
run_case (gconstpointer data)
{
  const Case *c = data;

  for (guint i = 0; i < all_heaps->len; i++)
    {
      SmdHeap *heap = g_ptr_array_index (all_heaps, i);

      if (strcmp (heap->properties->name, c->heap) == 0)
        {
          c->check->function (heap);
          return;
        }
    }
  g_error ("the heap %s was not found", c->heap);
}

static void
add_case (const DeviceCheck *check, const char *heap)
{
  g_autofree char *path = g_strdup_printf ("/device-heaps/%s/%s", heap, check->name);
  Case *c = g_new (Case, 1);

  c->check = check;
  c->heap = heap;
  g_test_add_data_func_full (path, c, run_case, g_free);
}

/* Mesa's software renderer makes GBM buffers on primary nodes alone, where the daemon does not look
 * for them: such a heap is made for the test. */
static void
add_heap_of_primary_node (const char *name)
{
#ifdef HAVE_GBM
  SmdHeap *heap = NULL;

  if (g_str_has_prefix (name, "gbm:card"))
    heap = smd_gbm_heap_try_node (name + strlen ("gbm:"));
  if (heap != NULL)
    g_ptr_array_add (all_heaps, heap);
#endif
}

/* A device that cannot do it must not be offered. */
static void
check_no_others (gconstpointer names)
{
  for (guint i = 0; i < all_heaps->len; i++)
    {
      SmdHeap *heap = g_ptr_array_index (all_heaps, i);

      g_test_message ("%s", heap->properties->name);
      g_assert_true (g_strv_contains (names, heap->properties->name));
    }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  (void)signal (SIGIO, SIG_IGN);
  all_heaps = smd_heaps_probe ();
  for (int i = 1; i < argc; i++)
    add_heap_of_primary_node (argv[i]);
  for (int i = 1; i < argc; i++)
    for (const DeviceCheck *check = device_checks; check->name != NULL; check++)
      if (check->applies_to (argv[i]))
        add_case (check, argv[i]);
  g_test_add_data_func ("/device-heaps/no-others", argv + 1, check_no_others);
  status = g_test_run ();
  g_ptr_array_unref (all_heaps);
  return status;
}
