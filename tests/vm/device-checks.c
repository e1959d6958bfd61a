/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "device-checks.h"

#include <poll.h>
#include <string.h>
#include <sys/mman.h>

#include "common/sysmem-error.h"
#include "device-buffers.h"
#include "drm-checks.h"
#include "heaps/smd-dmabuf.h"
#include "hold.h"

#define SIZE (256u * 1024)
#define BUFINFO "/sys/kernel/debug/dma_buf/bufinfo"

static gboolean
is_dma_buf (SmdHeap *heap)
{
  return heap->properties->buffer_type == SMC_BUFFER_DMA_BUF;
}

static void *
map (int fd, gsize size, int protection)
{
  void *mapping = mmap (NULL, size, protection, MAP_SHARED, fd, 0);

  g_assert_true (mapping != MAP_FAILED);
  return mapping;
}

static void
check_properties (SmdHeap *heap)
{
  SmeHeap *properties = heap->properties;
  guint32 domains = SMC_DOMAIN_CPU | SMC_DOMAIN_RAM;

  if (g_str_has_prefix (properties->name, "gbm:"))
    domains = SMC_DOMAIN_RAM | SMC_DOMAIN_INACCESSIBLE;
  g_assert_true (properties->cpu_mappable);
  g_assert_false (properties->secure);
  g_assert_cmpuint (properties->domains & domains, ==, domains);
  g_assert_cmpint (properties->write_protection, ==,
                   is_dma_buf (heap) ? SMC_WRITE_PROTECTION_ADVISORY
                                     : SMC_WRITE_PROTECTION_ENFORCED);
}

static void
check_zeroed (SmdHeap *heap)
{
  g_autoptr (GPtrArray) memories = device_buffers_allocate (heap, 4, SIZE);
  g_autofree char *zeros = g_malloc0 (SIZE);

  for (guint i = 0; i < memories->len; i++)
    {
      g_auto (SmdFd) fd = open_or_die (g_ptr_array_index (memories, i), 0);
      void *content = map (fd, SIZE, PROT_READ);

      g_assert_cmpmem (content, SIZE, zeros, SIZE);
      g_assert_no_errno (munmap (content, SIZE));
    }
}

/* What was freed dirty must not come back. */
static void
check_zeroed_again (SmdHeap *heap)
{
  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (GPtrArray) memories = device_buffers_allocate (heap, 1, SIZE);
      g_auto (SmdFd) fd = open_or_die (g_ptr_array_index (memories, 0), SMD_ACCESS_WRITE);
      char *content = map (fd, SIZE, PROT_READ | PROT_WRITE);

      for (gsize at = 0; at < SIZE; at++)
        g_assert_cmpint (content[at], ==, 0);
      memset (content, 'x', SIZE);
      g_assert_no_errno (munmap (content, SIZE));
    }
}

static void
check_shared (SmdHeap *heap)
{
  g_autoptr (GPtrArray) memories = device_buffers_allocate (heap, 2, SIZE);
  g_auto (SmdFd) producer = open_or_die (g_ptr_array_index (memories, 1), SMD_ACCESS_WRITE);
  g_auto (SmdFd) consumer = open_or_die (g_ptr_array_index (memories, 1), 0);
  char *written = map (producer, SIZE, PROT_READ | PROT_WRITE);
  const char *seen = map (consumer, SIZE, PROT_READ);

  for (gsize at = 0; at < SIZE; at++)
    written[at] = (char)(at * 7);
  g_assert_cmpmem (seen, SIZE, written, SIZE);
  g_assert_no_errno (munmap (written, SIZE));
  g_assert_no_errno (munmap ((void *)seen, SIZE));
}

