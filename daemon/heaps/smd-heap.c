/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heaps/smd-heap.h"

#include "common/sysmem-error.h"

static void
destroy_memory (gpointer memory)
{
  smd_memory_free (memory);
}

gpointer
smd_heap_new (gsize size, const SmdHeapClass *klass, SmeHeap *properties)
{
  SmdHeap *heap = g_malloc0 (size);

  heap->klass = klass;
  heap->properties = properties;
  g_atomic_ref_count_init (&heap->references);
  return heap;
}

SmdHeap *
smd_heap_ref (SmdHeap *heap)
{
  g_atomic_ref_count_inc (&heap->references);
  return heap;
}

void
smd_heap_unref (SmdHeap *heap)
{
  if (heap == NULL || !g_atomic_ref_count_dec (&heap->references))
    return;
  if (heap->klass->clear != NULL)
    heap->klass->clear (heap);
  sme_heap_free (heap->properties);
  g_free (heap);
}

void
smd_heap_trim (SmdHeap *heap)
{
  if (heap->klass->trim != NULL)
    heap->klass->trim (heap);
}

SmcSettings *
smd_heap_lay_out (SmdHeap *heap, const SmcSettings *settings, GError **error)
{
  g_autoptr (SmcSettings) laid_out = smc_settings_copy (settings);

  if (heap->klass->lay_out != NULL && !heap->klass->lay_out (heap, laid_out, error))
    {
      g_prefix_error (error, "heap \"%s\" cannot make this image: ", heap->properties->name);
      return NULL;
    }
  return g_steal_pointer (&laid_out);
}

GPtrArray *
smd_heap_allocate (SmdHeap *heap, const SmcSettings *settings, const char *name, GError **error)
{
  g_autoptr (GPtrArray) memories = g_ptr_array_new_full (settings->buffer_count, destroy_memory);

  if (heap->klass->lay_out != NULL && settings->planes == NULL)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY,
                   "heap \"%s\" makes only images that it laid out", heap->properties->name);
      return NULL;
    }
  for (guint i = 0; i < settings->buffer_count; i++)
    {
      SmdMemory *memory = heap->klass->allocate (heap, settings, name, i, error);

      if (memory == NULL)
        {
          g_prefix_error (
            error, "heap \"%s\" could not provide buffer %u of %u, %" G_GUINT64_FORMAT " bytes: ",
            heap->properties->name, i + 1, settings->buffer_count, settings->raw_size_bytes);
          return NULL;
        }
      g_ptr_array_add (memories, memory);
    }
  return g_steal_pointer (&memories);
}
