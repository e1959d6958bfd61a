/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmembufferpool-private.h"

#include "gstsysmemdrmcaps.h"
#include "gstsysmemlayout.h"

/* The parameters go on, see Deadline. */
#define ACQUIRE_UNTIL ((GstBufferPoolAcquireFlags)GST_BUFFER_POOL_ACQUIRE_FLAG_LAST)

/* Parameters of acquiring, followed by when to stop waiting. */
typedef struct
{
  GstBufferPoolAcquireParams params;
  gint64 deadline;
} Deadline;

#define FOREVER (-1)

static gboolean
is_by_index (const GstBufferPoolAcquireParams *params)
{
  return params != NULL && params->format == GST_FORMAT_BUFFERS;
}

static gint64
get_deadline (const GstBufferPoolAcquireParams *params)
{
  if (params != NULL && (params->flags & ACQUIRE_UNTIL) != 0)
    return ((const Deadline *)params)->deadline;
  if (params != NULL && (params->flags & GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT) != 0)
    return 0;
  return FOREVER;
}

/* With the lock held. FALSE: @deadline has come first. */
static gboolean
wait_for_change (GstSysmemBufferPool *self, gint64 deadline)
{
  if (deadline != FOREVER)
    return g_cond_wait_until (&self->changed, &self->lock, deadline);
  g_cond_wait (&self->changed, &self->lock);
  return TRUE;
}

/* With the lock held, which is given up meanwhile. TRUE: a buffer has come home, but somebody else
 * may have been faster. */
static gboolean
tell_exhausted (GstSysmemBufferPool *self)
{
  guint n_returns = self->n_returns;

  g_mutex_unlock (&self->lock);
  gst_sysmem_buffer_pool_tell_exhausted (self);
  g_mutex_lock (&self->lock);
  return self->n_returns != n_returns;
}

/* With the lock held. The slot that comes home is taken by whoever is woken first; one that waits
 * for a certain index lets others pass, so all are woken. */
static GstFlowReturn
wait_for_slot (GstSysmemBufferPool *self,
               const GstBufferPoolAcquireParams *params,
               GstSysmemSlot **slot)
{
  gint64 deadline = get_deadline (params);

  for (;;)
    {
      if (self->flushing)
        return GST_FLOW_FLUSHING;
      *slot = is_by_index (params) ? gst_sysmem_slots_take_nth (self->slots, (guint)params->start)
                                   : gst_sysmem_slots_take (self->slots);
      if (*slot != NULL)
        return GST_FLOW_OK;
      if (!tell_exhausted (self) && !self->flushing && !wait_for_change (self, deadline))
        return GST_FLOW_EOS;
    }
}

/* With the lock held. */
static GstFlowReturn
get_slot (GstSysmemBufferPool *self, const GstBufferPoolAcquireParams *params, GstSysmemSlot **slot)
{
  GstFlowReturn flow;

  if (is_by_index (params)
      && (params->start < 0 || params->start >= gst_sysmem_slots_count (self->slots)))
    return GST_FLOW_ERROR;
  self->n_waiting++;
  flow = wait_for_slot (self, params, slot);
  self->n_waiting--;
  return flow;
}

/* With the lock held, around the one reference to a memory that left its slot. While it is away it
 * keeps the pool. */
static GstBuffer *
wrap (GstSysmemBufferPool *self, GstSysmemSlot *slot)
{
  GstBuffer *buffer = gst_buffer_new ();

  gst_object_ref (self);
  slot->memory->offset = 0;
  slot->memory->size = self->layout.size;
  gst_buffer_append_memory (buffer, slot->memory);
  GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_TAG_MEMORY);
  if (self->layout.adds_meta)
    gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
                                    GST_VIDEO_INFO_FORMAT (&self->layout.info),
                                    (guint)GST_VIDEO_INFO_WIDTH (&self->layout.info),
                                    (guint)GST_VIDEO_INFO_HEIGHT (&self->layout.info),
                                    gst_sysmem_video_info_count_planes (&self->layout.info),
                                    self->layout.info.offset, self->layout.info.stride);
  return buffer;
}

GstFlowReturn
gst_sysmem_buffer_pool_acquire (GstBufferPool *pool,
                                GstBuffer **buffer,
                                GstBufferPoolAcquireParams *params)
{
  GstSysmemBufferPool *self = GST_SYSMEM_BUFFER_POOL (pool);
  GstSysmemSlot *slot = NULL;
  GstFlowReturn flow;

  g_mutex_lock (&self->lock);
  flow = get_slot (self, params, &slot);
  if (flow == GST_FLOW_OK)
    *buffer = wrap (self, slot);
  g_mutex_unlock (&self->lock);
  return flow;
}

static GstFlowReturn
acquire (
  GstSysmemBufferPool *self, GstFormat format, gint64 start, gint64 deadline, GstBuffer **buffer)
{
  Deadline until = {
    .params = { .format = format, .start = start, .flags = ACQUIRE_UNTIL },
    .deadline = deadline,
  };

  *buffer = NULL;
  return gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (self), buffer, &until.params);
}

