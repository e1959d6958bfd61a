/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-v4l2.h"

#include "sysmem-ioctl.h"

#include <errno.h>
#include <linux/videodev2.h>
#include <string.h>

/* A stride that no driver takes, and that overflows in none either. */
#define FAR_TOO_WIDE (1u << 24)
/* What most drivers need: one to fill, one to hand over. */
#define DEFAULT_MIN_BUFFERS 2

/* The capabilities that mean a direction; m2m devices have both. */
static const struct
{
  guint32 capabilities;
  guint32 type;
  gboolean is_multiplanar;
  gboolean is_m2m;
} shapes[2][4] = {
  [SYSMEM_V4L2_CAPTURE] = {
    { V4L2_CAP_VIDEO_CAPTURE, V4L2_BUF_TYPE_VIDEO_CAPTURE, FALSE, FALSE },
    { V4L2_CAP_VIDEO_CAPTURE_MPLANE, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE, TRUE, FALSE },
    { V4L2_CAP_VIDEO_M2M, V4L2_BUF_TYPE_VIDEO_CAPTURE, FALSE, TRUE },
    { V4L2_CAP_VIDEO_M2M_MPLANE, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE, TRUE, TRUE },
  },
  [SYSMEM_V4L2_OUTPUT] = {
    { V4L2_CAP_VIDEO_OUTPUT, V4L2_BUF_TYPE_VIDEO_OUTPUT, FALSE, FALSE },
    { V4L2_CAP_VIDEO_OUTPUT_MPLANE, V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE, TRUE, FALSE },
    { V4L2_CAP_VIDEO_M2M, V4L2_BUF_TYPE_VIDEO_OUTPUT, FALSE, TRUE },
    { V4L2_CAP_VIDEO_M2M_MPLANE, V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE, TRUE, TRUE },
  },
};

gboolean
sysmem_v4l2_open (
  int fd, SysmemV4l2Direction direction, SysmemV4l2 *device, char **card, GError **error)
{
  struct v4l2_capability answer = { 0 };
  guint32 capabilities;

  if (!sysmem_ioctl_checked (fd, VIDIOC_QUERYCAP, &answer, "asking a V4L2 device what it is",
                             error))
    return FALSE;
  capabilities =
    (answer.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? answer.device_caps : answer.capabilities;
  for (guint i = 0; i < G_N_ELEMENTS (shapes[direction]); i++)
    if ((capabilities & shapes[direction][i].capabilities) != 0
        && (capabilities & V4L2_CAP_STREAMING) != 0)
      {
        *device = (SysmemV4l2){ fd, shapes[direction][i].type, shapes[direction][i].is_multiplanar,
                                shapes[direction][i].is_m2m };
        *card = g_utf8_make_valid ((const char *)answer.card,
                                   (gssize)strnlen ((const char *)answer.card, sizeof answer.card));
        return TRUE;
      }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "%.*s does no streaming video %s: its capabilities are 0x%x",
               (int)sizeof answer.card, (const char *)answer.card,
               direction == SYSMEM_V4L2_CAPTURE ? "capture" : "output", capabilities);
  return FALSE;
}

GArray *
sysmem_v4l2_list_formats (const SysmemV4l2 *device)
{
  GArray *formats = g_array_new (FALSE, FALSE, sizeof (guint32));
  struct v4l2_fmtdesc entry = { .type = device->type };

  while (sysmem_ioctl (device->fd, VIDIOC_ENUM_FMT, &entry))
    {
      g_array_append_val (formats, entry.pixelformat);
      entry = (struct v4l2_fmtdesc){ .index = entry.index + 1, .type = device->type };
    }
  return formats;
}

/* The two shapes */

