/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The names in @directory that begin with @prefix, sorted, as the order in which a directory lists
 * them means nothing; numbers at their ends count as numbers. No directory: no names.
 * Returns: (element-type utf8) (transfer full) */
GPtrArray *smd_device_nodes_list (const char *directory, const char *prefix);

G_END_DECLS