/**
 * gst_sysmem_buffer_pool_acquire_index:
 * @self: an active pool
 * @index: which buffer
 * @deadline: when to stop waiting for it, in microseconds of g_get_monotonic_time(); 0: not to
 *   wait; -1: never to stop
 * @buffer: (out) (transfer full) (nullable): return location for the buffer; %NULL if it is not
 *   %GST_FLOW_OK
 *
 * Acquires a certain buffer: one that another process has filled, for example.
 *
 * Returns: %GST_FLOW_OK; %GST_FLOW_EOS if it is still in use at the deadline, %GST_FLOW_FLUSHING,
 *   or %GST_FLOW_ERROR if there is no buffer of this index
 *
 * Since: 1.0
 */
GstFlowReturn
gst_sysmem_buffer_pool_acquire_index (GstSysmemBufferPool *self,
                                      guint index,
                                      gint64 deadline,
                                      GstBuffer **buffer)
{
  g_return_val_if_fail (GST_IS_SYSMEM_BUFFER_POOL (self), GST_FLOW_ERROR);
  g_return_val_if_fail (buffer != NULL, GST_FLOW_ERROR);

  return acquire (self, GST_FORMAT_BUFFERS, index, deadline, buffer);
}

/**
 * gst_sysmem_buffer_pool_acquire_until:
 * @self: an active pool
 * @deadline: when to stop waiting, in microseconds of g_get_monotonic_time(); 0: not to wait; -1:
 *   never to stop
 * @buffer: (out) (transfer full) (nullable): return location for the buffer; %NULL if it is not
 *   %GST_FLOW_OK
 *
 * Acquires the buffer that has been free for the longest time.
 *
 * Returns: %GST_FLOW_OK; %GST_FLOW_EOS if none is free at the deadline, or %GST_FLOW_FLUSHING
 *
 * Since: 1.0
 */
GstFlowReturn
gst_sysmem_buffer_pool_acquire_until (GstSysmemBufferPool *self,
                                      gint64 deadline,
                                      GstBuffer **buffer)
{
  g_return_val_if_fail (GST_IS_SYSMEM_BUFFER_POOL (self), GST_FLOW_ERROR);
  g_return_val_if_fail (buffer != NULL, GST_FLOW_ERROR);

  return acquire (self, GST_FORMAT_UNDEFINED, 0, deadline, buffer);
}

/**
 * gst_sysmem_buffer_pool_find_memory:
 * @self: a pool
 * @memory: a memory
 *
 * Finds out which of the pool's buffers a memory is, or is a part of.
 *
 * Returns: the index, or -1 if it is none of this pool's
 *
 * Since: 1.0
 */
gint
gst_sysmem_buffer_pool_find_memory (GstSysmemBufferPool *self, GstMemory *memory)
{
  GstSysmemSlot *slot;

  g_return_val_if_fail (GST_IS_SYSMEM_BUFFER_POOL (self), -1);
  g_return_val_if_fail (memory != NULL, -1);

  slot = gst_sysmem_slot_of (memory);
  return slot != NULL && slot->owner == self ? (gint)slot->index : -1;
}

/* Does a frame with this meta (nullable) lie as the pool lays frames out? */
static gboolean
is_laid_out (const GstVideoInfo *info, const GstVideoMeta *meta)
{
  if (meta == NULL)
    return gst_sysmem_video_info_is_packed (info);
  if (meta->format != GST_VIDEO_INFO_FORMAT (info)
      || meta->n_planes != gst_sysmem_video_info_count_planes (info))
    return FALSE;
  for (guint i = 0; i < meta->n_planes; i++)
    if (meta->offset[i] != info->offset[i] || meta->stride[i] != info->stride[i])
      return FALSE;
  return TRUE;
}

/**
 * gst_sysmem_buffer_pool_find_frame:
 * @self: a pool
 * @buffer: a buffer, not necessarily one of the pool's own: copies that share its memory count
 *
 * Finds out in which of the pool's buffers a frame is: in place, from the begin, with the layout
 * that all participants expect. Any other has to be copied before another process sees it.
 *
 * Returns: the index, or -1 if the frame is elsewhere
 *
 * Since: 1.0
 */
gint
gst_sysmem_buffer_pool_find_frame (GstSysmemBufferPool *self, GstBuffer *buffer)
{
  GstVideoInfo info;
  GstMemory *memory;
  gsize offset;

  g_return_val_if_fail (GST_IS_SYSMEM_BUFFER_POOL (self), -1);
  g_return_val_if_fail (GST_IS_BUFFER (buffer), -1);

  if (gst_buffer_n_memory (buffer) != 1)
    return -1;
  memory = gst_buffer_peek_memory (buffer, 0);
  (void)gst_memory_get_sizes (memory, &offset, NULL);
  if (offset != 0
      || (gst_sysmem_buffer_pool_get_video_info (self, &info)
          && (memory->size < GST_VIDEO_INFO_SIZE (&info)
              || !is_laid_out (&info, gst_buffer_get_video_meta (buffer)))))
    return -1;
  return gst_sysmem_buffer_pool_find_memory (self, memory);
}
