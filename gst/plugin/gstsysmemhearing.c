/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A consumer that comes while there are buffers joins them if that is possible (a token attached to
 * the collection), and asks for a new generation only if it is not: because it cannot take the caps,
 * or the daemon refuses it.
 *
 * One that nobody could ever serve is sent away rather than let in the way of the others: what it
 * takes must have something in common with what they take and what upstream can send. */

#include "gstsysmemhearing.h"

#include "gstsysmemdeadline.h"
#include "gstsysmempeercaps.h"

GST_DEBUG_CATEGORY_EXTERN (gst_sysmem_sink_debug);
#define GST_CAT_DEFAULT gst_sysmem_sink_debug

void
gst_sysmem_server_send_away (GstSysmemServer *self,
                             GstSysmemConsumer *consumer,
                             const char *message,
                             const char *reason)
{
  GstStructure *what = gst_sysmem_consumer_describe (consumer, message);

  gst_structure_set (what, "reason", G_TYPE_STRING, reason, NULL);
  gst_sysmem_server_note (self, what);
  GST_WARNING ("%s is sent away: %s", consumer->name, reason);
  gst_sysmem_consumer_dismiss (consumer, reason);
}

void
gst_sysmem_server_expel (GstSysmemServer *self, GstSysmemConsumer *consumer, const char *reason)
{
  gst_sysmem_server_send_away (self, consumer, "sysmem-consumer-expelled", reason);
}

/* What upstream could send and all the others take: NULL if nobody says. */
static GstCaps *
dup_others_caps (GstSysmemServer *self, GstSysmemConsumer *except)
{
  g_autoptr (GstCaps) possible = self->calls->get_possible_caps (self->owner);
  g_autoptr (GstCaps) taken = NULL;

  gst_sysmem_server_lock (self);
  taken = gst_sysmem_server_intersect_caps (self, except);
  gst_sysmem_server_unlock (self);
  if (possible != NULL && taken != NULL)
    return gst_caps_intersect (possible, taken);
  return possible != NULL ? g_steal_pointer (&possible) : g_steal_pointer (&taken);
}

/* With the lock held. The next one of whom it is not known whether it can join the current
 * generation. */
static GstSysmemConsumer *
find_newcomer (GstSysmemServer *self)
{
  for (guint i = 0; i < self->consumers->len; i++)
    {
      GstSysmemConsumer *consumer = self->consumers->pdata[i];

      if (consumer->state == GST_SYSMEM_CONSUMER_WAITING
          && consumer->considered != self->current->number)
        return consumer;
    }
  return NULL;
}

/* Frames can still be shared when the collection has ended, with the daemon for example; but nobody
 * can join any more. */
static gboolean
is_gone (const GError *failure)
{
  return g_error_matches (failure, SYSMEM_ERROR, SYSMEM_ERROR_NOT_FOUND)
         || g_error_matches (failure, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED);
}

/* With the lock held, which is given up meanwhile. */
static void
invite_newcomer (GstSysmemServer *self,
                 GstSysmemConsumer *consumer,
                 GstSysmemGeneration *generation)
{
  g_autofree char *caps = gst_caps_to_string (generation->caps);
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemToken) token = NULL;

  consumer->state = GST_SYSMEM_CONSUMER_ATTACHING;
  gst_sysmem_server_unlock (self);
  token = sysmem_collection_attach_token (generation->collection, SYSMEM_RIGHTS_READ, NULL, &error);
  gst_sysmem_server_lock (self);
  if (consumer->state != GST_SYSMEM_CONSUMER_ATTACHING)
    return; /* invited to a newer one */
  consumer->state = GST_SYSMEM_CONSUMER_WAITING;
  if (self->current != generation)
    return;
  if (token != NULL)
    {
      gst_sysmem_consumer_invite (consumer, generation->number, caps, token);
      gst_sysmem_deadline_set (self, consumer);
    }
  else if (is_gone (error))
    self->wants_new = self->reconfigure = TRUE;
  else
    gst_sysmem_server_send_away (self, consumer, "sysmem-consumer-unserved", error->message);
}

static gboolean
admit (gpointer data)
{
  GstSysmemServer *self = data;
  g_autoptr (GPtrArray) used = /* to take leave of the daemon without the lock */
    g_ptr_array_new_with_free_func ((GDestroyNotify)gst_sysmem_generation_unref);
  GstSysmemConsumer *consumer;

  gst_sysmem_server_lock (self);
  self->admits_soon = FALSE;
  while (self->current != NULL && !self->is_negotiating
         && (consumer = find_newcomer (self)) != NULL)
    {
      consumer->considered = self->current->number;
      if (gst_sysmem_consumer_takes (consumer, self->current->caps))
        {
          g_ptr_array_add (used, gst_sysmem_generation_ref (self->current));
          invite_newcomer (self, consumer, self->current);
        }
      else
        self->reconfigure = TRUE;
    }
  gst_sysmem_deadline_set_for_left_out (self);
  gst_sysmem_server_unlock (self);
  return G_SOURCE_REMOVE;
}

