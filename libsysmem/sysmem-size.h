/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-types.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_SIZE (sysmem_size_get_type ())

typedef struct _SysmemSize SysmemSize;

/**
 * SysmemSize:
 * @width: in pixels
 * @height: in pixels
 *
 * Width and height.
 *
 * Since: 1.0
 */
struct _SysmemSize
{
  guint32 width;
  guint32 height;
};

SYSMEM_EXPORT GType sysmem_size_get_type (void);
SYSMEM_EXPORT SysmemSize *sysmem_size_new (guint32 width, guint32 height);
SYSMEM_EXPORT SysmemSize *sysmem_size_copy (const SysmemSize *self);
SYSMEM_EXPORT void sysmem_size_free (SysmemSize *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SysmemSize, sysmem_size_free)

G_END_DECLS