static void
read_format (const SysmemV4l2 *device, const struct v4l2_format *from, SysmemV4l2Format *to)
{
  const struct v4l2_pix_format *single = &from->fmt.pix;
  const struct v4l2_pix_format_mplane *multi = &from->fmt.pix_mp;

  if (!device->is_multiplanar)
    *to = (SysmemV4l2Format){
      .pixel_format = single->pixelformat,
      .size = { single->width, single->height },
      .field = single->field,
      .bytes_per_line = single->bytesperline,
      .size_image = single->sizeimage,
      .n_planes = 1,
      .color = { single->colorspace, single->ycbcr_enc, single->quantization, single->xfer_func },
    };
  else
    *to = (SysmemV4l2Format){
      .pixel_format = multi->pixelformat,
      .size = { multi->width, multi->height },
      .field = multi->field,
      .bytes_per_line = multi->plane_fmt[0].bytesperline,
      .size_image = multi->plane_fmt[0].sizeimage,
      .n_planes = multi->num_planes,
      .color = { multi->colorspace, multi->ycbcr_enc, multi->quantization, multi->xfer_func },
    };
}

static struct v4l2_format
write_format (const SysmemV4l2 *device, const SysmemV4l2Format *from)
{
  struct v4l2_format to = { .type = device->type };

  if (!device->is_multiplanar)
    to.fmt.pix = (struct v4l2_pix_format){
      .width = from->size.width,
      .height = from->size.height,
      .pixelformat = from->pixel_format,
      .field = from->field,
      .bytesperline = from->bytes_per_line,
      .colorspace = from->color.colorspace,
      .priv = V4L2_PIX_FMT_PRIV_MAGIC,
      .ycbcr_enc = from->color.ycbcr_enc,
      .quantization = from->color.quantization,
      .xfer_func = from->color.xfer_func,
    };
  else
    to.fmt.pix_mp = (struct v4l2_pix_format_mplane){
      .width = from->size.width,
      .height = from->size.height,
      .pixelformat = from->pixel_format,
      .field = from->field,
      .colorspace = from->color.colorspace,
      .plane_fmt[0].bytesperline = from->bytes_per_line,
      .num_planes = (guint8)MAX (from->n_planes, 1),
      .ycbcr_enc = (guint8)from->color.ycbcr_enc,
      .quantization = (guint8)from->color.quantization,
      .xfer_func = (guint8)from->color.xfer_func,
    };
  return to;
}

static gboolean
exchange (const SysmemV4l2 *device,
          unsigned long request,
          const char *what,
          SysmemV4l2Format *format,
          GError **error)
{
  struct v4l2_format both = write_format (device, format);

  if (!sysmem_ioctl_checked (device->fd, request, &both, what, error))
    return FALSE;
  read_format (device, &both, format);
  return TRUE;
}

gboolean
sysmem_v4l2_get_format (const SysmemV4l2 *device, SysmemV4l2Format *format, GError **error)
{
  *format = (SysmemV4l2Format){ 0 };
  return exchange (device, VIDIOC_G_FMT, "asking for the current format", format, error);
}

gboolean
sysmem_v4l2_try_format (const SysmemV4l2 *device, SysmemV4l2Format *format, GError **error)
{
  return exchange (device, VIDIOC_TRY_FMT, "trying a format", format, error);
}

gboolean
sysmem_v4l2_set_format (const SysmemV4l2 *device, SysmemV4l2Format *format, GError **error)
{
  return exchange (device, VIDIOC_S_FMT, "setting the format", format, error);
}

/* What a driver does not say but shows */

static guint32
ask_for_stride (const SysmemV4l2 *device, const SysmemV4l2Format *format, guint32 bytes_per_line)
{
  SysmemV4l2Format wish = *format;

  wish.bytes_per_line = bytes_per_line;
  return sysmem_v4l2_try_format (device, &wish, NULL) ? wish.bytes_per_line : 0;
}

