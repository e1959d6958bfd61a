/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Messages that GDBus would hand out before their turn: served after all calls that came before
 * them, and before all that came after.
 *
 * A call below a subtree goes from GDBus's thread to its handler in two steps: a source of high
 * priority, which finds out what it is for, attaches one of default priority, which serves it (08).
 * Signals take the second step alone, Introspect the first. Two lines that are fed at different
 * moments have no order between them; so the messages chosen here are taken out of GDBus's hands in
 * its thread, where they pass in the order of the wire, and stand in the same two lines as calls. In
 * each of them who came first is served first. */

#pragma once

#include "bus/smd-bus.h"

G_BEGIN_DECLS

/* Is this message to be taken? Asked of every incoming one, in GDBus's thread. */
typedef gboolean (*SmdTurnsChooseFunc) (GDBusMessage *message);
/* Its turn has come. */
typedef void (*SmdTurnsServeFunc) (SmdBus *bus, GDBusMessage *message);

SmdTurns *smd_turns_new (SmdBus *bus, SmdTurnsChooseFunc choose, SmdTurnsServeFunc serve);
/* What has not been served yet never is. */
void smd_turns_free (SmdTurns *turns);

G_END_DECLS
