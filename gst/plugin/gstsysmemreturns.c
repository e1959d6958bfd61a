/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemreturns.h"

#include "gstsysmemhearing.h"

#define MAX_AT_ONCE 32
#define MAX_GENERATIONS 4 /* that a consumer may keep frames of when there are to be new buffers */

/* With the lock held. */
static gboolean
can_return (GstSysmemConsumer *consumer)
{
  return consumer->state != GST_SYSMEM_CONSUMER_GONE && consumer->fault == NULL
         && consumer->held->len > 0;
}

/* With the lock held. Takes the buffers of at most @max frames that have come back; how many. */
static guint
take_back (GstSysmemServer *self, GstSysmemConsumer *consumer, GstBuffer **buffers, guint max)
{
  guint n = 0;

  while (n < max && can_return (consumer))
    {
      g_auto (GstSysmemMessage) release = GST_SYSMEM_MESSAGE_INIT;
      g_autoptr (GError) error = NULL;

      switch (gst_sysmem_channel_receive (consumer->return_path, &release, &error))
        {
        case GST_SYSMEM_RECEIVED_MESSAGE:
          buffers[n] = gst_sysmem_consumer_take_back (consumer, release.generation, release.index);
          if (buffers[n] != NULL)
            n++;
          else
            gst_sysmem_server_expel (self, consumer, "it releases a frame that it does not hold");
          break;
        case GST_SYSMEM_RECEIVED_NONSENSE:
          gst_sysmem_server_expel (self, consumer, error->message);
          break;
        case GST_SYSMEM_RECEIVED_END: /* ahead of the link's own, or it can release nothing more */
          gst_sysmem_consumer_give_up (consumer, "it has closed its return path");
          return n;
        case GST_SYSMEM_RECEIVED_NOTHING:
          return n;
        }
    }
  return n;
}

/* With the lock held, which is given up if there are buffers. */
static gboolean
drop (GstSysmemServer *self, GstBuffer **buffers, guint n)
{
  if (n == 0)
    return FALSE;
  gst_sysmem_server_unlock (self);
  for (guint i = 0; i < n; i++)
    gst_buffer_unref (buffers[i]);
  gst_sysmem_server_lock (self);
  return TRUE;
}

gboolean
gst_sysmem_server_collect (GstSysmemServer *self)
{
  GstBuffer *buffers[MAX_AT_ONCE];
  guint n = 0;

  for (guint i = 0; i < self->consumers->len; i++)
    n += take_back (self, self->consumers->pdata[i], buffers + n, MAX_AT_ONCE - n);
  return drop (self, buffers, n);
}

gboolean
gst_sysmem_server_make_room (GstSysmemServer *self)
{
  GstBuffer *buffers[MAX_AT_ONCE];
  guint n = 0;

  for (guint i = 0; i < self->consumers->len && n < MAX_AT_ONCE; i++)
    if (gst_sysmem_consumer_is_full (self->consumers->pdata[i]))
      n += take_back (self, self->consumers->pdata[i], buffers + n, 1);
  return drop (self, buffers, n);
}

/* With the lock held. */
static gboolean
does_anybody_hold (GstSysmemServer *self, guint32 generation, guint32 index)
{
  for (guint i = 0; i < self->consumers->len; i++)
    if (gst_sysmem_consumer_holds (self->consumers->pdata[i], generation, index))
      return TRUE;
  return FALSE;
}

gboolean
gst_sysmem_server_is_held (GstSysmemServer *self, guint32 generation, guint32 index)
{
  gboolean is_held;

  gst_sysmem_server_lock (self);
  do
    is_held = does_anybody_hold (self, generation, index);
  while (is_held && gst_sysmem_server_collect (self));
  gst_sysmem_server_unlock (self);
  return is_held;
}

void
gst_sysmem_server_expel_hoarders (GstSysmemServer *self)
{
  while (gst_sysmem_server_collect (self))
    ;
  for (guint i = 0; i < self->consumers->len; i++)
    {
      GstSysmemConsumer *consumer = self->consumers->pdata[i];
      guint n = gst_sysmem_consumer_count_generations (consumer);

      if (n >= MAX_GENERATIONS && consumer->state != GST_SYSMEM_CONSUMER_GONE)
        {
          g_autofree char *reason =
            g_strdup_printf ("it keeps frames of %u generations of buffers", n);

          gst_sysmem_server_expel (self, consumer, reason);
        }
    }
}

/* A return path that is listened to. */
typedef struct
{
  GstSysmemServer *server;
  GstSysmemConsumer *consumer;
} Ear;