void
gst_sysmem_server_admit_soon (GstSysmemServer *self)
{
  g_autoptr (GSource) source = NULL;

  if (self->admits_soon)
    return;
  self->admits_soon = TRUE;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, admit, self, NULL);
  g_source_attach (source, self->context);
}

/* With the lock held. FALSE: it cannot be let in. */
static gboolean
give_return_path (GstSysmemServer *self, GstSysmemConsumer *consumer)
{
  g_autoptr (GError) error = NULL;

  if (gst_sysmem_consumer_welcome (consumer, &error))
    return TRUE;
  gst_sysmem_server_send_away (self, consumer, "sysmem-consumer-unserved", error->message);
  return FALSE;
}

/* With the lock held. */
static void
take_caps (GstSysmemServer *self, GstSysmemConsumer *consumer, GstCaps *caps)
{
  gboolean can_stay = self->current == NULL || gst_caps_can_intersect (caps, self->current->caps);

  gst_caps_replace (&consumer->caps, caps);
  consumer->considered = 0;
  /* Unless an answer is due, its time begins anew. */
  if (consumer->state != GST_SYSMEM_CONSUMER_INVITED
      && consumer->state != GST_SYSMEM_CONSUMER_BOUND)
    gst_sysmem_deadline_drop (consumer);
  if (consumer->state == GST_SYSMEM_CONSUMER_CONNECTED
      || (consumer->state == GST_SYSMEM_CONSUMER_READY && !can_stay))
    consumer->state = GST_SYSMEM_CONSUMER_WAITING;
  if (self->is_ended)
    gst_sysmem_consumer_tell_end (consumer);
  else if (!can_stay || (self->current == NULL && !self->is_negotiating))
    self->reconfigure = TRUE;
}

static void
hear_caps (GstSysmemServer *self, GstSysmemConsumer *consumer, const GstSysmemMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstCaps) caps = gst_sysmem_peer_caps_parse (message->text, &error);
  g_autoptr (GstCaps) others = dup_others_caps (self, consumer);

  gst_sysmem_server_lock (self);
  if (caps == NULL)
    gst_sysmem_server_expel (self, consumer, error->message);
  else if (others != NULL && !gst_caps_can_intersect (others, caps))
    {
      g_autofree char *its = gst_sysmem_peer_caps_to_string (caps);
      g_autofree char *theirs = gst_sysmem_peer_caps_to_string (others);
      g_autofree char *reason = g_strdup_printf (
        "it takes %s; what the producer can send, and all consumers take, is %s", its, theirs);

      gst_sysmem_server_send_away (self, consumer, "sysmem-consumer-unserved", reason);
    }
  else if (consumer->return_path != NULL || give_return_path (self, consumer))
    take_caps (self, consumer, caps);
  gst_sysmem_server_unlock (self);
  (void)admit (self);
}

/* What consumers may hold of the current generation is theirs by the daemon's count, not by their
 * word. */
static guint64
sum_claims (GstSysmemServer *self, GstSysmemConsumer *newcomer)
{
  guint64 sum = 0;

  for (guint i = 0; i < self->consumers->len; i++)
    {
      GstSysmemConsumer *consumer = self->consumers->pdata[i];

      if (consumer == newcomer
          || (consumer->state == GST_SYSMEM_CONSUMER_READY
              && consumer->generation == self->current->number))
        sum += consumer->camping;
    }
  return sum;
}

/* And what they hold without a claim: they take no more part, and may have told the daemon so. */
static guint64
sum_kept (GstSysmemServer *self, GstSysmemConsumer *newcomer)
{
  guint64 sum = 0;

  for (guint i = 0; i < self->consumers->len; i++)
    {
      GstSysmemConsumer *consumer = self->consumers->pdata[i];

      if (consumer != newcomer && consumer->state != GST_SYSMEM_CONSUMER_READY)
        sum += gst_sysmem_consumer_count_held (consumer, self->current->number);
    }
  return sum;
}

void
gst_sysmem_server_welcome (GstSysmemServer *self, GstSysmemConsumer *consumer)
{
  guint n_buffers = gst_sysmem_buffer_pool_get_n_buffers (self->current->pool);
  guint64 claims = sum_claims (self, consumer);

  if (!gst_sysmem_consumer_takes (consumer, self->current->caps))
    {
      consumer->state = GST_SYSMEM_CONSUMER_WAITING; /* it has changed its mind meanwhile */
      self->reconfigure = TRUE;
    }
  else if (claims >= n_buffers)
    gst_sysmem_server_expel (self, consumer, "it wants to hold more frames than there are buffers");
  else if (claims + sum_kept (self, consumer) >= n_buffers)
    {
      consumer->state = GST_SYSMEM_CONSUMER_REFUSED; /* by others; there are to be new ones */
      self->wants_new = self->reconfigure = TRUE;
    }
  else
    gst_sysmem_server_make_ready (self, consumer);
}

