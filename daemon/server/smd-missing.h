/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who has not answered yet, for messages and the log. */

#pragma once

#include "server/smd-node.h"

G_BEGIN_DECLS

/* "camera" (id 5), "shell" (id 0); at most a few by name. Transfer full. */
char *smd_missing_describe (SmeNode *place);
/* PENDING, saying who is missing. */
GError *smd_missing_new_error (SmdNode *node);

G_END_DECLS
