/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heaps/smd-dma-heap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dma-heap.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "common/smc-limits.h"
#include "common/sysmem-error.h"
#include "heaps/smd-device-nodes.h"
#include "heaps/smd-dmabuf.h"

#define DIRECTORY "/dev/dma_heap"
#define PREFIX "dma-heap:"

typedef struct
{
  SmdHeap base;
  SmdFd node;
} SmdDmaHeap;

/* A CMA heap carries the name of its region, which depends on platform and kernel version. */
gboolean
smd_dma_heap_name_is_contiguous (const char *name)
{
  static const char *const regions[] = { "reserved", "default-pool", NULL };
  g_autofree char *folded = g_ascii_strdown (name, -1);

  return strstr (folded, "cma") != NULL || g_strv_contains (regions, folded);
}

gboolean
smd_dma_heap_name_is_secure (const char *name)
{
  return g_str_has_prefix (name, "protected,");
}

/* Always for reading and writing: the access mode is the buffer's, for all participants and for
 * ever, and somebody has to fill it. */
static int
make_fd (int node, guint64 size)
{
  struct dma_heap_allocation_data data = { .len = size, .fd_flags = O_RDWR | O_CLOEXEC };

  return ioctl (node, DMA_HEAP_IOCTL_ALLOC, &data) < 0 ? -1 : (int)data.fd;
}

static SmdMemory *
dma_heap_allocate (
  SmdHeap *heap, const SmcSettings *settings, const char *name, guint index, GError **error)
{
  SmdDmaHeap *self = (SmdDmaHeap *)heap;
  int fd = make_fd (self->node, settings->raw_size_bytes);

  if (fd < 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY, "DMA_HEAP_IOCTL_ALLOC: %s",
                   g_strerror (errno));
      return NULL;
    }
  return smd_dmabuf_new_take (fd, name, index, settings->raw_size_bytes, error);
}

static void
dma_heap_clear (SmdHeap *heap)
{
  smd_fd_clear (&((SmdDmaHeap *)heap)->node);
}

static const SmdHeapClass dma_heap_class = {
  .allocate = dma_heap_allocate,
  .clear = dma_heap_clear,
};

static gboolean
can_be_mapped (int fd, gsize size)
{
  void *mapping = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

  if (mapping == MAP_FAILED)
    return FALSE;
  (void)munmap (mapping, size);
  return TRUE;
}

/* Takes @node. */
static SmdHeap *
dma_heap_new (const char *name, int node, gboolean cpu_mappable)
{
  g_autofree char *full_name = g_strconcat (PREFIX, name, NULL);
  SmeHeap *properties = sme_heap_new (full_name);
  SmdDmaHeap *self;

  properties->buffer_type = SMC_BUFFER_DMA_BUF;
  properties->domains = cpu_mappable ? SMC_DOMAIN_CPU | SMC_DOMAIN_RAM : SMC_DOMAIN_INACCESSIBLE;
  properties->cpu_mappable = cpu_mappable;
  properties->physically_contiguous = smd_dma_heap_name_is_contiguous (name);
  properties->secure = smd_dma_heap_name_is_secure (name);
  properties->write_protection = SMC_WRITE_PROTECTION_ADVISORY;
  self = smd_heap_new (sizeof *self, &dma_heap_class, properties);
  self->node = node;
  return &self->base;
}

/* NULL: it is there, but makes nothing for us. */
static SmdHeap *
try_node (const char *name)
{
  g_autofree char *path = g_build_filename (DIRECTORY, name, NULL);
  g_auto (SmdFd) node = open (path, O_RDONLY | O_CLOEXEC);
  gsize size = (gsize)sysconf (_SC_PAGESIZE);
  g_auto (SmdFd) trial = -1;

  if (node < 0 || strlen (PREFIX) + strlen (name) > SMC_MAX_HEAP_NAME_BYTES)
    return NULL;
  trial = make_fd (node, size);
  if (trial < 0)
    {
      g_debug ("heap " PREFIX "%s is there but gives nothing: %s", name, g_strerror (errno));
      return NULL;
    }
  return dma_heap_new (name, smd_fd_steal (&node), can_be_mapped (trial, size));
}

static SmdProbe
dma_heap_probe (GPtrArray *heaps)
{
  g_autoptr (GPtrArray) names = smd_device_nodes_list (DIRECTORY, "");
  SmdProbe probe = names->len == 0 ? SMD_PROBE_ABSENT : SMD_PROBE_OK;

  for (guint i = 0; i < names->len; i++)
    {
      SmdHeap *heap = try_node (g_ptr_array_index (names, i));

      if (heap != NULL)
        g_ptr_array_add (heaps, heap);
      else
        probe = SMD_PROBE_LATER;
    }
  return probe;
}

const SmdHeapBackend smd_dma_heap_backend = {
  .name = "dma-heap",
  .path = DIRECTORY,
  .probe = dma_heap_probe,
};
