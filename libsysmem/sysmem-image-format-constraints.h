/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-enums.h"
#include "sysmem-size.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS (sysmem_image_format_constraints_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (SysmemImageFormatConstraints,
                      sysmem_image_format_constraints,
                      SYSMEM,
                      IMAGE_FORMAT_CONSTRAINTS,
                      GObject)

SYSMEM_EXPORT SysmemImageFormatConstraints *sysmem_image_format_constraints_new (void);
SYSMEM_EXPORT GVariant *sysmem_image_format_constraints_to_variant (
  SysmemImageFormatConstraints *self);

G_END_DECLS
