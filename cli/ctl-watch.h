/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Hearing of changes, as long as there is a daemon and as soon as there is another. It is not
 * started for the sake of being watched. */

#pragma once

#include "sysmem.h"

G_BEGIN_DECLS

typedef struct _CtlWatch CtlWatch;

/* @what: as CollectionChanged has it; or, with an @id of 0, "started" once changes will be told
 * and "stopped" when the daemon has left. */
typedef void (*CtlWatchFunc) (const char *what, guint64 id, gpointer data);

CtlWatch *ctl_watch_new (SysmemClient *client, CtlWatchFunc callback, gpointer data);
void ctl_watch_free (CtlWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CtlWatch, ctl_watch_free)

G_END_DECLS
