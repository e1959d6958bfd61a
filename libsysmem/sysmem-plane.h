/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-types.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_PLANE (sysmem_plane_get_type ())

typedef struct _SysmemPlane SysmemPlane;

/**
 * SysmemPlane:
 * @offset: of the first row from the buffer's begin, in bytes
 * @stride: from one row to the next, in bytes
 * @rows: how many there are
 *
 * Where one plane of an image is in its buffer.
 *
 * Since: 1.0
 */
struct _SysmemPlane
{
  guint64 offset;
  guint64 stride;
  guint64 rows;
};

SYSMEM_EXPORT GType sysmem_plane_get_type (void);
SYSMEM_EXPORT SysmemPlane *sysmem_plane_copy (const SysmemPlane *self);
SYSMEM_EXPORT void sysmem_plane_free (SysmemPlane *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SysmemPlane, sysmem_plane_free)

G_END_DECLS
