/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* GBM makes images for graphics drivers: in tiles, where a modifier says so, and with strides and
 * offsets of the driver's own choice. Nothing of that is promised beforehand, and what a driver
 * makes of a modifier depends on the size; so each pixel format is tried once when probing, to know
 * what to offer, and again at the real size when an image is laid out. What the driver then chose
 * is read back, and an image that is not exactly so later on is not handed out.
 *
 * Only render nodes are offered: a program that opens a primary node to draw is in the way of the
 * one that shows. */

#include "heaps/smd-gbm-heap.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <gbm.h>

#include "common/smc-format.h"
#include "common/smc-names.h"
#include "common/sysmem-error.h"
#include "heaps/smd-device-nodes.h"
#include "heaps/smd-dmabuf.h"
#include "heaps/smd-drm.h"
#include "heaps/smd-image-layout.h"

#define PREFIX "gbm:"
#define TRIAL_PIXELS 64
#define MAX_MODIFIERS 64

typedef struct gbm_bo SmdGbmBo;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdGbmBo, gbm_bo_destroy)

typedef struct
{
  SmdHeap base;
  SmdFd node;
  GMutex mutex;              /* a device of GBM is for one thread at a time */
  struct gbm_device *device; /* NULL: it could not be had again after trimming */
  gboolean is_used;          /* and so may have kept something */
} SmdGbmHeap;

static gboolean
is_linear (const SmcPixelFormat *format)
{
  return format->modifier == SMC_MODIFIER_LINEAR;
}

/* A driver that knows nothing of modifiers says INVALID of every buffer; one that was asked for as
 * linear is linear then. */
static gboolean
is_as_asked (SmdGbmBo *bo, const SmcPixelFormat *format)
{
  guint64 modifier = gbm_bo_get_modifier (bo);

  return modifier == format->modifier || (modifier == DRM_FORMAT_MOD_INVALID && is_linear (format));
}

/* NULL with errno: the driver does not make this. */
static SmdGbmBo *
make_bo (struct gbm_device *device, const SmcPixelFormat *format, guint32 width, guint32 height)
{
  g_autoptr (SmdGbmBo) bo = NULL;

  if (is_linear (format))
    bo = gbm_bo_create (device, width, height, format->fourcc, GBM_BO_USE_LINEAR);
  else
    bo = gbm_bo_create_with_modifiers2 (device, width, height, format->fourcc, &format->modifier, 1,
                                        0);
  if (bo == NULL || is_as_asked (bo, format))
    return g_steal_pointer (&bo);
  errno = ENOTSUP;
  return NULL;
}

/* NULL with errno: the planes are not all in one buffer, which is what a participant gets. */
static GArray *
read_planes (SmdGbmBo *bo)
{
  g_autoptr (GArray) planes = g_array_new (FALSE, FALSE, sizeof (SmcPlane));
  int n_planes = gbm_bo_get_plane_count (bo);

  for (int i = 0; i < n_planes; i++)
    {
      SmcPlane plane = { gbm_bo_get_offset (bo, i), gbm_bo_get_stride_for_plane (bo, i) };

      if (gbm_bo_get_handle_for_plane (bo, i).u32 != gbm_bo_get_handle (bo).u32)
        break;
      g_array_append_val (planes, plane);
    }
  if (n_planes > 0 && planes->len == (guint)n_planes)
    return g_steal_pointer (&planes);
  errno = ENOTSUP;
  return NULL;
}

/* An image as a dma-buf, and where the driver put its planes. libgbm's own export forbids writing
 * for ever after, so the kernel is asked itself. Nothing but the fd is left: references can be
 * counted. Returns: -1 with errno set when the driver does not make this */
static int
make_fd (SmdGbmHeap *self, const SmcPixelFormat *format, const SmdImageRoom *room, GArray **planes)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autoptr (SmdGbmBo) bo = NULL;

  errno = ENODEV;
  self->is_used = TRUE;
  if (self->device != NULL)
    bo = make_bo (self->device, format, room->width, room->height);
  *planes = bo != NULL ? read_planes (bo) : NULL;
  return *planes != NULL ? smd_drm_export (self->node, gbm_bo_get_handle (bo).u32) : -1;
}

