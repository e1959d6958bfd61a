/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* CollectionChanged for live views: at most one per collection and 100 ms, to those who may see the
 * collection at the time of the change. A record of its own per collection, since the last change
 * is that it is gone. */

#pragma once

#include "server/smd-server.h"

G_BEGIN_DECLS

/* @what is a static string: allocated, failed, buffers or ended. */
void smd_changes_tell (SmdCollection *collection, const char *what);
void smd_changes_forget_all (SmdServer *server);

G_END_DECLS
