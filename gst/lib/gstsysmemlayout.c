/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the planes of a video frame are in a buffer. The settings know the pixels that buffers
 * hold, caps those that are shown; every participant derives the one from the other in the same
 * way:
 *
 *   laid out = round up (max (size in the caps, settled min_size), settled size_alignment)
 *
 * and the frame is in the upper left corner. So an encoder that needs 16 whole lines of macroblocks
 * says so in its constraints, and 1920x1080 is laid out as 1920x1088 by all, with the chroma plane
 * after row 1088. */

#include "gstsysmemlayout.h"

#include "gstsysmemcolor.h"
#include "gstsysmemdrmcaps.h"
#include "gstsysmemformat.h"
#include <gst/allocators/gstdmabuf.h>

/* Beyond 32 bits there is no image: sysmem_settings_get_planes () refuses the largest number. */
static guint32
round_up (guint32 size, guint32 alignment)
{
  guint64 rounded = ((guint64)size + alignment - 1) / alignment * alignment;

  return (guint32)MIN (rounded, G_MAXUINT32);
}

/* What is laid out for frames of @width x @height. */
static SysmemSize
get_coded_size (SysmemSettings *settings, guint width, guint height)
{
  SysmemImageFormatConstraints *image = sysmem_settings_get_image_format_constraints (settings);
  g_autoptr (SysmemSize) min = NULL;
  g_autoptr (SysmemSize) alignment = NULL;
  SysmemSize coded = { width, height };

  g_object_get (image, "min-size", &min, "size-alignment", &alignment, NULL);
  if (min != NULL)
    coded = (SysmemSize){ MAX (width, min->width), MAX (height, min->height) };
  if (alignment != NULL && alignment->width > 0 && alignment->height > 0)
    coded = (SysmemSize){ round_up (coded.width, alignment->width),
                          round_up (coded.height, alignment->height) };
  return coded;
}

/* A buffer holds one field of video whose fields alternate. */
static guint
frame_height (const GstVideoInfo *info)
{
  return (guint)GST_VIDEO_INFO_FIELD_HEIGHT (info);
}

static gboolean
read_caps (SysmemSettings *settings, GstCaps *caps, GstVideoInfo *info, GError **error)
{
  const char *settled = sysmem_settings_get_pixel_format (settings);
  g_autofree char *wanted = NULL;

  if (!gst_sysmem_caps_read (caps, info, &wanted))
    {
      g_autofree char *text = gst_caps_to_string (caps);

      g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS, "%s: not fixed caps of raw video",
                   text);
      return FALSE;
    }
  if (GST_VIDEO_INFO_MULTIVIEW_MODE (info) == GST_VIDEO_MULTIVIEW_MODE_SEPARATED)
    {
      g_set_error_literal (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS,
                           "multiview-mode=separated: a buffer holds one picture");
      return FALSE;
    }
  if (g_strcmp0 (wanted, settled) == 0)
    return TRUE;
  g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS,
               "the buffers hold %s, the caps say %s, which would be %s",
               settled != NULL ? settled : "raw bytes",
               gst_video_format_to_string (GST_VIDEO_INFO_FORMAT (info)),
               wanted != NULL ? wanted : "nothing that sysmem knows");
  return FALSE;
}

static GPtrArray *
get_planes (SysmemSettings *settings, const GstVideoInfo *info, GError **error)
{
  SysmemSize coded =
    get_coded_size (settings, (guint)GST_VIDEO_INFO_WIDTH (info), frame_height (info));

  return sysmem_settings_get_planes (settings, coded.width, coded.height, error);
}

/* Tiled, or of a format that GStreamer does not know: it expects no planes then, but tells devices
 * about them. */
static gboolean
is_opaque (const GstVideoInfo *info)
{
  return GST_VIDEO_INFO_N_PLANES (info) == 0;
}

