/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Introspection of node objects. GDBus asks a subtree for its interfaces before the calls sent
 * earlier have been handled, and knows no caller; so these calls are taken out of its hands and
 * answered in order like any other, with exactly the interfaces the node has (02). */

#pragma once

#include "bus/smd-turns.h"

G_BEGIN_DECLS

SmdTurns *smd_introspect_new (SmdBus *bus);

G_END_DECLS
