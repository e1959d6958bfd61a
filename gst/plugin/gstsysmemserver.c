/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemserver.h"

#include "gstsysmemdeadline.h"
#include "gstsysmemhearing.h"
#include "gstsysmemlistening.h"
#include "gstsysmempeercaps.h"
#include "gstsysmemreturns.h"

GST_DEBUG_CATEGORY_EXTERN (gst_sysmem_sink_debug);
#define GST_CAT_DEFAULT gst_sysmem_sink_debug

/* Ready to be heard: the server's thread attaches one of these to every link. */
typedef struct
{
  GstSysmemServer *server;
  GstSysmemConsumer *consumer;
} Ear;

void
gst_sysmem_server_lock (GstSysmemServer *self)
{
  g_mutex_lock (&self->lock);
}

/* Whoever waits for a buffer may be in here when the element goes. */
void
gst_sysmem_server_unlock (GstSysmemServer *self)
{
  GQueue notices = self->notices;
  gboolean reconfigure = self->reconfigure;
  gboolean has_news = reconfigure || !g_queue_is_empty (&notices);
  g_autoptr (GObject) owner = has_news ? g_object_ref (self->owner) : NULL;
  GstStructure *notice;

  g_queue_init (&self->notices);
  self->reconfigure = FALSE;
  if (self->n_waiting > 0)
    g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  while ((notice = g_queue_pop_head (&notices)) != NULL)
    self->calls->post (owner, notice);
  if (reconfigure)
    self->calls->reconfigure (owner);
}

gboolean
gst_sysmem_server_wait (GstSysmemServer *self, gint64 deadline)
{
  gboolean in_time = TRUE;

  if (!g_queue_is_empty (&self->notices) || self->reconfigure)
    {
      gst_sysmem_server_unlock (self);
      gst_sysmem_server_lock (self);
      return TRUE; /* something may have changed meanwhile */
    }
  self->n_waiting++;
  gst_sysmem_server_await_returns (self);
  if (deadline >= 0)
    in_time = g_cond_wait_until (&self->changed, &self->lock, deadline);
  else
    g_cond_wait (&self->changed, &self->lock);
  self->n_waiting--;
  return in_time;
}

void
gst_sysmem_server_note (GstSysmemServer *self, GstStructure *notice)
{
  g_queue_push_tail (&self->notices, notice);
}

void
gst_sysmem_server_make_ready (GstSysmemServer *self, GstSysmemConsumer *consumer)
{
  consumer->state = GST_SYSMEM_CONSUMER_READY;
  if (!consumer->has_joined)
    gst_sysmem_server_note (self,
                            gst_sysmem_consumer_describe (consumer, "sysmem-consumer-joined"));
  consumer->has_joined = TRUE;
}

GstCaps *
gst_sysmem_server_intersect_caps (GstSysmemServer *self, GstSysmemConsumer *except)
{
  GstCaps *common = NULL;

  for (guint i = 0; i < self->consumers->len; i++)
    {
      GstSysmemConsumer *consumer = self->consumers->pdata[i];

      if (consumer == except || !gst_sysmem_consumer_takes_part (consumer))
        continue;
      if (common == NULL)
        common = gst_caps_ref (consumer->caps);
      else
        gst_caps_take (&common, gst_sysmem_peer_caps_intersect (common, consumer->caps));
    }
  return common;
}

/* With the lock held. Could the others get frames that this one does not take? */
static gboolean
is_narrowed_by (GstSysmemServer *self, GstSysmemConsumer *consumer)
{
  g_autoptr (GstCaps) others =
    consumer->state != GST_SYSMEM_CONSUMER_ENDED && consumer->caps != NULL
      ? gst_sysmem_server_intersect_caps (self, consumer)
      : NULL;

  return others != NULL && !gst_caps_is_subset (others, consumer->caps);
}

