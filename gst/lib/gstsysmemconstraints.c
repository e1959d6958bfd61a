/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Caps become one entry of image format constraints for every video format in them, since the rows
 * of each need something else to be rows as GStreamer wants them: a multiple of four bytes in every
 * plane, so in plane 0 of planar formats, whose chroma rows are half as long, of eight.
 *
 *   video/x-raw, format=I420, width=642, height=[1, 480]
 *   -> YU12:0x0, min_size 642x1, max_size 0xFFFFFFFFx480, bytes_per_row_divisor 8
 *
 * A fixed size is a minimum only: others may need some pixels more around the frame, and get them. */

#include "gstsysmemconstraints-private.h"

#include "gstsysmemcolor.h"
#include "gstsysmemformat.h"
#include <gst/allocators/gstdmabuf.h>

/* GStreamer's own strides are multiples of this. */
#define USUAL_STRIDE_MULTIPLE 4u

/* In 4:2:0, chroma rows belong to one field too: lines in fours. */
#define INTERLACED_LINES 4u

/* What the structure of caps, and who uses it, say about all formats in it. */
typedef struct
{
  SysmemConstraints *constraints; /* where they are added */
  GHashTable *seen;               /* pixel formats: a participant names each only once */
  const GstStructure *structure;
  gboolean is_fixed;
  gboolean is_interlaced;
  gboolean is_split; /* a buffer holds one field */
  SysmemSize min_size, max_size;
  const GstVideoAlignment *alignment; /* nullable */
  gboolean packed;                    /* only GStreamer's usual strides will do */
} Video;

/* A number of lines of a frame as one of a field; no maximum stays none. */
static guint32
halve (guint32 height)
{
  return height == G_MAXUINT32 ? height : height / 2 + height % 2;
}

/* Reads an int, a range or a list of them. FALSE: something else is there. */
static gboolean
read_bounds (const GstStructure *structure, const char *name, guint32 *min, guint32 *max)
{
  const GValue *value = gst_structure_get_value (structure, name);

  *min = 1;
  *max = G_MAXUINT32;
  if (value == NULL)
    return TRUE;
  if (G_VALUE_HOLDS_INT (value))
    {
      *min = (guint32)MAX (g_value_get_int (value), 1);
      return g_value_get_int (value) > 0;
    }
  if (GST_VALUE_HOLDS_INT_RANGE (value))
    {
      *min = (guint32)MAX (gst_value_get_int_range_min (value), 1);
      if (gst_value_get_int_range_max (value) < G_MAXINT)
        *max = (guint32)MAX (gst_value_get_int_range_max (value), 0);
      return *max >= *min;
    }
  if (!GST_VALUE_HOLDS_LIST (value) || gst_value_list_get_size (value) == 0)
    return FALSE;
  *min = G_MAXUINT32;
  *max = 0;
  for (guint i = 0; i < gst_value_list_get_size (value); i++)
    {
      const GValue *item = gst_value_list_get_value (value, i);

      if (!G_VALUE_HOLDS_INT (item) || g_value_get_int (item) <= 0)
        return FALSE;
      *min = MIN (*min, (guint32)g_value_get_int (item));
      *max = MAX (*max, (guint32)g_value_get_int (item));
    }
  return TRUE;
}

