/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-mapping.h"
#include "sysmem-settings.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_BUFFER (sysmem_buffer_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (SysmemBuffer, sysmem_buffer, SYSMEM, BUFFER, GObject)

SYSMEM_EXPORT guint sysmem_buffer_get_index (SysmemBuffer *self);
SYSMEM_EXPORT guint64 sysmem_buffer_get_size (SysmemBuffer *self);
SYSMEM_EXPORT SysmemSettings *sysmem_buffer_get_settings (SysmemBuffer *self);
SYSMEM_EXPORT gboolean sysmem_buffer_has_fd (SysmemBuffer *self);
SYSMEM_EXPORT int sysmem_buffer_dup_fd (SysmemBuffer *self, GError **error);
SYSMEM_EXPORT SysmemMapping *sysmem_buffer_map (SysmemBuffer *self,
                                                SysmemMapFlags flags,
                                                GError **error);
SYSMEM_EXPORT GPtrArray *sysmem_buffer_get_planes (SysmemBuffer *self,
                                                   guint32 width,
                                                   guint32 height,
                                                   GError **error);
SYSMEM_EXPORT int sysmem_buffer_export_sync_file (SysmemBuffer *self,
                                                  SysmemMapFlags flags,
                                                  GError **error);
SYSMEM_EXPORT gboolean sysmem_buffer_import_sync_file (SysmemBuffer *self,
                                                       SysmemMapFlags flags,
                                                       int sync_file,
                                                       GError **error);

G_END_DECLS
