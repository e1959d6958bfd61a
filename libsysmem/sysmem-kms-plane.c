/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-kms-plane.h"

#include "sysmem-enum-types.h"
#include "sysmem-error.h"
#include "sysmem-fd.h"
#include "sysmem-format-list.h"
#include "sysmem-kms-import.h"
#include "sysmem-kms.h"

/* The buffer that is on the screen, and the one that replaces it with the next frame. */
#define BUFFERS_HELD 2

/**
 * SysmemKmsPlane:
 *
 * A plane of a display controller: it scans buffers out.
 *
 * Its constraints name the formats and modifiers of `IN_FORMATS`, or for older drivers the plain
 * formats as linear ones; a largest size; for the cursor plane exactly the cursor's size. It holds
 * two buffers at a time. The kernel does not tell what strides a plane takes, nor whose memory:
 * [method@Sysmem.Device.try_import] finds out.
 *
 * Since: 1.0
 */
struct _SysmemKmsPlane
{
  SysmemDevice parent_instance;

  SysmemFd fd;
  guint32 plane_id;
  SysmemKmsProperties properties;
};

enum
{
  PROP_PLANE_ID = 1,
  PROP_KIND,
};

G_DEFINE_FINAL_TYPE (SysmemKmsPlane, sysmem_kms_plane, SYSMEM_TYPE_DEVICE)

static gboolean
is_cursor (SysmemKmsPlane *self)
{
  return sysmem_kms_plane_get_kind (self) == SYSMEM_KMS_PLANE_CURSOR;
}

/* The sizes that images may have; FALSE: not @size. */
static gboolean
find_sizes (SysmemKmsPlane *self,
            const SysmemSize *size,
            SysmemSize *smallest,
            SysmemSize *largest,
            GError **error)
{
  if (is_cursor (self))
    *largest = sysmem_kms_get_cursor_size (self->fd);
  else if (!sysmem_kms_get_max_size (self->fd, largest, error))
    return FALSE;
  *smallest = size != NULL ? *size : is_cursor (self) ? *largest : (SysmemSize){ 0, 0 };
  if (smallest->width <= largest->width && smallest->height <= largest->height)
    return TRUE;
  g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
               "%s: %ux%u is larger than the %ux%u that it can show",
               sysmem_device_get_name (SYSMEM_DEVICE (self)), smallest->width, smallest->height,
               largest->width, largest->height);
  return FALSE;
}

static SysmemConstraints *
make_constraints (SysmemKmsPlane *self)
{
  g_autoptr (SysmemMemoryConstraints) memory =
    g_object_new (SYSMEM_TYPE_MEMORY_CONSTRAINTS, "dma-buf-required", TRUE, NULL);
  SysmemUsage usage = is_cursor (self) ? SYSMEM_USAGE_DISPLAY_CURSOR : SYSMEM_USAGE_DISPLAY_LAYER;

  return g_object_new (SYSMEM_TYPE_CONSTRAINTS, "usage", usage, "min-buffer-count-for-camping",
                       BUFFERS_HELD, "buffer-memory-constraints", memory, "name",
                       sysmem_device_get_name (SYSMEM_DEVICE (self)), NULL);
}

static SysmemConstraints *
sysmem_kms_plane_describe (SysmemDevice *device, const SysmemSize *size, GError **error)
{
  SysmemKmsPlane *self = SYSMEM_KMS_PLANE (device);
  g_autoptr (SysmemConstraints) constraints = make_constraints (self);
  g_autoptr (SysmemFormatList) formats = sysmem_format_list_new ();
  g_autoptr (GArray) pairs = NULL;
  SysmemSize smallest;
  SysmemSize largest;

  if (!find_sizes (self, size, &smallest, &largest, error))
    return NULL;
  pairs = sysmem_kms_list_formats (self->fd, self->plane_id, &self->properties, error);
  if (pairs == NULL)
    return NULL;
  sysmem_format_list_add_all (formats, pairs);
  if (!sysmem_format_list_describe (formats, smallest.width > 0 ? &smallest : NULL, &largest,
                                    sysmem_device_get_name (device), constraints, error))
    return NULL;
  return g_steal_pointer (&constraints);
}

static gboolean
sysmem_kms_plane_try_import (SysmemDevice *device,
                             SysmemBuffer *buffer,
                             const SysmemSize *size,
                             GError **error)
{
  return sysmem_kms_try_import (SYSMEM_KMS_PLANE (device)->fd, buffer, size, error);
}

