/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Asking costs the one loop between 2 and 15 µs for a buffer, and 128 buffers are often closed one
 * after the other by each of several holders. So a close asks nothing at once: it marks its buffer,
 * and the collection's one retry timer asks about the marked ones, in time for a whole burst of
 * closes. However often somebody closes things, each close is answered by three questions.
 *
 * What is marked while a strong node is connected is asked about as soon as none is any more, and
 * again after that: the close may have been a moment before the node's end.
 *
 * Buffers that have to be polled are asked in turn, at first soon and then rarely, and the more
 * rarely the more of them one user has: 1000 of them are asked once in a second, 30,000 in half a
 * minute. So no user takes more than one or two hundredths of the loop's time, and none delays
 * what another one waits for. */

#include "server/smd-ask-again.h"

/* The event comes a moment before the kernel's count drops. */
static const guint retry_after_ms[] = { 1, 10, 100 };

#define N_RETRIES G_N_ELEMENTS (retry_after_ms)
#define POLL_FIRST_MS 50
#define POLL_LAST_MS 1000
#define POLL_MS_PER_BUFFER 1

static SmdTimer *
start (SmdCollection *collection, guint ms, SmdTimerFunc func)
{
  SmdTimers *timers = collection->server->timers;

  return smd_timers_add (timers, smd_timers_now (timers) + (gint64)ms * 1000, func, collection);
}

/* After a close */

static gboolean
is_touched (const SmdBuffer *buffer)
{
  return buffer->touched;
}

static void
forget_touched (SmdCollection *collection)
{
  for (guint i = 0; i < collection->buffers->len; i++)
    ((SmdBuffer *)collection->buffers->pdata[i])->touched = FALSE;
}

static void
on_retry (gpointer data)
{
  g_autoptr (SmdCollection) collection = smd_collection_ref (data);

  collection->retry_timer = NULL;
  collection->n_retries_left--;
  smd_buffers_reconsider_some (collection, is_touched);
  if (collection->n_retries_left == 0)
    forget_touched (collection);
  smd_server_flush (collection->server);
}

static void
retry (SmdCollection *collection)
{
  guint left = collection->n_retries_left;

  if (left > 0 && collection->retry_timer == NULL && smd_buffers_are_asked_about (collection))
    collection->retry_timer = start (collection, retry_after_ms[N_RETRIES - left], on_retry);
}

void
smd_ask_again_touched (SmdBuffer *buffer)
{
  SmdCollection *collection = buffer->collection;

  buffer->touched = TRUE;
  if (collection->n_retries_left < N_RETRIES)
    {
      collection->n_retries_left = N_RETRIES;
      g_clear_pointer (&collection->retry_timer, smd_timer_cancel);
    }
  retry (collection);
}

void
smd_ask_now (SmdBuffer *buffer)
{
  gboolean was_touched = buffer->touched;

  buffer->touched = TRUE;
  smd_buffers_reconsider_some (buffer->collection, is_touched);
  buffer->touched = was_touched;
}

void
smd_ask_again_after_closes (SmdServer *server)
{
  g_autoptr (GPtrArray) touched = g_ptr_array_new ();
  gboolean overflow = FALSE;
  GHashTableIter iter;
  gpointer buffer;

  smd_close_watch_read (server->close_watch, touched, &overflow);
  for (guint i = 0; i < touched->len; i++)
    smd_ask_again_touched (((SmdMemory *)touched->pdata[i])->owner);
  if (!overflow)
    return;
  g_hash_table_iter_init (&iter, server->buffers);
  while (g_hash_table_iter_next (&iter, &buffer, NULL))
    smd_ask_again_touched (buffer);
}

/* Polling */

static gboolean
is_polled (const SmdBuffer *buffer)
{
  return buffer->memory != NULL && !buffer->watched;
}

static guint
count_polled (SmdCollection *collection)
{
  guint n = 0;

  for (guint i = 0; i < collection->buffers->len; i++)
    n += is_polled (collection->buffers->pdata[i]) ? 1 : 0;
  return n;
}

static guint
get_n_polled_of_payer (const SmdCollection *collection)
{
  return GPOINTER_TO_UINT (
    g_hash_table_lookup (collection->server->n_polled, GUINT_TO_POINTER (collection->payer)));
}

static void
set_n_polled (SmdCollection *collection, guint n)
{
  gpointer payer = GUINT_TO_POINTER (collection->payer);
  guint of_payer = get_n_polled_of_payer (collection) - collection->n_polled + n;

  collection->n_polled = n;
  if (of_payer > 0)
    g_hash_table_insert (collection->server->n_polled, payer, GUINT_TO_POINTER (of_payer));
  else
    g_hash_table_remove (collection->server->n_polled, payer);
}

static void
on_poll (gpointer data)
{
  g_autoptr (SmdCollection) collection = smd_collection_ref (data);

  collection->poll_timer = NULL;
  collection->poll_interval_ms = MIN (collection->poll_interval_ms * 2, POLL_LAST_MS);
  smd_buffers_reconsider_some (collection, is_polled);
  smd_server_flush (collection->server);
}

static void
poll (SmdCollection *collection)
{
  set_n_polled (collection, count_polled (collection));
  if (collection->n_polled == 0 || collection->poll_timer != NULL)
    return;
  collection->poll_interval_ms = MAX (MAX (collection->poll_interval_ms, POLL_FIRST_MS),
                                      get_n_polled_of_payer (collection) * POLL_MS_PER_BUFFER);
  collection->poll_timer = start (collection, collection->poll_interval_ms, on_poll);
}

void
smd_ask_again (SmdCollection *collection)
{
  retry (collection);
  poll (collection);
}

void
smd_ask_again_stop (SmdCollection *collection)
{
  g_clear_pointer (&collection->retry_timer, smd_timer_cancel);
  g_clear_pointer (&collection->poll_timer, smd_timer_cancel);
  set_n_polled (collection, 0);
}
