/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-stall.h"

#include "server/smd-journal.h"

#define FIRST_AFTER_US (5 * G_USEC_PER_SEC)
#define AGAIN_AFTER_US (30 * G_USEC_PER_SEC)
#define MAX_LOGGED 2

static void on_deadline (gpointer data);

static void
start (SmdCollection *collection, gint64 deadline)
{
  collection->stall_timer =
    smd_timers_add (collection->server->timers, deadline, on_deadline, collection);
}

static void
on_deadline (gpointer data)
{
  SmdCollection *collection = data;

  collection->stall_timer = NULL;
  smd_journal_stall (collection);
  if (++collection->n_stalls_logged < MAX_LOGGED)
    start (collection, smd_timers_now (collection->server->timers) + AGAIN_AFTER_US);
}

void
smd_stall_start (SmdCollection *collection)
{
  start (collection, collection->created + FIRST_AFTER_US);
}

void
smd_stall_set_deadline (SmdCollection *collection, gint64 deadline)
{
  if (collection->stall_timer == NULL || collection->n_stalls_logged > 0)
    return;
  smd_stall_stop (collection);
  start (collection, deadline);
}

void
smd_stall_stop (SmdCollection *collection)
{
  g_clear_pointer (&collection->stall_timer, smd_timer_cancel);
}