static gboolean
refuse (GError **error, const SmcSettings *settings, SmcSize size, int reason)
{
  g_autofree char *format = smc_pixel_format_to_string (&settings->image->pixel_format);

  g_set_error (error, SYSMEM_ERROR,
               reason == ENOMEM ? SYSMEM_ERROR_NO_MEMORY
                                : SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
               "its driver does not make %u×%u pixels of %s: %s", size.width, size.height, format,
               g_strerror (reason));
  return FALSE;
}

/* What the driver is asked for. It alone can place several planes or tiles; where there is one plane
 * of rows, more rows are room for what else has to fit. */
static gboolean
room_init (SmdImageRoom *room,
           const SmcSettings *settings,
           const SmdImageDemand *demand,
           guint64 row_bytes,
           GError **error)
{
  const SmcPixelFormat *format = &settings->image->pixel_format;

  if (!smd_image_room_init (room, settings, demand, row_bytes))
    return refuse (error, settings, demand->size, EOVERFLOW);
  if (!is_linear (format))
    room->width = demand->size.width;
  if (!is_linear (format) || smc_format_lookup (format->fourcc)->n_planes > 1)
    room->height = demand->size.height;
  return TRUE;
}

/* Twice, because only the first answer tells how many rows of the driver's stride it takes. */
static gboolean
gbm_heap_lay_out (SmdHeap *heap, SmcSettings *settings, GError **error)
{
  SmdImageDemand demand;
  SmdImageRoom room;
  guint64 raw_size = 0, row_bytes, size_bytes;

  if (!smd_image_demand_init (&demand, settings, error))
    return FALSE;
  row_bytes = demand.row_bytes;
  for (guint i = 0; i < 2; i++)
    {
      g_auto (SmdFd) fd = -1;

      g_clear_pointer (&settings->planes, g_array_unref);
      if (!room_init (&room, settings, &demand, row_bytes, error))
        return FALSE;
      fd = make_fd ((SmdGbmHeap *)heap, &settings->image->pixel_format, &room, &settings->planes);
      if (fd < 0)
        return refuse (error, settings, demand.size, errno);
      raw_size = (guint64)lseek (fd, 0, SEEK_END);
      row_bytes = g_array_index (settings->planes, SmcPlane, 0).stride;
    }
  settings->image_size = demand.size;
  if (!smd_image_measure_planes (settings, raw_size, &size_bytes))
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
                   "its driver places %u planes, but not as this format has them",
                   settings->planes->len);
      return FALSE;
    }
  return smd_image_accept_layout (settings, size_bytes, raw_size, error);
}

static gboolean
are_equal (const GArray *a, const GArray *b)
{
  for (guint i = 0; i < MIN (a->len, b->len); i++)
    {
      const SmcPlane *x = &g_array_index (a, SmcPlane, i);
      const SmcPlane *y = &g_array_index (b, SmcPlane, i);

      if (x->offset != y->offset || x->stride != y->stride)
        return FALSE;
    }
  return a->len == b->len;
}

static SmdMemory *
gbm_heap_allocate (
  SmdHeap *heap, const SmcSettings *settings, const char *name, guint index, GError **error)
{
  guint32 row_bytes = g_array_index (settings->planes, SmcPlane, 0).stride;
  g_autoptr (GArray) planes = NULL;
  g_auto (SmdFd) fd = -1;
  SmdImageDemand demand;
  SmdImageRoom room;

  if (!smd_image_demand_init (&demand, settings, error)
      || !room_init (&room, settings, &demand, row_bytes, error))
    return NULL;
  fd = make_fd ((SmdGbmHeap *)heap, &settings->image->pixel_format, &room, &planes);
  if (fd < 0 || !smd_dmabuf_clear (fd, settings->raw_size_bytes))
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY, "GBM buffer: %s",
                   g_strerror (errno));
      return NULL;
    }
  if (!are_equal (planes, settings->planes))
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY,
                   "GBM buffer: laid out in another way than the first time");
      return NULL;
    }
  return smd_dmabuf_new_take (smd_fd_steal (&fd), name, index, settings->raw_size_bytes, error);
}

/* Drivers keep the memory of freed buffers for the next ones, and give it back with their device. */
static void
gbm_heap_trim (SmdHeap *heap)
{
  SmdGbmHeap *self = (SmdGbmHeap *)heap;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (!self->is_used)
    return;
  g_clear_pointer (&self->device, gbm_device_destroy);
  self->device = gbm_create_device (self->node);
  self->is_used = FALSE;
}

