/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-buffer.h"
#include "sysmem-client.h"
#include "sysmem-constraints.h"
#include "sysmem-import-report.h"

G_BEGIN_DECLS

#define SYSMEM_TYPE_DEVICE (sysmem_device_get_type ())
SYSMEM_EXPORT
G_DECLARE_DERIVABLE_TYPE (SysmemDevice, sysmem_device, SYSMEM, DEVICE, GObject)

/**
 * SysmemDeviceClass:
 * @describe: says what the device can live with
 * @try_import: lets the device import a buffer and lets go of it again
 *
 * The class of devices. Programs may derive from it for devices that the library does not know:
 * what the two functions have to do is what [method@Sysmem.Device.describe] and
 * [method@Sysmem.Device.try_import] promise.
 *
 * Since: 1.0
 */
struct _SysmemDeviceClass
{
  /*< private >*/
  GObjectClass parent_class;

  /*< public >*/
  SysmemConstraints *(*describe) (SysmemDevice *self, const SysmemSize *size, GError **error);
  gboolean (*try_import) (SysmemDevice *self,
                          SysmemBuffer *buffer,
                          const SysmemSize *size,
                          GError **error);

  /*< private >*/
  gpointer padding[8];
};

SYSMEM_EXPORT const char *sysmem_device_get_name (SysmemDevice *self);
SYSMEM_EXPORT SysmemConstraints *sysmem_device_describe (SysmemDevice *self,
                                                         const SysmemSize *size,
                                                         GError **error);
SYSMEM_EXPORT gboolean sysmem_device_try_import (SysmemDevice *self,
                                                 SysmemBuffer *buffer,
                                                 const SysmemSize *size,
                                                 GError **error);
SYSMEM_EXPORT SysmemImportReport *sysmem_device_try_heaps (SysmemDevice *self,
                                                           SysmemClient *client,
                                                           SysmemConstraints *constraints,
                                                           const SysmemSize *size,
                                                           GCancellable *cancellable,
                                                           GError **error);
SYSMEM_EXPORT void sysmem_device_try_heaps_async (SysmemDevice *self,
                                                  SysmemClient *client,
                                                  SysmemConstraints *constraints,
                                                  const SysmemSize *size,
                                                  GCancellable *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer user_data);
SYSMEM_EXPORT SysmemImportReport *sysmem_device_try_heaps_finish (SysmemDevice *self,
                                                                  GAsyncResult *result,
                                                                  GError **error);

G_END_DECLS
