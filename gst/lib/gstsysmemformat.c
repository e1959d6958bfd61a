/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemformat.h"

#include "gstsysmemdrmcaps.h"
#include <drm_fourcc.h>
#include <gst/allocators/gstdmabuf.h>

/* DRM names a packed pixel's components from the most significant bit of a little-endian word,
 * GStreamer from the first byte in memory: XRGB8888 is BGRx. The 10 bit formats of DRM with unused
 * bits, the half floats and RGB332 have no counterpart in GStreamer. */
static const struct
{
  GstVideoFormat format;
  guint32 fourcc;
} formats[] = {
  { GST_VIDEO_FORMAT_NV12, DRM_FORMAT_NV12 },
  { GST_VIDEO_FORMAT_I420, DRM_FORMAT_YUV420 },
  { GST_VIDEO_FORMAT_YV12, DRM_FORMAT_YVU420 },
  { GST_VIDEO_FORMAT_NV21, DRM_FORMAT_NV21 },
  { GST_VIDEO_FORMAT_P010_10LE, DRM_FORMAT_P010 },
  { GST_VIDEO_FORMAT_P016_LE, DRM_FORMAT_P016 },
  { GST_VIDEO_FORMAT_YUY2, DRM_FORMAT_YUYV },
  { GST_VIDEO_FORMAT_UYVY, DRM_FORMAT_UYVY },
  { GST_VIDEO_FORMAT_YVYU, DRM_FORMAT_YVYU },
  { GST_VIDEO_FORMAT_VYUY, DRM_FORMAT_VYUY },
  { GST_VIDEO_FORMAT_NV16, DRM_FORMAT_NV16 },
  { GST_VIDEO_FORMAT_NV61, DRM_FORMAT_NV61 },
  { GST_VIDEO_FORMAT_Y42B, DRM_FORMAT_YUV422 },
  { GST_VIDEO_FORMAT_NV24, DRM_FORMAT_NV24 },
  { GST_VIDEO_FORMAT_Y444, DRM_FORMAT_YUV444 },
  { GST_VIDEO_FORMAT_BGRx, DRM_FORMAT_XRGB8888 },
  { GST_VIDEO_FORMAT_BGRA, DRM_FORMAT_ARGB8888 },
  { GST_VIDEO_FORMAT_RGBx, DRM_FORMAT_XBGR8888 },
  { GST_VIDEO_FORMAT_RGBA, DRM_FORMAT_ABGR8888 },
  { GST_VIDEO_FORMAT_xBGR, DRM_FORMAT_RGBX8888 },
  { GST_VIDEO_FORMAT_ABGR, DRM_FORMAT_RGBA8888 },
  { GST_VIDEO_FORMAT_xRGB, DRM_FORMAT_BGRX8888 },
  { GST_VIDEO_FORMAT_ARGB, DRM_FORMAT_BGRA8888 },
  { GST_VIDEO_FORMAT_BGR10A2_LE, DRM_FORMAT_ARGB2101010 },
  { GST_VIDEO_FORMAT_RGB10A2_LE, DRM_FORMAT_ABGR2101010 },
  { GST_VIDEO_FORMAT_BGR, DRM_FORMAT_RGB888 },
  { GST_VIDEO_FORMAT_RGB, DRM_FORMAT_BGR888 },
  { GST_VIDEO_FORMAT_RGB16, DRM_FORMAT_RGB565 },
  { GST_VIDEO_FORMAT_BGR16, DRM_FORMAT_BGR565 },
  { GST_VIDEO_FORMAT_GRAY8, DRM_FORMAT_R8 },
};

#define LINEAR ":0x0"

/**
 * gst_sysmem_video_format_to_fourcc:
 * @format: a video format
 *
 * Gets the DRM fourcc of a video format.
 *
 * Returns: the fourcc, or 0 if the format has none that sysmem knows
 *
 * Since: 1.0
 */
guint32
gst_sysmem_video_format_to_fourcc (GstVideoFormat format)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].format == format)
      return formats[i].fourcc;
  return 0;
}

