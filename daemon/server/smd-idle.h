/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/smd-server.h"

G_BEGIN_DECLS

/* Would nobody miss this daemon if another took its place now? Not while there is a node (failed
 * ones tell their reason for a while), a buffer, memory in the making, a bundle that was not read,
 * or a connection that the daemon has promised to remember something. */
gboolean smd_server_is_idle (SmdServer *server);

G_END_DECLS
