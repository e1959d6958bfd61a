/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-leak.h"

#include "server/smd-buffer.h"
#include "server/smd-holder-search.h"
#include "server/smd-journal.h"

#define LEAK_AFTER_US (5 * G_USEC_PER_SEC)

static void on_deadline (gpointer data);

static gint64
get_deadline (const SmdBuffer *buffer)
{
  return buffer->strong_gone_at + LEAK_AFTER_US;
}

static gboolean
is_awaited (const SmdBuffer *buffer)
{
  return buffer->memory != NULL && buffer->strong_gone && !buffer->leak_told;
}

static void
start_at (SmdCollection *collection, gint64 deadline)
{
  if (collection->leak_timer == NULL)
    collection->leak_timer =
      smd_timers_add (collection->server->timers, deadline, on_deadline, collection);
}

/* Marks the buffers that are due; for those of a later deadline the timer runs on. */
static gboolean
mark_due (SmdCollection *collection)
{
  gint64 now = smd_timers_now (collection->server->timers);
  gint64 next = G_MAXINT64;
  gboolean any = FALSE;

  for (guint i = 0; i < collection->buffers->len; i++)
    {
      SmdBuffer *buffer = collection->buffers->pdata[i];

      if (!is_awaited (buffer))
        continue;
      if (get_deadline (buffer) <= now)
        any = buffer->leak_told = TRUE;
      else
        next = MIN (next, get_deadline (buffer));
    }
  if (next != G_MAXINT64)
    start_at (collection, next);
  return any;
}

static void
on_found (SmdCollection *collection, SmdHolderTable *table, gpointer data)
{
  smd_journal_leak (collection, table);
}

static void
on_deadline (gpointer data)
{
  SmdCollection *collection = data;

  collection->leak_timer = NULL;
  if (mark_due (collection))
    smd_holder_search_ask (collection->server->holders, collection, on_found, NULL, NULL);
}

void
smd_leak_expect (SmdCollection *collection)
{
  if (collection->has_or_had_weak)
    start_at (collection, smd_timers_now (collection->server->timers) + LEAK_AFTER_US);
}

void
smd_leak_stop (SmdCollection *collection)
{
  g_clear_pointer (&collection->leak_timer, smd_timer_cancel);
}
