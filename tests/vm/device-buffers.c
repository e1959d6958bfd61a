/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "device-buffers.h"

#include <drm_fourcc.h>

/* An image of @size bytes, for heaps that make nothing else. */
static void
add_image (SmcSettings *settings, guint64 size)
{
  guint32 width = size < 1024 * 1024 ? 64 : 4096;

  settings->image = g_new0 (SmcImage, 1);
  settings->image->pixel_format.fourcc = DRM_FORMAT_XRGB8888;
  smc_image_bounds_init (&settings->image->bounds);
  settings->image->bounds.min_size.width = width;
  settings->image->bounds.min_size.height = (guint32)(size / width / 4);
}

GPtrArray *
device_buffers_try (SmdHeap *heap, guint32 count, guint64 size, GError **error)
{
  g_autoptr (SmcSettings) settings = smc_settings_new ();
  g_autoptr (SmcSettings) laid_out = NULL;

  settings->buffer_count = count;
  settings->size_bytes = size;
  settings->raw_size_bytes = size;
  if (heap->properties->formats != NULL)
    add_image (settings, size);
  laid_out = smd_heap_lay_out (heap, settings, error);
  return laid_out == NULL ? NULL : smd_heap_allocate (heap, laid_out, "camera", error);
}

GPtrArray *
device_buffers_allocate (SmdHeap *heap, guint32 count, guint64 size)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *memories = device_buffers_try (heap, count, size, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (memories->len, ==, count);
  return memories;
}
