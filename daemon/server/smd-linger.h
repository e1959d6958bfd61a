/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lingering trees, for shells whose every call is a new connection (02): they end when nobody has
 * called one of their lingering nodes for LingerTimeout, counted only while no ordinary node is
 * connected. */

#pragma once

#include "server/smd-collection.h"

G_BEGIN_DECLS

void smd_linger_called (SmdCollection *collection);
/* Nodes came, went, or became ordinary ones. */
void smd_linger_changed (SmdCollection *collection);
void smd_linger_stop (SmdCollection *collection);

G_END_DECLS
