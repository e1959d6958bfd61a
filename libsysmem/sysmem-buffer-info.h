/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-settings.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_BUFFER_INFO (sysmem_buffer_info_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (SysmemBufferInfo, sysmem_buffer_info, SYSMEM, BUFFER_INFO, GObject)

SYSMEM_EXPORT guint64 sysmem_buffer_info_get_buffer_collection_id (SysmemBufferInfo *self);
SYSMEM_EXPORT guint sysmem_buffer_info_get_index (SysmemBufferInfo *self);
SYSMEM_EXPORT SysmemSettings *sysmem_buffer_info_get_settings (SysmemBufferInfo *self);
SYSMEM_EXPORT gboolean sysmem_buffer_info_get_constraints_ok (SysmemBufferInfo *self);
SYSMEM_EXPORT gboolean sysmem_buffer_info_get_settings_match (SysmemBufferInfo *self);
SYSMEM_EXPORT int sysmem_buffer_info_steal_weak_fd (SysmemBufferInfo *self);
SYSMEM_EXPORT int sysmem_buffer_info_steal_close_weak_asap_fd (SysmemBufferInfo *self);

G_END_DECLS
