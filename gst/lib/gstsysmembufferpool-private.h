/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The pool in three files: its life; its configuration, which follows what was negotiated;
 * acquiring buffers and finding them again. */

#pragma once

#include "gstsysmembufferpool.h"
#include "gstsysmemslots.h"

GST_DEBUG_CATEGORY_EXTERN (gst_sysmem_pool_debug);
#define GST_CAT_DEFAULT gst_sysmem_pool_debug

G_BEGIN_DECLS

/* How frames lie in the buffers. */
typedef struct
{
  gboolean is_video; /* or raw bytes */
  GstVideoInfo info;
  gsize size;         /* of a frame */
  gboolean adds_meta; /* each buffer says it */
} GstSysmemPoolLayout;

struct _GstSysmemBufferPool
{
  GstBufferPool parent_instance;

  SysmemCollection *collection;

  GMutex lock; /* of the following */
  GCond changed;
  guint n_waiting; /* who want a buffer */
  guint n_returns; /* how often one came home; may wrap */
  gboolean flushing;
  GstSysmemSlots *slots;
  GstSysmemPoolLayout layout; /* as configured */
};

/* Changes a configuration to what was negotiated. TRUE: whoever proposed it gets what it asked for,
 * and the pool follows it from now on. */
gboolean gst_sysmem_buffer_pool_follow (GstSysmemBufferPool *self, GstStructure *config);
/* Without the lock. */
void gst_sysmem_buffer_pool_tell_exhausted (GstSysmemBufferPool *self);
/* The virtual function of GstBufferPool. */
GstFlowReturn gst_sysmem_buffer_pool_acquire (GstBufferPool *pool,
                                              GstBuffer **buffer,
                                              GstBufferPoolAcquireParams *params);

G_END_DECLS
