/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One attempt, in the streaming thread:
 *
 *   choose      the consumers that take the caps and have not gone
 *   invite      one collection; a token for each of them, dispensable, so that later deaths are
 *               their own affair
 *   bind        our own token, and wait for the daemon
 *   succeed     all are bound: the collection is the current generation
 *
 * An attempt fails if somebody dies, says REFUSED, does not answer in time, or if the daemon finds no
 * common ground. Who is to blame then is left out of the next attempt: the one who refused to bind or
 * did not answer; else, since somebody's constraints do not go with the others', the one who came last.
 * So every failed attempt has fewer consumers, and nobody is left out without being told the daemon's
 * own words. Only what concerns the producer alone is an error of the pipeline. */

#include "gstsysmemnegotiation.h"

#include "gstsysmemhearing.h"
#include "gstsysmemreturns.h"

GST_DEBUG_CATEGORY_EXTERN (gst_sysmem_sink_debug);
#define GST_CAT_DEFAULT gst_sysmem_sink_debug

#define TOKENS_AT_ONCE 3 /* with the root as many as fit into a message of any daemon */

typedef struct
{
  GstSysmemServer *server;
  const GstSysmemNegotiation *terms;
  GstCaps *caps;
  GPtrArray *chosen; /* of GstSysmemConsumer */
  guint32 number;
  GCancellable *cancellable;
  gint64 deadline;
  SysmemCollection *collection;
} Attempt;

static void
attempt_clear (Attempt *attempt)
{
  g_clear_pointer (&attempt->chosen, g_ptr_array_unref);
  g_clear_object (&attempt->cancellable);
  g_clear_object (&attempt->collection);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Attempt, attempt_clear)

/* With the lock held. */
static gboolean
is_anybody (GstSysmemServer *server)
{
  for (guint i = 0; i < server->consumers->len; i++)
    if (gst_sysmem_consumer_takes_part (server->consumers->pdata[i]))
      return TRUE;
  return FALSE;
}

/* With the lock held. */
static void
choose (Attempt *attempt)
{
  GstSysmemServer *server = attempt->server;

  g_ptr_array_set_size (attempt->chosen, 0);
  for (guint i = 0; i < server->consumers->len; i++)
    {
      GstSysmemConsumer *consumer = server->consumers->pdata[i];

      if (gst_sysmem_consumer_takes_part (consumer)
          && gst_sysmem_consumer_takes (consumer, attempt->caps))
        g_ptr_array_add (attempt->chosen, gst_sysmem_consumer_ref (consumer));
    }
}

/* With the lock held, waits until somebody is there, if that is wanted. */
static GstFlowReturn
choose_when_anybody (Attempt *attempt)
{
  GstSysmemServer *server = attempt->server;

  while (!is_anybody (server) && attempt->terms->waits && !gst_sysmem_server_is_flushing (server))
    (void)gst_sysmem_server_wait (server, -1);
  choose (attempt);
  return gst_sysmem_server_is_flushing (server) ? GST_FLOW_FLUSHING : GST_FLOW_OK;
}

/* The root token and one for each who was chosen; a few at a time, as they fit into messages. */
static GPtrArray *
make_tokens (Attempt *attempt, GError **error)
{
  static const SysmemRights rights[TOKENS_AT_ONCE] = { SYSMEM_RIGHTS_READ, SYSMEM_RIGHTS_READ,
                                                       SYSMEM_RIGHTS_READ };
  guint left = attempt->chosen->len;
  guint n = MIN (left, TOKENS_AT_ONCE);
  g_autoptr (GPtrArray) tokens =
    sysmem_client_allocate_shared_many (attempt->terms->client, rights, n, NULL, error);

  for (left -= n; tokens != NULL && left > 0; left -= n)
    {
      GPtrArray *more;

      n = MIN (left, TOKENS_AT_ONCE);
      more = sysmem_token_duplicate_many (tokens->pdata[0], rights, n, NULL, error);
      if (more == NULL)
        return NULL;
      g_ptr_array_extend_and_steal (tokens, more);
    }
  for (guint i = 1; tokens != NULL && i < tokens->len; i++)
    if (!sysmem_token_set_dispensable (tokens->pdata[i], NULL, error))
      return NULL;
  return g_steal_pointer (&tokens);
}

static SysmemConstraints *
make_constraints (Attempt *attempt, GError **error)
{
  SysmemConstraints *constraints =
    gst_sysmem_constraints_new_from_caps (attempt->caps, attempt->terms->usage, NULL, error);

  if (constraints != NULL)
    g_object_set (constraints, "min-buffer-count-for-camping", attempt->terms->camping,
                  "min-buffer-count", attempt->terms->min_buffers, NULL);
  return constraints;
}

/* With the lock held. Who is invited leaves the current generation: should this come to nothing, that
 * one is nobody's. */
static void
invite (Attempt *attempt, GPtrArray *tokens)
{
  g_autofree char *caps = gst_caps_to_string (attempt->caps);

  attempt->server->wants_new = TRUE;
  for (guint i = 0; i < attempt->chosen->len; i++)
    gst_sysmem_consumer_invite (attempt->chosen->pdata[i], attempt->number, caps,
                                tokens->pdata[i + 1]);
}