SysmemV4l2Strides
sysmem_v4l2_find_strides (const SysmemV4l2 *device, const SysmemV4l2Format *format)
{
  SysmemV4l2Answers answers;

  answers.smallest = ask_for_stride (device, format, 0);
  answers.next = ask_for_stride (device, format, answers.smallest + 1);
  answers.largest = ask_for_stride (device, format, FAR_TOO_WIDE);
  return sysmem_v4l2_strides_from_answers (&answers);
}

static SysmemSize
ask_for_size (const SysmemV4l2 *device, const SysmemV4l2Format *format, guint32 each)
{
  SysmemV4l2Format wish = *format;

  wish.size = (SysmemSize){ each, each };
  wish.bytes_per_line = 0;
  return sysmem_v4l2_try_format (device, &wish, NULL) ? wish.size : format->size;
}

void
sysmem_v4l2_find_sizes (const SysmemV4l2 *device,
                        const SysmemV4l2Format *format,
                        SysmemSize *smallest,
                        SysmemSize *largest)
{
  *smallest = ask_for_size (device, format, 1);
  *largest = ask_for_size (device, format, G_MAXUINT16);
}

/* Buffers */

static gboolean
request_buffers (const SysmemV4l2 *device, guint32 *count, GError **error)
{
  struct v4l2_requestbuffers request = { .count = *count,
                                         .type = device->type,
                                         .memory = V4L2_MEMORY_DMABUF };

  if (!sysmem_ioctl_checked (device->fd, VIDIOC_REQBUFS, &request, "asking for places for dma-bufs",
                             error))
    return FALSE;
  *count = request.count;
  return TRUE;
}

static void
release_buffers (const SysmemV4l2 *device)
{
  guint32 none = 0;

  (void)request_buffers (device, &none, NULL);
}

gboolean
sysmem_v4l2_has_buffers (const SysmemV4l2 *device)
{
  struct v4l2_plane planes[VIDEO_MAX_PLANES] = { 0 };
  struct v4l2_buffer first = { .type = device->type };

  if (device->is_multiplanar)
    {
      first.m.planes = planes;
      first.length = VIDEO_MAX_PLANES;
    }
  return sysmem_ioctl (device->fd, VIDIOC_QUERYBUF, &first);
}

guint
sysmem_v4l2_find_min_buffers (const SysmemV4l2 *device)
{
  struct v4l2_control control = { .id = V4L2_TYPE_IS_OUTPUT (device->type)
                                          ? V4L2_CID_MIN_BUFFERS_FOR_OUTPUT
                                          : V4L2_CID_MIN_BUFFERS_FOR_CAPTURE };
  guint32 count = 1;

  if (sysmem_ioctl (device->fd, VIDIOC_G_CTRL, &control) && control.value > 0)
    return (guint)control.value;
  if (sysmem_v4l2_has_buffers (device) || !request_buffers (device, &count, NULL))
    return DEFAULT_MIN_BUFFERS;
  release_buffers (device);
  return MAX (count, DEFAULT_MIN_BUFFERS);
}

static gboolean
queue (const SysmemV4l2 *device, int dma_buf, guint32 size, GError **error)
{
  struct v4l2_plane plane = { .length = size, .bytesused = size, .m.fd = dma_buf };
  struct v4l2_buffer buffer = { .type = device->type, .memory = V4L2_MEMORY_DMABUF };

  if (device->is_multiplanar)
    {
      buffer.m.planes = &plane;
      buffer.length = 1;
    }
  else
    {
      buffer.m.fd = dma_buf;
      buffer.length = size;
      buffer.bytesused = size;
    }
  return sysmem_ioctl_checked (device->fd, VIDIOC_QBUF, &buffer, "importing it", error);
}

/* Taking the places away also takes back what was queued there. */
gboolean
sysmem_v4l2_try_dma_buf (const SysmemV4l2 *device, int dma_buf, guint32 size, GError **error)
{
  guint32 count = 1;
  gboolean accepted;

  if (!request_buffers (device, &count, error))
    return FALSE;
  accepted = queue (device, dma_buf, size, error);
  release_buffers (device);
  return accepted;
}
