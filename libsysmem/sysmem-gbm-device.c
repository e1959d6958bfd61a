/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-gbm-device.h"

#include "common/smc-format.h"
#include "sysmem-enum-types.h"
#include "sysmem-fd.h"
#include "sysmem-format-list.h"
#include "sysmem-gbm.h"
#include "sysmem-kms.h"

/* More than there are modifiers for any format. */
#define MAX_MODIFIERS 64
/* The image that is drawn, or drawn from. */
#define BUFFERS_HELD 1

/**
 * SysmemGbmDevice:
 *
 * A GPU, as its driver presents itself through GBM: it draws into images, or from them.
 *
 * Its constraints name the formats that the driver imports, with the modifiers among those whose
 * layout this library knows. libgbm is loaded when the first of these devices is made; programs that
 * make none need not have it.
 *
 * Since: 1.0
 */
struct _SysmemGbmDevice
{
  SysmemDevice parent_instance;

  SysmemFd fd;
  SysmemUsage usage;
  GMutex mutex; /* GBM is for one thread at a time */
  SysmemGbm *gbm;
};

enum
{
  PROP_USAGE = 1,
};

G_DEFINE_FINAL_TYPE (SysmemGbmDevice, sysmem_gbm_device, SYSMEM_TYPE_DEVICE)

static gboolean
draws (SysmemGbmDevice *self)
{
  return (self->usage & SYSMEM_USAGE_GPU_COLOR_ATTACHMENT) != 0;
}

static void
add_format (SysmemGbmDevice *self, guint32 fourcc, SysmemFormatList *formats)
{
  guint64 modifiers[MAX_MODIFIERS];
  guint n = MIN (smc_format_list_modifiers (fourcc, modifiers, MAX_MODIFIERS), MAX_MODIFIERS);

  for (guint i = 0; i < n; i++)
    {
      SmcPixelFormat pair = { .fourcc = fourcc, .modifier = modifiers[i] };

      if (sysmem_gbm_supports (self->gbm, &pair, draws (self)))
        sysmem_format_list_add (formats, fourcc, modifiers[i]);
    }
}

static SysmemConstraints *
sysmem_gbm_device_describe (SysmemDevice *device, const SysmemSize *size, GError **error)
{
  SysmemGbmDevice *self = SYSMEM_GBM_DEVICE (device);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autoptr (SysmemFormatList) formats = sysmem_format_list_new ();
  g_autoptr (SysmemMemoryConstraints) memory =
    g_object_new (SYSMEM_TYPE_MEMORY_CONSTRAINTS, "dma-buf-required", TRUE, NULL);
  const char *name = sysmem_device_get_name (device);
  g_autoptr (SysmemConstraints) constraints =
    g_object_new (SYSMEM_TYPE_CONSTRAINTS, "usage", self->usage, "min-buffer-count-for-camping",
                  BUFFERS_HELD, "buffer-memory-constraints", memory, "name", name, NULL);
  const SmcFormatInfo *info;

  for (guint i = 0; (info = smc_format_nth (i)) != NULL; i++)
    add_format (self, info->fourcc, formats);
  if (!sysmem_format_list_describe (formats, size, NULL, name, constraints, error))
    return NULL;
  return g_steal_pointer (&constraints);
}

static gboolean
sysmem_gbm_device_try_import (SysmemDevice *device,
                              SysmemBuffer *buffer,
                              const SysmemSize *size,
                              GError **error)
{
  SysmemGbmDevice *self = SYSMEM_GBM_DEVICE (device);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_auto (SysmemFd) dma_buf = sysmem_buffer_dup_fd (buffer, error);

  return dma_buf >= 0
         && sysmem_gbm_try_import (self->gbm, dma_buf, sysmem_buffer_get_settings (buffer), size,
                                   draws (self), error);
}

static void
sysmem_gbm_device_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_USAGE)
    g_value_set_flags (value, SYSMEM_GBM_DEVICE (object)->usage);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
sysmem_gbm_device_finalize (GObject *object)
{
  SysmemGbmDevice *self = SYSMEM_GBM_DEVICE (object);

  g_clear_pointer (&self->gbm, sysmem_gbm_close);
  g_mutex_clear (&self->mutex);
  sysmem_fd_clear (&self->fd);
  G_OBJECT_CLASS (sysmem_gbm_device_parent_class)->finalize (object);
}

static void
sysmem_gbm_device_class_init (SysmemGbmDeviceClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = sysmem_gbm_device_get_property;
  object_class->finalize = sysmem_gbm_device_finalize;
  SYSMEM_DEVICE_CLASS (class)->describe = sysmem_gbm_device_describe;
  SYSMEM_DEVICE_CLASS (class)->try_import = sysmem_gbm_device_try_import;

  /**
   * SysmemGbmDevice:usage:
   *
   * What the GPU does with the buffers.
   *
   * Since: 1.0
   */
  g_object_class_install_property (object_class, PROP_USAGE,
                                   g_param_spec_flags ("usage", NULL, NULL, SYSMEM_TYPE_USAGE, 0,
                                                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void
sysmem_gbm_device_init (SysmemGbmDevice *self)
{
  self->fd = -1;
  g_mutex_init (&self->mutex);
}

/**
 * sysmem_gbm_device_new:
 * @fd: a render node, opened by the program
 * @usage: what the GPU does with the buffers, %SYSMEM_USAGE_GPU_SAMPLED for instance
 * @error: return location for an error
 *
 * Makes a device of a GPU.
 *
 * Returns: (transfer full): a new device, or %NULL with an error of %G_IO_ERROR, such as
 *   %G_IO_ERROR_NOT_SUPPORTED if there is no libgbm, or no driver for @fd
 *
 * Since: 1.0
 */
SysmemGbmDevice *
sysmem_gbm_device_new (int fd, SysmemUsage usage, GError **error)
{
  g_autoptr (SysmemGbmDevice) self = NULL;
  g_autofree char *driver = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (fd >= 0, NULL);
  g_return_val_if_fail (usage != 0, NULL);

  /* GBM itself makes a device, drawn by the CPU, of anything. */
  driver = sysmem_kms_get_driver (fd, error);
  if (driver == NULL)
    return NULL;
  name = g_strdup_printf ("%s GPU", driver);
  self = g_object_new (SYSMEM_TYPE_GBM_DEVICE, "name", name, NULL);
  self->usage = usage;
  self->fd = sysmem_fd_dup (fd, error);
  if (self->fd >= 0)
    self->gbm = sysmem_gbm_open (self->fd, error);
  return self->gbm != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * sysmem_gbm_device_get_usage: (get-property usage)
 * @self: a GPU
 *
 * Gets what the GPU does with the buffers.
 *
 * Returns: the usage
 *
 * Since: 1.0
 */
SysmemUsage
sysmem_gbm_device_get_usage (SysmemGbmDevice *self)
{
  g_return_val_if_fail (SYSMEM_IS_GBM_DEVICE (self), 0);

  return self->usage;
}
