/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-device.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_KMS_PLANE (sysmem_kms_plane_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (SysmemKmsPlane, sysmem_kms_plane, SYSMEM, KMS_PLANE, SysmemDevice)

SYSMEM_EXPORT SysmemKmsPlane *sysmem_kms_plane_new (int fd, guint32 plane_id, GError **error);
SYSMEM_EXPORT GPtrArray *sysmem_kms_plane_list (int fd, GError **error);
SYSMEM_EXPORT guint32 sysmem_kms_plane_get_plane_id (SysmemKmsPlane *self);
SYSMEM_EXPORT SysmemKmsPlaneKind sysmem_kms_plane_get_kind (SysmemKmsPlane *self);

G_END_DECLS
