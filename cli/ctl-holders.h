/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who has buffers open. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @dict: with holders a(us), as a buffer of DescribeCollection.
 * Returns: (transfer full): gst-launch-1.0 (42), weston (7) */
char *ctl_holders_join (GVariant *dict);
/* Returns: floating: the holders of all @buffers, an a(us), each once */
GVariant *ctl_holders_merge (GVariant *buffers);

G_END_DECLS