/* Unless it said goodbye, somebody should know that it has gone. */
static void
remove_consumer (GstSysmemServer *self, GstSysmemConsumer *consumer)
{
  g_autoptr (GArray) held = NULL;

  gst_sysmem_server_lock (self);
  if (consumer->state != GST_SYSMEM_CONSUMER_GONE)
    {
      GstStructure *lost = gst_sysmem_consumer_describe (consumer, "sysmem-consumer-lost");
      const char *reason = consumer->fault != NULL ? consumer->fault : "it has not said goodbye";

      GST_WARNING ("%s is lost: %s", consumer->name, reason);
      gst_structure_set (lost, "reason", G_TYPE_STRING, reason, NULL);
      gst_sysmem_server_note (self, lost);
    }
  /* The others may like something else better. */
  self->reconfigure |= is_narrowed_by (self, consumer);
  gst_sysmem_consumer_dismiss (consumer, NULL);
  gst_sysmem_server_ignore_returns (consumer);
  gst_sysmem_deadline_drop (consumer);
  held = gst_sysmem_consumer_steal_held (consumer);
  (void)g_ptr_array_remove (self->consumers, consumer);
  gst_sysmem_server_unlock (self);
}

static gboolean
on_message (gint fd, GIOCondition condition, gpointer data)
{
  Ear *ear = data;
  g_auto (GstSysmemMessage) message = GST_SYSMEM_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;

  switch (gst_sysmem_channel_receive (ear->consumer->channel, &message, &error))
    {
    case GST_SYSMEM_RECEIVED_MESSAGE:
      gst_sysmem_server_hear (ear->server, ear->consumer, &message);
      return G_SOURCE_CONTINUE;
    case GST_SYSMEM_RECEIVED_NOTHING:
      return G_SOURCE_CONTINUE;
    case GST_SYSMEM_RECEIVED_END:
      remove_consumer (ear->server, ear->consumer);
      return G_SOURCE_REMOVE;
    case GST_SYSMEM_RECEIVED_NONSENSE:
      gst_sysmem_server_lock (ear->server);
      gst_sysmem_server_expel (ear->server, ear->consumer, error->message);
      gst_sysmem_server_unlock (ear->server);
      remove_consumer (ear->server, ear->consumer);
      return G_SOURCE_REMOVE;
    }
  g_return_val_if_reached (G_SOURCE_REMOVE);
}

GSource *
gst_sysmem_server_watch (GstSysmemServer *self,
                         GstSysmemChannel *channel,
                         GUnixFDSourceFunc func,
                         gpointer data,
                         GDestroyNotify destroy)
{
  GSource *source = g_unix_fd_source_new (gst_sysmem_channel_get_fd (channel), G_IO_IN);

  g_source_set_callback (source, G_SOURCE_FUNC (func), data, destroy);
  /* It does not, but otherwise GLib takes the fd out of the poll for each message and puts it back,
   * and wakes this thread up after both. */
  g_source_set_can_recurse (source, TRUE);
  g_source_attach (source, self->context);
  return source;
}

void
gst_sysmem_server_listen_to (GstSysmemServer *self, GstSysmemConsumer *consumer)
{
  Ear *ear = g_new (Ear, 1);

  *ear = (Ear){ self, consumer };
  g_source_unref (gst_sysmem_server_watch (self, consumer->channel, on_message, ear, g_free));
}

static gpointer
run (gpointer data)
{
  GstSysmemServer *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static void
start_thread (GstSysmemServer *self)
{
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  gst_sysmem_server_listen (self);
  self->thread = g_thread_new ("sysmemsink", run, self);
}

static gboolean
quit (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

/* Quitting from within the loop works also if the thread has not come to it yet. */
static void
stop_thread (GstSysmemServer *self)
{
  g_main_context_invoke (self->context, quit, self->loop);
  (void)g_thread_join (self->thread);
}

static void
free_weak_ref (gpointer weak)
{
  g_weak_ref_clear (weak);
  g_free (weak);
}

GstSysmemServer *
gst_sysmem_server_new (const char *path,
                       const GstSysmemServerCalls *calls,
                       gpointer owner,
                       GError **error)
{
  g_autoptr (GstSysmemListener) listener = gst_sysmem_listener_new (path, error);
  GstSysmemServer *self;

  if (listener == NULL)
    return NULL;
  self = g_atomic_rc_box_new0 (GstSysmemServer);
  self->calls = calls;
  self->owner = owner;
  self->patience = G_MAXINT64 / 4;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->notices);
  self->consumers = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_sysmem_consumer_unref);
  self->pools = g_ptr_array_new_with_free_func (free_weak_ref);
  self->cancellable = g_cancellable_new ();
  self->listener = g_steal_pointer (&listener);
  start_thread (self);
  return self;
}

