/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* File descriptors that close themselves. */

#pragma once

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
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

/* A duplicate; -1 with G_IO_ERROR. */
static inline int
sysmem_fd_dup (int fd, GError **error)
{
  int copy = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  int code = errno;

  if (copy < 0)
    g_set_error (error, G_IO_ERROR, (gint)g_io_error_from_errno (code),
                 "cannot duplicate a file descriptor: %s", g_strerror (code));
  return copy;
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
