/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* File descriptors that close themselves. */

#pragma once

#include <glib.h>
#include <unistd.h>

G_BEGIN_DECLS

typedef int SysmemFd; /* -1: none */

static inline void
sysmem_fd_clear (SysmemFd *fd)
{
  if (*fd >= 0)
    (void)close (*fd);
  *fd = -1;
}

static inline int
sysmem_fd_steal (SysmemFd *fd)
{
  int stolen = *fd;

  *fd = -1;
  return stolen;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SysmemFd, sysmem_fd_clear)

G_END_DECLS
