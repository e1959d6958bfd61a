/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-device.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_GBM_DEVICE (sysmem_gbm_device_get_type ())
SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (SysmemGbmDevice, sysmem_gbm_device, SYSMEM, GBM_DEVICE, SysmemDevice)

SYSMEM_EXPORT SysmemGbmDevice *sysmem_gbm_device_new (int fd, SysmemUsage usage, GError **error);
SYSMEM_EXPORT SysmemUsage sysmem_gbm_device_get_usage (SysmemGbmDevice *self);

G_END_DECLS