GstSysmemServer *
gst_sysmem_server_ref (GstSysmemServer *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer box)
{
  GstSysmemServer *self = box;

  g_ptr_array_unref (self->consumers);
  g_ptr_array_unref (self->pools);
  gst_clear_caps (&self->shown);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_object_unref (self->cancellable);
  g_queue_clear_full (&self->notices, (GDestroyNotify)gst_structure_free);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
}

void
gst_sysmem_server_unref (GstSysmemServer *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

void
gst_sysmem_server_end (GstSysmemServer *self)
{
  g_autoptr (GstSysmemGeneration) current = NULL;
  g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);

  stop_thread (self);
  gst_sysmem_server_lock (self);
  for (guint i = 0; i < self->consumers->len; i++)
    {
      GstSysmemConsumer *consumer = self->consumers->pdata[i];

      gst_sysmem_consumer_dismiss (consumer, NULL);
      gst_sysmem_server_ignore_returns (consumer);
      gst_sysmem_deadline_drop (consumer);
      g_ptr_array_add (held, gst_sysmem_consumer_steal_held (consumer));
    }
  current = g_steal_pointer (&self->current);
  g_ptr_array_set_size (self->consumers, 0);
  gst_sysmem_server_unlock (self);
  g_clear_pointer (&self->listener, gst_sysmem_listener_free);
  gst_sysmem_server_unref (self);
}

void
gst_sysmem_server_set_flushing (GstSysmemServer *self, gboolean flushing)
{
  gst_sysmem_server_lock (self);
  self->is_flushing = flushing;
  if (flushing)
    g_cancellable_cancel (self->cancellable);
  gst_sysmem_server_unlock (self);
}

void
gst_sysmem_server_set_patience (GstSysmemServer *self, gint64 patience)
{
  g_mutex_lock (&self->lock);
  self->patience = patience;
  for (guint i = 0; i < self->consumers->len; i++)
    gst_sysmem_deadline_renew (self, self->consumers->pdata[i]);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* Flushing may be over before a thread that waited has noticed that it ever began. */
gboolean
gst_sysmem_server_is_flushing (GstSysmemServer *self)
{
  return self->is_flushing || self->calls->is_stopping (self->owner);
}

/* The element may hold its own lock while it asks these, so nothing is told on the way. */

GstCaps *
gst_sysmem_server_dup_common_caps (GstSysmemServer *self)
{
  GstCaps *common;

  g_mutex_lock (&self->lock);
  common = gst_sysmem_server_intersect_caps (self, NULL);
  g_mutex_unlock (&self->lock);
  return common;
}

void
gst_sysmem_server_set_ended (GstSysmemServer *self, gboolean ended)
{
  gst_sysmem_server_lock (self);
  self->is_ended = ended;
  for (guint i = 0; ended && i < self->consumers->len; i++)
    if (gst_sysmem_consumer_takes_part (self->consumers->pdata[i]))
      gst_sysmem_consumer_tell_end (self->consumers->pdata[i]);
  gst_sysmem_server_unlock (self);
}

GstSysmemGeneration *
gst_sysmem_server_dup_current (GstSysmemServer *self, GstCaps *caps)
{
  GstSysmemGeneration *current = NULL;

  g_mutex_lock (&self->lock);
  if (self->current != NULL && gst_caps_is_equal (self->current->caps, caps))
    current = gst_sysmem_generation_ref (self->current);
  g_mutex_unlock (&self->lock);
  return current;
}

void
gst_sysmem_server_add_stats (GstSysmemServer *self, GstStructure *stats)
{
  g_autoptr (GstStructure) consumers = gst_structure_new_empty ("consumers");

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->consumers->len; i++)
    {
      g_autofree char *name = g_strdup_printf ("consumer-%u", i);
      g_autoptr (GstStructure) one = gst_sysmem_consumer_describe (self->consumers->pdata[i], name);

      gst_structure_set (consumers, name, GST_TYPE_STRUCTURE, one, NULL);
    }
  gst_structure_set (stats, "generations", G_TYPE_UINT, self->last_generation, "consumers",
                     GST_TYPE_STRUCTURE, consumers, NULL);
  g_mutex_unlock (&self->lock);
}