/* With the lock held. NULL: fine. */
static const char *
hear_of_generation (GstSysmemServer *self,
                    GstSysmemConsumer *consumer,
                    const GstSysmemMessage *message)
{
  if (message->generation > consumer->generation)
    return "it speaks of a generation that it was not invited to";
  if (message->generation < consumer->generation)
    return NULL; /* it will hear of the newer one */
  if (message->type == GST_SYSMEM_MESSAGE_BOUND)
    {
      if (consumer->state != GST_SYSMEM_CONSUMER_INVITED)
        return "it says BOUND without an invitation";
      consumer->state = GST_SYSMEM_CONSUMER_BOUND;
      consumer->has_bound = TRUE;
      consumer->camping = message->camping;
      return NULL;
    }
  if (message->type == GST_SYSMEM_MESSAGE_READY)
    {
      if (consumer->state == GST_SYSMEM_CONSUMER_READY
          || consumer->state == GST_SYSMEM_CONSUMER_WAITING)
        return NULL; /* the streaming thread knew before, and perhaps that it takes something else */
      if (consumer->state != GST_SYSMEM_CONSUMER_BOUND)
        return "it says READY before BOUND";
      /* Of a negotiation that still goes on: the streaming thread sees to it. */
      if (self->current != NULL && consumer->generation == self->current->number)
        gst_sysmem_server_welcome (self, consumer);
      return NULL;
    }
  if (consumer->state == GST_SYSMEM_CONSUMER_WAITING
      || consumer->state == GST_SYSMEM_CONSUMER_ATTACHING)
    return NULL; /* as above */
  if (consumer->state == GST_SYSMEM_CONSUMER_REFUSED)
    return "it says REFUSED twice";
  GST_INFO ("%s cannot join generation %u: %s", consumer->name, message->generation,
            message->text != NULL ? message->text : "it does not say why");
  consumer->state = GST_SYSMEM_CONSUMER_REFUSED;
  if (self->current != NULL && self->current->number == message->generation)
    self->wants_new = self->reconfigure = TRUE;
  return NULL;
}

static void
hear_locked (GstSysmemServer *self, GstSysmemConsumer *consumer, const GstSysmemMessage *message)
{
  gboolean was_invited = consumer->state == GST_SYSMEM_CONSUMER_INVITED;
  const char *fault = NULL;

  switch (message->type)
    {
    case GST_SYSMEM_MESSAGE_BOUND:
    case GST_SYSMEM_MESSAGE_READY:
    case GST_SYSMEM_MESSAGE_REFUSED:
      fault = hear_of_generation (self, consumer, message);
      break;
    case GST_SYSMEM_MESSAGE_BYE:
      GST_INFO ("%s leaves", consumer->name);
      gst_sysmem_consumer_dismiss (consumer, NULL);
      break;
    case GST_SYSMEM_MESSAGE_EOS:
      GST_INFO ("%s has seen enough", consumer->name);
      gst_sysmem_deadline_drop (consumer);
      consumer->state = GST_SYSMEM_CONSUMER_ENDED;
      self->reconfigure = TRUE; /* the others may take more without it */
      break;
    case GST_SYSMEM_MESSAGE_HELLO:
    case GST_SYSMEM_MESSAGE_CAPS:
    case GST_SYSMEM_MESSAGE_RELEASE:
    case GST_SYSMEM_MESSAGE_WELCOME:
    case GST_SYSMEM_MESSAGE_GENERATION:
    case GST_SYSMEM_MESSAGE_FRAME:
      break;
    }
  if (fault != NULL)
    gst_sysmem_server_expel (self, consumer, fault);
  if (was_invited && !gst_sysmem_consumer_takes_part (consumer))
    g_cancellable_cancel (self->cancellable); /* it may never turn its token in: try without it */
}

static GstSysmemConsumerState
get_state (GstSysmemServer *self, GstSysmemConsumer *consumer)
{
  GstSysmemConsumerState state;

  gst_sysmem_server_lock (self);
  state = consumer->state;
  gst_sysmem_server_unlock (self);
  return state;
}

void
gst_sysmem_server_hear (GstSysmemServer *self,
                        GstSysmemConsumer *consumer,
                        const GstSysmemMessage *message)
{
  GstSysmemConsumerState state = get_state (self, consumer);
  gboolean is_first = state == GST_SYSMEM_CONSUMER_CONNECTED;
  gboolean is_caps =
    message->type == GST_SYSMEM_MESSAGE_HELLO || message->type == GST_SYSMEM_MESSAGE_CAPS;

  if (state == GST_SYSMEM_CONSUMER_GONE
      || (state == GST_SYSMEM_CONSUMER_ENDED && message->type != GST_SYSMEM_MESSAGE_BYE))
    return; /* it may not have known when it said that */
  if (is_first != (message->type == GST_SYSMEM_MESSAGE_HELLO)
      && message->type != GST_SYSMEM_MESSAGE_BYE)
    {
      gst_sysmem_server_lock (self);
      gst_sysmem_server_expel (self, consumer,
                               is_first ? "it does not begin with HELLO" : "it says HELLO twice");
      gst_sysmem_server_unlock (self);
      return;
    }
  if (is_caps)
    {
      hear_caps (self, consumer, message);
      return;
    }
  gst_sysmem_server_lock (self);
  hear_locked (self, consumer, message);
  gst_sysmem_server_unlock (self);
}
