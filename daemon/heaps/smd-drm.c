/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heaps/smd-drm.h"

#include <drm.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include "heaps/smd-device-nodes.h"
#include "heaps/smd-fd.h"

int
smd_drm_ioctl (int fd, unsigned long request, gpointer argument)
{
  int result;

  do
    result = ioctl (fd, request, argument);
  while (result < 0 && (errno == EINTR || errno == EAGAIN));
  return result;
}

int
smd_drm_open_node (const char *node)
{
  g_autofree char *path = g_build_filename (SMD_DRM_DIRECTORY, node, NULL);
  int device = open (path, O_RDWR | O_CLOEXEC);

  /* Whoever opens a primary node while nobody is master becomes master. Refused where we did not. */
  if (device >= 0)
    (void)smd_drm_ioctl (device, DRM_IOCTL_DROP_MASTER, NULL);
  return device;
}

int
smd_drm_export (int device, guint32 handle)
{
  struct drm_prime_handle export = { .handle = handle, .flags = DRM_CLOEXEC | DRM_RDWR };

  return smd_drm_ioctl (device, DRM_IOCTL_PRIME_HANDLE_TO_FD, &export) < 0 ? -1 : export.fd;
}

/* 0, or why not. */
static int
try_import (const char *node, int dma_buf)
{
  g_autofree char *path = g_build_filename (SMD_DRM_DIRECTORY, node, NULL);
  g_auto (SmdFd) device = open (path, O_RDWR | O_CLOEXEC);
  struct drm_prime_handle import = { .fd = dma_buf };
  struct drm_gem_close release = { 0 };

  if (device < 0 || smd_drm_ioctl (device, DRM_IOCTL_PRIME_FD_TO_HANDLE, &import) < 0)
    return errno;
  release.handle = import.handle;
  (void)smd_drm_ioctl (device, DRM_IOCTL_GEM_CLOSE, &release);
  return 0;
}

/* Importers have many reasons to refuse; ENOSYS is the exporter's own answer, that it has no pages
 * to show. Render nodes, because nobody becomes master of those. */
gboolean
smd_drm_export_is_importable (int dma_buf)
{
  g_autoptr (GPtrArray) nodes = smd_device_nodes_list (SMD_DRM_DIRECTORY, "renderD");

  for (guint i = 0; i < nodes->len; i++)
    if (try_import (g_ptr_array_index (nodes, i), dma_buf) == ENOSYS)
      return FALSE;
  return TRUE;
}
