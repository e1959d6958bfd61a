/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-merge-rules.h"

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
