/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The state of things in the log: all of it at SIGUSR1, one tree where SetVerboseLogging asks. */

#pragma once

#include "server/smd-node.h"

G_BEGIN_DECLS

/* Heaps, clients, what users hold, collections with their trees. */
void smd_dump_server (SmdServer *server);
void smd_dump_tree (SmdCollection *collection);
void smd_dump_node (SmdNode *node);

G_END_DECLS
