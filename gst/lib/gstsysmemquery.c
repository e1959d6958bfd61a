/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the elements downstream answered to an ALLOCATION query, as constraints. */

#include "gstsysmemconstraints-private.h"

/* The wishes that came with the support of GstVideoMeta. FALSE: it is not supported. */
static gboolean
read_video_meta (GstQuery *query, GstVideoAlignment *alignment)
{
  static const char *const strides[GST_VIDEO_MAX_PLANES] = { "stride-align0", "stride-align1",
                                                             "stride-align2", "stride-align3" };
  const GstStructure *params = NULL;
  guint index;

  gst_video_alignment_reset (alignment);
  if (!gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE, &index))
    return FALSE;
  (void)gst_query_parse_nth_allocation_meta (query, index, &params);
  if (params == NULL || !gst_structure_has_name (params, "video-meta"))
    return TRUE;
  (void)gst_structure_get_uint (params, "padding-top", &alignment->padding_top);
  (void)gst_structure_get_uint (params, "padding-bottom", &alignment->padding_bottom);
  (void)gst_structure_get_uint (params, "padding-left", &alignment->padding_left);
  (void)gst_structure_get_uint (params, "padding-right", &alignment->padding_right);
  for (guint i = 0; i < G_N_ELEMENTS (strides); i++)
    (void)gst_structure_get_uint (params, strides[i], &alignment->stride_align[i]);
  return TRUE;
}

/* The pools that are offered say how many buffers somebody holds, and how large they have to be. */
static void
read_pools (GstQuery *query, SysmemConstraints *constraints)
{
  guint most = 1;
  guint largest = 0;

  for (guint i = 0; i < gst_query_get_n_allocation_pools (query); i++)
    {
      guint size = 0;
      guint min = 0;

      gst_query_parse_nth_allocation_pool (query, i, NULL, &size, &min, NULL);
      most = MAX (most, min);
      largest = MAX (largest, size);
    }
  g_object_set (constraints, "min-buffer-count-for-camping", most, NULL);
  if (largest > 0)
    {
      g_autoptr (SysmemMemoryConstraints) memory = NULL;

      g_object_get (constraints, "buffer-memory-constraints", &memory, NULL);
      if (memory == NULL)
        memory = sysmem_memory_constraints_new ();
      g_object_set (memory, "min-size-bytes", (guint64)largest, NULL);
      g_object_set (constraints, "buffer-memory-constraints", memory, NULL);
    }
}

/**
 * gst_sysmem_constraints_new_from_query:
 * @query: an ALLOCATION query that was answered
 * @usage: what those who answered do with the buffers
 * @error: return location for an error
 *
 * Says in the contract's words what the elements downstream need: what the query's caps say as in
 * [func@GstSysmem.constraints_new_from_caps]; strides and room around the frames as the parameters
 * of `GstVideoMeta` say, or the usual strides if nobody downstream knows it; and the buffers that
 * the offered pools would hold, which are at least as large as theirs.
 *
 * Returns: (transfer full): the constraints, or %NULL with %GST_CORE_ERROR_CAPS if the query has no
 *   caps of raw video
 *
 * Since: 1.0
 */
SysmemConstraints *
gst_sysmem_constraints_new_from_query (GstQuery *query, SysmemUsage usage, GError **error)
{
  SysmemConstraints *constraints;
  GstVideoAlignment alignment;
  GstCaps *caps = NULL;
  gboolean packed;

  g_return_val_if_fail (GST_IS_QUERY (query), NULL);
  g_return_val_if_fail (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION, NULL);

  gst_query_parse_allocation (query, &caps, NULL);
  if (caps == NULL)
    {
      g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS, "the ALLOCATION query has no caps");
      return NULL;
    }
  packed = !read_video_meta (query, &alignment);
  constraints = gst_sysmem_constraints_make (caps, usage, &alignment, packed, error);
  if (constraints != NULL)
    read_pools (query, constraints);
  return constraints;
}
