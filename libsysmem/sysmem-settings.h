/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-enums.h"
#include "sysmem-image-format-constraints.h"
#include "sysmem-plane.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_SETTINGS (sysmem_settings_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (SysmemSettings, sysmem_settings, SYSMEM, SETTINGS, GObject)

SYSMEM_EXPORT guint64 sysmem_settings_get_buffer_collection_id (SysmemSettings *self);
SYSMEM_EXPORT guint sysmem_settings_get_buffer_count (SysmemSettings *self);
SYSMEM_EXPORT guint64 sysmem_settings_get_size_bytes (SysmemSettings *self);
SYSMEM_EXPORT guint64 sysmem_settings_get_raw_size_bytes (SysmemSettings *self);
SYSMEM_EXPORT const char *sysmem_settings_get_heap (SysmemSettings *self);
SYSMEM_EXPORT SysmemBufferType sysmem_settings_get_buffer_type (SysmemSettings *self);
SYSMEM_EXPORT SysmemCoherencyDomains sysmem_settings_get_coherency_domain (SysmemSettings *self);
SYSMEM_EXPORT gboolean sysmem_settings_get_is_physically_contiguous (SysmemSettings *self);
SYSMEM_EXPORT gboolean sysmem_settings_get_is_secure (SysmemSettings *self);
SYSMEM_EXPORT SysmemWriteProtection sysmem_settings_get_write_protection (SysmemSettings *self);
SYSMEM_EXPORT SysmemUsage sysmem_settings_get_usage (SysmemSettings *self);
SYSMEM_EXPORT const char *sysmem_settings_get_pixel_format (SysmemSettings *self);
SYSMEM_EXPORT const char *sysmem_settings_get_color_space (SysmemSettings *self);
SYSMEM_EXPORT SysmemImageFormatConstraints *sysmem_settings_get_image_format_constraints (
  SysmemSettings *self);
SYSMEM_EXPORT GVariant *sysmem_settings_to_variant (SysmemSettings *self);
SYSMEM_EXPORT gboolean sysmem_settings_equal (SysmemSettings *self, SysmemSettings *other);
SYSMEM_EXPORT GPtrArray *sysmem_settings_get_planes (SysmemSettings *self,
                                                     guint32 width,
                                                     guint32 height,
                                                     GError **error);

G_END_DECLS
