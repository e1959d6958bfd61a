/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Each video format of caps becomes an entry of image format constraints of its own, since the rows
 * of each need something else to be rows as GStreamer wants them: a multiple of four bytes in every
 * plane, so in plane 0 of planar formats, whose chroma rows are half as long, of eight.
 *
 *   video/x-raw, format=I420, width=642, height=[1, 480]
 *   -> YU12:0x0, min_size 642x1, max_size 0xFFFFFFFFx480, bytes_per_row_divisor 8
 *
 * A fixed size is only a minimum: others may need some pixels more around the frame, and get
 * them. */

#include "gstsysmemimage.h"

#include "gstsysmemcolor.h"
#include "gstsysmemformat.h"

/* GStreamer's own strides are multiples of this. */
#define USUAL_STRIDE_MULTIPLE 4u

/* In 4:2:0, chroma rows belong to one field too: lines in fours. */
#define INTERLACED_LINES 4u

/* A number of lines of a frame as one of a field; no maximum stays none. */
static guint32
halve (guint32 height)
{
  return height == G_MAXUINT32 ? height : height / 2 + height % 2;
}

/* Reads an int, or a range: no maximum is G_MAXUINT32. FALSE: something else is there. */
static gboolean
read_int_or_range (const GValue *value, guint32 *min, guint32 *max)
{
  if (G_VALUE_HOLDS_INT (value))
    {
      *min = *max = (guint32)MAX (g_value_get_int (value), 1);
      return g_value_get_int (value) > 0;
    }
  if (!GST_VALUE_HOLDS_INT_RANGE (value))
    return FALSE;
  *min = (guint32)MAX (gst_value_get_int_range_min (value), 1);
  *max = gst_value_get_int_range_max (value) < G_MAXINT
           ? (guint32)MAX (gst_value_get_int_range_max (value), 0)
           : G_MAXUINT32;
  return *max >= *min;
}

/* Reads one of them or a list of them; an int alone is only a minimum. */
static gboolean
read_bounds (const GstStructure *structure, const char *name, guint32 *min, guint32 *max)
{
  const GValue *value = gst_structure_get_value (structure, name);

  *min = 1;
  *max = G_MAXUINT32;
  if (value == NULL)
    return TRUE;
  if (!GST_VALUE_HOLDS_LIST (value))
    {
      gboolean found = read_int_or_range (value, min, max);

      if (G_VALUE_HOLDS_INT (value))
        *max = G_MAXUINT32;
      return found;
    }
  *min = G_MAXUINT32;
  *max = 0;
  for (guint i = 0; i < gst_value_list_get_size (value); i++)
    {
      guint32 least;
      guint32 most;

      if (!read_int_or_range (gst_value_list_get_value (value, i), &least, &most))
        return FALSE;
      *min = MIN (*min, least);
      *max = MAX (*max, most);
    }
  return gst_value_list_get_size (value) > 0;
}

static GstVideoInterlaceMode
read_interlace_mode (const GstStructure *structure)
{
  const GValue *value = gst_structure_get_value (structure, "interlace-mode");

  if (value == NULL)
    return GST_VIDEO_INTERLACE_MODE_PROGRESSIVE;
  return G_VALUE_HOLDS_STRING (value)
           ? gst_video_interlace_mode_from_string (g_value_get_string (value))
           : GST_VIDEO_INTERLACE_MODE_MIXED; /* a list */
}

/* A buffer of these holds a picture for each view, one behind the other. */
static gboolean
has_several_pictures (const GstStructure *structure)
{
  const char *mode = gst_structure_get_string (structure, "multiview-mode");

  return g_strcmp0 (mode, "separated") == 0;
}

gboolean
gst_sysmem_video_read (GstSysmemVideo *self, const GstStructure *structure)
{
  self->structure = structure;
  self->interlace_mode = read_interlace_mode (structure);
  if (has_several_pictures (structure)
      || !read_bounds (structure, "width", &self->min_size.width, &self->max_size.width)
      || !read_bounds (structure, "height", &self->min_size.height, &self->max_size.height))
    return FALSE;
  /* A buffer holds one field of these. */
  if (self->interlace_mode == GST_VIDEO_INTERLACE_MODE_ALTERNATE)
    {
      self->min_size.height = halve (self->min_size.height);
      self->max_size.height = halve (self->max_size.height);
    }
  return TRUE;
}

static guint32
add_padding (guint32 size, guint before, guint after)
{
  return (guint32)MIN ((guint64)size + before + after, G_MAXUINT32);
}

/* What the rows of plane 0 have to be multiples of, so that those of all planes are multiples of
 * GStreamer's four bytes and of what the alignment asks for. */
static guint32
get_row_divisor (const GstVideoFormatInfo *info, const GstVideoAlignment *alignment)
{
  guint64 divisor = USUAL_STRIDE_MULTIPLE;

  for (guint i = 0; i < GST_VIDEO_FORMAT_INFO_N_PLANES (info); i++)
    {
      gint components[GST_VIDEO_MAX_COMPONENTS];
      guint64 multiple = USUAL_STRIDE_MULTIPLE;
      guint64 first = (guint64)GST_VIDEO_FORMAT_INFO_PSTRIDE (info, 0);

      /* A mask of ones; anything else asks for what its highest bit says. */
      if (alignment != NULL && alignment->stride_align[i] != 0)
        multiple =
          MAX (multiple, G_GUINT64_CONSTANT (1) << g_bit_storage (alignment->stride_align[i]));
      gst_video_format_info_component (info, i, components);
      first <<= GST_VIDEO_FORMAT_INFO_W_SUB (info, components[0]);
      divisor = MAX (divisor, multiple * first
                                / (guint64)GST_VIDEO_FORMAT_INFO_PSTRIDE (info, components[0]));
    }
  return (guint32)MIN (divisor, G_MAXUINT32);
}

