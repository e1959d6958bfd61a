/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-config.h"

gboolean
smd_config_load (const char *const *paths,
                 SmcLimits *limits,
                 SmePolicy *policy,
                 GPtrArray *complaints)
{
  return TRUE;
}
