/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-rlimit.h"

#include "common/sysmem-error.h"
#include <errno.h>
#include <sys/resource.h>

guint64
smd_rlimit_raise_nofile (GError **error)
{
  struct rlimit limit;
  rlim_t soft;

  if (getrlimit (RLIMIT_NOFILE, &limit) < 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                   "cannot tell how many file descriptors the daemon may have: %s",
                   g_strerror (errno));
      return 0;
    }
  soft = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  /* The hard limit can be above what the kernel grants (fs.nr_open): then what we had stays. */
  return setrlimit (RLIMIT_NOFILE, &limit) < 0 ? soft : limit.rlim_max;
}
