/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Nodes by their object paths. */

#pragma once

#include "server/smd-node.h"

G_BEGIN_DECLS

#define SMD_ROOT_PATH "/org/sysmem/Sysmem1"
#define SMD_NODE_PATH SMD_ROOT_PATH "/node"

char *smd_node_path (const SmdNode *node);
/* The gate: NOT_FOUND for what @client does not own, as if it did not exist. */
SmdNode *smd_find_node (SmdServer *server, SmdClient *client, const char *path, GError **error);

G_END_DECLS
