/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a service manager is told, see sd_notify(3). Without one, or built without libsystemd, none
 * of this does anything. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void smd_notify (const char *state);
/* Returns when the manager has taken note, or soon after if it does not answer. */
void smd_notify_and_wait (const char *state);
/* The answer to SIGHUP begins; "READY=1" ends it. */
void smd_notify_reloading (void);

/* Says from the main loop that it turns, as often as the manager's watchdog wants. */
void smd_notify_start_watchdog (void);

G_END_DECLS
