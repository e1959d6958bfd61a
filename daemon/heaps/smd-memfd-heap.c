/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heaps/smd-memfd-heap.h"

#include "heaps/smd-memfd.h"

static SmdMemory *
memfd_heap_allocate (
  SmdHeap *heap, const SmcSettings *settings, const char *name, guint index, GError **error)
{
  return smd_memfd_new (name, index, settings->raw_size_bytes, error);
}

static void
memfd_heap_free (SmdHeap *heap)
{
  sme_heap_free (heap->properties);
  g_free (heap);
}

static const SmdHeapClass memfd_heap_class = {
  .allocate = memfd_heap_allocate,
  .free = memfd_heap_free,
};

static SmdProbe
memfd_heap_probe (GPtrArray *heaps)
{
  SmdHeap *heap = g_new0 (SmdHeap, 1);

  heap->klass = &memfd_heap_class;
  heap->properties = sme_heap_new ("system");
  heap->properties->buffer_type = SMC_BUFFER_MEMFD;
  heap->properties->domains = SMC_DOMAIN_CPU | SMC_DOMAIN_RAM | SMC_DOMAIN_INACCESSIBLE;
  heap->properties->cpu_mappable = TRUE;
  heap->properties->write_protection = SMC_WRITE_PROTECTION_ENFORCED;
  g_ptr_array_add (heaps, heap);
  return SMD_PROBE_OK;
}

const SmdHeapBackend smd_memfd_heap_backend = {
  .name = "system",
  .probe = memfd_heap_probe,
};
