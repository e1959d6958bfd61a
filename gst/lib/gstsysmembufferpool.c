/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmembufferpool.h"

#include "gstsysmemlayout.h"
#include "gstsysmemslots.h"

GST_DEBUG_CATEGORY_STATIC (gst_sysmem_debug);
#define GST_CAT_DEFAULT gst_sysmem_debug

/**
 * GstSysmemBufferPool:
 *
 * The buffers of a [class@Sysmem.Collection] as a buffer pool: for any element's `propose_allocation`
 * or `decide_allocation`.
 *
 * Each buffer is one #GstMemory for the pool's whole life, mapped once, so that elements which
 * remember what they imported find it again. What comes out of the pool is a new #GstBuffer around
 * it; when everything that uses the memory is gone, copies and parts of the buffer too, it is free
 * again, and [signal@GstSysmem.BufferPool::released] says so.
 *
 * The layout of frames is what was negotiated, so the configuration follows it: the size and the
 * largest number of buffers are always the collection's; #GstVideoMeta is added to the configuration
 * where strides are not the usual ones, and an alignment is accepted if the layout has it already. A
 * configuration that was changed is refused once, as #GstBufferPool does it: who proposed it looks
 * whether it can live with the changed one.
 *
 * The memories are those of a #GstFdAllocator, or of a #GstDmaBufAllocator where the buffers are
 * dma-bufs. A participant that may only read gets them read-only.
 *
 * Acquiring blocks until a buffer is free or the pool is set to flushing. With
 * %GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT in the parameters it returns %GST_FLOW_EOS instead, and with
 * the format %GST_FORMAT_BUFFERS there it waits for the buffer with the index `start`.
 *
 * Since: 1.0
 */
struct _GstSysmemBufferPool
{
  GstBufferPool parent_instance;

  SysmemCollection *collection;

  GMutex lock; /* of the following */
  GCond changed;
  gboolean flushing;
  GstSysmemSlots *slots;
  gboolean is_video;
  GstVideoInfo info;
  gboolean adds_meta;
  gsize frame_size;
};

enum
{
  RELEASED,
  N_SIGNALS
};

/* The parameters go on, see Deadline. */
#define ACQUIRE_UNTIL ((GstBufferPoolAcquireFlags)GST_BUFFER_POOL_ACQUIRE_FLAG_LAST)

/* Parameters of acquiring, followed by when to stop waiting. */
typedef struct
{
  GstBufferPoolAcquireParams params;
  gint64 deadline;
} Deadline;

#define FOREVER (-1)

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (
  GstSysmemBufferPool,
  gst_sysmem_buffer_pool,
  GST_TYPE_BUFFER_POOL,
  GST_DEBUG_CATEGORY_INIT (gst_sysmem_debug, "sysmempool", 0, "buffers of a sysmem collection"))

/* On a collection: its pool. */
static G_DEFINE_QUARK (gst - sysmem - buffer - pool, pool)

  static const char **get_options (GstBufferPool *pool)
{
  static const char *options[] = { GST_BUFFER_POOL_OPTION_VIDEO_META,
                                   GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT, NULL };

  return options;
}

/* What a configuration wants of the layout, and whether it is there. */
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

/* The layout for @caps (nullable): images as settled, or raw bytes. */
static gboolean
read_layout (
  GstSysmemBufferPool *self, GstCaps *caps, GstVideoInfo *info, gsize *size, GError **error)
{
  SysmemSettings *settings = sysmem_collection_get_settings (self->collection);

  if (sysmem_settings_get_pixel_format (settings) == NULL)
    {
      *size = (gsize)sysmem_settings_get_size_bytes (settings);
      return TRUE;
    }
  if (caps == NULL)
    {
      g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_CAPS,
                   "the buffers hold images: the configuration has to have caps");
      return FALSE;
    }
  if (!gst_sysmem_settings_get_video_info (settings, caps, info, error))
    return FALSE;
  *size = GST_VIDEO_INFO_SIZE (info);
  return TRUE;
}

static void
take_layout (GstSysmemBufferPool *self,
             gboolean is_video,
             const GstVideoInfo *info,
             gboolean adds_meta,
             gsize size)
{
  g_mutex_lock (&self->lock);
  self->is_video = is_video;
  self->info = *info;
  self->adds_meta = adds_meta;
  self->frame_size = size;
  g_mutex_unlock (&self->lock);
}

