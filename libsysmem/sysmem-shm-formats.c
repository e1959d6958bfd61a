/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-shm-formats.h"

#include "sysmem-format-list.h"

#include <drm_fourcc.h>

/* wl_shm.format has numbers of its own for the two formats that every compositor takes. */
#define WL_SHM_ARGB8888 0u
#define WL_SHM_XRGB8888 1u

static guint32
to_drm (guint32 format)
{
  if (format == WL_SHM_ARGB8888)
    return DRM_FORMAT_ARGB8888;
  return format == WL_SHM_XRGB8888 ? DRM_FORMAT_XRGB8888 : format;
}

/**
 * sysmem_constraints_new_for_shm:
 * @formats: (array length=n_formats): what the compositor's events `wl_shm.format` said
 * @n_formats: how many
 * @size: (nullable): the size of the images that buffers have to hold, in pixels
 * @error: return location for an error
 *
 * Says in a Wayland compositor's name what it can live with in shared memory, where it cannot import
 * dma-bufs: linear images that the CPU reads, two of them at a time.
 *
 * A compositor maps such buffers for writing, too, hence the usage: who declares no write gets file
 * descriptors that cannot be mapped like that.
 *
 * Returns: (transfer full): new constraints, or %NULL with
 *   %SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY if the library knows none of the formats
 *
 * Since: 1.0
 */
SysmemConstraints *
sysmem_constraints_new_for_shm (const guint32 *formats,
                                gsize n_formats,
                                const SysmemSize *size,
                                GError **error)
{
  g_autoptr (SysmemFormatList) list = NULL;
  g_autoptr (SysmemConstraints) constraints = NULL;

  g_return_val_if_fail (formats != NULL || n_formats == 0, NULL);

  list = sysmem_format_list_new ();
  for (gsize i = 0; i < n_formats; i++)
    sysmem_format_list_add (list, to_drm (formats[i]), DRM_FORMAT_MOD_LINEAR);
  constraints = g_object_new (SYSMEM_TYPE_CONSTRAINTS, "usage",
                              SYSMEM_USAGE_CPU_READ_OFTEN | SYSMEM_USAGE_CPU_WRITE,
                              "min-buffer-count-for-camping", 2, "name", "compositor", NULL);
  if (!sysmem_format_list_describe (list, size, NULL, "compositor", constraints, error))
    return NULL;
  return g_steal_pointer (&constraints);
}
