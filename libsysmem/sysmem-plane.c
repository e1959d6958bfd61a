/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-plane.h"

G_DEFINE_BOXED_TYPE (SysmemPlane, sysmem_plane, sysmem_plane_copy, sysmem_plane_free)

/**
 * sysmem_plane_copy:
 * @self: a plane
 *
 * Copies a plane.
 *
 * Returns: (transfer full): the copy
 *
 * Since: 1.0
 */
SysmemPlane *
sysmem_plane_copy (const SysmemPlane *self)
{
  return g_memdup2 (self, sizeof *self);
}

/**
 * sysmem_plane_free:
 * @self: a plane
 *
 * Frees a plane.
 *
 * Since: 1.0
 */
void
sysmem_plane_free (SysmemPlane *self)
{
  g_free (self);
}
