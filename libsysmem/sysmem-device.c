/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-device.h"

/**
 * SysmemDevice:
 *
 * A device that takes part through this program, which asks it what it can do:
 * [class@Sysmem.KmsPlane], [class@Sysmem.V4l2Queue], [class@Sysmem.GbmDevice], or one of the
 * program's own making.
 *
 * ```python
 * plane = Sysmem.KmsPlane.new(card, plane_id)
 * constraints = plane.describe(Sysmem.Size(1280, 720))
 * collection = token.bind(constraints)
 * ```
 *
 * What a device says about formats and sizes says nothing about memory. Whether it can use somebody
 * else's buffers is only found out by trying: [method@Sysmem.Device.try_heaps].
 *
 * Devices keep a duplicate of the file descriptor they are made from. They never become DRM master,
 * and never stream.
 *
 * Since: 1.0
 */
typedef struct
{
  char *name;
} SysmemDevicePrivate;

enum
{
  PROP_NAME = 1,
};

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (SysmemDevice, sysmem_device, G_TYPE_OBJECT)

static SysmemDevicePrivate *
get_private (SysmemDevice *self)
{
  return sysmem_device_get_instance_private (self);
}

static void
sysmem_device_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NAME)
    g_value_set_string (value, get_private (SYSMEM_DEVICE (object))->name);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
sysmem_device_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NAME)
    get_private (SYSMEM_DEVICE (object))->name = g_value_dup_string (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
sysmem_device_finalize (GObject *object)
{
  g_free (get_private (SYSMEM_DEVICE (object))->name);
  G_OBJECT_CLASS (sysmem_device_parent_class)->finalize (object);
}

static void
sysmem_device_class_init (SysmemDeviceClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = sysmem_device_get_property;
  object_class->set_property = sysmem_device_set_property;
  object_class->finalize = sysmem_device_finalize;

  /**
   * SysmemDevice:name:
   *
   * What people know it by, such as `vivid capture` or `virtio_gpu plane 31`. Constraints that
   * come from the device have this name.
   *
   * Since: 1.0
   */
  g_object_class_install_property (
    object_class, PROP_NAME,
    g_param_spec_string ("name", NULL, NULL, "device",
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS));
}

static void
sysmem_device_init (SysmemDevice *self)
{
}

/**
 * sysmem_device_get_name: (get-property name)
 * @self: a device
 *
 * Gets what people know the device by.
 *
 * Returns: (transfer none): the name
 *
 * Since: 1.0
 */
const char *
sysmem_device_get_name (SysmemDevice *self)
{
  g_return_val_if_fail (SYSMEM_IS_DEVICE (self), NULL);

  return get_private (self)->name;
}

/**
 * sysmem_device_describe: (virtual describe)
 * @self: a device
 * @size: (nullable): the size of the images that buffers have to hold, in pixels; %NULL to leave
 *   that to the others
 * @error: return location for an error
 *
 * Asks the device what it can live with: usage, buffers it holds at a time, pixel formats with their
 * modifiers, color spaces, sizes and strides. The program may narrow the result: fewer formats,
 * more buffers.
 *
 * Formats that the library does not know are left out, and so are those of the driver's own layout,
 * without a modifier that names it.
 *
 * Returns: (transfer full): new constraints; or %NULL with an error of the device, or with
 *   %SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY if nothing the device can do fits @size or could be
 *   shared
 *
 * Since: 1.0
 */
SysmemConstraints *
sysmem_device_describe (SysmemDevice *self, const SysmemSize *size, GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_DEVICE (self), NULL);
  g_return_val_if_fail (SYSMEM_DEVICE_GET_CLASS (self)->describe != NULL, NULL);

  return SYSMEM_DEVICE_GET_CLASS (self)->describe (self, size, error);
}

/**
 * sysmem_device_try_import: (virtual try_import)
 * @self: a device
 * @buffer: a buffer that was not imported into this device yet
 * @size: the size of the image in it, in pixels
 * @error: return location for an error
 *
 * Lets the device import a buffer as it would to work with it, and lets go of it again.
 *
 * Returns: %TRUE if the device can use it, %FALSE with what it said otherwise
 *
 * Since: 1.0
 */
gboolean
sysmem_device_try_import (SysmemDevice *self,
                          SysmemBuffer *buffer,
                          const SysmemSize *size,
                          GError **error)
{
  g_return_val_if_fail (SYSMEM_IS_DEVICE (self), FALSE);
  g_return_val_if_fail (SYSMEM_IS_BUFFER (buffer), FALSE);
  g_return_val_if_fail (size != NULL, FALSE);
  g_return_val_if_fail (SYSMEM_DEVICE_GET_CLASS (self)->try_import != NULL, FALSE);

  return SYSMEM_DEVICE_GET_CLASS (self)->try_import (self, buffer, size, error);
}