static gboolean
read_video (Video *video)
{
  const char *mode = gst_structure_get_string (video->structure, "interlace-mode");

  video->is_interlaced = mode != NULL && !g_str_equal (mode, "progressive");
  video->is_split = g_strcmp0 (mode, "alternate") == 0;
  if (!read_bounds (video->structure, "width", &video->min_size.width, &video->max_size.width)
      || !read_bounds (video->structure, "height", &video->min_size.height,
                       &video->max_size.height))
    return FALSE;
  if (video->is_split)
    {
      video->min_size.height = halve (video->min_size.height);
      video->max_size.height = halve (video->max_size.height);
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
get_usual_info (const Video *video, GstVideoFormat format, GstVideoInfo *info)
{
  gint width;
  gint height;

  gst_video_info_init (info);
  return gst_structure_get_int (video->structure, "width", &width)
         && gst_structure_get_int (video->structure, "height", &height)
         && gst_video_info_set_interlaced_format (
           info, format,
           video->is_split        ? GST_VIDEO_INTERLACE_MODE_ALTERNATE
           : video->is_interlaced ? GST_VIDEO_INTERLACE_MODE_INTERLEAVED
                                  : GST_VIDEO_INTERLACE_MODE_PROGRESSIVE,
           (guint)width, (guint)height);
}

static void
add_color_space (GStrvBuilder *spaces, GHashTable *seen, const char *name)
{
  if (g_hash_table_add (seen, (gpointer)name))
    g_strv_builder_add (spaces, name);
}

static void
add_colorimetry (GStrvBuilder *spaces, GHashTable *seen, GstVideoFormat format, const char *text)
{
  GstVideoColorimetry colorimetry = { 0 };

  if (text == NULL || !gst_video_colorimetry_from_string (&colorimetry, text))
    add_color_space (spaces, seen, "passthrough");
  else
    add_color_space (spaces, seen, gst_sysmem_color_space_for_colorimetry (format, &colorimetry));
}

/* Fixed caps that do not say have the colorimetry that GStreamer assumes for their size; others
 * leave it to whoever knows. */
static GStrv
make_color_spaces (const Video *video, GstVideoFormat format)
{
  g_autoptr (GStrvBuilder) spaces = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  const GValue *value = gst_structure_get_value (video->structure, "colorimetry");
  GstVideoInfo usual;

  if (value != NULL && GST_VALUE_HOLDS_LIST (value))
    for (guint i = 0; i < gst_value_list_get_size (value); i++)
      add_colorimetry (spaces, seen, format,
                       g_value_get_string (gst_value_list_get_value (value, i)));
  else if (value != NULL && G_VALUE_HOLDS_STRING (value))
    add_colorimetry (spaces, seen, format, g_value_get_string (value));
  else if (video->is_fixed && get_usual_info (video, format, &usual))
    add_color_space (spaces, seen,
                     gst_sysmem_color_space_for_colorimetry (format, &usual.colorimetry));
  if (g_hash_table_size (seen) == 0)
    add_color_space (spaces, seen, "*");
  return g_strv_builder_end (spaces);
}

static void
set_size (SysmemImageFormatConstraints *image, const Video *video)
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
set_rows (SysmemImageFormatConstraints *image, const Video *video, GstVideoFormat format)
{
  const GstVideoFormatInfo *info = gst_video_format_get_info (format);
  guint32 divisor = get_row_divisor (info, video->alignment);
  GstVideoInfo usual;

  g_object_set (image, "bytes-per-row-divisor", divisor, NULL);
  if (video->is_interlaced && GST_VIDEO_FORMAT_INFO_N_PLANES (info) > 1
      && GST_VIDEO_FORMAT_INFO_H_SUB (info, 1) > 0)
    g_object_set (image, "size-alignment", &(SysmemSize){ 1, INTERLACED_LINES }, NULL);
  /* Where GStreamer's rounding of the planes is none that a divisor can say, rows stay free. */
  if (video->packed && get_usual_info (video, format, &usual)
      && (guint32)GST_VIDEO_INFO_PLANE_STRIDE (&usual, 0) % divisor == 0)
    g_object_set (image, "max-bytes-per-row", (guint32)GST_VIDEO_INFO_PLANE_STRIDE (&usual, 0),
                  NULL);
}

static void
add_image (const Video *video, const char *pixel_format, GstVideoFormat format)
{
  g_autoptr (SysmemImageFormatConstraints) image = NULL;
  g_auto (GStrv) spaces = NULL;

  if (!g_hash_table_add (video->seen, g_strdup (pixel_format)))
    return;
  spaces = make_color_spaces (video, format);
  image = g_object_new (SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS, "pixel-formats",
                        (const char *const[]){ pixel_format, NULL }, "color-spaces", spaces, NULL);
  set_size (image, video);
  set_rows (image, video, format);
  sysmem_constraints_add_image_format (video->constraints, image);
}

static void
add_format (const Video *video, const char *name)
{
  GstVideoFormat format =
    name != NULL ? gst_video_format_from_string (name) : GST_VIDEO_FORMAT_UNKNOWN;
  g_autofree char *pixel_format = gst_sysmem_video_format_to_pixel_format (format);

  if (pixel_format != NULL)
    add_image (video, pixel_format, format);
}

static void
add_formats (const Video *video)
{
  const GValue *value = gst_structure_get_value (video->structure, "format");
  guint n;
  const GstVideoFormat *all = gst_sysmem_list_video_formats (&n);

  if (value == NULL)
    for (guint i = 0; i < n; i++)
      add_format (video, gst_video_format_to_string (all[i]));
  else if (G_VALUE_HOLDS_STRING (value))
    add_format (video, g_value_get_string (value));
  else if (GST_VALUE_HOLDS_LIST (value))
    for (guint i = 0; i < gst_value_list_get_size (value); i++)
      add_format (video, g_value_get_string (gst_value_list_get_value (value, i)));
}

typedef enum
{
  MEMORY_PLAIN,
  MEMORY_DMA_BUF,
  MEMORY_FOREIGN, /* textures and the like */
} Memory;

static Memory
get_memory (GstCapsFeatures *features)
{
  for (guint i = 0; i < gst_caps_features_get_size (features); i++)
    {
      const char *feature = gst_caps_features_get_nth (features, i);

      if (g_str_equal (feature, GST_CAPS_FEATURE_MEMORY_DMABUF))
        return MEMORY_DMA_BUF;
      if (g_str_has_prefix (feature, "memory:")
          && !g_str_equal (feature, GST_CAPS_FEATURE_MEMORY_SYSTEM_MEMORY))
        return MEMORY_FOREIGN;
    }
  return MEMORY_PLAIN;
}

/* Adds every structure that is raw video in memory that can be shared. Returns whether all of
 * them want dma-bufs. */
static gboolean
add_structures (Video *video, GstCaps *caps)
{
  guint n_plain = 0;
  guint n_dma_buf = 0;

  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    {
      Memory memory = get_memory (gst_caps_get_features (caps, i));

      video->structure = gst_caps_get_structure (caps, i);
      if (memory == MEMORY_FOREIGN || !gst_structure_has_name (video->structure, "video/x-raw")
          || !read_video (video))
        continue;
      n_plain += memory == MEMORY_PLAIN;
      n_dma_buf += memory == MEMORY_DMA_BUF;
      add_formats (video);
    }
  return n_dma_buf > 0 && n_plain == 0;
}

SysmemConstraints *
gst_sysmem_constraints_make (GstCaps *caps,
                             SysmemUsage usage,
                             const GstVideoAlignment *alignment,
                             gboolean packed,
                             GError **error)
{
  g_autoptr (SysmemConstraints) constraints =
    g_object_new (SYSMEM_TYPE_CONSTRAINTS, "usage", usage, "min-buffer-count-for-camping", 1, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Video video = { .constraints = constraints,
                  .seen = seen,
                  .is_fixed = gst_caps_is_fixed (caps),
                  .alignment = alignment,
                  .packed = packed };

  if (!gst_caps_is_any (caps) && add_structures (&video, caps))
    {
      g_autoptr (SysmemMemoryConstraints) memory =
        g_object_new (SYSMEM_TYPE_MEMORY_CONSTRAINTS, "dma-buf-required", TRUE, NULL);

      g_object_set (constraints, "buffer-memory-constraints", memory, NULL);
    }
  if (g_hash_table_size (seen) == 0)
    {
      g_autofree char *text = gst_caps_to_string (caps);

      g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS,
                   "%s: no raw video of a format that sysmem can lay out, in plain memory or "
                   "dma-bufs",
                   text);
      return NULL;
    }
  return g_steal_pointer (&constraints);
}

/**
 * gst_sysmem_constraints_new_from_caps:
 * @caps: what an element can work with
 * @usage: what it does with the buffers
 * @alignment: (nullable): strides and room around the frames that it needs besides
 * @error: return location for an error
 *
 * Says in the contract's words what caps say: formats, sizes, color spaces. If all the caps have the
 * feature `memory:DMABuf`, dma-bufs are required. A format that several structures of the caps name
 * is taken from the first of them; structures that are not raw video, in memory that cannot be
 * shared, or of unknown formats are left out.
 *
 * A fixed size is the smallest that is laid out, and others may ask for more around it; see
 * [func@GstSysmem.settings_get_video_info]. Of @alignment, room on the left and above is added on
 * the right and below: frames begin at the begin of their planes.
 *
 * The constraints ask for one buffer for camping; set
 * [property@Sysmem.Constraints:min-buffer-count-for-camping] to what the element really holds.
 *
 * Returns: (transfer full): the constraints, or %NULL with %GST_CORE_ERROR_CAPS if nothing is left
 *
 * Since: 1.0
 */
SysmemConstraints *
gst_sysmem_constraints_new_from_caps (GstCaps *caps,
                                      SysmemUsage usage,
                                      const GstVideoAlignment *alignment,
                                      GError **error)
{
  g_return_val_if_fail (GST_IS_CAPS (caps), NULL);

  return gst_sysmem_constraints_make (caps, usage, alignment, FALSE, error);
}
