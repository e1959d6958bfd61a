/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-policy.h"

#include <string.h>

#define DEFAULT_MAX_BUFFER_SIZE (G_GUINT64_CONSTANT (256) << 20)
#define DEFAULT_MAX_COLLECTION_SIZE (G_GUINT64_CONSTANT (1) << 30)
#define DEFAULT_PAGE_SIZE 4096

/* 03 §7.2. A device imports a dma-buf, so where one takes part they come first: those the kernel
 * makes for the purpose before those that belong to one device. Memory that no device touches is
 * best where read-only is enforced and the kernel tells who holds it: in memfds. */
#define DEVICE_USAGE (~(guint32)(SMC_USAGE_CPU | SMC_USAGE_NONE))
static const char *const device_heaps[] = { "dma-heap:*", "udmabuf", "drm-dumb:*",
                                            "gbm:*",      "system",  NULL };
static const char *const cpu_heaps[] = { "system", NULL };

SmeHeap *
sme_heap_new (const char *name)
{
  SmeHeap *heap = g_new0 (SmeHeap, 1);

  heap->name = g_strdup (name);
  return heap;
}

SmeHeap *
sme_heap_copy (const SmeHeap *heap)
{
  SmeHeap *copy = g_memdup2 (heap, sizeof *heap);

  copy->name = g_strdup (heap->name);
  copy->formats = heap->formats != NULL ? g_array_copy (heap->formats) : NULL;
  return copy;
}

void
sme_heap_free (SmeHeap *heap)
{
  g_free (heap->name);
  g_clear_pointer (&heap->formats, g_array_unref);
  g_free (heap);
}

static SmeHeapPreference *
heap_preference_new (guint32 usage, const char *const *heaps)
{
  SmeHeapPreference *preference = g_new0 (SmeHeapPreference, 1);

  preference->usage = usage;
  preference->heaps = g_strdupv ((char **)heaps);
  return preference;
}

static void
heap_preference_free (SmeHeapPreference *preference)
{
  g_strfreev (preference->heaps);
  g_free (preference);
}

SmePolicy *
sme_policy_new (void)
{
  SmePolicy *policy = g_new0 (SmePolicy, 1);

  policy->heaps = g_ptr_array_new_with_free_func ((GDestroyNotify)sme_heap_free);
  policy->preferences = g_ptr_array_new_with_free_func ((GDestroyNotify)heap_preference_free);
  g_ptr_array_add (policy->preferences, heap_preference_new (DEVICE_USAGE, device_heaps));
  g_ptr_array_add (policy->preferences, heap_preference_new (0, cpu_heaps));
  policy->format_costs = g_array_new (FALSE, TRUE, sizeof (SmeFormatCost));
  policy->max_buffer_size = DEFAULT_MAX_BUFFER_SIZE;
  policy->max_collection_size = DEFAULT_MAX_COLLECTION_SIZE;
  policy->page_size = DEFAULT_PAGE_SIZE;
  return policy;
}

void
sme_policy_free (SmePolicy *policy)
{
  g_ptr_array_unref (policy->heaps);
  g_ptr_array_unref (policy->preferences);
  g_array_unref (policy->format_costs);
  g_free (policy);
}

const SmeHeap *
sme_policy_find_heap (const SmePolicy *policy, const char *name)
{
  for (guint i = 0; i < policy->heaps->len; i++)
    {
      const SmeHeap *heap = g_ptr_array_index (policy->heaps, i);
      if (strcmp (heap->name, name) == 0)
        return heap;
    }
  return NULL;
}
