/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemincoming.h"

#include "gstsysmempeercaps.h"

/* Whom to tell that a buffer is free. Lives as long as the pool, which lives as long as any of its
 * buffers is in use. */
typedef struct
{
  GstSysmemChannel *path;
  guint32 generation;
} Returns;

static void
returns_free (gpointer data, GClosure *closure)
{
  Returns *returns = data;

  gst_sysmem_channel_unref (returns->path);
  g_free (returns);
}

GstSysmemIncoming *
gst_sysmem_incoming_new (GstSysmemMessage *invitation, GError **error)
{
  g_autoptr (GstCaps) caps = gst_sysmem_peer_caps_parse (invitation->text, error);
  g_autoptr (GstCaps) possible = gst_sysmem_make_template_caps ();
  GstSysmemIncoming *self;

  if (caps == NULL)
    {
      g_prefix_error (error, "the caps of its GENERATION are not those of one raw video format: ");
      return NULL;
    }
  if (!gst_caps_is_fixed (caps) || !gst_caps_is_subset (caps, possible))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           "the caps of its GENERATION are not those of one raw video format");
      return NULL;
    }
  self = g_new0 (GstSysmemIncoming, 1);
  self->number = invitation->generation;
  self->caps = g_steal_pointer (&caps);
  self->token = sysmem_fd_steal (&invitation->fd);
  return self;
}

void
gst_sysmem_incoming_free (GstSysmemIncoming *self)
{
  sysmem_fd_clear (&self->token);
  if (self->pool != NULL)
    (void)gst_buffer_pool_set_active (GST_BUFFER_POOL (self->pool), FALSE);
  gst_clear_object (&self->pool);
  if (self->collection != NULL)
    (void)sysmem_node_release (SYSMEM_NODE (self->collection), NULL, NULL);
  g_clear_object (&self->collection);
  gst_clear_caps (&self->caps);
  g_free (self);
}

void
gst_sysmem_incoming_return (GstSysmemChannel *return_path, guint32 generation, guint32 index)
{
  const GstSysmemMessage release = {
    .type = GST_SYSMEM_MESSAGE_RELEASE,
    .generation = generation,
    .index = index,
    .fd = -1,
  };

  /* If it cannot be told, it has gone, which the streaming thread will find out. */
  (void)gst_sysmem_channel_send (return_path, &release, NULL);
}

static void
on_released (GstSysmemBufferPool *pool, guint index, gpointer data)
{
  Returns *returns = data;

  gst_sysmem_incoming_return (returns->path, returns->generation, index);
}

static gboolean
make_pool (GstSysmemIncoming *self, GstSysmemChannel *return_path, GError **error)
{
  Returns *returns;

  self->pool = gst_sysmem_buffer_pool_new (self->collection, error);
  if (self->pool == NULL || !gst_sysmem_buffer_pool_configure (self->pool, self->caps, error))
    return FALSE;
  (void)gst_buffer_pool_set_active (GST_BUFFER_POOL (self->pool), TRUE);
  returns = g_new (Returns, 1);
  *returns = (Returns){ gst_sysmem_channel_ref (return_path), self->number };
  g_signal_connect_data (self->pool, "released", G_CALLBACK (on_released), returns, returns_free,
                         0);
  return TRUE;
}

/* What downstream needs, and the frame that is on its way there. */
static SysmemConstraints *
make_constraints (const GstSysmemParticipation *terms,
                  GstQuery *query,
                  guint *camping,
                  GError **error)
{
  SysmemConstraints *constraints =
    gst_sysmem_constraints_new_from_query (query, terms->usage, error);

  if (constraints == NULL)
    return NULL;
  g_object_get (constraints, "min-buffer-count-for-camping", camping, NULL);
  *camping = MAX (*camping + 1, terms->buffers);
  g_object_set (constraints, "min-buffer-count-for-camping", *camping, NULL);
  return constraints;
}

static gboolean
bind_and_wait (GstSysmemIncoming *self,
               GstSysmemChannel *producer,
               const GstSysmemParticipation *terms,
               GstQuery *query,
               GCancellable *cancellable,
               GError **error)
{
  GstSysmemMessage bound = {
    .type = GST_SYSMEM_MESSAGE_BOUND,
    .generation = self->number,
    .fd = -1,
  };
  g_autoptr (SysmemConstraints) constraints =
    make_constraints (terms, query, &bound.camping, error);

  if (constraints == NULL)
    return FALSE;
  self->collection =
    sysmem_client_bind (terms->client, self->token, constraints, cancellable, error);
  sysmem_fd_clear (&self->token);
  return self->collection != NULL && gst_sysmem_channel_send (producer, &bound, error)
         && sysmem_collection_wait (self->collection, cancellable, error);
}

static gboolean
tell_ready (GstSysmemIncoming *self, GstSysmemChannel *producer, GError **error)
{
  const GstSysmemMessage ready = {
    .type = GST_SYSMEM_MESSAGE_READY,
    .generation = self->number,
    .fd = -1,
  };

  return gst_sysmem_channel_send (producer, &ready, error);
}

static void
tell_refused (GstSysmemIncoming *self, GstSysmemChannel *producer, const char *reason)
{
  const GstSysmemMessage refused = {
    .type = GST_SYSMEM_MESSAGE_REFUSED,
    .generation = self->number,
    .text = (char *)reason,
    .fd = -1,
  };

  (void)gst_sysmem_channel_send (producer, &refused, NULL);
}

gboolean
gst_sysmem_incoming_join (GstSysmemIncoming *self,
                          GstSysmemChannel *producer,
                          GstSysmemChannel *return_path,
                          const GstSysmemParticipation *terms,
                          GstQuery *query,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (bind_and_wait (self, producer, terms, query, cancellable, &failure)
      && make_pool (self, return_path, &failure))
    return tell_ready (self, producer, error);
  tell_refused (self, producer, failure->message);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

GstBuffer *
gst_sysmem_incoming_take (GstSysmemIncoming *self, guint32 index, GError **error)
{
  GstBuffer *buffer = NULL;

  switch ((gint)gst_sysmem_buffer_pool_acquire_index (self->pool, index, 0, &buffer))
    {
    case GST_FLOW_OK:
      return buffer;
    case GST_FLOW_EOS:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "it sends a frame in buffer %u, which was not released", index);
      return NULL;
    default:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "it sends a frame in buffer %u, and there are %u", index,
                   gst_sysmem_buffer_pool_get_n_buffers (self->pool));
      return NULL;
    }
}
