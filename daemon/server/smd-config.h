/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* sysmem.conf: limits, heap preferences and format costs. Nothing in a file can stop the daemon:
 * a bad value is a complaint and the previous value stays. */

#pragma once

#include "common/smc-limits.h"
#include "engine/sme-policy.h"

G_BEGIN_DECLS

/* The files that make up the configuration at @path that exist: @path, then @path.d/ *.conf in
 * byte order. An unreadable directory counts as empty. (transfer full) (array zero-terminated=1) */
char **smd_config_find_files (const char *path);

/* Reads @paths in order, later ones win. Starts from what @limits and @policy hold, normally the
 * defaults; afterwards the caps of @policy are those of @limits. Appends one sentence per problem,
 * "FILE:LINE: KEY: …", to @complaints (element-type utf8). TRUE: nothing to complain about. */
gboolean smd_config_load (const char *const *paths,
                          SmcLimits *limits,
                          SmePolicy *policy,
                          GPtrArray *complaints);

/* Reads them again, from @defaults on, and replaces what @limits and @policy hold; the heaps of
 * @policy stay. Where a value makes no sense, the one in force stays in force; where a whole file
 * cannot be read, everything does, and FALSE is returned. */
gboolean smd_config_reload (const char *const *paths,
                            const SmcLimits *defaults,
                            SmcLimits *limits,
                            SmePolicy *policy,
                            GPtrArray *complaints);

G_END_DECLS
