/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstsysmemtypes.h"

G_BEGIN_DECLS

#define GST_TYPE_SYSMEM_BUFFER_POOL (gst_sysmem_buffer_pool_get_type ())
GST_SYSMEM_EXPORT
G_DECLARE_FINAL_TYPE (
  GstSysmemBufferPool, gst_sysmem_buffer_pool, GST, SYSMEM_BUFFER_POOL, GstBufferPool)

GST_SYSMEM_EXPORT GstSysmemBufferPool *gst_sysmem_buffer_pool_new (SysmemCollection *collection,
                                                                   GError **error);
GST_SYSMEM_EXPORT SysmemCollection *gst_sysmem_buffer_pool_get_collection (
  GstSysmemBufferPool *self);
GST_SYSMEM_EXPORT guint gst_sysmem_buffer_pool_get_n_buffers (GstSysmemBufferPool *self);
GST_SYSMEM_EXPORT guint gst_sysmem_buffer_pool_get_n_free (GstSysmemBufferPool *self);
GST_SYSMEM_EXPORT guint gst_sysmem_buffer_pool_get_n_waiting (GstSysmemBufferPool *self);
GST_SYSMEM_EXPORT gboolean gst_sysmem_buffer_pool_configure (GstSysmemBufferPool *self,
                                                             GstCaps *caps,
                                                             GError **error);
GST_SYSMEM_EXPORT gboolean gst_sysmem_buffer_pool_get_video_info (GstSysmemBufferPool *self,
                                                                  GstVideoInfo *info);
GST_SYSMEM_EXPORT GstVideoInfo *gst_sysmem_buffer_pool_dup_video_info (GstSysmemBufferPool *self);
GST_SYSMEM_EXPORT GstFlowReturn gst_sysmem_buffer_pool_acquire_index (GstSysmemBufferPool *self,
                                                                      guint index,
                                                                      gint64 deadline,
                                                                      GstBuffer **buffer);
GST_SYSMEM_EXPORT GstFlowReturn gst_sysmem_buffer_pool_acquire_until (GstSysmemBufferPool *self,
                                                                      gint64 deadline,
                                                                      GstBuffer **buffer);
GST_SYSMEM_EXPORT gint gst_sysmem_buffer_pool_find_memory (GstSysmemBufferPool *self,
                                                           GstMemory *memory);
GST_SYSMEM_EXPORT gint gst_sysmem_buffer_pool_find_frame (GstSysmemBufferPool *self,
                                                          GstBuffer *buffer);

G_END_DECLS
