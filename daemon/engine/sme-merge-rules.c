/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-merge-rules.h"

gboolean
sme_merge_rows (
  const SmeMergeRow *rows, guint n_rows, gpointer into, gconstpointer with, const char **field)
{
  for (guint i = 0; i < n_rows; i++)
    {
      gpointer left = G_STRUCT_MEMBER_P (into, rows[i].offset);
      gconstpointer right = (const char *)with + rows[i].offset;
      if (!rows[i].merge (left, right))
        {
          *field = rows[i].field;
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
sme_merge_max_64 (gpointer into, gconstpointer with)
{
  guint64 *value = into;

  *value = MAX (*value, *(const guint64 *)with);
  return TRUE;
}

gboolean
sme_merge_min_64 (gpointer into, gconstpointer with)
{
  guint64 *value = into;

  *value = MIN (*value, *(const guint64 *)with);
  return TRUE;
}

gboolean
sme_merge_or (gpointer into, gconstpointer with)
{
  gboolean *flag = into;

  *flag = *flag || *(const gboolean *)with;
  return TRUE;
}
