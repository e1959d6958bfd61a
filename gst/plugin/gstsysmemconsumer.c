/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemconsumer.h"

GST_DEBUG_CATEGORY_EXTERN (gst_sysmem_sink_debug);
#define GST_CAT_DEFAULT gst_sysmem_sink_debug

/* A frame that a consumer has. */
typedef struct
{
  guint32 generation;
  guint32 index;
  GstBuffer *buffer;
} Held;

static void
held_clear (gpointer item)
{
  gst_clear_buffer (&((Held *)item)->buffer);
}

static GArray *
make_held (void)
{
  GArray *held = g_array_new (FALSE, FALSE, sizeof (Held));

  g_array_set_clear_func (held, held_clear);
  return held;
}

GstSysmemConsumer *
gst_sysmem_consumer_new (int fd)
{
  GstSysmemConsumer *self = g_atomic_rc_box_new0 (GstSysmemConsumer);

  gst_sysmem_identity_read (&self->identity, fd);
  self->name = gst_sysmem_identity_to_string (&self->identity);
  self->channel = gst_sysmem_channel_new (fd, GST_SYSMEM_CONSUMER);
  self->held = make_held ();
  return self;
}

GstSysmemConsumer *
gst_sysmem_consumer_ref (GstSysmemConsumer *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer box)
{
  GstSysmemConsumer *self = box;

  gst_sysmem_channel_close (self->channel);
  gst_sysmem_channel_unref (self->channel);
  g_clear_pointer (&self->return_path, gst_sysmem_channel_unref);
  g_clear_pointer (&self->deadline, g_source_unref);
  g_array_unref (self->held);
  gst_clear_caps (&self->caps);
  g_free (self->name);
  g_free (self->fault);
}

