/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the test's thread has the daemon's thread do. */

#include "bus-fixture.h"

/* One thing done on the daemon's thread while the test's waits for it. */
typedef struct
{
  BusWorld *world;
  BusFunc func;
  BusPredicate predicate;
  gpointer data;
  GMutex mutex;
  GCond changed;
  gboolean done;
} Errand;

static void
errand_init (Errand *errand, BusWorld *world, gpointer data)
{
  *errand = (Errand){ .world = world, .data = data };
  g_mutex_init (&errand->mutex);
  g_cond_init (&errand->changed);
}

static void
errand_clear (Errand *errand)
{
  g_mutex_clear (&errand->mutex);
  g_cond_clear (&errand->changed);
}

static void
set_done (Errand *errand)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&errand->mutex);

  errand->done = TRUE;
  g_cond_broadcast (&errand->changed);
}

static void
await_done (Errand *errand)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&errand->mutex);

  while (!errand->done)
    g_cond_wait (&errand->changed, &errand->mutex);
}

static gboolean
run_func (gpointer data)
{
  Errand *errand = data;

  errand->func (errand->world->server, errand->data);
  set_done (errand);
  return G_SOURCE_REMOVE;
}

void
bus_on_daemon (BusWorld *world, BusFunc func, gpointer data)
{
  Errand errand;

  errand_init (&errand, world, data);
  errand.func = func;
  g_main_context_invoke (NULL, run_func, &errand);
  await_done (&errand);
  errand_clear (&errand);
}

/* A source that is ready when the predicate holds: asked in every iteration of the main loop, so
 * after everything that can have changed it, and never in between. */
typedef struct
{
  GSource base;
  Errand *errand;
} PredicateSource;

static gboolean
predicate_prepare (GSource *source, int *timeout)
{
  Errand *errand = ((PredicateSource *)source)->errand;

  *timeout = -1;
  return errand->predicate (errand->world->server, errand->data);
}

static gboolean
predicate_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  set_done (((PredicateSource *)source)->errand);
  return G_SOURCE_REMOVE;
}

static GSourceFuncs predicate_funcs = { .prepare = predicate_prepare,
                                        .dispatch = predicate_dispatch };

void
bus_await (BusWorld *world, BusPredicate predicate, gpointer data)
{
  GSource *source = g_source_new (&predicate_funcs, sizeof (PredicateSource));
  Errand errand;

  errand_init (&errand, world, data);
  errand.predicate = predicate;
  ((PredicateSource *)source)->errand = &errand;
  g_source_attach (source, NULL);
  g_source_unref (source);
  await_done (&errand);
  errand_clear (&errand);
}

struct _BusFreeze
{
  Errand frozen;
  Errand thawed;
};

static void
stay_frozen (BusFreeze *freeze)
{
  set_done (&freeze->frozen);
  await_done (&freeze->thawed);
  errand_clear (&freeze->frozen);
  errand_clear (&freeze->thawed);
  g_free (freeze);
}

static BusFreeze *
freeze_new (BusWorld *world)
{
  BusFreeze *freeze = g_new0 (BusFreeze, 1);

  errand_init (&freeze->frozen, world, NULL);
  errand_init (&freeze->thawed, world, NULL);
  return freeze;
}

static gboolean
freeze_once (gpointer freeze)
{
  stay_frozen (freeze);
  return G_SOURCE_REMOVE;
}

BusFreeze *
bus_freeze (BusWorld *world)
{
  BusFreeze *freeze = freeze_new (world);

  g_main_context_invoke (NULL, freeze_once, freeze);
  await_done (&freeze->frozen);
  return freeze;
}

void
bus_thaw (BusFreeze *freeze)
{
  set_done (&freeze->thawed);
}

/* Never ready: being asked is all it wants. */
typedef struct
{
  GSource base;
  BusFreeze *freeze;
} LookingSource;

static gboolean
looking_check (GSource *source)
{
  g_source_destroy (source);
  stay_frozen (((LookingSource *)source)->freeze);
  return FALSE;
}

static GSourceFuncs looking_funcs = { .check = looking_check };

BusFreeze *
bus_freeze_while_looking (BusWorld *world)
{
  GSource *source = g_source_new (&looking_funcs, sizeof (LookingSource));
  BusFreeze *freeze = freeze_new (world);

  ((LookingSource *)source)->freeze = freeze;
  g_source_set_priority (source, G_PRIORITY_HIGH + 1); /* asked right after the urgent ones */
  g_source_attach (source, NULL);
  g_source_unref (source);
  await_done (&freeze->frozen);
  return freeze;
}
