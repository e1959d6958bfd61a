/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every deadline of the daemon in one GSource: 10,000 waiting timers cost an iteration of the main
 * loop as much as one. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SmdTimers SmdTimers;
typedef struct _SmdTimer SmdTimer;

typedef gint64 (*SmdClockFunc) (gpointer user_data); /* microseconds, never goes back */
typedef void (*SmdTimerFunc) (gpointer user_data);

/* Dispatched in @context (NULL: the default one) at G_PRIORITY_DEFAULT, by g_get_monotonic_time ()
 * or by a clock of the caller's. */
SmdTimers *smd_timers_new (GMainContext *context);
SmdTimers *smd_timers_new_with_clock (GMainContext *context,
                                      SmdClockFunc clock,
                                      gpointer clock_data);
/* Frees the timers that still run: nobody may cancel them any more. */
void smd_timers_free (SmdTimers *timers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdTimers, smd_timers_free)

gint64 smd_timers_now (const SmdTimers *timers);
guint smd_timers_count (const SmdTimers *timers);

/* Calls @func once at or after @deadline, equal deadlines in the order they were added. The timer
 * is the timers' and gone when @func is called: forget it there. */
SmdTimer *smd_timers_add (SmdTimers *timers,
                          gint64 deadline,
                          SmdTimerFunc func,
                          gpointer user_data);
/* Never called back after this, also when called from within any callback. */
void smd_timer_cancel (SmdTimer *timer);

G_END_DECLS
