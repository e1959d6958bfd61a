/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-v4l2-queue.h"

#include "common/smc-format.h"
#include "common/smc-image.h"
#include "common/smc-limits.h"
#include "common/smc-names.h"
#include "devices/sysmem-v4l2-format.h"
#include "sysmem-enum-types.h"
#include "sysmem-error.h"
#include "sysmem-fd.h"
#include "sysmem-format-list.h"
#include "sysmem-v4l2-settle.h"

#include <drm_fourcc.h>
#include <linux/videodev2.h>

/**
 * SysmemV4l2Queue:
 *
 * One direction of a V4L2 device: a camera that captures, an output, either side of a codec.
 *
 * Its constraints come from what the driver makes of wishes: each format with its strides, sizes,
 * color space, and the bytes beyond the image that it insists on; and the buffers without which it
 * does not start. Formats whose planes lie in several buffers (`NM12` and the like) are left out: a
 * sysmem buffer holds a whole image.
 *
 * To work with what was settled:
 *
 * ```c
 * sysmem_v4l2_queue_set_format (queue, settings, &size, &error);
 * // VIDIOC_REQBUFS with V4L2_MEMORY_DMABUF and as many buffers as there are,
 * // then VIDIOC_QBUF with sysmem_buffer_dup_fd ()
 * ```
 *
 * Since: 1.0
 */
struct _SysmemV4l2Queue
{
  SysmemDevice parent_instance;

  SysmemV4l2 device;
  SysmemV4l2Direction direction;
};

enum
{
  PROP_DIRECTION = 1,
  PROP_BUFFER_TYPE,
};

G_DEFINE_FINAL_TYPE (SysmemV4l2Queue, sysmem_v4l2_queue, SYSMEM_TYPE_DEVICE)

/* Constraints */

static SysmemUsage
get_usage (SysmemV4l2Queue *self)
{
  if (self->direction == SYSMEM_V4L2_CAPTURE)
    return self->device.is_m2m ? SYSMEM_USAGE_VIDEO_DECODER : SYSMEM_USAGE_VIDEO_CAPTURE;
  return self->device.is_m2m ? SYSMEM_USAGE_VIDEO_ENCODER : SYSMEM_USAGE_DISPLAY_LAYER;
}

/* What is captured has the colors it has; what is given out may have any that the format carries. */
static char **
list_color_spaces (SysmemV4l2Queue *self, const SmcFormatInfo *info, const SysmemV4l2Color *color)
{
  gboolean is_yuv = (info->color_spaces & 1u << SMC_COLOR_SPACE_REC709) != 0;
  SmcColorSpaces spaces = 1u << SMC_COLOR_SPACE_PASSTHROUGH;

  if (self->direction == SYSMEM_V4L2_CAPTURE)
    spaces |= 1u << sysmem_v4l2_color_to_space (color, is_yuv);
  else
    spaces |= info->color_spaces;
  return sysmem_color_spaces_to_strv (spaces & info->color_spaces);
}

/* Bytes beyond the image that the driver wants room for. */
static guint64
get_padding (const SmcPixelFormat *pair, const SysmemV4l2Format *format)
{
  guint64 bytes;

  if (!smc_image_size_bytes (pair, format->bytes_per_line, format->size.height, &bytes)
      || bytes >= format->size_image)
    return 0;
  return format->size_image - bytes;
}

static SysmemImageFormatConstraints *
make_image (SysmemV4l2Queue *self,
            const SmcFormatInfo *info,
            const SysmemV4l2Format *format,
            const SysmemSize *size)
{
  SmcPixelFormat pair = { .fourcc = info->fourcc, .modifier = DRM_FORMAT_MOD_LINEAR };
  g_autofree char *name = smc_pixel_format_to_string (&pair);
  const char *const names[] = { name, NULL };
  g_auto (GStrv) spaces = list_color_spaces (self, info, &format->color);
  SysmemV4l2Strides strides = sysmem_v4l2_find_strides (&self->device, format);
  guint64 padding = get_padding (&pair, format);
  SysmemImageFormatConstraints *image;
  SysmemSize smallest;
  SysmemSize largest;

  sysmem_v4l2_find_sizes (&self->device, format, &smallest, &largest);
  image =
    g_object_new (SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS, "pixel-formats", names, "color-spaces",
                  spaces, "min-size", size, "max-size", &largest, "min-bytes-per-row", strides.min,
                  "bytes-per-row-divisor", strides.divisor, NULL);
  if (strides.max != G_MAXUINT32)
    g_object_set (image, "max-bytes-per-row", strides.max, NULL);
  if (padding > 0)
    g_object_set (image, "pad-beyond-image-size-bytes", padding, NULL);
  return image;
}

