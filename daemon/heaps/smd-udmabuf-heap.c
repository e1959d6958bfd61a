/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heaps/smd-udmabuf-heap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/udmabuf.h>
#include <sys/ioctl.h>

#include "common/smc-checked.h"
#include "common/sysmem-error.h"
#include "heaps/smd-dmabuf.h"
#include "heaps/smd-memfd.h"

#define NODE "/dev/udmabuf"
#define SIZE_LIMIT "/sys/module/udmabuf/parameters/size_limit_mb"
#define DEFAULT_SIZE_LIMIT_MB 64 /* the driver's own */

typedef struct
{
  SmdHeap base;
  SmdFd node;
} SmdUdmabufHeap;

/* The memfd is closed again: its pages belong to the dma-buf now, and whoever still had it could
 * punch holes into them. */
static SmdMemory *
make_buffer (int node, const char *name, guint index, guint64 size, GError **error)
{
  g_auto (SmdFd) memfd = smd_memfd_create (name, index, size, error);
  struct udmabuf_create create = { .flags = UDMABUF_FLAGS_CLOEXEC, .size = size };
  int fd;

  if (memfd < 0)
    return NULL;
  create.memfd = (guint32)memfd;
  fd = ioctl (node, UDMABUF_CREATE, &create);
  if (fd < 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY, "UDMABUF_CREATE: %s",
                   g_strerror (errno));
      return NULL;
    }
  smd_fd_clear (&memfd); /* before the references are counted */
  return smd_dmabuf_new_take (fd, name, index, size, error);
}

static SmdMemory *
udmabuf_heap_allocate (
  SmdHeap *heap, const SmcSettings *settings, const char *name, guint index, GError **error)
{
  SmdUdmabufHeap *self = (SmdUdmabufHeap *)heap;

  return make_buffer (self->node, name, index, settings->raw_size_bytes, error);
}

static void
udmabuf_heap_clear (SmdHeap *heap)
{
  smd_fd_clear (&((SmdUdmabufHeap *)heap)->node);
}

static const SmdHeapClass udmabuf_heap_class = {
  .allocate = udmabuf_heap_allocate,
  .clear = udmabuf_heap_clear,
};

static guint64
read_size_limit (void)
{
  g_autofree char *text = NULL;
  guint64 megabytes = DEFAULT_SIZE_LIMIT_MB;
  guint64 bytes;

  if (g_file_get_contents (SIZE_LIMIT, &text, NULL, NULL))
    (void)g_ascii_string_to_unsigned (g_strchomp (text), 10, 1, G_MAXINT32, &megabytes, NULL);
  return smc_checked_mul (&bytes, megabytes, 1024 * 1024) ? bytes : G_MAXUINT64;
}

/* Takes @node. */
static SmdHeap *
udmabuf_heap_new (int node)
{
  SmeHeap *properties = sme_heap_new ("udmabuf");
  SmdUdmabufHeap *self;

  properties->buffer_type = SMC_BUFFER_DMA_BUF;
  properties->domains = SMC_DOMAIN_CPU | SMC_DOMAIN_RAM;
  properties->cpu_mappable = TRUE;
  properties->write_protection = SMC_WRITE_PROTECTION_ADVISORY;
  properties->max_buffer_size = read_size_limit ();
  self = smd_heap_new (sizeof *self, &udmabuf_heap_class, properties);
  self->node = node;
  return &self->base;
}

static SmdProbe
udmabuf_heap_probe (GPtrArray *heaps)
{
  g_auto (SmdFd) node = open (NODE, O_RDWR | O_CLOEXEC);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmdMemory) trial = NULL;

  if (node < 0)
    return errno == ENOENT ? SMD_PROBE_ABSENT : SMD_PROBE_LATER;

  trial = make_buffer (node, "probe", 0, (guint64)sysconf (_SC_PAGESIZE), &error);
  if (trial == NULL)
    {
      g_debug ("heap udmabuf is there but gives nothing: %s", error->message);
      return SMD_PROBE_LATER;
    }
  g_ptr_array_add (heaps, udmabuf_heap_new (smd_fd_steal (&node)));
  return SMD_PROBE_OK;
}

const SmdHeapBackend smd_udmabuf_heap_backend = {
  .name = "udmabuf",
  .path = NODE,
  .probe = udmabuf_heap_probe,
};
