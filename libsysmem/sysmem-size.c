/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-size.h"

G_DEFINE_BOXED_TYPE (SysmemSize, sysmem_size, sysmem_size_copy, sysmem_size_free)

/**
 * sysmem_size_new:
 * @width: in pixels
 * @height: in pixels
 *
 * Makes a size. In C, `&(SysmemSize){ 1920, 1080 }` does as well.
 *
 * Returns: (transfer full): a new size
 *
 * Since: 1.0
 */
SysmemSize *
sysmem_size_new (guint32 width, guint32 height)
{
  SysmemSize *self = g_new (SysmemSize, 1);

  self->width = width;
  self->height = height;
  return self;
}

/**
 * sysmem_size_copy:
 * @self: a size
 *
 * Copies a size.
 *
 * Returns: (transfer full): the copy
 *
 * Since: 1.0
 */
SysmemSize *
sysmem_size_copy (const SysmemSize *self)
{
  return g_memdup2 (self, sizeof *self);
}

/**
 * sysmem_size_free:
 * @self: a size
 *
 * Frees a size.
 *
 * Since: 1.0
 */
void
sysmem_size_free (SysmemSize *self)
{
  g_free (self);
}