/* NULL: the driver does not do @v4l2 at this size, or not in one buffer. */
static SysmemImageFormatConstraints *
describe_format (SysmemV4l2Queue *self,
                 const SmcFormatInfo *info,
                 guint32 v4l2,
                 const SysmemSize *size)
{
  SysmemV4l2Format format = { .pixel_format = v4l2, .size = *size, .field = V4L2_FIELD_NONE };

  if (!sysmem_v4l2_try_format (&self->device, &format, NULL) || format.pixel_format != v4l2
      || format.n_planes != 1 || format.size.width != size->width
      || format.size.height != size->height)
    return NULL;
  return make_image (self, info, &format, size);
}

/* The driver's formats, each once: two V4L2 codes can stand for the same. */
static guint
add_images (SysmemV4l2Queue *self, const SysmemSize *size, SysmemConstraints *constraints)
{
  g_autoptr (GArray) codes = sysmem_v4l2_list_formats (&self->device);
  g_autoptr (GHashTable) done = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < codes->len; i++)
    {
      guint32 v4l2 = g_array_index (codes, guint32, i);
      const SmcFormatInfo *info = smc_format_lookup (sysmem_v4l2_format_to_drm (v4l2));
      g_autoptr (SysmemImageFormatConstraints) image = NULL;

      if (info == NULL || g_hash_table_contains (done, info)
          || g_hash_table_size (done) == SMC_MAX_IMAGE_ENTRIES)
        continue;
      image = describe_format (self, info, v4l2, size);
      if (image == NULL)
        continue;
      sysmem_constraints_add_image_format (constraints, image);
      g_hash_table_add (done, (gpointer)info);
    }
  return g_hash_table_size (done);
}

static SysmemConstraints *
sysmem_v4l2_queue_describe (SysmemDevice *device, const SysmemSize *size, GError **error)
{
  SysmemV4l2Queue *self = SYSMEM_V4L2_QUEUE (device);
  g_autoptr (SysmemMemoryConstraints) memory =
    g_object_new (SYSMEM_TYPE_MEMORY_CONSTRAINTS, "dma-buf-required", TRUE, NULL);
  g_autoptr (SysmemConstraints) constraints = g_object_new (
    SYSMEM_TYPE_CONSTRAINTS, "usage", get_usage (self), "min-buffer-count-for-camping",
    sysmem_v4l2_find_min_buffers (&self->device), "buffer-memory-constraints", memory, "name",
    sysmem_device_get_name (device), NULL);
  SysmemV4l2Format current;

  if (!sysmem_v4l2_get_format (&self->device, &current, error))
    {
      g_prefix_error (error, "%s: ", sysmem_device_get_name (device));
      return NULL;
    }
  if (add_images (self, size != NULL ? size : &current.size, constraints) == 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
                   "%s: none of its pixel formats can be shared at %ux%u",
                   sysmem_device_get_name (device), size != NULL ? size->width : current.size.width,
                   size != NULL ? size->height : current.size.height);
      return NULL;
    }
  return g_steal_pointer (&constraints);
}

/* Formats and buffers that were settled */

static gboolean
sysmem_v4l2_queue_try_import (SysmemDevice *device,
                              SysmemBuffer *buffer,
                              const SysmemSize *size,
                              GError **error)
{
  SysmemV4l2Queue *self = SYSMEM_V4L2_QUEUE (device);
  g_auto (SysmemFd) dma_buf = -1;
  SysmemV4l2Format before;
  SysmemV4l2Format format;
  gboolean accepted;

  if (sysmem_v4l2_has_buffers (&self->device))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, "it has buffers already");
      return FALSE;
    }
  dma_buf = sysmem_buffer_dup_fd (buffer, error);
  if (dma_buf < 0 || !sysmem_v4l2_get_format (&self->device, &before, error)
      || !sysmem_v4l2_settle (&self->device, sysmem_buffer_get_settings (buffer), size, &format,
                              error)
      || !sysmem_v4l2_set_format (&self->device, &format, error))
    return FALSE;
  accepted = sysmem_v4l2_try_dma_buf (
    &self->device, dma_buf, (guint32)MIN (sysmem_buffer_get_size (buffer), G_MAXUINT32), error);
  (void)sysmem_v4l2_set_format (&self->device, &before, NULL);
  return accepted;
}

/**
 * sysmem_v4l2_queue_set_format:
 * @self: a queue
 * @settings: what was settled
 * @size: of the images, in pixels
 * @error: return location for an error
 *
 * Sets the driver's format (`VIDIOC_S_FMT`) so that its frames are laid out as everybody agreed.
 *
 * Returns: %TRUE, or %FALSE with %SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY if the driver does not
 *   do that, with an error of %G_IO_ERROR, or as [method@Sysmem.Settings.get_planes]
 *
 * Since: 1.0
 */
