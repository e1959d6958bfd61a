/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rules that both tables of 03 §6.2 have: they take what has been merged so far and what one more
 * participant says. FALSE: the two do not combine, which these always do. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef gboolean (*SmeMergeRule) (gpointer into, gconstpointer with);

/* Of guint64. */
gboolean sme_merge_max_64 (gpointer into, gconstpointer with);
gboolean sme_merge_min_64 (gpointer into, gconstpointer with);
/* Of gboolean. */
gboolean sme_merge_or (gpointer into, gconstpointer with);

G_END_DECLS
