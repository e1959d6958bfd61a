/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tokens travel as fds: from the fd somebody shows to the node it stands for. */

#pragma once

#include "server/smd-node.h"

G_BEGIN_DECLS

/* NULL: no token of this daemon, or no longer one. A failed one that is kept is returned: its
 * stored error is the answer. */
SmdNode *smd_token_lookup (SmdServer *server, int fd);
/* The last caller that shows the handle owns the token. */
void smd_token_open (SmdNode *token, SmdClient *client);

/* All that new tokens need besides their place in the tree, made before the engine is asked, so
 * that nothing can fail any more once the place exists. (element-type SmdTokenHandle) */
GPtrArray *smd_token_handles_new (SmdServer *server, uid_t payer, guint n, GError **error);
/* Takes the first handle for a new node at @sme, appended to @tokens (of SmdNewToken). */
void smd_token_handles_use (GPtrArray *handles,
                            SmdCollection *collection,
                            SmeNode *sme,
                            SmdClient *client,
                            gboolean linger,
                            GArray *tokens);
/* The token was turned in, released or failed: the handle hangs up. */
void smd_token_drop_handle (SmdNode *token);
/* Nobody is to find the token by its handle any more. */
void smd_token_forget_cookie (SmdNode *token);

G_END_DECLS
