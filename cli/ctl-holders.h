/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who has buffers open. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: (transfer full): of one buffer of DescribeCollection: gst-launch (42), weston (7) */
char *ctl_holders_join (GVariant *buffer);
/* Returns: (transfer full): of all @buffers together, each once */
char *ctl_holders_join_all (GVariant *buffers);

G_END_DECLS