static gboolean
on_deadline (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

/* Waits for the daemon, no longer than the terms say. */
static gboolean
wait_for_buffers (Attempt *attempt, GError **error)
{
  gint64 left = MAX (attempt->deadline - g_get_monotonic_time (), 0);
  g_autoptr (GSource) timer = g_timeout_source_new ((guint)MIN (left / 1000 + 1, G_MAXUINT));
  gboolean allocated;

  g_source_set_callback (timer, on_deadline, g_object_ref (attempt->cancellable), g_object_unref);
  g_source_attach (timer, attempt->server->context);
  allocated = sysmem_collection_wait (attempt->collection, attempt->cancellable, error);
  g_source_destroy (timer);
  return allocated;
}

/* With the lock held. */
static void
leave_out (Attempt *attempt, GstSysmemConsumer *consumer, const char *reason)
{
  gst_sysmem_server_send_away (attempt->server, consumer, "sysmem-consumer-unserved", reason);
}

/* With the lock held. The daemon knows that all have bound; they may not have told us yet. */
static GstFlowReturn
wait_for_bound (Attempt *attempt)
{
  GstSysmemServer *server = attempt->server;
  guint i = 0;

  while (i < attempt->chosen->len)
    {
      GstSysmemConsumer *consumer = attempt->chosen->pdata[i];

      if (gst_sysmem_server_is_flushing (server))
        return GST_FLOW_FLUSHING;
      if (consumer->state != GST_SYSMEM_CONSUMER_INVITED)
        i++;
      else if (!gst_sysmem_server_wait (server, attempt->deadline))
        leave_out (attempt, consumer, "it did not say in time that it has bound its token");
    }
  return GST_FLOW_OK;
}

/* With the lock held. The daemon may see somebody go before the server's thread does. */
static gboolean
has_left (GstSysmemConsumer *consumer)
{
  if (gst_sysmem_consumer_takes_part (consumer) && gst_sysmem_channel_has_ended (consumer->channel))
    gst_sysmem_consumer_give_up (consumer, "it has not said goodbye");
  return !gst_sysmem_consumer_takes_part (consumer);
}

/* With the lock held. Leaves out who is to blame, so that another attempt makes sense. Who has bound
 * may refuse only because the daemon has told it of the failure. */
static void
blame (Attempt *attempt, const char *reason)
{
  gboolean timed_out = g_get_monotonic_time () >= attempt->deadline;
  gboolean found = FALSE;

  for (guint i = 0; i < attempt->chosen->len; i++)
    {
      GstSysmemConsumer *consumer = attempt->chosen->pdata[i];

      found = has_left (consumer) || found;
      if (consumer->state == GST_SYSMEM_CONSUMER_REFUSED && !consumer->has_bound)
        leave_out (attempt, consumer, reason);
      else if (timed_out && consumer->state == GST_SYSMEM_CONSUMER_INVITED)
        leave_out (attempt, consumer, "it did not answer in time what it needs of the buffers");
      else
        continue;
      found = TRUE;
    }
  if (!found && attempt->chosen->len > 0)
    leave_out (attempt, attempt->chosen->pdata[attempt->chosen->len - 1], reason);
}

/* With the lock held. All others have been invited to the new generation. */
static void
put_off_who_stays_behind (GstSysmemServer *server)
{
  for (guint i = 0; i < server->consumers->len; i++)
    {
      GstSysmemConsumer *consumer = server->consumers->pdata[i];

      if (consumer->state == GST_SYSMEM_CONSUMER_READY)
        consumer->state = GST_SYSMEM_CONSUMER_WAITING;
    }
}

/* With the lock held. */
static gboolean
succeed (Attempt *attempt, GError **error)
{
  GstSysmemServer *server = attempt->server;
  GstSysmemGeneration *generation =
    gst_sysmem_generation_new (attempt->number, attempt->caps, attempt->collection, error);

  if (generation == NULL)
    return FALSE;
  g_clear_pointer (&server->current, gst_sysmem_generation_unref);
  server->current = generation;
  server->wants_new = FALSE;
  gst_sysmem_server_serve_pool (server, generation->pool);
  put_off_who_stays_behind (server);
  for (guint i = 0; i < attempt->chosen->len; i++)
    {
      GstSysmemConsumer *consumer = attempt->chosen->pdata[i];

      if (consumer->state == GST_SYSMEM_CONSUMER_BOUND)
        gst_sysmem_server_welcome (server, consumer);
      else if (consumer->state == GST_SYSMEM_CONSUMER_REFUSED) /* after it had bound */
        server->wants_new = server->reconfigure = TRUE;
      consumer->considered = attempt->number;
    }
  gst_sysmem_server_await_returns (server); /* of frames of the last one */
  GST_INFO ("generation %u: %u buffers for %u consumers, %" GST_PTR_FORMAT, attempt->number,
            gst_sysmem_buffer_pool_get_n_buffers (generation->pool), attempt->chosen->len,
            attempt->caps);
  return TRUE;
}

/* What to do next. */
typedef enum
{
  DONE,
  AGAIN,
  FLUSHING,
  FAILED,
} Next;

/* Would it have gone well with other consumers? What the producer alone says wrong it hears when it
 * binds; after that, whatever the daemon says is about all. */
static gboolean
is_about_participants (Attempt *attempt, const GError *failure)
{
  return (attempt->collection != NULL && failure->domain == SYSMEM_ERROR)
         || g_error_matches (failure, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY)
         || g_error_matches (failure, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED)
         || g_error_matches (failure, SYSMEM_ERROR, SYSMEM_ERROR_NOT_FOUND)
         || g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* By a flushing that is over already: nobody is to blame. */
static gboolean
is_interrupted (Attempt *attempt, const GError *failure)
{
  return g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED)
         && g_get_monotonic_time () < attempt->deadline;
}

/* With the lock held, which is given up meanwhile. */
static Next
bind_and_wait (Attempt *attempt, SysmemToken *root, SysmemConstraints *constraints, GError **error)
{
  GstSysmemServer *server = attempt->server;
  g_autoptr (GError) failure = NULL;
  gboolean allocated;

  gst_sysmem_server_unlock (server);
  attempt->collection = sysmem_token_bind (root, constraints, NULL, &failure);
  allocated = attempt->collection != NULL && wait_for_buffers (attempt, &failure);
  gst_sysmem_server_lock (server);
  if (gst_sysmem_server_is_flushing (server))
    return FLUSHING;
  if (allocated && wait_for_bound (attempt) != GST_FLOW_OK)
    return FLUSHING;
  if (allocated)
    return succeed (attempt, error) ? DONE : FAILED;
  if (is_about_participants (attempt, failure))
    {
      GST_INFO ("no generation %u: %s", attempt->number, failure->message);
      if (!is_interrupted (attempt, failure))
        blame (attempt, failure->message);
      return AGAIN;
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return FAILED;
}

/* With the lock held, which is given up meanwhile. */
static Next
try_once (Attempt *attempt, GError **error)
{
  GstSysmemServer *server = attempt->server;
  g_autoptr (SysmemConstraints) constraints = NULL;
  g_autoptr (GPtrArray) tokens = NULL;

  gst_sysmem_server_unlock (server);
  constraints = make_constraints (attempt, error);
  tokens = constraints != NULL ? make_tokens (attempt, error) : NULL;
  gst_sysmem_server_lock (server);
  if (tokens == NULL)
    return FAILED;
  if (gst_sysmem_server_is_flushing (server))
    return FLUSHING;
  attempt->number = ++server->last_generation;
  attempt->deadline = g_get_monotonic_time () + attempt->terms->patience;
  attempt->cancellable = g_cancellable_new ();
  g_set_object (&server->cancellable, attempt->cancellable);
  invite (attempt, tokens);
  return bind_and_wait (attempt, tokens->pdata[0], constraints, error);
}

/* With the lock held, which is given up meanwhile. */
static Next
attempt_generation (GstSysmemServer *self,
                    const GstSysmemNegotiation *terms,
                    GstCaps *caps,
                    GError **error)
{
  g_auto (Attempt) attempt = {
    .server = self,
    .terms = terms,
    .caps = caps,
    .chosen = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_sysmem_consumer_unref),
  };

  gst_sysmem_server_expel_hoarders (self);
  if (choose_when_anybody (&attempt) != GST_FLOW_OK)
    return FLUSHING;
  if (attempt.chosen->len == 0)
    {
      self->n_shown++;
      self->reconfigure = is_anybody (self); /* but none who takes this */
      return DONE;
    }
  return try_once (&attempt, error);
}

/* With the lock held. */
static gboolean
is_current (GstSysmemServer *self, GstCaps *caps)
{
  return self->current != NULL && !self->wants_new && gst_caps_is_equal (self->current->caps, caps);
}

GstFlowReturn
gst_sysmem_server_negotiate (GstSysmemServer *self,
                             const GstSysmemNegotiation *terms,
                             GstCaps *caps,
                             GstSysmemGeneration **generation,
                             GError **error)
{
  g_autoptr (GstSysmemGeneration) last = NULL; /* to take leave of the daemon without the lock */
  Next next = AGAIN;

  *generation = NULL;
  gst_sysmem_server_lock (self);
  last = self->current != NULL ? gst_sysmem_generation_ref (self->current) : NULL;
  gst_caps_replace (&self->shown, caps);
  self->is_negotiating = TRUE;
  while (next == AGAIN)
    next = is_current (self, caps) ? DONE : attempt_generation (self, terms, caps, error);
  self->is_negotiating = FALSE;
  if (next == DONE && self->current != NULL && gst_caps_is_equal (self->current->caps, caps))
    *generation = gst_sysmem_generation_ref (self->current);
  gst_sysmem_server_admit_soon (self);
  gst_sysmem_server_unlock (self);
  if (next == FLUSHING)
    return GST_FLOW_FLUSHING;
  return next == FAILED ? GST_FLOW_ERROR : GST_FLOW_OK;
}
