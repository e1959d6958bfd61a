/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-image-format-constraints.h"
#include "sysmem-memory-constraints.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_CONSTRAINTS (sysmem_constraints_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (SysmemConstraints, sysmem_constraints, SYSMEM, CONSTRAINTS, GObject)

SYSMEM_EXPORT SysmemConstraints *sysmem_constraints_new (SysmemUsage usage);
SYSMEM_EXPORT SysmemConstraints *sysmem_constraints_new_from_variant (GVariant *dict,
                                                                      GError **error);
SYSMEM_EXPORT SysmemConstraints *sysmem_constraints_new_from_json (const char *json,
                                                                   GError **error);
SYSMEM_EXPORT SysmemConstraints *sysmem_constraints_new_from_file (const char *path,
                                                                   GError **error);
SYSMEM_EXPORT void sysmem_constraints_add_image_format (SysmemConstraints *self,
                                                        SysmemImageFormatConstraints *image_format);
SYSMEM_EXPORT const char *sysmem_constraints_get_name (SysmemConstraints *self);
SYSMEM_EXPORT GVariant *sysmem_constraints_to_variant (SysmemConstraints *self);
SYSMEM_EXPORT char *sysmem_constraints_to_string (SysmemConstraints *self);
SYSMEM_EXPORT gboolean sysmem_constraints_validate (SysmemConstraints *self, GError **error);

G_END_DECLS