static gboolean
set_config (GstBufferPool *pool, GstStructure *config)
{
  GstSysmemBufferPool *self = GST_SYSMEM_BUFFER_POOL (pool);
  guint n = gst_sysmem_slots_count (self->slots);
  g_autoptr (GError) error = NULL;
  gboolean as_asked = TRUE;
  gboolean is_video;
  GstVideoInfo info;
  GstCaps *caps = NULL;
  guint asked_size;
  guint min;
  gsize size;

  gst_video_info_init (&info);
  if (!gst_buffer_pool_config_get_params (config, &caps, &asked_size, &min, NULL)
      || !read_layout (self, caps, &info, &size, &error))
    {
      GST_WARNING_OBJECT (self, "refusing a configuration: %s",
                          error != NULL ? error->message : "it lacks parameters");
      return FALSE;
    }
  is_video = GST_VIDEO_INFO_FORMAT (&info) != GST_VIDEO_FORMAT_UNKNOWN;
  if (min > n || asked_size > size)
    {
      GST_INFO_OBJECT (self, "there are %u buffers of %" G_GSIZE_FORMAT " bytes, not %u of %u", n,
                       size, min, asked_size);
      as_asked = FALSE;
    }
  if (is_video && !gst_sysmem_video_info_is_packed (&info)
      && !gst_buffer_pool_config_has_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META))
    {
      gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
      as_asked = FALSE;
    }
  if (is_video && !check_alignment (self, config, caps))
    as_asked = FALSE;
  gst_buffer_pool_config_set_params (config, caps, (guint)size, MIN (min, n), n);
  if (!as_asked)
    return FALSE;
  take_layout (self, is_video, &info,
               is_video
                 && gst_buffer_pool_config_has_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META),
               size);
  return GST_BUFFER_POOL_CLASS (gst_sysmem_buffer_pool_parent_class)->set_config (pool, config);
}

/* There is nothing to allocate, and nothing is freed before the pool is. */
static gboolean
start_or_stop (GstBufferPool *pool)
{
  return TRUE;
}

static void
set_flushing (GstBufferPool *pool, gboolean flushing)
{
  GstSysmemBufferPool *self = GST_SYSMEM_BUFFER_POOL (pool);

  g_mutex_lock (&self->lock);
  self->flushing = flushing;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
flush_start (GstBufferPool *pool)
{
  set_flushing (pool, TRUE);
}

static void
flush_stop (GstBufferPool *pool)
{
  set_flushing (pool, FALSE);
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

/* With the lock held. The slot that comes home is taken by whoever is woken first; one that waits
 * for a certain index lets others pass, so all are woken. */
static GstFlowReturn
wait_for_slot (GstSysmemBufferPool *self,
               const GstBufferPoolAcquireParams *params,
               GstSysmemSlot **slot)
{
  gboolean by_index = params != NULL && params->format == GST_FORMAT_BUFFERS;
  gint64 deadline = get_deadline (params);

  if (by_index && (params->start < 0 || params->start >= gst_sysmem_slots_count (self->slots)))
    return GST_FLOW_ERROR;
  for (;;)
    {
      if (self->flushing)
        return GST_FLOW_FLUSHING;
      *slot = by_index ? gst_sysmem_slots_take_nth (self->slots, (guint)params->start)
                       : gst_sysmem_slots_take (self->slots);
      if (*slot != NULL)
        return GST_FLOW_OK;
      if (deadline == FOREVER)
        g_cond_wait (&self->changed, &self->lock);
      else if (!g_cond_wait_until (&self->changed, &self->lock, deadline))
        return GST_FLOW_EOS;
    }
}

/* With the lock held, around the one reference to a memory that left its slot. While it is away it
 * keeps the pool. */
static GstBuffer *
wrap (GstSysmemBufferPool *self, GstSysmemSlot *slot)
{
  GstBuffer *buffer = gst_buffer_new ();

  gst_object_ref (self);
  slot->memory->offset = 0;
  slot->memory->size = self->frame_size;
  gst_buffer_append_memory (buffer, slot->memory);
  GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_TAG_MEMORY);
  if (self->adds_meta)
    gst_buffer_add_video_meta_full (
      buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_INFO_FORMAT (&self->info),
      (guint)GST_VIDEO_INFO_WIDTH (&self->info), (guint)GST_VIDEO_INFO_HEIGHT (&self->info),
      GST_VIDEO_INFO_N_PLANES (&self->info), self->info.offset, self->info.stride);
  return buffer;
}

static GstFlowReturn
acquire_buffer (GstBufferPool *pool, GstBuffer **buffer, GstBufferPoolAcquireParams *params)
{
  GstSysmemBufferPool *self = GST_SYSMEM_BUFFER_POOL (pool);
  GstSysmemSlot *slot = NULL;
  GstFlowReturn flow;

  g_mutex_lock (&self->lock);
  flow = wait_for_slot (self, params, &slot);
  if (flow == GST_FLOW_OK)
    *buffer = wrap (self, slot);
  g_mutex_unlock (&self->lock);
  return flow;
}

/* The buffer is done with; its memory perhaps not. */
static void
release_buffer (GstBufferPool *pool, GstBuffer *buffer)
{
  gst_buffer_unref (buffer);
}

/* The last reference to a memory was dropped. It stays, and its slot has it. */
static gboolean
on_memory_dispose (GstMiniObject *object)
{
  GstSysmemSlot *slot = gst_sysmem_slot_of ((GstMemory *)gst_mini_object_ref (object));
  GstSysmemBufferPool *self = slot->owner;

  g_mutex_lock (&self->lock);
  gst_sysmem_slots_put (self->slots, slot);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_signal_emit (self, signals[RELEASED], 0, slot->index);
  gst_object_unref (self);
  return FALSE;
}

static void
gst_sysmem_buffer_pool_finalize (GObject *object)
{
  GstSysmemBufferPool *self = GST_SYSMEM_BUFFER_POOL (object);

  g_clear_pointer (&self->slots, gst_sysmem_slots_free);
  if (self->collection != NULL)
    g_object_set_qdata (G_OBJECT (self->collection), pool_quark (), NULL);
  g_clear_object (&self->collection);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_sysmem_buffer_pool_parent_class)->finalize (object);
}