/* The usual layout of frames of a fixed size. */
static gboolean
get_usual_info (const GstSysmemVideo *video, GstVideoFormat format, GstVideoInfo *info)
{
  gint width;
  gint height;

  gst_video_info_init (info);
  return gst_structure_get_int (video->structure, "width", &width)
         && gst_structure_get_int (video->structure, "height", &height)
         && gst_video_info_set_interlaced_format (info, format, video->interlace_mode, (guint)width,
                                                  (guint)height);
}

static void
add_color_space (GStrvBuilder *spaces, GHashTable *seen, const char *name)
{
  if (g_hash_table_add (seen, (gpointer)name))
    g_strv_builder_add (spaces, name);
}

static void
add_colorimetry (GStrvBuilder *spaces, GHashTable *seen, GstVideoFormat format, const GValue *value)
{
  const char *text = G_VALUE_HOLDS_STRING (value) ? g_value_get_string (value) : NULL;
  GstVideoColorimetry colorimetry = { 0 };

  if (text == NULL || !gst_video_colorimetry_from_string (&colorimetry, text))
    add_color_space (spaces, seen, "passthrough");
  else
    add_color_space (spaces, seen, gst_sysmem_color_space_for_colorimetry (format, &colorimetry));
}

/* Fixed caps that do not say have the colorimetry that GStreamer assumes for their size; others
 * leave it to whoever knows. */
static GStrv
make_color_spaces (const GstSysmemVideo *video, GstVideoFormat format)
{
  g_autoptr (GStrvBuilder) spaces = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  const GValue *value = gst_structure_get_value (video->structure, "colorimetry");
  GstVideoInfo usual;

  if (value != NULL && GST_VALUE_HOLDS_LIST (value))
    for (guint i = 0; i < gst_value_list_get_size (value); i++)
      add_colorimetry (spaces, seen, format, gst_value_list_get_value (value, i));
  else if (value != NULL)
    add_colorimetry (spaces, seen, format, value);
  else if (video->is_fixed && format != GST_VIDEO_FORMAT_UNKNOWN
           && get_usual_info (video, format, &usual))
    add_color_space (spaces, seen,
                     gst_sysmem_color_space_for_colorimetry (format, &usual.colorimetry));
  if (g_hash_table_size (seen) == 0)
    add_color_space (spaces, seen, "*");
  return g_strv_builder_end (spaces);
}

static void
set_size (SysmemImageFormatConstraints *image, const GstSysmemVideo *video)
{
  const GstVideoAlignment *wish = video->alignment;
  SysmemSize min = video->min_size;

  if (wish != NULL)
    min = (SysmemSize){ add_padding (min.width, wish->padding_left, wish->padding_right),
                        add_padding (min.height, wish->padding_top, wish->padding_bottom) };
  g_object_set (image, "min-size", &min, NULL);
  if (video->max_size.width < G_MAXUINT32 || video->max_size.height < G_MAXUINT32)
    g_object_set (image, "max-size", &video->max_size, NULL);
}

static void
set_rows (SysmemImageFormatConstraints *image, const GstSysmemVideo *video, GstVideoFormat format)
{
  const GstVideoFormatInfo *info = gst_video_format_get_info (format);
  guint32 divisor = get_row_divisor (info, video->alignment);
  GstVideoInfo usual;

  g_object_set (image, "bytes-per-row-divisor", divisor, NULL);
  if (video->interlace_mode != GST_VIDEO_INTERLACE_MODE_PROGRESSIVE
      && GST_VIDEO_FORMAT_INFO_N_PLANES (info) > 1 && GST_VIDEO_FORMAT_INFO_H_SUB (info, 1) > 0)
    g_object_set (image, "size-alignment", &(SysmemSize){ 1, INTERLACED_LINES }, NULL);
  /* Where GStreamer's rounding of the planes is none that a divisor can say, rows stay free. */
  if (video->packed && get_usual_info (video, format, &usual)
      && (guint32)GST_VIDEO_INFO_PLANE_STRIDE (&usual, 0) % divisor == 0)
    g_object_set (image, "max-bytes-per-row", (guint32)GST_VIDEO_INFO_PLANE_STRIDE (&usual, 0),
                  NULL);
}

SysmemImageFormatConstraints *
gst_sysmem_video_make_image (const GstSysmemVideo *self,
                             const char *pixel_format,
                             GstVideoFormat components)
{
  g_auto (GStrv) spaces = make_color_spaces (self, components);
  GstVideoFormat linear = gst_sysmem_video_format_from_pixel_format (pixel_format);
  SysmemImageFormatConstraints *image =
    g_object_new (SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS, "pixel-formats",
                  (const char *const[]){ pixel_format, NULL }, "color-spaces", spaces, NULL);

  set_size (image, self);
  if (linear != GST_VIDEO_FORMAT_UNKNOWN)
    set_rows (image, self, linear);
  return image;
}