static void
check_identity (SmdHeap *heap)
{
  g_autoptr (GPtrArray) memories = device_buffers_allocate (heap, 2, SIZE);
  SmdMemory *a = g_ptr_array_index (memories, 0);
  SmdMemory *b = g_ptr_array_index (memories, 1);
  g_auto (SmdFd) fd = open_or_die (a, SMD_ACCESS_WRITE);
  SmdFdIdentity identity;

  g_assert_true (smd_fd_identify (fd, &identity, NULL));
  g_assert_cmpuint (identity.device, ==, a->device);
  g_assert_cmpuint (identity.inode, ==, a->inode);
  g_assert_true (identity.readable);
  g_assert_true (identity.writable);
  g_assert_false (identity.path_only);
  g_assert_false (identity.weak);
  g_assert_cmpuint (a->inode, !=, b->inode);
  g_assert_cmpint (a->tells_strong, ==, !is_dma_buf (heap));
}

static void
check_size (SmdHeap *heap)
{
  g_autoptr (GPtrArray) memories = device_buffers_allocate (heap, 1, SIZE);
  g_auto (SmdFd) fd = open_or_die (g_ptr_array_index (memories, 0), 0);

  g_assert_cmpint (lseek (fd, 0, SEEK_END), ==, SIZE);
}

/* People find the buffer by its name: in maps, and dma-bufs in fdinfo too. */
static void
check_name (SmdHeap *heap)
{
  g_autoptr (GPtrArray) memories = device_buffers_allocate (heap, 3, SIZE);
  g_auto (SmdFd) fd = open_or_die (g_ptr_array_index (memories, 2), 0);
  g_autofree char *path = g_strdup_printf ("/proc/self/%s", is_dma_buf (heap) ? "fdinfo" : "fd");
  g_autofree char *entry = g_strdup_printf ("%s/%d", path, fd);
  g_autofree char *text = NULL;

  if (!is_dma_buf (heap))
    {
      text = g_file_read_link (entry, NULL);
      g_assert_cmpstr (text, ==, "/memfd:camera:2 (deleted)");
      return;
    }
  g_assert_true (g_file_get_contents (entry, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "\nname:\tcamera:2\n"));
}

static void
check_holders (SmdHeap *heap)
{
  g_autoptr (GPtrArray) memories = device_buffers_allocate (heap, 1, SIZE);
  SmdMemory *memory = g_ptr_array_index (memories, 0);

  for (const HoldKind *kind = hold_kinds; kind->name != NULL; kind++)
    {
      Hold hold = { .fd = -1, .sockets = { -1, -1 } };

      if (kind->memfd_only && is_dma_buf (heap))
        continue;
      g_test_message ("%s", kind->name);
      g_assert_cmpint (smd_memory_ask (memory), ==, SMD_HOLDERS_NONE);
      kind->take (&hold, open_or_die (memory, 0), SIZE);
      g_assert_cmpint (smd_memory_ask (memory), ==, SMD_HOLDERS_STRONG);
      kind->drop (&hold);
      assert_holders (memory, SMD_HOLDERS_NONE);
    }
}

static void
check_own_count_is_small (SmdHeap *heap)
{
  g_autoptr (GPtrArray) memories = device_buffers_allocate (heap, 1, SIZE);
  g_auto (SmdFd) fd = open_or_die (g_ptr_array_index (memories, 0), 0);
  guint64 count = 0;

  g_assert_true (smd_dmabuf_get_count (fd, &count));
  g_assert_cmpuint (count, ==, 2); /* this fd and the daemon's: nothing that made it was left */
}

static void
check_no_fd_leak (SmdHeap *heap)
{
  guint n_fds = count_own_fds ();

  for (guint round = 0; round < 200; round++)
    g_ptr_array_unref (device_buffers_allocate (heap, 4, 16 * 1024));
  g_assert_cmpuint (count_own_fds (), ==, n_fds);
}

