/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who may see what (02, Inspector): uid 0 and who is authorized to inspect see all, who pays for a
 * collection sees its whole tree, others see their own nodes. */

#pragma once

#include "server/smd-collection.h"

G_BEGIN_DECLS

gboolean smd_client_sees_everybody (const SmdClient *client);
gboolean smd_client_sees_all (SmdClient *client, SmdCollection *collection);
gboolean smd_client_sees_node (SmdClient *client, SmdNode *node);
/* May @client see anything of this collection? */
gboolean smd_client_sees (SmdClient *client, SmdCollection *collection);

G_END_DECLS
