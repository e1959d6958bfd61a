/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What both tables of 03 §6.2 have in common. A rule takes what has been merged so far and what one
 * more participant says; it answers for all values, and FALSE means that the two do not combine. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef gboolean (*SmeMergeRule) (gpointer into, gconstpointer with);

typedef struct
{
  const char *field;
  gsize offset; /* of what the rule merges */
  SmeMergeRule merge;
} SmeMergeRow;

/* FALSE: they do not combine; @field says in what. */
gboolean sme_merge_rows (
  const SmeMergeRow *rows, guint n_rows, gpointer into, gconstpointer with, const char **field);

/* Rules that always combine. Of guint64: */
gboolean sme_merge_max_64 (gpointer into, gconstpointer with);
gboolean sme_merge_min_64 (gpointer into, gconstpointer with);
/* Of gboolean: */
gboolean sme_merge_or (gpointer into, gconstpointer with);

G_END_DECLS
