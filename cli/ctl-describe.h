/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Asking for one collection. */

#pragma once

#include "ctl-context.h"

G_BEGIN_DECLS

/* @text: an id as somebody typed it. */
gboolean ctl_parse_id (const char *text, guint64 *id, GError **error);
/* Returns: (transfer full): what DescribeCollection says, or %NULL with an error */
GVariant *ctl_describe (CtlContext *context, guint64 id, GError **error);

G_END_DECLS