static void
ear_free (gpointer data)
{
  Ear *ear = data;

  gst_sysmem_consumer_unref (ear->consumer);
  g_free (ear);
}

/* With the lock held. */
static gboolean
is_awaited (GstSysmemServer *self, GstSysmemConsumer *consumer)
{
  if (!can_return (consumer) || self->current == NULL)
    return FALSE;
  return self->n_waiting > 0 || gst_sysmem_consumer_holds_others (consumer, self->current->number)
         || gst_sysmem_buffer_pool_get_n_waiting (self->current->pool) > 0;
}

void
gst_sysmem_server_ignore_returns (GstSysmemConsumer *consumer)
{
  if (consumer->return_source == NULL)
    return;
  g_source_destroy (consumer->return_source);
  g_clear_pointer (&consumer->return_source, g_source_unref);
}

static gboolean
on_return (gint fd, GIOCondition condition, gpointer data)
{
  Ear *ear = data;

  gst_sysmem_server_lock (ear->server);
  while (gst_sysmem_server_collect (ear->server))
    ;
  if (!is_awaited (ear->server, ear->consumer))
    gst_sysmem_server_ignore_returns (ear->consumer);
  gst_sysmem_server_unlock (ear->server);
  return G_SOURCE_CONTINUE;
}

static void
listen_to_returns (GstSysmemServer *self, GstSysmemConsumer *consumer)
{
  Ear *ear = g_new (Ear, 1);

  *ear = (Ear){ self, gst_sysmem_consumer_ref (consumer) };
  consumer->return_source =
    gst_sysmem_server_watch (self, consumer->return_path, on_return, ear, ear_free);
}

void
gst_sysmem_server_await_returns (GstSysmemServer *self)
{
  for (guint i = 0; i < self->consumers->len; i++)
    {
      GstSysmemConsumer *consumer = self->consumers->pdata[i];

      if (consumer->return_source == NULL && is_awaited (self, consumer))
        listen_to_returns (self, consumer);
    }
}

/* Who wants a certain buffer lacks it even if others are free; the pool looks again by itself if any
 * has come home meanwhile. */
static void
on_exhausted (GstSysmemBufferPool *pool, gpointer data)
{
  GstSysmemServer *self = data;
  guint n_free = gst_sysmem_buffer_pool_get_n_free (pool);

  gst_sysmem_server_lock (self);
  while (gst_sysmem_buffer_pool_get_n_free (pool) <= n_free && gst_sysmem_server_collect (self))
    ;
  if (gst_sysmem_buffer_pool_get_n_free (pool) <= n_free)
    gst_sysmem_server_await_returns (self);
  gst_sysmem_server_unlock (self);
}

static void
release_server (gpointer server, GClosure *closure)
{
  gst_sysmem_server_unref (server);
}

/* With the lock held, which nothing asks for that ends with a pool. */
static void
remember_pool (GstSysmemServer *self, GstSysmemBufferPool *pool)
{
  GWeakRef *weak = g_new (GWeakRef, 1);

  for (guint i = self->pools->len; i > 0; i--)
    {
      g_autoptr (GObject) used = g_weak_ref_get (self->pools->pdata[i - 1]);

      if (used == NULL)
        g_ptr_array_remove_index_fast (self->pools, i - 1);
    }
  g_weak_ref_init (weak, pool);
  g_ptr_array_add (self->pools, weak);
}

void
gst_sysmem_server_serve_pool (GstSysmemServer *self, GstSysmemBufferPool *pool)
{
  remember_pool (self, pool);
  g_signal_connect_data (pool, "exhausted", G_CALLBACK (on_exhausted), gst_sysmem_server_ref (self),
                         release_server, 0);
}

/* With the lock held. */
static GPtrArray *
dup_pools (GstSysmemServer *self)
{
  GPtrArray *pools = g_ptr_array_new_with_free_func (gst_object_unref);

  for (guint i = 0; i < self->pools->len; i++)
    {
      GstBufferPool *pool = g_weak_ref_get (self->pools->pdata[i]);

      if (pool != NULL)
        g_ptr_array_add (pools, pool);
    }
  return pools;
}

/* Several elements upstream may be at different generations. */
void
gst_sysmem_server_set_pools_flushing (GstSysmemServer *self, gboolean flushing)
{
  g_autoptr (GPtrArray) pools = NULL;

  g_mutex_lock (&self->lock);
  pools = dup_pools (self);
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < pools->len; i++)
    if (gst_buffer_pool_is_active (pools->pdata[i]))
      gst_buffer_pool_set_flushing (pools->pdata[i], flushing);
}