static void
gbm_heap_clear (SmdHeap *heap)
{
  SmdGbmHeap *self = (SmdGbmHeap *)heap;

  g_clear_pointer (&self->device, gbm_device_destroy);
  smd_fd_clear (&self->node);
  g_mutex_clear (&self->mutex);
}

static const SmdHeapClass gbm_heap_class = {
  .lay_out = gbm_heap_lay_out,
  .allocate = gbm_heap_allocate,
  .trim = gbm_heap_trim,
  .clear = gbm_heap_clear,
};

static gboolean
makes (SmdGbmHeap *self, const SmcPixelFormat *format)
{
  const SmdImageRoom room = { .width = TRIAL_PIXELS, .height = TRIAL_PIXELS };
  g_autoptr (GArray) planes = NULL;
  g_auto (SmdFd) fd = make_fd (self, format, &room, &planes);

  return fd >= 0 && smd_drm_export_is_importable (fd)
         && smd_dmabuf_clear (fd, (guint64)lseek (fd, 0, SEEK_END));
}

static void
try_formats_of (SmdGbmHeap *self, guint32 fourcc, GArray *formats)
{
  guint64 modifiers[MAX_MODIFIERS];
  guint n_modifiers = smc_format_list_modifiers (fourcc, modifiers, MAX_MODIFIERS);

  for (guint i = 0; i < n_modifiers; i++)
    {
      SmcPixelFormat format = { .fourcc = fourcc, .modifier = modifiers[i] };

      if (makes (self, &format))
        g_array_append_val (formats, format);
    }
}

/* A driver that does not even make the most common one makes nothing, and need not be asked hundreds
 * of times for it. */
static GArray *
list_formats (SmdGbmHeap *self)
{
  const SmcPixelFormat common = { .fourcc = DRM_FORMAT_XRGB8888, .modifier = SMC_MODIFIER_LINEAR };
  GArray *formats = g_array_new (FALSE, FALSE, sizeof (SmcPixelFormat));
  const SmcFormatInfo *info;

  if (makes (self, &common))
    for (guint i = 0; (info = smc_format_nth (i)) != NULL; i++)
      try_formats_of (self, info->fourcc, formats);
  return formats;
}

/* Takes @node_fd. */
static SmdGbmHeap *
gbm_heap_new (const char *node, int node_fd, struct gbm_device *device)
{
  g_autofree char *name = g_strconcat (PREFIX, node, NULL);
  SmeHeap *properties = sme_heap_new (name);
  SmdGbmHeap *self;

  properties->buffer_type = SMC_BUFFER_DMA_BUF;
  properties->domains = SMC_DOMAIN_RAM | SMC_DOMAIN_INACCESSIBLE;
  properties->cpu_mappable = TRUE;
  properties->write_protection = SMC_WRITE_PROTECTION_ADVISORY;
  self = smd_heap_new (sizeof *self, &gbm_heap_class, properties);
  g_mutex_init (&self->mutex);
  self->node = node_fd;
  self->device = device;
  return self;
}

SmdHeap *
smd_gbm_heap_try_node (const char *node)
{
  g_auto (SmdFd) node_fd = smd_drm_open_node (node);
  struct gbm_device *device = node_fd >= 0 ? gbm_create_device (node_fd) : NULL;
  g_autoptr (SmdHeap) heap = NULL;

  if (device == NULL)
    return NULL;
  heap = &gbm_heap_new (node, smd_fd_steal (&node_fd), device)->base;
  heap->properties->formats = list_formats ((SmdGbmHeap *)heap);
  return heap->properties->formats->len > 0 ? g_steal_pointer (&heap) : NULL;
}

static SmdProbe
gbm_heap_probe (GPtrArray *heaps)
{
  g_autoptr (GPtrArray) nodes = smd_device_nodes_list (SMD_DRM_DIRECTORY, "renderD");
  SmdProbe probe = nodes->len == 0 ? SMD_PROBE_ABSENT : SMD_PROBE_OK;

  for (guint i = 0; i < nodes->len; i++)
    {
      SmdHeap *heap = smd_gbm_heap_try_node (g_ptr_array_index (nodes, i));

      if (heap != NULL)
        g_ptr_array_add (heaps, heap);
      else
        probe = SMD_PROBE_LATER;
    }
  return probe;
}

const SmdHeapBackend smd_gbm_heap_backend = {
  .name = "gbm",
  .path = SMD_DRM_DIRECTORY,
  .probe = gbm_heap_probe,
};