static void
check_limit (SmdHeap *heap)
{
  guint64 limit = heap->properties->max_buffer_size;
  g_autoptr (GError) error = NULL;
  g_autofree char *expected =
    g_strdup_printf ("heap \"%s\" could not provide buffer 1 of 2, ", heap->properties->name);
  guint n_fds = count_own_fds ();

  if (limit == 0) /* then what may be committed is, which guest-heaps made less than all memory */
    limit = (guint64)sysconf (_SC_PHYS_PAGES) * (guint64)sysconf (_SC_PAGESIZE);
  else
    g_ptr_array_unref (device_buffers_allocate (heap, 1, limit));
  g_assert_null (device_buffers_try (heap, 2, limit + 4096, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY);
  g_assert_true (g_str_has_prefix (error->message, expected));
  g_assert_cmpuint (count_own_fds (), ==, n_fds);
}

static guint64
read_meminfo (const char *key)
{
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/meminfo", &text, NULL, NULL));
  line = strstr (text, key);
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen (key), NULL, 10) * 1024;
}

/* The daemon frees its hold, the client that has the buffer is killed, and the pages are free: so
 * often that they would be more than all memory if they were not. */
static void
check_memory_gone (SmdHeap *heap)
{
  const HoldKind *killed = hold_kinds;
  const gsize size = 48 * 1024 * 1024;
  guint64 total = read_meminfo ("MemTotal:");

  while (strcmp (killed->name, "mapping-in-killed-process") != 0)
    killed++;
  for (guint64 made = 0; made < total + total / 4; made += size)
    {
      GPtrArray *memories = device_buffers_allocate (heap, 1, size);
      Hold hold = { .fd = -1, .sockets = { -1, -1 } };

      killed->take (&hold, open_or_die (g_ptr_array_index (memories, 0), SMD_ACCESS_WRITE), size);
      g_ptr_array_unref (memories);
      killed->drop (&hold);
    }
}

/* Root can ask the kernel for its list of dma-bufs: after all that, there are none. */
static void
check_none_left (SmdHeap *heap)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (BUFINFO, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "\nTotal 0 objects, 0 bytes"));
}

/* What it kept for later is given back, and it goes on. */
static void
check_trimmed (SmdHeap *heap)
{
  guint n_fds = count_own_fds ();

  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (GPtrArray) memories = device_buffers_allocate (heap, 2, SIZE);

      smd_heap_trim (heap);
      g_assert_cmpint (smd_memory_ask (g_ptr_array_index (memories, 0)), ==, SMD_HOLDERS_NONE);
    }
  g_ptr_array_unref (device_buffers_allocate (heap, 1, SIZE));
  g_assert_cmpuint (count_own_fds (), ==, n_fds);
}

static gboolean
every_heap (const char *heap)
{
  return TRUE;
}

static gboolean
dma_buf_heaps (const char *heap)
{
  return strcmp (heap, "system") != 0;
}

/* The others have no limit but the machine's memory, and end with the OOM killer. */
static gboolean
limited_heaps (const char *heap)
{
  return strcmp (heap, "system") == 0 || strcmp (heap, "udmabuf") == 0;
}

static gboolean
drm_heaps (const char *heap)
{
  return g_str_has_prefix (heap, "drm-dumb:") || g_str_has_prefix (heap, "gbm:");
}

static gboolean
dma_buf_heaps_as_root (const char *heap)
{
  return dma_buf_heaps (heap) && geteuid () == 0;
}

const DeviceCheck device_checks[] = {
  { "properties", check_properties, every_heap },
  { "zeroed", check_zeroed, every_heap },
  { "zeroed-again", check_zeroed_again, every_heap },
  { "shared", check_shared, every_heap },
  { "identity", check_identity, every_heap },
  { "size", check_size, every_heap },
  { "name", check_name, every_heap },
  { "holders", check_holders, every_heap },
  { "no-fd-leak", check_no_fd_leak, every_heap },
  { "memory-gone", check_memory_gone, every_heap },
  { "trimmed", check_trimmed, every_heap },
  { "limit", check_limit, limited_heaps },
  { "import-holds", drm_check_import_holds, dma_buf_heaps },
  { "own-count-is-small", check_own_count_is_small, dma_buf_heaps },
  { "layouts", drm_check_layouts, drm_heaps },
  { "not-master", drm_check_not_master, drm_heaps },
  { "none-left", check_none_left, dma_buf_heaps_as_root },
  { NULL, NULL, NULL },
};
