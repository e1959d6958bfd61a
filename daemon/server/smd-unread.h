/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Bundles that were sent and not yet read: the quota D-Bus lacks (02, 08). They count for the
 * connection until it leaves, and for the uid until they are really read or gone. */

#pragma once

#include "server/smd-bundle.h"
#include "server/smd-server.h"

G_BEGIN_DECLS

/* Is there room for one more? To be asked when the call arrives. LIMIT_EXCEEDED. */
gboolean smd_unread_check (SmdClient *client, GError **error);
/* Keeps a sealed bundle until it was read. Takes @bundle. */
gboolean smd_unread_keep (SmdClient *client, SmdBundle *bundle, GError **error);
void smd_unread_client_left (SmdClient *client);
void smd_unread_free_all (SmdServer *server);

G_END_DECLS
