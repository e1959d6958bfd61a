/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* All collections at one moment, as top shows them. */

#pragma once

#include "ctl-context.h"
#include "ctl-table.h"

G_BEGIN_DECLS

/* The largest first. Looking for holders is work for the daemon, so only the first @n_detailed are
 * asked for theirs.
 * Returns: (transfer full): an `aa{sv}` of what ListCollections says, with buffers_left u,
 *   holders a(us) and waiting_for a(st) where they are known; or %NULL with an error */
GVariant *ctl_snapshot_take (CtlContext *context, guint n_detailed, GError **error);
guint64 ctl_snapshot_sum_bytes (GVariant *snapshot);
CtlTable *ctl_snapshot_make_table (GVariant *snapshot);

G_END_DECLS