static void
gst_sysmem_buffer_pool_class_init (GstSysmemBufferPoolClass *class)
{
  GstBufferPoolClass *pool_class = GST_BUFFER_POOL_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = gst_sysmem_buffer_pool_finalize;
  pool_class->get_options = get_options;
  pool_class->set_config = set_config;
  pool_class->start = start_or_stop;
  pool_class->stop = start_or_stop;
  pool_class->flush_start = flush_start;
  pool_class->flush_stop = flush_stop;
  pool_class->acquire_buffer = acquire_buffer;
  pool_class->release_buffer = release_buffer;
  pool_class->reset_buffer = NULL; /* a buffer is used once */

  /**
   * GstSysmemBufferPool::released:
   * @self: the pool
   * @index: of the buffer
   *
   * Nobody uses the buffer any more, nor a part or a copy of it that shares its memory; it can be
   * acquired again. Emitted in the thread that let go of it.
   *
   * Since: 1.0
   */
  signals[RELEASED] = g_signal_new ("released", GST_TYPE_SYSMEM_BUFFER_POOL, G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
gst_sysmem_buffer_pool_init (GstSysmemBufferPool *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->flushing = TRUE; /* until it is active */
  gst_video_info_init (&self->info);
}

/**
 * gst_sysmem_buffer_pool_new:
 * @collection: a collection that has its buffers: a wait for them has succeeded
 * @error: return location for an error
 *
 * Makes the buffer pool of a collection. There is at most one at a time, so that no buffer is handed
 * out twice.
 *
 * The pool keeps the collection object, but does not release it: who bound it still does.
 *
 * Returns: (transfer full): the pool, to be configured and activated; or %NULL with
 *   %G_IO_ERROR_NOT_INITIALIZED before there are buffers, %G_IO_ERROR_BUSY if there is such a pool
 *   already, %SYSMEM_ERROR_HANDLE_ACCESS_DENIED if this participant has no usage and so no memory,
 *   or another error of %G_IO_ERROR
 *
 * Since: 1.0
 */
GstSysmemBufferPool *
gst_sysmem_buffer_pool_new (SysmemCollection *collection, GError **error)
{
  g_autoptr (GstSysmemBufferPool) self = NULL;

  g_return_val_if_fail (SYSMEM_IS_COLLECTION (collection), NULL);

  if (sysmem_collection_get_settings (collection) == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                   "the collection has no buffers yet: wait for them first");
      return NULL;
    }
  self = g_object_ref_sink (g_object_new (GST_TYPE_SYSMEM_BUFFER_POOL, NULL));
  if (!g_object_replace_qdata (G_OBJECT (collection), pool_quark (), NULL, self, NULL, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                   "the collection has a buffer pool already, or frames of it are still in use");
      return NULL;
    }
  self->collection = g_object_ref (collection);
  self->slots = gst_sysmem_slots_new (collection, self, on_memory_dispose, error);
  return self->slots != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * gst_sysmem_buffer_pool_get_collection:
 * @self: a pool
 *
 * Gets the collection whose buffers these are.
 *
 * Returns: (transfer none): the collection
 *
 * Since: 1.0
 */
SysmemCollection *
gst_sysmem_buffer_pool_get_collection (GstSysmemBufferPool *self)
{
  g_return_val_if_fail (GST_IS_SYSMEM_BUFFER_POOL (self), NULL);

  return self->collection;
}

/**
 * gst_sysmem_buffer_pool_get_n_buffers:
 * @self: a pool
 *
 * Gets how many buffers there are.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
gst_sysmem_buffer_pool_get_n_buffers (GstSysmemBufferPool *self)
{
  g_return_val_if_fail (GST_IS_SYSMEM_BUFFER_POOL (self), 0);

  return gst_sysmem_slots_count (self->slots);
}

/**
 * gst_sysmem_buffer_pool_get_n_free:
 * @self: a pool
 *
 * Gets how many of the buffers nobody uses in this process, at this moment.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
gst_sysmem_buffer_pool_get_n_free (GstSysmemBufferPool *self)
{
  guint n;

  g_return_val_if_fail (GST_IS_SYSMEM_BUFFER_POOL (self), 0);

  g_mutex_lock (&self->lock);
  n = gst_sysmem_slots_count_home (self->slots);
  g_mutex_unlock (&self->lock);
  return n;
}

/**
 * gst_sysmem_buffer_pool_configure:
 * @self: a pool that is not active
 * @caps: (nullable): what the buffers hold; may be %NULL for raw bytes
 * @error: return location for an error
 *
 * Configures the pool for an element's own use: all the buffers, with #GstVideoMeta. It can be
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
  GstVideoInfo info;
  gsize size;

  g_return_val_if_fail (GST_IS_SYSMEM_BUFFER_POOL (self), FALSE);

  pool = GST_BUFFER_POOL (self);
  if (!read_layout (self, caps, &info, &size, error))
    return FALSE;
  config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_set_params (config, caps, (guint)size, 0,
                                     gst_sysmem_buffer_pool_get_n_buffers (self));
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
  is_video = self->is_video;
  *info = self->info;
  g_mutex_unlock (&self->lock);
  return is_video;
}

static GstFlowReturn
acquire (
  GstSysmemBufferPool *self, GstFormat format, gint64 start, gint64 deadline, GstBuffer **buffer)
{
  Deadline until = {
    .params = { .format = format, .start = start, .flags = ACQUIRE_UNTIL },
    .deadline = deadline,
  };

  return gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (self), buffer, &until.params);
}

/**
 * gst_sysmem_buffer_pool_acquire_index:
 * @self: an active pool
 * @index: which buffer
 * @deadline: when to stop waiting for it, in microseconds of g_get_monotonic_time(); 0: not to wait;
 *   -1: never to stop
 * @buffer: (out) (transfer full): return location for the buffer
 *
 * Acquires a certain buffer: one that another process has filled, for example.
 *
 * Returns: %GST_FLOW_OK; %GST_FLOW_EOS if it is still in use at the deadline, %GST_FLOW_FLUSHING, or
 *   %GST_FLOW_ERROR if there is no buffer of this index
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
 * @buffer: (out) (transfer full): return location for the buffer
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
      || meta->n_planes != GST_VIDEO_INFO_N_PLANES (info))
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
 * Finds out in which of the pool's buffers a frame is: in place, from the begin, with the layout that
 * all participants expect. Any other has to be copied before another process sees it.
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
