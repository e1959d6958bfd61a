/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "drm-checks.h"

#include <drm.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/sysmem-error.h"
#include "device-buffers.h"
#include "hold.h"

#define SIZE (256u * 1024)

static int
open_vgem (void)
{
  for (guint i = 0; i < 16; i++)
    {
      g_autofree char *path = g_strdup_printf ("/dev/dri/card%u", i);
      g_auto (SmdFd) fd = open (path, O_RDWR | O_CLOEXEC);
      char name[16] = { 0 };
      struct drm_version version = { .name = name, .name_len = sizeof name - 1 };

      if (fd >= 0 && ioctl (fd, DRM_IOCTL_VERSION, &version) == 0 && strcmp (name, "vgem") == 0)
        return smd_fd_steal (&fd);
    }
  return -1;
}

/* A device that imported the buffer holds it when no process has an fd any more. */
void
drm_check_import_holds (SmdHeap *heap)
{
  g_autoptr (GPtrArray) memories = device_buffers_allocate (heap, 1, SIZE);
  SmdMemory *memory = g_ptr_array_index (memories, 0);
  g_auto (SmdFd) device = open_vgem ();
  g_auto (SmdFd) fd = open_or_die (memory, SMD_ACCESS_WRITE);
  struct drm_prime_handle import = { .fd = fd };
  struct drm_gem_close release = { 0 };

  g_assert_cmpint (device, >=, 0);
  g_assert_no_errno (ioctl (device, DRM_IOCTL_PRIME_FD_TO_HANDLE, &import));
  smd_fd_clear (&fd);
  g_assert_cmpint (smd_memory_ask (memory), ==, SMD_HOLDERS_STRONG);
  release.handle = import.handle;
  g_assert_no_errno (ioctl (device, DRM_IOCTL_GEM_CLOSE, &release));
  assert_holders (memory, SMD_HOLDERS_NONE);
}

/* No power of two, but Mesa's software renderer makes rows of 64 pixels, whatever is asked for. */
static guint32
get_odd_divisor (const SmdHeap *heap)
{
  return g_str_has_prefix (heap->properties->name, "gbm:") ? 3 * 512 : 3 * 64;
}

static SmcSettings *
make_odd_image (SmcPixelFormat format, guint32 divisor)
{
  SmcSettings *settings = smc_settings_new ();
  SmcImageBounds *bounds;

  settings->buffer_count = 2;
  settings->size_bytes = 3 << 20;
  settings->image = g_new0 (SmcImage, 1);
  settings->image->pixel_format = format;
  bounds = &settings->image->bounds;
  smc_image_bounds_init (bounds);
  bounds->min_size = (SmcSize){ 642, 482 };
  bounds->bytes_per_row_divisor = divisor;
  bounds->pad_beyond_image_size_bytes = 5000;
  return settings;
}

/* Every format the heap claims, at a size and with a stride that suit no driver by chance: either
 * laid out as asked and really as large, or refused. */
void
drm_check_layouts (SmdHeap *heap)
{
  GArray *formats = heap->properties->formats;
  guint32 divisor = get_odd_divisor (heap);
  guint n_made = 0;

  for (guint i = 0; i < formats->len; i++)
    {
      SmcPixelFormat format = g_array_index (formats, SmcPixelFormat, i);
      g_autoptr (SmcSettings) asked = make_odd_image (format, divisor);
      g_autoptr (GError) error = NULL;
      g_autoptr (SmcSettings) laid_out = smd_heap_lay_out (heap, asked, &error);
      g_autoptr (GPtrArray) memories = NULL;
      g_auto (SmdFd) fd = -1;

      if (laid_out == NULL)
        {
          g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
          continue;
        }
      n_made++;
      g_assert_cmpuint (g_array_index (laid_out->planes, SmcPlane, 0).stride % divisor, ==, 0);
      g_assert_cmpuint (laid_out->size_bytes, >=, asked->size_bytes);
      g_assert_cmpuint (laid_out->raw_size_bytes, >=, laid_out->size_bytes + 5000);
      memories = smd_heap_allocate (heap, laid_out, "odd", &error);
      g_assert_no_error (error);
      fd = open_or_die (g_ptr_array_index (memories, 1), 0);
      g_assert_cmpint (lseek (fd, 0, SEEK_END), ==, (goffset)laid_out->raw_size_bytes);
    }
  g_assert_cmpuint (n_made, >, 0);
}

/* Where nobody is master the next who opens the device becomes it: if it can, we are not. */
void
drm_check_not_master (SmdHeap *heap)
{
  g_autofree char *path =
    g_build_filename ("/dev/dri", strchr (heap->properties->name, ':') + 1, NULL);
  g_auto (SmdFd) compositor = open (path, O_RDWR | O_CLOEXEC);

  g_assert_cmpint (compositor, >=, 0);
  g_assert_no_errno (ioctl (compositor, DRM_IOCTL_SET_MASTER, NULL));
}
