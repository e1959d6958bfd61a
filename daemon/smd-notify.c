/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "smd-notify.h"

#ifdef HAVE_SYSTEMD

#include <systemd/sd-daemon.h>

#define BARRIER_TIMEOUT_US (1 * G_USEC_PER_SEC)

void
smd_notify (const char *state)
{
  (void)sd_notify (0, state);
}

void
smd_notify_and_wait (const char *state)
{
  if (sd_notify (0, state) > 0)
    (void)sd_notify_barrier (0, BARRIER_TIMEOUT_US);
}

void
smd_notify_reloading (void)
{
  (void)sd_notifyf (0, "RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());
}

static gboolean
on_watchdog (gpointer data)
{
  smd_notify ("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

void
smd_notify_start_watchdog (void)
{
  guint64 interval_us = 0;

  /* Twice within the manager's interval, as sd_watchdog_enabled(3) recommends. */
  if (sd_watchdog_enabled (0, &interval_us) > 0)
    (void)g_timeout_add ((guint)MAX (1, interval_us / 1000 / 2), on_watchdog, NULL);
}

#else

void
smd_notify (const char *state)
{
}

void
smd_notify_and_wait (const char *state)
{
}

void
smd_notify_reloading (void)
{
}

void
smd_notify_start_watchdog (void)
{
}

#endif