void
gst_sysmem_consumer_unref (GstSysmemConsumer *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

void
gst_sysmem_consumer_give_up (GstSysmemConsumer *self, const char *reason)
{
  if (self->fault == NULL)
    self->fault = g_strdup (reason);
  gst_sysmem_channel_close (self->channel); /* wakes the server's thread, which removes it */
}

gboolean
gst_sysmem_consumer_tell (GstSysmemConsumer *self, const GstSysmemMessage *message)
{
  g_autoptr (GError) error = NULL;

  if (self->state == GST_SYSMEM_CONSUMER_GONE)
    return FALSE;
  if (gst_sysmem_channel_send (self->channel, message, &error))
    return TRUE;
  gst_sysmem_consumer_give_up (self, error->message);
  return FALSE;
}

void
gst_sysmem_consumer_tell_end (GstSysmemConsumer *self)
{
  static const GstSysmemMessage eos = { .type = GST_SYSMEM_MESSAGE_EOS, .fd = -1 };

  if (gst_sysmem_consumer_tell (self, &eos))
    self->state = GST_SYSMEM_CONSUMER_ENDED;
}

gboolean
gst_sysmem_consumer_takes_part (const GstSysmemConsumer *self)
{
  return self->caps != NULL && self->fault == NULL && self->state != GST_SYSMEM_CONSUMER_ENDED
         && self->state != GST_SYSMEM_CONSUMER_GONE;
}

gboolean
gst_sysmem_consumer_takes (const GstSysmemConsumer *self, const GstCaps *caps)
{
  return gst_caps_can_intersect (self->caps, caps);
}

void
gst_sysmem_consumer_dismiss (GstSysmemConsumer *self, const char *reason)
{
  const GstSysmemMessage bye = {
    .type = GST_SYSMEM_MESSAGE_BYE,
    .text = (char *)reason,
    .fd = -1,
  };

  if (self->state == GST_SYSMEM_CONSUMER_GONE)
    return;
  self->state = GST_SYSMEM_CONSUMER_GONE;
  (void)gst_sysmem_channel_send (self->channel, &bye, NULL);
  gst_sysmem_channel_close (self->channel); /* as above */
}

gboolean
gst_sysmem_consumer_welcome (GstSysmemConsumer *self, GError **error)
{
  g_auto (GstSysmemMessage) welcome = { .type = GST_SYSMEM_MESSAGE_WELCOME, .fd = -1 };

  self->return_path = gst_sysmem_channel_new_pair (GST_SYSMEM_RETURN_PATH, &welcome.fd, error);
  if (self->return_path == NULL)
    return FALSE;
  (void)gst_sysmem_consumer_tell (self, &welcome);
  return TRUE;
}

void
gst_sysmem_consumer_invite (GstSysmemConsumer *self,
                            guint32 generation,
                            const char *caps,
                            SysmemToken *token)
{
  g_auto (GstSysmemMessage) message = {
    .type = GST_SYSMEM_MESSAGE_GENERATION,
    .generation = generation,
    .text = g_strdup (caps),
    .fd = sysmem_token_steal_fd (token),
  };

  /* It may have left, or said EOS, while its token was made. */
  if (!gst_sysmem_consumer_takes_part (self) || !gst_sysmem_consumer_tell (self, &message))
    return;
  self->generation = generation;
  self->has_bound = FALSE;
  self->state = GST_SYSMEM_CONSUMER_INVITED;
  self->full_since = 0;
}

/* Frames of earlier generations count no more: they are none of this one's buffers. */
guint
gst_sysmem_consumer_count_held (GstSysmemConsumer *self, guint32 generation)
{
  guint n = 0;

  for (guint i = 0; i < self->held->len; i++)
    n += g_array_index (self->held, Held, i).generation == generation;
  return n;
}

/* What it holds is in the order in which it was sent. */
guint
gst_sysmem_consumer_count_generations (GstSysmemConsumer *self)
{
  guint32 last = 0;
  guint n = 0;

  for (guint i = 0; i < self->held->len; i++)
    {
      guint32 generation = g_array_index (self->held, Held, i).generation;

      n += generation != last;
      last = generation;
    }
  return n;
}

gboolean
gst_sysmem_consumer_holds (GstSysmemConsumer *self, guint32 generation, guint32 index)
{
  for (guint i = 0; i < self->held->len; i++)
    {
      const Held *held = &g_array_index (self->held, Held, i);

      if (held->generation == generation && held->index == index)
        return TRUE;
    }
  return FALSE;
}

gboolean
gst_sysmem_consumer_holds_others (GstSysmemConsumer *self, guint32 generation)
{
  return gst_sysmem_consumer_count_held (self, generation) < self->held->len;
}

gboolean
gst_sysmem_consumer_is_full (GstSysmemConsumer *self)
{
  return gst_sysmem_consumer_count_held (self, self->generation) >= self->camping;
}

gboolean
gst_sysmem_consumer_send (GstSysmemConsumer *self, const GstSysmemMessage *frame, GstBuffer *buffer)
{
  Held held = { frame->generation, frame->index, NULL };

  if (!gst_sysmem_consumer_tell (self, frame))
    return FALSE;
  held.buffer = gst_buffer_ref (buffer);
  g_array_append_val (self->held, held);
  self->n_sent++;
  return TRUE;
}

GstBuffer *
gst_sysmem_consumer_take_back (GstSysmemConsumer *self, guint32 generation, guint32 index)
{
  for (guint i = 0; i < self->held->len; i++)
    {
      Held *held = &g_array_index (self->held, Held, i);

      if (held->generation == generation && held->index == index)
        {
          GstBuffer *buffer = g_steal_pointer (&held->buffer);

          g_array_remove_index (self->held, i);
          self->full_since = 0;
          self->is_stalled = FALSE;
          return buffer;
        }
    }
  return NULL;
}

GArray *
gst_sysmem_consumer_steal_held (GstSysmemConsumer *self)
{
  GArray *held = self->held;

  self->held = make_held ();
  return held;
}

GstStructure *
gst_sysmem_consumer_describe (GstSysmemConsumer *self, const char *name)
{
  return gst_structure_new (name, "pid", G_TYPE_INT, (gint)self->identity.pid, "comm",
                            G_TYPE_STRING, self->identity.comm, "sent", G_TYPE_UINT64, self->n_sent,
                            "dropped", G_TYPE_UINT64, self->n_dropped, "held", G_TYPE_UINT,
                            gst_sysmem_consumer_count_held (self, self->generation), "camping",
                            G_TYPE_UINT, self->camping, NULL);
}
