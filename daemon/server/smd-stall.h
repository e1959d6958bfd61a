/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Saying in the log who is missing: by default 5 s after the collection was made, once more 30 s
 * later, never more. The daemon never times a participant out. */

#pragma once

#include "server/smd-collection.h"

G_BEGIN_DECLS

void smd_stall_start (SmdCollection *collection);
/* @deadline: CLOCK_MONOTONIC, µs. */
void smd_stall_set_deadline (SmdCollection *collection, gint64 deadline);
void smd_stall_stop (SmdCollection *collection);

G_END_DECLS
