/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-timers.h"

/* A GSource with an own clock cannot use g_source_set_ready_time (), which knows only the
 * monotonic one: prepare () and check () compare instead. */
typedef struct
{
  GSource source;
  SmdTimers *timers;
} TimersSource;

struct _SmdTimers
{
  GSource *source;
  GSequence *queue; /* of SmdTimer, owned; earliest first */
  SmdClockFunc clock;
  gpointer clock_data;
  guint64 n_added; /* ever */
};

struct _SmdTimer
{
  GSequenceIter *place;
  gint64 deadline;
  guint64 serial; /* in the order they were added */
  SmdTimerFunc func;
  gpointer user_data;
};

static gint64
read_monotonic_clock (gpointer user_data)
{
  return g_get_monotonic_time ();
}

static SmdTimer *
peek_first (SmdTimers *timers)
{
  GSequenceIter *begin = g_sequence_get_begin_iter (timers->queue);

  return g_sequence_iter_is_end (begin) ? NULL : g_sequence_get (begin);
}

static gboolean
is_due (SmdTimers *timers)
{
  SmdTimer *first = peek_first (timers);

  return first != NULL && first->deadline <= smd_timers_now (timers);
}

static gboolean
prepare (GSource *source, int *timeout_ms)
{
  SmdTimers *timers = ((TimersSource *)source)->timers;
  SmdTimer *first = peek_first (timers);
  gint64 now;

  *timeout_ms = -1;
  if (first == NULL)
    return FALSE;
  now = smd_timers_now (timers);
  if (first->deadline <= now)
    return TRUE;
  /* Rounded up: waking early would only mean waking twice. A wait that is cut short by the range
   * of int is begun again. */
  *timeout_ms = (int)MIN ((first->deadline - now - 1) / 1000 + 1, G_MAXINT);
  return FALSE;
}

static gboolean
check (GSource *source)
{
  return is_due (((TimersSource *)source)->timers);
}

/* One timer per dispatch: others of the same priority get their turn in between, and the callback
 * may do anything to the timers, freeing them included. */
static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  SmdTimers *timers = ((TimersSource *)source)->timers;
  SmdTimer *first = peek_first (timers);
  SmdTimerFunc func;
  gpointer func_data;

  if (first == NULL)
    return G_SOURCE_CONTINUE;
  func = first->func;
  func_data = first->user_data;
  smd_timer_cancel (first);
  func (func_data);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { .prepare = prepare, .check = check, .dispatch = dispatch };

SmdTimers *
smd_timers_new (GMainContext *context)
{
  return smd_timers_new_with_clock (context, read_monotonic_clock, NULL);
}

SmdTimers *
smd_timers_new_with_clock (GMainContext *context, SmdClockFunc clock, gpointer clock_data)
{
  SmdTimers *timers = g_new0 (SmdTimers, 1);

  timers->clock = clock;
  timers->clock_data = clock_data;
  timers->queue = g_sequence_new (g_free);
  timers->source = g_source_new (&source_funcs, sizeof (TimersSource));
  g_source_set_static_name (timers->source, "sysmem timers");
  ((TimersSource *)timers->source)->timers = timers;
  g_source_attach (timers->source, context);
  return timers;
}

void
smd_timers_free (SmdTimers *timers)
{
  g_source_destroy (timers->source);
  g_source_unref (timers->source);
  g_sequence_free (timers->queue);
  g_free (timers);
}

gint64
smd_timers_now (const SmdTimers *timers)
{
  return timers->clock (timers->clock_data);
}

guint
smd_timers_count (const SmdTimers *timers)
{
  return (guint)g_sequence_get_length (timers->queue);
}

static int
compare_timers (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const SmdTimer *one = a, *other = b;

  if (one->deadline != other->deadline)
    return one->deadline < other->deadline ? -1 : 1;
  return one->serial < other->serial ? -1 : one->serial > other->serial;
}

SmdTimer *
smd_timers_add (SmdTimers *timers, gint64 deadline, SmdTimerFunc func, gpointer user_data)
{
  SmdTimer *timer = g_new0 (SmdTimer, 1);

  timer->deadline = deadline;
  timer->serial = timers->n_added++;
  timer->func = func;
  timer->user_data = user_data;
  timer->place = g_sequence_insert_sorted (timers->queue, timer, compare_timers, NULL);
  return timer;
}

void
smd_timer_cancel (SmdTimer *timer)
{
  g_sequence_remove (timer->place);
}
