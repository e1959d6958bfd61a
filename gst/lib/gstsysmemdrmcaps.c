/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A `drm-format` is a fourcc and a modifier, as in the contract, but the fourcc keeps its spaces, and
 * the modifier has 16 digits and is left out if it is linear:
 *
 *   NV12                      NV12:0x0
 *   "R8  "                    R8:0x0
 *   XR24:0x0100000000000001   XR24:0x100000000000001
 *
 * GStreamer has functions for that, but only since 1.24, and for the formats that it knows. */

#include "gstsysmemdrmcaps.h"

#include "gstsysmemformat.h"
#include <string.h>

gboolean
gst_sysmem_drm_caps_are_known (void)
{
  return gst_video_format_from_string (GST_SYSMEM_DMA_DRM) != GST_VIDEO_FORMAT_UNKNOWN;
}

gboolean
gst_sysmem_structure_is_drm (const GstStructure *structure)
{
  return g_strcmp0 (gst_structure_get_string (structure, "format"), GST_SYSMEM_DMA_DRM) == 0;
}

/* Nothing but letters and digits: otherwise the daemon would take it for no format at all. */
static gboolean
is_fourcc (const char *text)
{
  gsize length = 0;

  while (g_ascii_isalnum (text[length]))
    length++;
  return text[length] == '\0' && length > 0 && length <= sizeof (guint32);
}

char *
gst_sysmem_drm_format_to_pixel_format (const char *drm_format)
{
  g_auto (GStrv) parts = g_strsplit (drm_format, ":", 2);
  guint64 modifier = 0;

  if (parts[0] == NULL || !is_fourcc (g_strchomp (parts[0]))
      || (parts[1] != NULL
          && (!g_str_has_prefix (parts[1], "0x")
              || !g_ascii_string_to_unsigned (parts[1] + 2, 16, 0, G_MAXUINT64, &modifier, NULL))))
    return NULL;
  return g_strdup_printf ("%s:0x%" G_GINT64_MODIFIER "x", parts[0], modifier);
}

char *
gst_sysmem_drm_format_from_pixel_format (const char *pixel_format)
{
  const char *colon = pixel_format != NULL ? strchr (pixel_format, ':') : NULL;
  g_autofree char *fourcc = NULL;
  guint64 modifier = 0;

  if (colon == NULL
      || !g_ascii_string_to_unsigned (colon + strlen (":0x"), 16, 0, G_MAXUINT64, &modifier, NULL))
    return NULL;
  fourcc = g_strdup_printf ("%-4.*s", (int)(colon - pixel_format), pixel_format);
  return modifier == 0 ? g_steal_pointer (&fourcc)
                       : g_strdup_printf ("%s:0x%016" G_GINT64_MODIFIER "x", fourcc, modifier);
}

GstVideoFormat
gst_sysmem_pixel_format_get_components (const char *pixel_format)
{
  g_auto (GStrv) parts = g_strsplit (pixel_format, ":", 2);
  g_autofree char *linear = g_strconcat (parts[0], ":0x0", NULL);

  return gst_sysmem_video_format_from_pixel_format (linear);
}

/* As if the caps named the video format that the linear images have. */
static gboolean
read_linear (GstCaps *caps, GstVideoFormat format, GstVideoInfo *info)
{
  g_autoptr (GstCaps) plain = gst_caps_copy (caps);

  gst_caps_set_simple (plain, "format", G_TYPE_STRING, gst_video_format_to_string (format), NULL);
  gst_structure_remove_field (gst_caps_get_structure (plain, 0), "drm-format");
  return gst_video_info_from_caps (info, plain);
}

gboolean
gst_sysmem_caps_read (GstCaps *caps, GstVideoInfo *info, char **pixel_format)
{
  const GstStructure *structure;
  const char *drm_format;
  GstVideoFormat format;

  *pixel_format = NULL;
  if (!gst_caps_is_fixed (caps))
    return FALSE;
  structure = gst_caps_get_structure (caps, 0);
  if (!gst_sysmem_structure_is_drm (structure))
    {
      if (!gst_video_info_from_caps (info, caps))
        return FALSE;
      *pixel_format = gst_sysmem_video_format_to_pixel_format (GST_VIDEO_INFO_FORMAT (info));
      return TRUE;
    }
  drm_format = gst_structure_get_string (structure, "drm-format");
  if (drm_format == NULL)
    return FALSE;
  *pixel_format = gst_sysmem_drm_format_to_pixel_format (drm_format);
  format = gst_sysmem_video_format_from_pixel_format (*pixel_format);
  return format != GST_VIDEO_FORMAT_UNKNOWN ? read_linear (caps, format, info)
                                            : gst_video_info_from_caps (info, caps);
}

guint
gst_sysmem_video_info_count_planes (const GstVideoInfo *info)
{
  guint n = GST_VIDEO_INFO_N_PLANES (info);

  if (n == 0)
    while (n < GST_VIDEO_MAX_PLANES && info->stride[n] != 0)
      n++;
  return n;
}