/**
 * gst_sysmem_video_format_from_fourcc:
 * @fourcc: a DRM fourcc
 *
 * Gets the video format that is laid out as a DRM fourcc says.
 *
 * Returns: the format, or %GST_VIDEO_FORMAT_UNKNOWN
 *
 * Since: 1.0
 */
GstVideoFormat
gst_sysmem_video_format_from_fourcc (guint32 fourcc)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].fourcc == fourcc)
      return formats[i].format;
  return GST_VIDEO_FORMAT_UNKNOWN;
}

/**
 * gst_sysmem_video_format_to_pixel_format:
 * @format: a video format
 *
 * Spells a video format as [property@Sysmem.ImageFormatConstraints:pixel-formats] does: linear,
 * such as `NV12:0x0`.
 *
 * Returns: (transfer full) (nullable): the pixel format, or %NULL if sysmem has none for it
 *
 * Since: 1.0
 */
char *
gst_sysmem_video_format_to_pixel_format (GstVideoFormat format)
{
  guint32 fourcc = gst_sysmem_video_format_to_fourcc (format);
  char code[] = { (char)fourcc, (char)(fourcc >> 8), (char)(fourcc >> 16), (char)(fourcc >> 24),
                  '\0' };

  return fourcc != 0 ? g_strconcat (g_strchomp (code), LINEAR, NULL) : NULL;
}

/**
 * gst_sysmem_video_format_from_pixel_format:
 * @pixel_format: (nullable): a pixel format of the contract, such as `NV12:0x0`
 *
 * Gets the video format that a settled pixel format is.
 *
 * Returns: the format, or %GST_VIDEO_FORMAT_UNKNOWN if there is none: another fourcc, or images
 *   that are not linear
 *
 * Since: 1.0
 */
GstVideoFormat
gst_sysmem_video_format_from_pixel_format (const char *pixel_format)
{
  for (guint i = 0; pixel_format != NULL && i < G_N_ELEMENTS (formats); i++)
    {
      g_autofree char *spelled = gst_sysmem_video_format_to_pixel_format (formats[i].format);

      if (g_str_equal (spelled, pixel_format))
        return formats[i].format;
    }
  return GST_VIDEO_FORMAT_UNKNOWN;
}

/**
 * gst_sysmem_list_video_formats:
 * @n_formats: (out): return location for how many there are
 *
 * Lists the video formats that sysmem can lay out, the most usual ones first.
 *
 * Returns: (transfer none) (array length=n_formats): the formats
 *
 * Since: 1.0
 */
const GstVideoFormat *
gst_sysmem_list_video_formats (guint *n_formats)
{
  static GstVideoFormat list[G_N_ELEMENTS (formats)];
  static gsize filled = 0;

  g_return_val_if_fail (n_formats != NULL, NULL);

  if (g_once_init_enter (&filled))
    {
      for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
        list[i] = formats[i].format;
      g_once_init_leave (&filled, 1);
    }
  *n_formats = G_N_ELEMENTS (list);
  return list;
}

/**
 * gst_sysmem_make_template_caps:
 *
 * Makes caps of all raw video that sysmem can lay out, of every size: for the pad templates of
 * elements that pass such buffers on. Memory that the CPU can map comes first, then dma-bufs
 * (`memory:DMABuf`), of these formats and, since GStreamer 1.24, of any `drm-format`.
 *
 * Returns: (transfer full): the caps
 *
 * Since: 1.0
 */
GstCaps *
gst_sysmem_make_template_caps (void)
{
  guint n;
  const GstVideoFormat *list = gst_sysmem_list_video_formats (&n);
  GstCaps *caps = gst_video_make_raw_caps (list, n);
  GstCaps *dma_bufs = gst_video_make_raw_caps_with_features (
    list, n, gst_caps_features_new (GST_CAPS_FEATURE_MEMORY_DMABUF, NULL));
  g_autoptr (GstCaps) any = gst_caps_copy (dma_bufs);

  gst_caps_append (caps, dma_bufs);
  if (gst_sysmem_drm_caps_are_known ())
    {
      gst_caps_set_simple (any, "format", G_TYPE_STRING, GST_SYSMEM_DMA_DRM, NULL);
      gst_caps_append (caps, g_steal_pointer (&any));
    }
  return caps;
}
