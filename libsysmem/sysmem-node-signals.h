/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a node hears without asking: the daemon's signals about it, the end of that daemon, the end of
 * the connection. Callbacks come in the thread-default context of whoever made the node listen, and
 * find a node only as long as it lives. */

#pragma once

#include "sysmem-node.h"

G_BEGIN_DECLS

typedef struct
{
  guint of_path;
  guint early; /* of every path, while the node's is not known; atomic */
  guint of_owner;
  gulong closed;
} SysmemNodeSignals;

/* Before the call that makes the node: it may fail the moment it is there. */
void sysmem_node_signals_listen_early (SysmemNodeSignals *self, SysmemNode *node);
/* Does nothing the second time. */
void sysmem_node_signals_listen (SysmemNodeSignals *self, SysmemNode *node, const char *path);
void sysmem_node_signals_stop (SysmemNodeSignals *self, SysmemNode *node);

G_END_DECLS
