/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Dumb buffers are the one kind of memory that every display driver with a software path offers:
 * an image of so many pixels of so many bits, whose stride the driver chooses. What a driver really
 * does is found out by asking it for one, at probing time for each pixel size and then for the real
 * image, and for a dma-buf of it. There is no flag for either that can be trusted. */

#include "heaps/smd-drm-dumb-heap.h"

#include <drm.h>
#include <drm_mode.h>
#include <errno.h>
#include <fcntl.h>

#include "common/smc-format.h"
#include "common/smc-image.h"
#include "common/sysmem-error.h"
#include "heaps/smd-device-nodes.h"
#include "heaps/smd-dmabuf.h"
#include "heaps/smd-drm.h"
#include "heaps/smd-image-layout.h"

#define PREFIX "drm-dumb:"
#define TRIAL_PIXELS 64

typedef struct
{
  SmdHeap base;
  SmdFd card;
} SmdDrmDumbHeap;

static void
destroy_handle (int card, guint32 handle)
{
  struct drm_mode_destroy_dumb destroy = { .handle = handle };

  (void)smd_drm_ioctl (card, DRM_IOCTL_MODE_DESTROY_DUMB, &destroy);
}

/* The handle goes before the buffer is used, so that only dma-buf references are left to count. */
static int
make_fd (int card, struct drm_mode_create_dumb *create)
{
  int fd;

  if (smd_drm_ioctl (card, DRM_IOCTL_MODE_CREATE_DUMB, create) < 0)
    return -1;
  fd = smd_drm_export (card, create->handle);
  destroy_handle (card, create->handle);
  return fd;
}

static gboolean
refuse (GError **error, SysmemError code, const char *step, int reason)
{
  g_set_error (error, SYSMEM_ERROR, code, "%s: %s", step, g_strerror (reason));
  return FALSE;
}

/* @row_bytes is the driver's stride once it is known. */
static gboolean
describe_dumb (const SmcSettings *settings,
               const SmdImageDemand *demand,
               guint64 row_bytes,
               struct drm_mode_create_dumb *create,
               guint64 *size_bytes)
{
  SmdImageRoom room;

  if (!smd_image_room_init (&room, settings, demand, row_bytes))
    return FALSE;
  *create = (struct drm_mode_create_dumb){
    .width = room.width,
    .height = room.height,
    .bpp = smc_image_pixel_stride (&settings->image->pixel_format) * 8,
  };
  *size_bytes = room.size_bytes;
  return TRUE;
}

/* Asks for a buffer and gives it back: @create has the driver's stride and size afterwards. */
static gboolean
try_dumb (int card, struct drm_mode_create_dumb *create, GError **error)
{
  if (smd_drm_ioctl (card, DRM_IOCTL_MODE_CREATE_DUMB, create) < 0)
    return refuse (error, SYSMEM_ERROR_NO_MEMORY, "DRM_IOCTL_MODE_CREATE_DUMB", errno);
  destroy_handle (card, create->handle);
  return TRUE;
}

/* Twice, because only the first answer tells how many rows of the driver's stride it takes. */
static gboolean
drm_dumb_heap_lay_out (SmdHeap *heap, SmcSettings *settings, GError **error)
{
  int card = ((SmdDrmDumbHeap *)heap)->card;
  struct drm_mode_create_dumb create;
  SmdImageDemand demand;
  guint64 size_bytes;

  if (!smd_image_demand_init (&demand, settings, error))
    return FALSE;
  create.pitch = (guint32)MIN (demand.row_bytes, G_MAXUINT32);
  for (guint i = 0; i < 2; i++)
    {
      if (!describe_dumb (settings, &demand, create.pitch, &create, &size_bytes))
        return refuse (error, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY, "dumb buffer",
                       EOVERFLOW);
      if (!try_dumb (card, &create, error))
        return FALSE;
    }
  return smd_image_lay_out_linear (settings, &demand, create.pitch, error)
         && smd_image_accept_layout (settings, size_bytes, create.size, error);
}

