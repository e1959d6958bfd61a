/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Buffers that were to be closed and are not: 5 s after the last strong holder has gone, one
 * warning per collection names them and who still holds them (03 §10). */

#pragma once

#include "server/smd-collection.h"

G_BEGIN_DECLS

/* A buffer's last strong holder has gone. */
void smd_leak_expect (SmdCollection *collection);
void smd_leak_stop (SmdCollection *collection);

G_END_DECLS
