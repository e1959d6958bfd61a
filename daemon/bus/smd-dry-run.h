/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* CheckConstraints: the same negotiation over given constraint sets, nothing allocated. */

#pragma once

#include "server/smd-server.h"

G_BEGIN_DECLS

/* @participants: aa{sv} of name and constraints. NULL with the error the real one would give. */
SmcSettings *smd_dry_run (SmdServer *server, GVariant *participants, GError **error);

G_END_DECLS
