/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The well-known name: having it is serving, giving it up is leaving. */

#pragma once

#include "bus/smd-bus.h"

G_BEGIN_DECLS

/* Refused where somebody else has it, or the bus does not let us. */
gboolean smd_bus_take_name (SmdBus *bus, GError **error);

/* Gives the name up if nobody needs this daemon. Whoever calls before that is served; whoever calls
 * after that makes the bus start another daemon. FALSE: it is needed, or somebody called in the last
 * moment: it has its name still, or again. Iterates the default main context.
 *
 * A service manager must know before this is called that the daemon is about to go, or it would
 * take a start that is asked of it now as done. */
gboolean smd_bus_leave (SmdBus *bus);

G_END_DECLS