/* GStreamer counts in int and gsize, so what does not fit there is no video of its. */
static gboolean
take_planes (GPtrArray *planes, GstVideoInfo *info, GError **error)
{
  if (is_opaque (info) ? planes->len > GST_VIDEO_MAX_PLANES
                       : planes->len != GST_VIDEO_INFO_N_PLANES (info))
    {
      g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS,
                   "the image has %u planes, a video frame of %s %u", planes->len,
                   gst_video_format_to_string (GST_VIDEO_INFO_FORMAT (info)),
                   GST_VIDEO_INFO_N_PLANES (info));
      return FALSE;
    }
  info->size = 0;
  for (guint i = 0; i < planes->len; i++)
    {
      const SysmemPlane *plane = planes->pdata[i];
      guint64 end;

      if (plane->stride > G_MAXINT || !g_uint64_checked_mul (&end, plane->stride, plane->rows)
          || !g_uint64_checked_add (&end, end, plane->offset) || end > G_MAXUINT)
        {
          g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS,
                       "plane %u, at %" G_GUINT64_FORMAT " with rows of %" G_GUINT64_FORMAT
                       " bytes, is more than GStreamer counts",
                       i, plane->offset, plane->stride);
          return FALSE;
        }
      info->offset[i] = (gsize)plane->offset;
      info->stride[i] = (gint)plane->stride;
      info->size = MAX (info->size, (gsize)end);
    }
  return TRUE;
}

/**
 * gst_sysmem_settings_get_video_info:
 * @settings: settings of a collection
 * @caps: fixed caps of raw video
 * @info: (out caller-allocates): return location for the layout
 * @error: return location for an error
 *
 * Tells how frames of @caps lie in the buffers: offsets, strides and the size of a frame. Every
 * participant with the same settings and caps gets the same answer. Images of `DMA_DRM` that are
 * linear come with their video format; of others GStreamer has no format with planes, but offsets
 * and strides say where devices find theirs.
 *
 * The frame is in the upper left corner of an image that is as large as `min-size` and
 * `size-alignment` of the settings' [property@Sysmem.Settings:image-format-constraints] ask for.
 *
 * Returns: %TRUE on success; %FALSE with %GST_CORE_ERROR_CAPS if the buffers hold another format,
 *   or with an error as of [method@Sysmem.Settings.get_planes] if the frame does not fit
 *
 * Since: 1.0
 */
gboolean
gst_sysmem_settings_get_video_info (SysmemSettings *settings,
                                    GstCaps *caps,
                                    GstVideoInfo *info,
                                    GError **error)
{
  g_autoptr (GPtrArray) planes = NULL;

  g_return_val_if_fail (SYSMEM_IS_SETTINGS (settings), FALSE);
  g_return_val_if_fail (GST_IS_CAPS (caps), FALSE);
  g_return_val_if_fail (info != NULL, FALSE);

  if (!read_caps (settings, caps, info, error))
    return FALSE;
  planes = get_planes (settings, info, error);
  if (planes == NULL || !take_planes (planes, info, error))
    return FALSE;
  if (is_opaque (info)) /* besides rows of tiles there may be tables of them */
    info->size = (gsize)sysmem_settings_get_size_bytes (settings);
  return TRUE;
}

/* Introspection does not know how large a GstVideoInfo is, so no other language can make room for
 * one that is written to. */

/**
 * gst_sysmem_settings_dup_video_info: (rename-to gst_sysmem_settings_get_video_info)
 * @settings: settings of a collection
 * @caps: fixed caps of raw video
 * @error: return location for an error
 *
 * Tells how frames of @caps lie in the buffers: offsets, strides and the size of a frame. Every
 * participant with the same settings and caps gets the same answer.
 *
 * The frame is in the upper left corner of an image that is as large as `min-size` and
 * `size-alignment` of the settings' [property@Sysmem.Settings:image-format-constraints] ask for.
 *
 * Returns: (transfer full): the layout; or %NULL with %GST_CORE_ERROR_CAPS if the buffers hold
 *   another format, or with an error as of [method@Sysmem.Settings.get_planes] if the frame does
 *   not fit
 *
 * Since: 1.0
 */
