/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemcopy.h"

#define LOOK_UP_US (100 * 1000) /* how often to see whether to give up */

static gboolean
is_flushing (GstSysmemServer *server)
{
  gboolean flushing;

  gst_sysmem_server_lock (server);
  flushing = gst_sysmem_server_is_flushing (server);
  gst_sysmem_server_unlock (server);
  return flushing;
}

/* Nobody says when upstream has flushed. */
static void
wait_a_while (GstSysmemServer *server)
{
  gst_sysmem_server_lock (server);
  if (!gst_sysmem_server_is_flushing (server))
    (void)gst_sysmem_server_wait (server, g_get_monotonic_time () + LOOK_UP_US);
  gst_sysmem_server_unlock (server);
}

/* Upstream may have the pool inactive, or flushing for its own reasons; or come to that meanwhile. */
static GstFlowReturn
acquire (GstSysmemServer *server, GstSysmemBufferPool *pool, GstBuffer **buffer)
{
  GstFlowReturn flow = GST_FLOW_EOS;

  while (flow != GST_FLOW_OK && !is_flushing (server))
    {
      if (!gst_buffer_pool_is_active (GST_BUFFER_POOL (pool))
          && !gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE))
        return GST_FLOW_ERROR;
      flow =
        gst_sysmem_buffer_pool_acquire_until (pool, g_get_monotonic_time () + LOOK_UP_US, buffer);
      if (flow == GST_FLOW_FLUSHING && gst_buffer_pool_is_active (GST_BUFFER_POOL (pool)))
        wait_a_while (server);
    }
  return flow == GST_FLOW_OK ? GST_FLOW_OK : GST_FLOW_FLUSHING;
}

/* FALSE: nobody but a device can look into such images. */
static gboolean
read_caps (GstCaps *caps, GstVideoInfo *info)
{
#if GST_CHECK_VERSION(1, 24, 0)
  if (gst_video_is_dma_drm_caps (caps))
    {
      GstVideoInfoDmaDrm drm;

      if (!gst_video_info_dma_drm_from_caps (&drm, caps))
        return FALSE;
      *info = drm.vinfo;
      return GST_VIDEO_INFO_FORMAT (info) != GST_VIDEO_FORMAT_DMA_DRM;
    }
#endif
  return gst_video_info_from_caps (info, caps);
}

static gboolean
copy_pixels (GstCaps *caps, GstBuffer *from, GstBuffer *to)
{
  GstVideoFrame source;
  GstVideoFrame target;
  GstVideoInfo info;
  gboolean copied;

  if (!read_caps (caps, &info) || !gst_video_frame_map (&source, &info, from, GST_MAP_READ))
    return FALSE;
  copied = gst_video_frame_map (&target, &info, to, GST_MAP_WRITE);
  if (copied)
    {
      copied = gst_video_frame_copy (&target, &source);
      gst_video_frame_unmap (&target);
    }
  gst_video_frame_unmap (&source);
  return copied;
}

GstFlowReturn
gst_sysmem_copy_frame (GstSysmemServer *server,
                       GstSysmemGeneration *generation,
                       GstBuffer *frame,
                       GstBuffer **copy)
{
  g_autoptr (GstBuffer) buffer = NULL;
  GstFlowReturn flow = acquire (server, generation->pool, &buffer);

  if (flow != GST_FLOW_OK)
    return flow;
  if (!copy_pixels (generation->caps, frame, buffer))
    return GST_FLOW_ERROR;
  (void)gst_buffer_copy_into (buffer, frame, GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS, 0,
                              (gsize)-1);
  *copy = g_steal_pointer (&buffer);
  return GST_FLOW_OK;
}
