/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "vgem-fence.h"

#include <drm.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The kernel's interface, of which libdrm has no header. */
struct fence_attach
{
  guint32 handle;
  guint32 flags; /* 1: the work writes */
  guint32 out_fence;
  guint32 pad;
};

struct fence_signal
{
  guint32 fence;
  guint32 flags;
};

#define IOCTL_FENCE_ATTACH DRM_IOWR (DRM_COMMAND_BASE + 1, struct fence_attach)
#define IOCTL_FENCE_SIGNAL DRM_IOW (DRM_COMMAND_BASE + 2, struct fence_signal)

static gboolean
is_vgem (int fd)
{
  char name[16] = { 0 };
  struct drm_version version = { .name = name, .name_len = sizeof name - 1 };

  return ioctl (fd, DRM_IOCTL_VERSION, &version) == 0 && strcmp (name, "vgem") == 0;
}

static int
open_vgem (void)
{
  for (guint i = 0; i < 16; i++)
    {
      g_autofree char *path = g_strdup_printf ("/dev/dri/card%u", i);
      int fd = open (path, O_RDWR | O_CLOEXEC);

      if (fd >= 0 && is_vgem (fd))
        return fd;
      if (fd >= 0)
        (void)close (fd);
    }
  return -1;
}

gboolean
vgem_fence_attach (VgemFence *self, int dma_buf)
{
  struct drm_prime_handle import = { .fd = dma_buf };
  struct fence_attach attach = { .flags = 1 };

  self->device = open_vgem ();
  if (self->device < 0)
    return FALSE;
  g_assert_no_errno (ioctl (self->device, DRM_IOCTL_PRIME_FD_TO_HANDLE, &import));
  attach.handle = self->handle = import.handle;
  g_assert_no_errno (ioctl (self->device, IOCTL_FENCE_ATTACH, &attach));
  self->fence = attach.out_fence;
  return TRUE;
}

void
vgem_fence_signal (VgemFence *self)
{
  struct fence_signal signal = { .fence = self->fence };

  g_assert_no_errno (ioctl (self->device, IOCTL_FENCE_SIGNAL, &signal));
}

void
vgem_fence_clear (VgemFence *self)
{
  struct drm_gem_close release = { .handle = self->handle };

  g_assert_no_errno (ioctl (self->device, DRM_IOCTL_GEM_CLOSE, &release));
  g_assert_no_errno (close (self->device));
}
