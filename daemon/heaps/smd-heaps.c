/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The one list of backends. */

#include "heaps/smd-heap.h"

#include "heaps/smd-dma-heap.h"
#include "heaps/smd-drm-dumb-heap.h"
#ifdef HAVE_GBM
#include "heaps/smd-gbm-heap.h"
#endif
#include "heaps/smd-memfd-heap.h"
#include "heaps/smd-udmabuf-heap.h"

/* clang-format off */
static const SmdHeapBackend *const backends[] = {
  &smd_memfd_heap_backend,
  &smd_udmabuf_heap_backend,
  &smd_dma_heap_backend,
  &smd_drm_dumb_heap_backend,
#ifdef HAVE_GBM
  &smd_gbm_heap_backend,
#endif
};
/* clang-format on */

static void
destroy_heap (gpointer heap)
{
  smd_heap_unref (heap);
}

GPtrArray *
smd_heaps_probe (void)
{
  GPtrArray *heaps = g_ptr_array_new_with_free_func (destroy_heap);

  for (gsize i = 0; i < G_N_ELEMENTS (backends); i++)
    {
      guint before = heaps->len;
      SmdProbe probe = backends[i]->probe (heaps);

      g_debug ("heap backend %s: %s, %u found", backends[i]->name, smd_probe_get_name (probe),
               heaps->len - before);
    }
  return heaps;
}

const char **
smd_heaps_list_paths (void)
{
  const char **paths = g_new0 (const char *, G_N_ELEMENTS (backends) + 1);
  gsize n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (backends); i++)
    if (backends[i]->path != NULL)
      paths[n++] = backends[i]->path;
  return paths;
}

const char *
smd_probe_get_name (SmdProbe probe)
{
  switch (probe)
    {
    case SMD_PROBE_OK:
      return "ok";
    case SMD_PROBE_ABSENT:
      return "absent";
    case SMD_PROBE_LATER:
      return "not usable now";
    }
  return "unknown";
}