GstVideoInfo *
gst_sysmem_settings_dup_video_info (SysmemSettings *settings, GstCaps *caps, GError **error)
{
  GstVideoInfo info;

  return gst_sysmem_settings_get_video_info (settings, caps, &info, error)
           ? gst_video_info_copy (&info)
           : NULL;
}

/* Caps of images that only devices can look into. NULL: there are none. */
static GstCaps *
make_dma_buf_caps (const char *pixel_format, GstVideoFormat format)
{
  g_autofree char *drm_format = gst_sysmem_drm_format_from_pixel_format (pixel_format);
  GstCaps *caps;

  if (drm_format == NULL)
    return NULL;
  if (format != GST_VIDEO_FORMAT_UNKNOWN && !gst_sysmem_drm_caps_are_known ())
    caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING,
                                gst_video_format_to_string (format), NULL);
  else
    caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, GST_SYSMEM_DMA_DRM,
                                "drm-format", G_TYPE_STRING, drm_format, NULL);
  gst_caps_set_features_simple (caps, gst_caps_features_new (GST_CAPS_FEATURE_MEMORY_DMABUF, NULL));
  return caps;
}

/* Format and memory. NULL: there are no caps for that. */
static GstCaps *
make_caps (SysmemSettings *settings)
{
  const char *settled = sysmem_settings_get_pixel_format (settings);
  GstVideoFormat format = gst_sysmem_video_format_from_pixel_format (settled);
  gboolean is_dma_buf = sysmem_settings_get_buffer_type (settings) == SYSMEM_BUFFER_DMA_BUF;
  gboolean is_mappable =
    sysmem_settings_get_coherency_domain (settings) != SYSMEM_COHERENCY_DOMAIN_INACCESSIBLE;

  if (is_dma_buf && (format == GST_VIDEO_FORMAT_UNKNOWN || !is_mappable))
    return make_dma_buf_caps (settled, format);
  if (format == GST_VIDEO_FORMAT_UNKNOWN)
    return NULL;
  return gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING,
                              gst_video_format_to_string (format), NULL);
}

/**
 * gst_sysmem_settings_to_caps:
 * @settings: settings of a collection
 * @width: of the frames, in pixels; 0: that of the smallest image that was agreed upon
 * @height: of the frames, in pixels; 0 likewise
 * @error: return location for an error
 *
 * Says in caps what the buffers hold: format, size and, where the color space is known,
 * colorimetry. Dma-bufs that the CPU cannot map, and those of images that are not linear, have the
 * feature `memory:DMABuf`, and their format is `DMA_DRM` with a `drm-format`; before GStreamer 1.24,
 * which has brought that, linear ones have a format as others.
 *
 * Returns: (transfer full) (nullable): caps without a framerate, or %NULL with
 *   %GST_CORE_ERROR_CAPS if the buffers hold raw bytes or images that GStreamer does not know
 *
 * Since: 1.0
 */
GstCaps *
gst_sysmem_settings_to_caps (SysmemSettings *settings, guint width, guint height, GError **error)
{
  GstVideoColorimetry colorimetry;
  const char *settled;
  SysmemSize coded;
  GstCaps *caps;

  g_return_val_if_fail (SYSMEM_IS_SETTINGS (settings), NULL);

  settled = sysmem_settings_get_pixel_format (settings);
  caps = make_caps (settings);
  if (caps == NULL)
    {
      g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS,
                   "the buffers hold %s, for which GStreamer has no video format",
                   settled != NULL ? settled : "raw bytes");
      return NULL;
    }
  coded = get_coded_size (settings, width, height);
  gst_caps_set_simple (caps, "width", G_TYPE_INT, (gint)(width != 0 ? width : coded.width),
                       "height", G_TYPE_INT, (gint)(height != 0 ? height : coded.height), NULL);
  if (gst_sysmem_colorimetry_for_color_space (sysmem_settings_get_color_space (settings),
                                              &colorimetry))
    {
      g_autofree char *text = gst_video_colorimetry_to_string (&colorimetry);

      gst_caps_set_simple (caps, "colorimetry", G_TYPE_STRING, text, NULL);
    }
  return caps;
}

