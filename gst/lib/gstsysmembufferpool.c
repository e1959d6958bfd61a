/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmembufferpool-private.h"

/**
 * GstSysmemBufferPool:
 *
 * The buffers of a [class@Sysmem.Collection] as a buffer pool: for any element's
 * `propose_allocation` or `decide_allocation`.
 *
 * Each buffer is one `GstMemory` for the pool's whole life, mapped once, so that elements which
 * remember what they imported find it again. What comes out of the pool is a new `GstBuffer` around
 * it; when everything that uses the memory is gone, copies and parts of the buffer too, it is free
 * again, and [signal@GstSysmem.BufferPool::released] says so.
 *
 * The layout of frames is what was negotiated, so the configuration follows it: the size and the
 * largest number of buffers are always the collection's; `GstVideoMeta` is added to the
 * configuration where strides are not the usual ones, and an alignment is accepted if the layout
 * has it already. A configuration that was changed is refused once, as `GstBufferPool` does it: who
 * proposed it looks whether it can live with the changed one.
 *
 * The memories are those of a `GstFdAllocator`, or of a `GstDmaBufAllocator` where the buffers are
 * dma-bufs. A participant that may only read gets them read-only.
 *
 * Acquiring blocks until a buffer is free or the pool is set to flushing. With
 * %GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT in the parameters it returns %GST_FLOW_EOS instead, and
 * with the format %GST_FORMAT_BUFFERS there it waits for the buffer with the index `start`.
 *
 * Since: 1.0
 */

enum
{
  EXHAUSTED,
  RELEASED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

GST_DEBUG_CATEGORY (gst_sysmem_pool_debug);

G_DEFINE_FINAL_TYPE (GstSysmemBufferPool, gst_sysmem_buffer_pool, GST_TYPE_BUFFER_POOL)

/* On a collection: its pool. */
static GQuark
pool_quark (void)
{
  return g_quark_from_static_string ("gst-sysmem-buffer-pool");
}

static const char **
get_options (GstBufferPool *pool)
{
  static const char *options[] = { GST_BUFFER_POOL_OPTION_VIDEO_META,
                                   GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT, NULL };

  return options;
}

static gboolean
set_config (GstBufferPool *pool, GstStructure *config)
{
  return gst_sysmem_buffer_pool_follow (GST_SYSMEM_BUFFER_POOL (pool), config)
         && GST_BUFFER_POOL_CLASS (gst_sysmem_buffer_pool_parent_class)->set_config (pool, config);
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

/* The buffer is done with; its memory perhaps not. */
static void
release_buffer (GstBufferPool *pool, GstBuffer *buffer)
{
  gst_buffer_unref (buffer);
}

void
gst_sysmem_buffer_pool_tell_exhausted (GstSysmemBufferPool *self)
{
  g_signal_emit (self, signals[EXHAUSTED], 0);
}

/* The last reference to a memory was dropped. It stays, and its slot has it. */
static gboolean
on_memory_dispose (GstMiniObject *object)
{
  GstSysmemSlot *slot = gst_sysmem_slot_of ((GstMemory *)gst_mini_object_ref (object));
  GstSysmemBufferPool *self = slot->owner;

  g_mutex_lock (&self->lock);
  gst_sysmem_slots_put (self->slots, slot);
  self->n_returns++;
  if (self->n_waiting > 0) /* waking nobody costs a call of the kernel, too */
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

  GST_DEBUG_CATEGORY_INIT (gst_sysmem_pool_debug, "sysmempool", 0,
                           "buffers of a sysmem collection");

  G_OBJECT_CLASS (class)->finalize = gst_sysmem_buffer_pool_finalize;
  pool_class->get_options = get_options;
  pool_class->set_config = set_config;
  pool_class->start = start_or_stop;
  pool_class->stop = start_or_stop;
  pool_class->flush_start = flush_start;
  pool_class->flush_stop = flush_stop;
  pool_class->acquire_buffer = gst_sysmem_buffer_pool_acquire;
  pool_class->release_buffer = release_buffer;
  pool_class->reset_buffer = NULL; /* a buffer is used once */

  /**
   * GstSysmemBufferPool::exhausted:
   * @self: the pool
   *
   * Somebody wants a buffer, and none is free. Emitted in that thread before it waits (or gives up, if
   * it was not to wait), and again when it was woken in vain. Whoever holds buffers may let go of
   * them here.
   *
   * Since: 1.0
   */
  signals[EXHAUSTED] = g_signal_new ("exhausted", GST_TYPE_SYSMEM_BUFFER_POOL, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
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
  gst_video_info_init (&self->layout.info);
}

/**
 * gst_sysmem_buffer_pool_new:
 * @collection: a collection that has its buffers: a wait for them has succeeded
 * @error: return location for an error
 *
 * Makes the buffer pool of a collection. There is at most one at a time, so that no buffer is
 * handed out twice.
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
 * gst_sysmem_buffer_pool_get_n_waiting:
 * @self: a pool
 *
 * Gets how many threads want a buffer, at this moment, and have found none free.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
gst_sysmem_buffer_pool_get_n_waiting (GstSysmemBufferPool *self)
{
  guint n;

  g_return_val_if_fail (GST_IS_SYSMEM_BUFFER_POOL (self), 0);

  g_mutex_lock (&self->lock);
  n = self->n_waiting;
  g_mutex_unlock (&self->lock);
  return n;
}
