/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The tree of a collection, as DescribeCollection gives it: in tables, and drawn. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void ctl_tree_print (GVariant *tree);
/* In the language of Graphviz. @description: of the whole collection */
void ctl_tree_print_dot (GVariant *description);

G_END_DECLS
