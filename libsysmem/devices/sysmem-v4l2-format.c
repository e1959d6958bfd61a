/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* V4L2 names RGB formats by the order of bytes in memory, DRM by that of bits in a little-endian
 * word: V4L2's RGB24 is DRM's BGR888. V4L2's older RGB32 and BGR32 leave open what the fourth byte
 * is; they come after those that do not. */

#include "devices/sysmem-v4l2-format.h"

#include <drm_fourcc.h>
#include <linux/videodev2.h>

/* clang-format off */
static const struct
{
  guint32 v4l2;
  guint32 drm;
} formats[] = {
  { V4L2_PIX_FMT_XBGR32,  DRM_FORMAT_XRGB8888 },
  { V4L2_PIX_FMT_ABGR32,  DRM_FORMAT_ARGB8888 },
  { V4L2_PIX_FMT_RGBX32,  DRM_FORMAT_XBGR8888 },
  { V4L2_PIX_FMT_RGBA32,  DRM_FORMAT_ABGR8888 },
  { V4L2_PIX_FMT_XRGB32,  DRM_FORMAT_BGRX8888 },
  { V4L2_PIX_FMT_ARGB32,  DRM_FORMAT_BGRA8888 },
  { V4L2_PIX_FMT_BGRX32,  DRM_FORMAT_RGBX8888 },
  { V4L2_PIX_FMT_BGRA32,  DRM_FORMAT_RGBA8888 },
  { V4L2_PIX_FMT_BGR32,   DRM_FORMAT_XRGB8888 },
  { V4L2_PIX_FMT_RGB32,   DRM_FORMAT_BGRX8888 },
  { V4L2_PIX_FMT_BGR24,   DRM_FORMAT_RGB888 },
  { V4L2_PIX_FMT_RGB24,   DRM_FORMAT_BGR888 },
  { V4L2_PIX_FMT_RGB565,  DRM_FORMAT_RGB565 },
  { V4L2_PIX_FMT_RGB332,  DRM_FORMAT_RGB332 },
  { V4L2_PIX_FMT_GREY,    DRM_FORMAT_R8 },
  { V4L2_PIX_FMT_YUYV,    DRM_FORMAT_YUYV },
  { V4L2_PIX_FMT_YVYU,    DRM_FORMAT_YVYU },
  { V4L2_PIX_FMT_UYVY,    DRM_FORMAT_UYVY },
  { V4L2_PIX_FMT_VYUY,    DRM_FORMAT_VYUY },
  { V4L2_PIX_FMT_NV12,    DRM_FORMAT_NV12 },
  { V4L2_PIX_FMT_NV21,    DRM_FORMAT_NV21 },
  { V4L2_PIX_FMT_NV16,    DRM_FORMAT_NV16 },
  { V4L2_PIX_FMT_NV61,    DRM_FORMAT_NV61 },
  { V4L2_PIX_FMT_NV24,    DRM_FORMAT_NV24 },
  { V4L2_PIX_FMT_P010,    DRM_FORMAT_P010 },
  { V4L2_PIX_FMT_YUV420,  DRM_FORMAT_YUV420 },
  { V4L2_PIX_FMT_YVU420,  DRM_FORMAT_YVU420 },
  { V4L2_PIX_FMT_YUV422P, DRM_FORMAT_YUV422 },
};
/* clang-format on */

guint32
sysmem_v4l2_format_to_drm (guint32 v4l2)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].v4l2 == v4l2)
      return formats[i].drm;
  return 0;
}

guint32
sysmem_v4l2_format_from_drm (guint32 drm)
{
  return sysmem_v4l2_format_nth (drm, 0);
}

guint32
sysmem_v4l2_format_nth (guint32 drm, guint n)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].drm == drm && n-- == 0)
      return formats[i].v4l2;
  return 0;
}
