/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The work that devices do on a buffer, as sync_files. */

#include "sysmem-buffer-private.h"

#include "sysmem-ioctl.h"
#include <linux/dma-buf.h>

/* What the kernel calls it. */
static guint32
sync_flags (SysmemMapFlags flags)
{
  return ((flags & SYSMEM_MAP_READ) != 0 ? DMA_BUF_SYNC_READ : 0)
         | ((flags & SYSMEM_MAP_WRITE) != 0 ? DMA_BUF_SYNC_WRITE : 0);
}

static gboolean
sync_file_ioctl (
  SysmemBuffer *self, unsigned long request, gpointer argument, const char *what, GError **error)
{
  int fd = sysmem_buffer_need_fd (self, error);

  if (fd < 0)
    return FALSE;
  if (!sysmem_buffer_is_dma_buf (self))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   "%s: the buffers are plain memory, which has no fences; ask for "
                   "dma_buf_required",
                   what);
      return FALSE;
    }
  return sysmem_ioctl_checked (fd, request, argument, what, error);
}

/**
 * sysmem_buffer_export_sync_file:
 * @self: a buffer that is a dma-buf
 * @flags: %SYSMEM_MAP_READ: who waits for it wants to read; %SYSMEM_MAP_WRITE: to write
 * @error: return location for an error
 *
 * Gets the work that devices still do on the buffer as a sync_file, for APIs with explicit
 * fences: Vulkan semaphores, `IN_FENCE_FD`, `EGL_ANDROID_native_fence_sync`. It polls readable
 * (`POLLIN`) when that work is done.
 *
 * Returns: a file descriptor that the caller owns; or -1 with %G_IO_ERROR_NOT_SUPPORTED for plain
 *   memory or an old kernel, or another error
 *
 * Since: 1.0
 */
int
sysmem_buffer_export_sync_file (SysmemBuffer *self, SysmemMapFlags flags, GError **error)
{
  struct dma_buf_export_sync_file argument = { .flags = sync_flags (flags), .fd = -1 };

  g_return_val_if_fail (SYSMEM_IS_BUFFER (self), -1);
  g_return_val_if_fail (flags != 0, -1);

  return sync_file_ioctl (self, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &argument,
                          "the buffer's fences cannot be exported", error)
           ? argument.fd
           : -1;
}

/**
 * sysmem_buffer_import_sync_file:
 * @self: a buffer that is a dma-buf
 * @flags: %SYSMEM_MAP_READ: the work reads; %SYSMEM_MAP_WRITE: it writes
 * @sync_file: the work, as a sync_file; stays the caller's
 * @error: return location for an error
 *
 * Adds work to the buffer that devices with implicit fences will wait for.
 *
 * Returns: %TRUE on success; %FALSE with %G_IO_ERROR_NOT_SUPPORTED for plain memory or an old
 *   kernel, or another error
 *
 * Since: 1.0
 */
gboolean
sysmem_buffer_import_sync_file (SysmemBuffer *self,
                                SysmemMapFlags flags,
                                int sync_file,
                                GError **error)
{
  struct dma_buf_import_sync_file argument = { .flags = sync_flags (flags), .fd = sync_file };

  g_return_val_if_fail (SYSMEM_IS_BUFFER (self), FALSE);
  g_return_val_if_fail (flags != 0, FALSE);

  return sync_file_ioctl (self, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &argument,
                          "the fence cannot be imported into the buffer", error);
}