gboolean
sysmem_v4l2_queue_set_format (SysmemV4l2Queue *self,
                              SysmemSettings *settings,
                              const SysmemSize *size,
                              GError **error)
{
  SysmemV4l2Format format;

  g_return_val_if_fail (SYSMEM_IS_V4L2_QUEUE (self), FALSE);
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (settings), FALSE);
  g_return_val_if_fail (size != NULL, FALSE);

  if (sysmem_v4l2_settle (&self->device, settings, size, &format, error)
      && sysmem_v4l2_set_format (&self->device, &format, error))
    return TRUE;
  g_prefix_error (error, "%s: ", sysmem_device_get_name (SYSMEM_DEVICE (self)));
  return FALSE;
}

/* The object */

static void
sysmem_v4l2_queue_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SysmemV4l2Queue *self = SYSMEM_V4L2_QUEUE (object);

  if (id == PROP_DIRECTION)
    g_value_set_enum (value, (gint)self->direction);
  else if (id == PROP_BUFFER_TYPE)
    g_value_set_uint (value, self->device.type);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
sysmem_v4l2_queue_finalize (GObject *object)
{
  sysmem_fd_clear (&SYSMEM_V4L2_QUEUE (object)->device.fd);
  G_OBJECT_CLASS (sysmem_v4l2_queue_parent_class)->finalize (object);
}

static void
sysmem_v4l2_queue_class_init (SysmemV4l2QueueClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = sysmem_v4l2_queue_get_property;
  object_class->finalize = sysmem_v4l2_queue_finalize;
  SYSMEM_DEVICE_CLASS (class)->describe = sysmem_v4l2_queue_describe;
  SYSMEM_DEVICE_CLASS (class)->try_import = sysmem_v4l2_queue_try_import;

  /**
   * SysmemV4l2Queue:direction:
   *
   * Whether the device fills buffers or reads them.
   *
   * Since: 1.0
   */
  g_object_class_install_property (object_class, PROP_DIRECTION,
                                   g_param_spec_enum ("direction", NULL, NULL,
                                                      SYSMEM_TYPE_V4L2_DIRECTION,
                                                      SYSMEM_V4L2_CAPTURE, flags));
  /**
   * SysmemV4l2Queue:buffer-type:
   *
   * The kernel's `enum v4l2_buf_type` of the queue, multi-planar or not.
   *
   * Since: 1.0
   */
  g_object_class_install_property (
    object_class, PROP_BUFFER_TYPE,
    g_param_spec_uint ("buffer-type", NULL, NULL, 0, G_MAXUINT32, 0, flags));
}

static void
sysmem_v4l2_queue_init (SysmemV4l2Queue *self)
{
  self->device.fd = -1;
}

/**
 * sysmem_v4l2_queue_new:
 * @fd: a V4L2 device, opened by the program
 * @direction: whether to capture or to give out
 * @error: return location for an error
 *
 * Makes a device of one direction of a V4L2 device, single- or multi-planar.
 *
 * Returns: (transfer full): a new device, or %NULL with an error of %G_IO_ERROR, such as
 *   %G_IO_ERROR_NOT_SUPPORTED if @fd does nothing in this direction
 *
 * Since: 1.0
 */
SysmemV4l2Queue *
sysmem_v4l2_queue_new (int fd, SysmemV4l2Direction direction, GError **error)
{
  g_autoptr (SysmemV4l2Queue) self = NULL;
  g_autofree char *card = NULL;
  g_autofree char *name = NULL;
  SysmemV4l2 device;

  g_return_val_if_fail (fd >= 0, NULL);
  g_return_val_if_fail (direction <= SYSMEM_V4L2_OUTPUT, NULL);

  if (!sysmem_v4l2_open (fd, direction, &device, &card, error))
    return NULL;
  name = g_strdup_printf ("%s %s", card, direction == SYSMEM_V4L2_CAPTURE ? "capture" : "output");
  self = g_object_new (SYSMEM_TYPE_V4L2_QUEUE, "name", name, NULL);
  self->direction = direction;
  self->device = device;
  self->device.fd = sysmem_fd_dup (fd, error);
  return self->device.fd >= 0 ? g_steal_pointer (&self) : NULL;
}

/**
 * sysmem_v4l2_queue_get_buffer_type: (get-property buffer-type)
 * @self: a queue
 *
 * Gets the queue's type, for `VIDIOC_REQBUFS` and its like.
 *
 * Returns: one of the kernel's `enum v4l2_buf_type`
 *
 * Since: 1.0
 */
guint
sysmem_v4l2_queue_get_buffer_type (SysmemV4l2Queue *self)
{
  g_return_val_if_fail (SYSMEM_IS_V4L2_QUEUE (self), 0);

  return self->device.type;
}
