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

static const SmdHeapClass memfd_heap_class = {
  .allocate = memfd_heap_allocate,
};

static SmdProbe
memfd_heap_probe (GPtrArray *heaps)
{
  SmeHeap *properties = sme_heap_new ("system");

  properties->buffer_type = SMC_BUFFER_MEMFD;
  properties->domains = SMC_DOMAIN_CPU | SMC_DOMAIN_RAM | SMC_DOMAIN_INACCESSIBLE;
  properties->cpu_mappable = TRUE;
  properties->write_protection = SMC_WRITE_PROTECTION_ENFORCED;
  g_ptr_array_add (heaps, smd_heap_new (sizeof (SmdHeap), &memfd_heap_class, properties));
  return SMD_PROBE_OK;
}

const SmdHeapBackend smd_memfd_heap_backend = {
  .name = "system",
  .probe = memfd_heap_probe,
};
