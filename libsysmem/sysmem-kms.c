/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-kms.h"

#include "common/smc-model.h"
#include "devices/sysmem-in-formats.h"
#include "sysmem-ioctl.h"

#include <drm.h>
#include <drm_fourcc.h>
#include <drm_mode.h>
#include <string.h>

#define DEFAULT_CURSOR_SIZE 64
#define MAX_DRIVER_NAME 64

char *
sysmem_kms_get_driver (int fd, GError **error)
{
  char name[MAX_DRIVER_NAME + 1] = "";
  struct drm_version version = { .name = name, .name_len = MAX_DRIVER_NAME };

  if (!sysmem_ioctl_checked (fd, DRM_IOCTL_VERSION, &version,
                             "asking for the driver of a DRM device", error))
    return NULL;
  return g_utf8_make_valid (name, -1);
}

/* Lists are read in two steps: how many, then which. An array that grew in between is cut. */
static gpointer
make_room (GArray **array, gsize element, guint32 n)
{
  *array = g_array_new (FALSE, TRUE, (guint)element);
  g_array_set_size (*array, n);
  return (*array)->data;
}

GArray *
sysmem_kms_list_planes (int fd, GError **error)
{
  struct drm_set_client_cap all = { .capability = DRM_CLIENT_CAP_UNIVERSAL_PLANES, .value = 1 };
  struct drm_mode_get_plane_res list = { 0 };
  g_autoptr (GArray) ids = NULL;
  guint32 n;

  if (!sysmem_ioctl_checked (fd, DRM_IOCTL_SET_CLIENT_CAP, &all, "asking for all planes", error)
      || !sysmem_ioctl_checked (fd, DRM_IOCTL_MODE_GETPLANERESOURCES, &list, "counting planes",
                                error))
    return NULL;
  n = list.count_planes;
  list.plane_id_ptr = (guintptr)make_room (&ids, sizeof (guint32), n);
  if (!sysmem_ioctl_checked (fd, DRM_IOCTL_MODE_GETPLANERESOURCES, &list, "listing planes", error))
    return NULL;
  g_array_set_size (ids, MIN (n, list.count_planes));
  return g_steal_pointer (&ids);
}

static void
take_property (int fd, guint32 id, guint64 value, SysmemKmsProperties *properties)
{
  struct drm_mode_get_property property = { .prop_id = id };

  if (!sysmem_ioctl (fd, DRM_IOCTL_MODE_GETPROPERTY, &property))
    return;
  if (strncmp (property.name, "type", sizeof property.name) == 0
      && value <= SYSMEM_KMS_PLANE_CURSOR)
    properties->kind = (SysmemKmsPlaneKind)value; /* numbered as the kernel does */
  else if (strncmp (property.name, "IN_FORMATS", sizeof property.name) == 0)
    properties->in_formats = (guint32)value;
}

gboolean
sysmem_kms_get_properties (int fd, guint32 plane, SysmemKmsProperties *properties, GError **error)
{
  struct drm_mode_obj_get_properties list = { .obj_id = plane, .obj_type = DRM_MODE_OBJECT_PLANE };
  g_autoptr (GArray) ids = NULL;
  g_autoptr (GArray) values = NULL;
  const char *what = "asking for a plane's properties";
  guint32 n;

  if (!sysmem_ioctl_checked (fd, DRM_IOCTL_MODE_OBJ_GETPROPERTIES, &list, what, error))
    return FALSE;
  n = list.count_props;
  list.props_ptr = (guintptr)make_room (&ids, sizeof (guint32), n);
  list.prop_values_ptr = (guintptr)make_room (&values, sizeof (guint64), n);
  if (!sysmem_ioctl_checked (fd, DRM_IOCTL_MODE_OBJ_GETPROPERTIES, &list, what, error))
    return FALSE;
  *properties = (SysmemKmsProperties){ .kind = SYSMEM_KMS_PLANE_OVERLAY };
  for (guint32 i = 0; i < MIN (n, list.count_props); i++)
    take_property (fd, g_array_index (ids, guint32, i), g_array_index (values, guint64, i),
                   properties);
  return TRUE;
}

static GArray *
read_in_formats (int fd, guint32 id, GError **error)
{
  struct drm_mode_get_blob blob = { .blob_id = id };
  g_autofree void *data = NULL;

  if (!sysmem_ioctl_checked (fd, DRM_IOCTL_MODE_GETPROPBLOB, &blob, "measuring IN_FORMATS", error))
    return NULL;
  data = g_malloc0 (blob.length);
  blob.data = (guintptr)data; /* blobs never change their size */
  if (!sysmem_ioctl_checked (fd, DRM_IOCTL_MODE_GETPROPBLOB, &blob, "reading IN_FORMATS", error))
    return NULL;
  return sysmem_in_formats_parse (data, blob.length, error);
}

static GArray *
read_plain_formats (int fd, guint32 plane, GError **error)
{
  struct drm_mode_get_plane info = { .plane_id = plane };
  g_autoptr (GArray) fourccs = NULL;
  GArray *pairs;
  guint32 n;

  if (!sysmem_ioctl_checked (fd, DRM_IOCTL_MODE_GETPLANE, &info, "counting a plane's formats",
                             error))
    return NULL;
  n = info.count_format_types;
  info.format_type_ptr = (guintptr)make_room (&fourccs, sizeof (guint32), n);
  if (!sysmem_ioctl_checked (fd, DRM_IOCTL_MODE_GETPLANE, &info, "listing a plane's formats",
                             error))
    return NULL;
  pairs = g_array_new (FALSE, TRUE, sizeof (SmcPixelFormat));
  for (guint32 i = 0; i < MIN (n, info.count_format_types); i++)
    {
      SmcPixelFormat pair = { .fourcc = g_array_index (fourccs, guint32, i),
                              .modifier = DRM_FORMAT_MOD_LINEAR };

      g_array_append_val (pairs, pair);
    }
  return pairs;
}

GArray *
sysmem_kms_list_formats (int fd,
                         guint32 plane,
                         const SysmemKmsProperties *properties,
                         GError **error)
{
  if (properties->in_formats != 0)
    return read_in_formats (fd, properties->in_formats, error);
  return read_plain_formats (fd, plane, error);
}

gboolean
sysmem_kms_get_max_size (int fd, SysmemSize *size, GError **error)
{
  struct drm_mode_card_res resources = { 0 };

  if (!sysmem_ioctl_checked (fd, DRM_IOCTL_MODE_GETRESOURCES, &resources,
                             "asking for the largest frame buffer", error))
    return FALSE;
  *size = (SysmemSize){ resources.max_width, resources.max_height };
  return TRUE;
}

static guint32
get_cap (int fd, guint64 which, guint32 fallback)
{
  struct drm_get_cap cap = { .capability = which };

  if (!sysmem_ioctl (fd, DRM_IOCTL_GET_CAP, &cap) || cap.value == 0 || cap.value > G_MAXUINT32)
    return fallback;
  return (guint32)cap.value;
}

SysmemSize
sysmem_kms_get_cursor_size (int fd)
{
  return (SysmemSize){ get_cap (fd, DRM_CAP_CURSOR_WIDTH, DEFAULT_CURSOR_SIZE),
                       get_cap (fd, DRM_CAP_CURSOR_HEIGHT, DEFAULT_CURSOR_SIZE) };
}
