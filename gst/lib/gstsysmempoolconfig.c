/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmembufferpool-private.h"

#include "gstsysmemlayout.h"

/* The layout for @caps (nullable): images as settled, or raw bytes. */
static gboolean
read_layout (GstSysmemBufferPool *self, GstCaps *caps, GstSysmemPoolLayout *layout, GError **error)
{
  SysmemSettings *settings = sysmem_collection_get_settings (self->collection);

  gst_video_info_init (&layout->info);
  layout->adds_meta = FALSE;
  layout->is_video = sysmem_settings_get_pixel_format (settings) != NULL;
  layout->size = (gsize)sysmem_settings_get_size_bytes (settings);
  if (!layout->is_video)
    return TRUE;
  if (caps == NULL)
    {
      g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS,
                   "the buffers hold images: the configuration has to have caps");
      return FALSE;
    }
  if (!gst_sysmem_settings_get_video_info (settings, caps, &layout->info, error))
    return FALSE;
  layout->size = GST_VIDEO_INFO_SIZE (&layout->info);
  return TRUE;
}

/* Are there as many buffers, as large as asked for? It will always be all, of the size they are. */
static gboolean
pin_params (GstSysmemBufferPool *self, GstStructure *config, GstCaps *caps, gsize size)
{
  guint n = gst_sysmem_buffer_pool_get_n_buffers (self);
  guint asked_size = 0;
  guint min = 0;

  (void)gst_buffer_pool_config_get_params (config, NULL, &asked_size, &min, NULL);
  gst_buffer_pool_config_set_params (config, caps, (guint)size, MIN (min, n), n);
  if (min <= n && asked_size <= size)
    return TRUE;
  GST_INFO_OBJECT (self, "refusing %u buffers of %u bytes: there are %u of %" G_GSIZE_FORMAT, min,
                   asked_size, n, size);
  return FALSE;
}

/* Whoever draws into rows that are not the usual ones has to be told. */
static gboolean
check_meta (GstSysmemBufferPool *self, GstStructure *config, const GstVideoInfo *info)
{
  if (gst_sysmem_video_info_is_packed (info)
      || gst_buffer_pool_config_has_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META))
    return TRUE;
  GST_DEBUG_OBJECT (self, "adding GstVideoMeta, which these strides need");
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  return FALSE;
}

static gboolean
check_alignment (GstSysmemBufferPool *self, GstStructure *config, GstCaps *caps)
{
  GstVideoAlignment alignment;

  if (!gst_buffer_pool_config_has_option (config, GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT)
      || !gst_buffer_pool_config_get_video_alignment (config, &alignment)
      || gst_sysmem_settings_fit_alignment (sysmem_collection_get_settings (self->collection), caps,
                                            &alignment))
    return TRUE;
  GST_INFO_OBJECT (self,
                   "refusing an alignment that was not negotiated: padding left %u, top %u, right "
                   "%u, bottom %u, stride masks %u %u %u %u",
                   alignment.padding_left, alignment.padding_top, alignment.padding_right,
                   alignment.padding_bottom, alignment.stride_align[0], alignment.stride_align[1],
                   alignment.stride_align[2], alignment.stride_align[3]);
  return FALSE;
}

gboolean
gst_sysmem_buffer_pool_follow (GstSysmemBufferPool *self, GstStructure *config)
{
  g_autoptr (GError) error = NULL;
  GstSysmemPoolLayout layout;
  GstCaps *caps = NULL;
  gboolean as_asked;

  if (!gst_buffer_pool_config_get_params (config, &caps, NULL, NULL, NULL)
      || !read_layout (self, caps, &layout, &error))
    {
      GST_WARNING_OBJECT (self, "refusing a configuration: %s",
                          error != NULL ? error->message : "it lacks parameters");
      return FALSE;
    }
  as_asked = pin_params (self, config, caps, layout.size);
  if (layout.is_video)
    {
      as_asked &= check_meta (self, config, &layout.info);
      as_asked &= check_alignment (self, config, caps);
      layout.adds_meta =
        gst_buffer_pool_config_has_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
    }
  if (!as_asked)
    return FALSE;
  g_mutex_lock (&self->lock);
  self->layout = layout;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/**
 * gst_sysmem_buffer_pool_configure:
 * @self: a pool that is not active
 * @caps: (nullable): what the buffers hold; may be %NULL for raw bytes
 * @error: return location for an error
 *
 * Configures the pool for an element's own use: all the buffers, with `GstVideoMeta`. It can be
 * activated then.
 *
 * Returns: %TRUE on success; %FALSE with an error as of
 *   [func@GstSysmem.settings_get_video_info], or with %GST_CORE_ERROR_STATE_CHANGE if the pool is
 *   active
 *
 * Since: 1.0
 */
gboolean
gst_sysmem_buffer_pool_configure (GstSysmemBufferPool *self, GstCaps *caps, GError **error)
{
  GstBufferPool *pool;
  GstStructure *config;
  GstSysmemPoolLayout layout;
  guint n;

  g_return_val_if_fail (GST_IS_SYSMEM_BUFFER_POOL (self), FALSE);

  pool = GST_BUFFER_POOL (self);
  if (!read_layout (self, caps, &layout, error))
    return FALSE;
  config = gst_buffer_pool_get_config (pool);
  /* Whoever is offered the pool when it is active looks whether the minimum is enough. */
  n = gst_sysmem_buffer_pool_get_n_buffers (self);
  gst_buffer_pool_config_set_params (config, caps, (guint)layout.size, n, n);
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  if (gst_buffer_pool_set_config (pool, config))
    return TRUE;
  g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_STATE_CHANGE,
               "the pool is in use: it cannot be configured now");
  return FALSE;
}

/**
 * gst_sysmem_buffer_pool_get_video_info:
 * @self: a pool
 * @info: (out caller-allocates): return location for the layout
 *
 * Gets how frames lie in the buffers, as configured.
 *
 * Returns: %FALSE if the pool is not configured yet, or the buffers hold raw bytes
 *
 * Since: 1.0
 */
gboolean
gst_sysmem_buffer_pool_get_video_info (GstSysmemBufferPool *self, GstVideoInfo *info)
{
  gboolean is_video;

  g_return_val_if_fail (GST_IS_SYSMEM_BUFFER_POOL (self), FALSE);
  g_return_val_if_fail (info != NULL, FALSE);

  g_mutex_lock (&self->lock);
  is_video = self->layout.is_video;
  *info = self->layout.info;
  g_mutex_unlock (&self->lock);
  return is_video;
}

/**
 * gst_sysmem_buffer_pool_dup_video_info: (rename-to gst_sysmem_buffer_pool_get_video_info)
 * @self: a pool
 *
 * Gets how frames lie in the buffers, as configured.
 *
 * Returns: (transfer full) (nullable): the layout, or %NULL if the pool is not configured yet, or
 *   the buffers hold raw bytes
 *
 * Since: 1.0
 */
GstVideoInfo *
gst_sysmem_buffer_pool_dup_video_info (GstSysmemBufferPool *self)
{
  GstVideoInfo info;

  return gst_sysmem_buffer_pool_get_video_info (self, &info) ? gst_video_info_copy (&info) : NULL;
}
