/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What somebody has to be told once the current entry point has ended, in the order it happened.
 * Waits are answered before signals of the same node because they are queued first. */

#pragma once

#include "server/smd-server.h"

G_BEGIN_DECLS

void smd_notice_node_allocated (SmdNode *node);
void smd_notice_node_failed (SmdNode *node);
void smd_notice_wait_done (SmdServer *server, SmdWait *wait); /* takes it */
void smd_notice_collection_changed (SmdServer *server,
                                    const char *destination,
                                    guint64 id,
                                    const char *what);
void smd_notice_clear_all (SmdServer *server);

G_END_DECLS
