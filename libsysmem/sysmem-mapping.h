/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-enums.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_MAPPING (sysmem_mapping_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (SysmemMapping, sysmem_mapping, SYSMEM, MAPPING, GObject)

SYSMEM_EXPORT gpointer sysmem_mapping_get_data (SysmemMapping *self, gsize *size);
SYSMEM_EXPORT gsize sysmem_mapping_get_address (SysmemMapping *self);
SYSMEM_EXPORT gsize sysmem_mapping_get_size (SysmemMapping *self);
SYSMEM_EXPORT SysmemMapFlags sysmem_mapping_get_flags (SysmemMapping *self);
SYSMEM_EXPORT GBytes *sysmem_mapping_get_bytes (SysmemMapping *self);
SYSMEM_EXPORT gboolean sysmem_mapping_begin_access (SysmemMapping *self, GError **error);
SYSMEM_EXPORT gboolean sysmem_mapping_end_access (SysmemMapping *self, GError **error);

G_END_DECLS
