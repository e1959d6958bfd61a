/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-gbm.h"

#include "common/smc-names.h"

#include <dlfcn.h>
#include <errno.h>
#include <gbm.h>

#define LIBRARY "libgbm.so.1"

/* The functions that are needed of it, each declared as gbm.h does. */
static struct
{
  __typeof__ (gbm_create_device) *create_device;
  __typeof__ (gbm_device_destroy) *device_destroy;
  __typeof__ (gbm_device_is_format_supported) *device_is_format_supported;
  __typeof__ (gbm_device_get_format_modifier_plane_count) *device_get_format_modifier_plane_count;
  __typeof__ (gbm_bo_import) *bo_import;
  __typeof__ (gbm_bo_destroy) *bo_destroy;
} gbm;

struct _SysmemGbm
{
  struct gbm_device *device;
};

static gboolean
load_functions (void *library)
{
#define LOAD(name) ((gbm.name = (__typeof__ (gbm.name))dlsym (library, "gbm_" #name)) != NULL)
  return LOAD (create_device) && LOAD (device_destroy) && LOAD (device_is_format_supported)
         && LOAD (device_get_format_modifier_plane_count) && LOAD (bo_import) && LOAD (bo_destroy);
#undef LOAD
}

/* Once, for good: drivers do not like to be unloaded. */
static gboolean
load (GError **error)
{
  static gsize done;
  static gboolean loaded;

  if (g_once_init_enter (&done))
    {
      void *library = dlopen (LIBRARY, RTLD_NOW | RTLD_LOCAL);

      loaded = library != NULL && load_functions (library);
      g_once_init_leave (&done, 1);
    }
  if (!loaded)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 "GBM needs " LIBRARY ", which is not here");
  return loaded;
}

SysmemGbm *
sysmem_gbm_open (int fd, GError **error)
{
  struct gbm_device *device;
  SysmemGbm *self;

  if (!load (error))
    return NULL;
  device = gbm.create_device (fd);
  if (device == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   "GBM has no driver for this device");
      return NULL;
    }
  self = g_new0 (SysmemGbm, 1);
  self->device = device;
  return self;
}

void
sysmem_gbm_close (SysmemGbm *self)
{
  gbm.device_destroy (self->device);
  g_free (self);
}

static guint32
get_flags (gboolean draws)
{
  return draws ? GBM_BO_USE_RENDERING : 0;
}

gboolean
sysmem_gbm_supports (SysmemGbm *self, const SmcPixelFormat *format, gboolean draws)
{
  if (gbm.device_get_format_modifier_plane_count (self->device, format->fourcc, format->modifier)
      > 0)
    return TRUE;
  return format->modifier == 0
         && gbm.device_is_format_supported (self->device, format->fourcc,
                                            get_flags (draws) | GBM_BO_USE_LINEAR);
}

gboolean
sysmem_gbm_try_import (SysmemGbm *self,
                       int dma_buf,
                       SysmemSettings *settings,
                       const SysmemSize *size,
                       gboolean draws,
                       GError **error)
{
  g_autoptr (GPtrArray) planes =
    sysmem_settings_get_planes (settings, size->width, size->height, error);
  struct gbm_import_fd_modifier_data data = { .width = size->width, .height = size->height };
  struct gbm_bo *bo;
  SmcPixelFormat format;
  int code;

  if (planes == NULL
      || !smc_pixel_format_parse (sysmem_settings_get_pixel_format (settings), TRUE, &format))
    return FALSE;
  data.format = format.fourcc;
  data.modifier = format.modifier;
  data.num_fds = MIN (planes->len, GBM_MAX_PLANES);
  for (guint i = 0; i < data.num_fds; i++)
    {
      const SysmemPlane *plane = planes->pdata[i];

      data.fds[i] = dma_buf;
      data.strides[i] = (int)plane->stride;
      data.offsets[i] = (int)plane->offset;
    }
  bo = gbm.bo_import (self->device, GBM_BO_IMPORT_FD_MODIFIER, &data, get_flags (draws));
  code = errno;
  if (bo == NULL)
    {
      g_set_error (error, G_IO_ERROR, (gint)g_io_error_from_errno (code), "importing it: %s",
                   g_strerror (code));
      return FALSE;
    }
  gbm.bo_destroy (bo);
  return TRUE;
}
