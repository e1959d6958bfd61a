/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib.h>

#include "heaps/smd-dma-heap.h"

typedef struct
{
  const char *name;
  gboolean contiguous, secure;
} Case;

static const Case cases[] = {
  { "system", FALSE, FALSE },
  { "system-uncached", FALSE, FALSE },
  { "linux,cma", TRUE, FALSE },
  { "default_cma_region", TRUE, FALSE },
  { "vidbuf_CMA@80000000", TRUE, FALSE },
  { "reserved", TRUE, FALSE },
  { "default-pool", TRUE, FALSE },
  { "reserved-something", FALSE, FALSE },
  { "protected,secure-video", FALSE, TRUE },
  { "unprotected,x", FALSE, FALSE },
};

static void
check (gconstpointer data)
{
  const Case *c = data;

  g_assert_cmpint (smd_dma_heap_name_is_contiguous (c->name), ==, c->contiguous);
  g_assert_cmpint (smd_dma_heap_name_is_secure (c->name), ==, c->secure);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/dma-heap-names/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], check);
    }
  return g_test_run ();
}
