/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heaps/smd-heap.h"

static void
destroy_memory (gpointer memory)
{
  smd_memory_free (memory);
}

void
smd_heap_free (SmdHeap *heap)
{
  if (heap != NULL)
    heap->klass->free (heap);
}

void
smd_heap_trim (SmdHeap *heap)
{
  if (heap->klass->trim != NULL)
    heap->klass->trim (heap);
}

GPtrArray *
smd_heap_allocate (SmdHeap *heap, const SmcSettings *settings, const char *name, GError **error)
{
  g_autoptr (GPtrArray) memories = g_ptr_array_new_full (settings->buffer_count, destroy_memory);

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