static void
sysmem_kms_plane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SysmemKmsPlane *self = SYSMEM_KMS_PLANE (object);

  if (id == PROP_PLANE_ID)
    g_value_set_uint (value, self->plane_id);
  else if (id == PROP_KIND)
    g_value_set_enum (value, (gint)sysmem_kms_plane_get_kind (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
sysmem_kms_plane_finalize (GObject *object)
{
  sysmem_fd_clear (&SYSMEM_KMS_PLANE (object)->fd);
  G_OBJECT_CLASS (sysmem_kms_plane_parent_class)->finalize (object);
}

static void
sysmem_kms_plane_class_init (SysmemKmsPlaneClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = sysmem_kms_plane_get_property;
  object_class->finalize = sysmem_kms_plane_finalize;
  SYSMEM_DEVICE_CLASS (class)->describe = sysmem_kms_plane_describe;
  SYSMEM_DEVICE_CLASS (class)->try_import = sysmem_kms_plane_try_import;

  /**
   * SysmemKmsPlane:plane-id:
   *
   * The kernel's id of the plane.
   *
   * Since: 1.0
   */
  g_object_class_install_property (
    object_class, PROP_PLANE_ID,
    g_param_spec_uint ("plane-id", NULL, NULL, 0, G_MAXUINT32, 0, flags));
  /**
   * SysmemKmsPlane:kind:
   *
   * What the plane is for.
   *
   * Since: 1.0
   */
  g_object_class_install_property (object_class, PROP_KIND,
                                   g_param_spec_enum ("kind", NULL, NULL,
                                                      SYSMEM_TYPE_KMS_PLANE_KIND,
                                                      SYSMEM_KMS_PLANE_OVERLAY, flags));
}

static void
sysmem_kms_plane_init (SysmemKmsPlane *self)
{
  self->fd = -1;
}

/**
 * sysmem_kms_plane_new:
 * @fd: a DRM device, opened by the program; it need not be DRM master
 * @plane_id: the kernel's id of the plane
 * @error: return location for an error
 *
 * Makes a device of a plane.
 *
 * Returns: (transfer full): a new device, or %NULL with an error of %G_IO_ERROR
 *
 * Since: 1.0
 */
SysmemKmsPlane *
sysmem_kms_plane_new (int fd, guint32 plane_id, GError **error)
{
  g_autoptr (SysmemKmsPlane) self = NULL;
  g_autofree char *driver = NULL;
  g_autofree char *name = NULL;
  SysmemKmsProperties properties;

  g_return_val_if_fail (fd >= 0, NULL);

  if (!sysmem_kms_get_properties (fd, plane_id, &properties, error))
    {
      g_prefix_error (error, "plane %u: ", plane_id);
      return NULL;
    }
  driver = sysmem_kms_get_driver (fd, error);
  if (driver == NULL)
    return NULL;
  name = g_strdup_printf ("%s plane %u", driver, plane_id);
  self = g_object_new (SYSMEM_TYPE_KMS_PLANE, "name", name, NULL);
  self->plane_id = plane_id;
  self->properties = properties;
  self->fd = sysmem_fd_dup (fd, error);
  return self->fd >= 0 ? g_steal_pointer (&self) : NULL;
}

/**
 * sysmem_kms_plane_list:
 * @fd: a DRM device, opened by the program; it need not be DRM master
 * @error: return location for an error
 *
 * Makes a device of each plane, primary and cursor ones among them; for that it sets
 * `DRM_CLIENT_CAP_UNIVERSAL_PLANES` on @fd.
 *
 * Returns: (transfer container) (element-type SysmemKmsPlane): new devices, or %NULL with an error of
 *   %G_IO_ERROR
 *
 * Since: 1.0
 */
GPtrArray *
sysmem_kms_plane_list (int fd, GError **error)
{
  g_autoptr (GPtrArray) planes = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) ids = NULL;

  g_return_val_if_fail (fd >= 0, NULL);

  ids = sysmem_kms_list_planes (fd, error);
  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      SysmemKmsPlane *plane = sysmem_kms_plane_new (fd, g_array_index (ids, guint32, i), error);

      if (plane == NULL)
        return NULL;
      g_ptr_array_add (planes, plane);
    }
  return ids != NULL ? g_steal_pointer (&planes) : NULL;
}

/**
 * sysmem_kms_plane_get_plane_id: (get-property plane-id)
 * @self: a plane
 *
 * Gets the kernel's id of the plane.
 *
 * Returns: the id
 *
 * Since: 1.0
 */
guint32
sysmem_kms_plane_get_plane_id (SysmemKmsPlane *self)
{
  g_return_val_if_fail (SYSMEM_IS_KMS_PLANE (self), 0);

  return self->plane_id;
}

/**
 * sysmem_kms_plane_get_kind: (get-property kind)
 * @self: a plane
 *
 * Gets what the plane is for.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
SysmemKmsPlaneKind
sysmem_kms_plane_get_kind (SysmemKmsPlane *self)
{
  g_return_val_if_fail (SYSMEM_IS_KMS_PLANE (self), SYSMEM_KMS_PLANE_OVERLAY);

  return self->properties.kind;
}
