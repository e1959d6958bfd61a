/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who holds a dma-buf is told by one number: the kernel counts all references to its file and
 * shows the count in /proc/self/fdinfo. The daemon keeps one fd and knows what that alone counts;
 * anything above it is somebody else, strong or weak, process or device. There is nothing to wait
 * on, so the number must be polled. A dma-buf cannot be opened a second time either: all its
 * participants share one description and its access mode, which is why read-only fds of it are a
 * promise among friends. */

#include "heaps/smd-dmabuf.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "common/sysmem-error.h"
#include "heaps/smd-buffer-name.h"

#define DMA_BUF_NAME_MAX_BYTES 31

typedef struct
{
  SmdMemory base;
  SmdFd fd;
  guint64 own_count; /* what the daemon's fd alone counts */
} SmdDmabuf;

gboolean
smd_dmabuf_get_count (int fd, guint64 *count)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fdinfo/%d", fd);
  g_autofree char *info = NULL;
  const char *line;

  if (!g_file_get_contents (path, &info, NULL, NULL))
    return FALSE;
  line = strstr (info, "\ncount:");
  if (line == NULL)
    return FALSE;
  *count = g_ascii_strtoull (line + strlen ("\ncount:"), NULL, 10);
  return TRUE;
}

/* The call that begins or ends CPU access; there are exporters that have nothing to do for it. */
static void
set_cpu_access (int fd, guint64 flags)
{
  struct dma_buf_sync argument = { .flags = flags };
  int result;

  do
    result = ioctl (fd, DMA_BUF_IOCTL_SYNC, &argument);
  while (result < 0 && (errno == EINTR || errno == EAGAIN));
}

gboolean
smd_dmabuf_clear (int fd, guint64 size)
{
  void *mapping = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

  if (mapping == MAP_FAILED)
    return FALSE;
  set_cpu_access (fd, DMA_BUF_SYNC_START | DMA_BUF_SYNC_WRITE);
  memset (mapping, 0, size);
  set_cpu_access (fd, DMA_BUF_SYNC_END | DMA_BUF_SYNC_WRITE);
  return munmap (mapping, size) == 0;
}

static int
dmabuf_open (SmdMemory *memory, SmdAccess access, GError **error)
{
  SmdDmabuf *self = (SmdDmabuf *)memory;
  int fd = fcntl (self->fd, F_DUPFD_CLOEXEC, 0);

  if (fd < 0)
    g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                 "the buffer could not be duplicated for a participant: %s", g_strerror (errno));
  return fd;
}

static SmdHolders
dmabuf_ask (SmdMemory *memory)
{
  SmdDmabuf *self = (SmdDmabuf *)memory;
  guint64 count;

  if (smd_dmabuf_get_count (self->fd, &count) && count <= self->own_count)
    return SMD_HOLDERS_NONE;
  return SMD_HOLDERS_STRONG;
}

static void
dmabuf_free (SmdMemory *memory)
{
  SmdDmabuf *self = (SmdDmabuf *)memory;

  smd_fd_clear (&self->fd);
  g_free (self);
}

static const SmdMemoryClass dmabuf_class = {
  .open = dmabuf_open,
  .ask = dmabuf_ask,
  .free = dmabuf_free,
};

/* For people who look into fdinfo and bufinfo; a kernel that refuses costs nobody a buffer. */
static void
set_name (int fd, const char *name, guint index)
{
  g_autofree char *short_name = smd_buffer_name_new (name, index, DMA_BUF_NAME_MAX_BYTES);

  if (ioctl (fd, DMA_BUF_SET_NAME, short_name) < 0)
    g_debug ("dma-buf \"%s\" keeps no name: %s", short_name, g_strerror (errno));
}

SmdMemory *
smd_dmabuf_new_take (int fd_, const char *name, guint index, guint64 size, GError **error)
{
  g_auto (SmdFd) fd = fd_;
  off_t end = lseek (fd, 0, SEEK_END); /* fstat does not know the size of a dma-buf */
  struct stat status;
  guint64 count;
  SmdDmabuf *self;

  if (end < 0 || (guint64)end < size || fstat (fd, &status) < 0
      || !smd_dmabuf_get_count (fd, &count))
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY,
                   "what the kernel made is no dma-buf of %" G_GUINT64_FORMAT " bytes", size);
      return NULL;
    }

  set_name (fd, name, index);
  self = g_new0 (SmdDmabuf, 1);
  self->base.klass = &dmabuf_class;
  self->base.device = status.st_dev;
  self->base.inode = status.st_ino;
  self->base.raw_size = size;
  self->base.watch_fd = -1;
  self->own_count = count;
  self->fd = smd_fd_steal (&fd);
  return &self->base;
}
