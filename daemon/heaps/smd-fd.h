/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* An fd that closes itself: g_autofd is newer than the GLib we need. */

#pragma once

#include <glib.h>
#include <unistd.h>

G_BEGIN_DECLS

typedef int SmdFd;

static inline int
smd_fd_steal (SmdFd *fd)
{
  int stolen = *fd;

  *fd = -1;
  return stolen;
}

static inline void
smd_fd_clear (SmdFd *fd)
{
  int closing = smd_fd_steal (fd);

  if (closing >= 0)
    (void)close (closing); /* close () must not be retried on Linux */
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmdFd, smd_fd_clear)

G_END_DECLS
