/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemconstraints-private.h"

#include "gstsysmemdrmcaps.h"
#include "gstsysmemformat.h"
#include "gstsysmemimage.h"
#include <gst/allocators/gstdmabuf.h>

/* Entries that the contract allows a participant (03 §13). */
#define MAX_ENTRIES 64u

typedef struct
{
  SysmemConstraints *constraints;
  GHashTable *seen; /* pixel formats: a participant names each only once */
  GstSysmemVideo video;
} Reader;

static void
add_entry (Reader *reader, const char *pixel_format, GstVideoFormat components)
{
  g_autoptr (SysmemImageFormatConstraints) image = NULL;

  if (g_hash_table_size (reader->seen) == MAX_ENTRIES
      || !g_hash_table_add (reader->seen, g_strdup (pixel_format)))
    return;
  image = gst_sysmem_video_make_image (&reader->video, pixel_format, components);
  sysmem_constraints_add_image_format (reader->constraints, image);
}

/* A format of raw video. */
static void
add_format (Reader *reader, const char *name)
{
  GstVideoFormat format = gst_video_format_from_string (name);
  g_autofree char *pixel_format = gst_sysmem_video_format_to_pixel_format (format);

  if (pixel_format != NULL)
    add_entry (reader, pixel_format, format);
}

static void
add_drm_format (Reader *reader, const char *name)
{
  g_autofree char *pixel_format = gst_sysmem_drm_format_to_pixel_format (name);

  if (pixel_format != NULL)
    add_entry (reader, pixel_format, gst_sysmem_pixel_format_get_components (pixel_format));
}

static void
for_each_string (Reader *reader, const GValue *value, void (*add) (Reader *, const char *))
{
  if (value != NULL && G_VALUE_HOLDS_STRING (value))
    add (reader, g_value_get_string (value));
  else if (value != NULL && GST_VALUE_HOLDS_LIST (value))
    for (guint i = 0; i < gst_value_list_get_size (value); i++)
      for_each_string (reader, gst_value_list_get_value (value, i), add);
}

static void
add_formats (Reader *reader, const GstStructure *structure)
{
  const GValue *value = gst_structure_get_value (structure, "format");
  guint n;
  const GstVideoFormat *all = gst_sysmem_list_video_formats (&n);

  if (value == NULL)
    for (guint i = 0; i < n; i++)
      add_format (reader, gst_video_format_to_string (all[i]));
  else if (gst_sysmem_structure_is_drm (structure))
    for_each_string (reader, gst_structure_get_value (structure, "drm-format"), add_drm_format);
  else
    for_each_string (reader, value, add_format);
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
add_structures (Reader *reader, GstCaps *caps)
{
  guint n_plain = 0;
  guint n_dma_buf = 0;

  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    {
      const GstStructure *structure = gst_caps_get_structure (caps, i);
      Memory memory = get_memory (gst_caps_get_features (caps, i));

      if (memory == MEMORY_FOREIGN || !gst_structure_has_name (structure, "video/x-raw")
          || !gst_sysmem_video_read (&reader->video, structure))
        continue;
      n_plain += memory == MEMORY_PLAIN;
      n_dma_buf += memory == MEMORY_DMA_BUF;
      add_formats (reader, structure);
    }
  return n_dma_buf > 0 && n_plain == 0;
}

static void
set_no_video_error (GstCaps *caps, GError **error)
{
  g_autofree char *text = gst_caps_to_string (caps);

  g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS,
               "%s: no raw video of a format that sysmem can lay out, in plain memory or dma-bufs",
               text);
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
  Reader reader = {
    .constraints = constraints,
    .seen = seen,
    .video = { .alignment = alignment, .packed = packed, .is_fixed = gst_caps_is_fixed (caps) }
  };

  if (!gst_caps_is_any (caps) && add_structures (&reader, caps))
    {
      g_autoptr (SysmemMemoryConstraints) memory =
        g_object_new (SYSMEM_TYPE_MEMORY_CONSTRAINTS, "dma-buf-required", TRUE, NULL);

      g_object_set (constraints, "buffer-memory-constraints", memory, NULL);
    }
  if (g_hash_table_size (seen) > 0)
    return g_steal_pointer (&constraints);
  set_no_video_error (caps, error);
  return NULL;
}

/**
 * gst_sysmem_constraints_new_from_caps:
 * @caps: what an element can work with
 * @usage: what it does with the buffers
 * @alignment: (nullable): strides and room around the frames that it needs besides
 * @error: return location for an error
 *
 * Says in the contract's words what caps say: formats, sizes, color spaces. If all the caps have
 * the feature `memory:DMABuf`, dma-bufs are required. A format that several structures of the caps
 * name is taken from the first of them; structures that are not raw video, in memory that cannot be
 * shared, of unknown formats, or of several pictures a buffer (`multiview-mode=separated`) are left
 * out. So is what follows the first 64 formats.
 *
 * Tiled images are named by `format=DMA_DRM` with a `drm-format`, as GStreamer does since 1.24.
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