static SmdMemory *
drm_dumb_heap_allocate (
  SmdHeap *heap, const SmcSettings *settings, const char *name, guint index, GError **error)
{
  int card = ((SmdDrmDumbHeap *)heap)->card;
  struct drm_mode_create_dumb create;
  SmdImageDemand demand;
  g_auto (SmdFd) fd = -1;
  guint32 stride = g_array_index (settings->planes, SmcPlane, 0).stride;
  guint64 size_bytes;

  if (!smd_image_demand_init (&demand, settings, error))
    return NULL;
  if (!describe_dumb (settings, &demand, stride, &create, &size_bytes))
    {
      refuse (error, SYSMEM_ERROR_NO_MEMORY, "dumb buffer", EOVERFLOW);
      return NULL;
    }
  fd = make_fd (card, &create);
  if (fd < 0 || !smd_dmabuf_clear (fd, settings->raw_size_bytes))
    {
      refuse (error, SYSMEM_ERROR_NO_MEMORY, fd < 0 ? "dumb buffer" : "mmap of a dumb buffer",
              errno);
      return NULL;
    }
  if (create.pitch != stride)
    {
      refuse (error, SYSMEM_ERROR_NO_MEMORY, "dumb buffer of another stride", EINVAL);
      return NULL;
    }
  return smd_dmabuf_new_take (smd_fd_steal (&fd), name, index, settings->raw_size_bytes, error);
}

static void
drm_dumb_heap_clear (SmdHeap *heap)
{
  smd_fd_clear (&((SmdDrmDumbHeap *)heap)->card);
}

static const SmdHeapClass drm_dumb_heap_class = {
  .lay_out = drm_dumb_heap_lay_out,
  .allocate = drm_dumb_heap_allocate,
  .clear = drm_dumb_heap_clear,
};

static gboolean
makes_pixels_of (int card, guint bytes)
{
  struct drm_mode_create_dumb create = {
    .width = TRIAL_PIXELS,
    .height = TRIAL_PIXELS,
    .bpp = bytes * 8,
  };
  g_auto (SmdFd) fd = make_fd (card, &create);

  return fd >= 0 && smd_drm_export_is_importable (fd) && smd_dmabuf_clear (fd, create.size);
}

/* All linear formats whose pixels have a size that the driver makes. */
static GArray *
list_formats (int card)
{
  GArray *formats = g_array_new (FALSE, FALSE, sizeof (SmcPixelFormat));
  const SmcFormatInfo *info;
  gboolean tried[G_MAXUINT8 + 1] = { FALSE };
  gboolean makes[G_MAXUINT8 + 1] = { FALSE };

  for (guint i = 0; (info = smc_format_nth (i)) != NULL; i++)
    {
      SmcPixelFormat format = { .fourcc = info->fourcc, .modifier = SMC_MODIFIER_LINEAR };

      if (!tried[info->stride_bytes])
        makes[info->stride_bytes] = makes_pixels_of (card, info->stride_bytes);
      tried[info->stride_bytes] = TRUE;
      if (makes[info->stride_bytes])
        g_array_append_val (formats, format);
    }
  return formats;
}

/* Takes @card and @formats. */
static SmdHeap *
drm_dumb_heap_new (const char *node, int card, GArray *formats)
{
  g_autofree char *name = g_strconcat (PREFIX, node, NULL);
  SmeHeap *properties = sme_heap_new (name);
  SmdDrmDumbHeap *self;

  properties->buffer_type = SMC_BUFFER_DMA_BUF;
  properties->domains = SMC_DOMAIN_CPU | SMC_DOMAIN_RAM;
  properties->cpu_mappable = TRUE;
  properties->write_protection = SMC_WRITE_PROTECTION_ADVISORY;
  properties->formats = formats;
  self = smd_heap_new (sizeof *self, &drm_dumb_heap_class, properties);
  self->card = card;
  return &self->base;
}

/* NULL: it is there, but makes nothing that others could use. */
static SmdHeap *
try_card (const char *node)
{
  g_auto (SmdFd) card = smd_drm_open_node (node);
  g_autoptr (GArray) formats = NULL;

  if (card < 0)
    return NULL;
  formats = list_formats (card);
  if (formats->len == 0)
    return NULL;
  return drm_dumb_heap_new (node, smd_fd_steal (&card), g_steal_pointer (&formats));
}

static SmdProbe
drm_dumb_heap_probe (GPtrArray *heaps)
{
  g_autoptr (GPtrArray) nodes = smd_device_nodes_list (SMD_DRM_DIRECTORY, "card");
  SmdProbe probe = nodes->len == 0 ? SMD_PROBE_ABSENT : SMD_PROBE_OK;

  for (guint i = 0; i < nodes->len; i++)
    {
      SmdHeap *heap = try_card (g_ptr_array_index (nodes, i));

      if (heap != NULL)
        g_ptr_array_add (heaps, heap);
      else
        probe = SMD_PROBE_LATER;
    }
  return probe;
}

const SmdHeapBackend smd_drm_dumb_heap_backend = {
  .name = "drm-dumb",
  .path = SMD_DRM_DIRECTORY,
  .probe = drm_dumb_heap_probe,
};