/* Do the rows of a plane have room for @width pixels, at distances of @stride_align's kind? */
static gboolean
row_fits (const GstVideoInfo *info, guint plane, guint64 width, guint stride_align)
{
  guint64 stride = (guint64)GST_VIDEO_INFO_PLANE_STRIDE (info, plane);
  gint components[GST_VIDEO_MAX_COMPONENTS];
  guint64 samples;

  if ((stride & stride_align) != 0 || width > G_MAXINT)
    return FALSE;
  gst_video_format_info_component (info->finfo, plane, components);
  samples = (guint64)GST_VIDEO_FORMAT_INFO_SCALE_WIDTH (info->finfo, components[0], (gint)width);
  return samples * (guint64)GST_VIDEO_FORMAT_INFO_PSTRIDE (info->finfo, components[0]) <= stride;
}

/**
 * gst_sysmem_settings_fit_alignment:
 * @settings: settings of a collection
 * @caps: fixed caps of raw video
 * @alignment: what somebody wants around the frames
 *
 * Tells whether frames of @caps lie in the buffers as @alignment asks: strides that are multiples,
 * room on the right of and below the visible pixels. Nothing can be changed any more once there are
 * settings; who needs room says so in its constraints. Room on the left or above never fits: frames
 * begin at the begin of their planes.
 *
 * Returns: whether the layout already fits
 *
 * Since: 1.0
 */
gboolean
gst_sysmem_settings_fit_alignment (SysmemSettings *settings,
                                   GstCaps *caps,
                                   const GstVideoAlignment *alignment)
{
  GstVideoInfo info;
  SysmemSize coded;

  g_return_val_if_fail (SYSMEM_IS_SETTINGS (settings), FALSE);
  g_return_val_if_fail (GST_IS_CAPS (caps), FALSE);
  g_return_val_if_fail (alignment != NULL, FALSE);

  if (!gst_sysmem_settings_get_video_info (settings, caps, &info, NULL) || is_opaque (&info)
      || alignment->padding_left != 0 || alignment->padding_top != 0)
    return FALSE;
  coded = get_coded_size (settings, (guint)GST_VIDEO_INFO_WIDTH (&info), frame_height (&info));
  if ((guint64)frame_height (&info) + alignment->padding_bottom > coded.height)
    return FALSE;
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (&info); i++)
    if (!row_fits (&info, i, (guint64)GST_VIDEO_INFO_WIDTH (&info) + alignment->padding_right,
                   alignment->stride_align[i]))
      return FALSE;
  return TRUE;
}

/**
 * gst_sysmem_video_info_is_packed:
 * @info: a layout of frames
 *
 * Tells whether frames lie as GStreamer assumes where nothing is said: an element that does not
 * know `GstVideoMeta` can use them then.
 *
 * Returns: whether offsets and strides are the usual ones
 *
 * Since: 1.0
 */
gboolean
gst_sysmem_video_info_is_packed (const GstVideoInfo *info)
{
  GstVideoInfo usual;

  g_return_val_if_fail (info != NULL, FALSE);

  gst_video_info_init (&usual);
  if (is_opaque (info)
      || !gst_video_info_set_interlaced_format (
        &usual, GST_VIDEO_INFO_FORMAT (info), GST_VIDEO_INFO_INTERLACE_MODE (info),
        (guint)GST_VIDEO_INFO_WIDTH (info), (guint)GST_VIDEO_INFO_HEIGHT (info)))
    return FALSE;
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (info); i++)
    if (info->offset[i] != usual.offset[i] || info->stride[i] != usual.stride[i])
      return FALSE;
  return TRUE;
}
