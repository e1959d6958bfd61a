/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-enums.h"
#include "sysmem-size.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_MEMORY_CONSTRAINTS (sysmem_memory_constraints_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (
  SysmemMemoryConstraints, sysmem_memory_constraints, SYSMEM, MEMORY_CONSTRAINTS, GObject)

SYSMEM_EXPORT SysmemMemoryConstraints *sysmem_memory_constraints_new (void);
SYSMEM_EXPORT GVariant *sysmem_memory_constraints_to_variant (SysmemMemoryConstraints *self);

G_END_DECLS
