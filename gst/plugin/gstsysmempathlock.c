/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmempathlock.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <sys/file.h>
#include <sys/stat.h>

struct _GstSysmemPathLock
{
  SysmemFd fd;
  char *path;
};

/* Its last owner removed it before it was free: whoever comes now makes a new one. */
static gboolean
is_removed (int fd, const char *path)
{
  struct stat locked, found;

  return fstat (fd, &locked) < 0 || lstat (path, &found) < 0 || locked.st_dev != found.st_dev
         || locked.st_ino != found.st_ino;
}

static int
lock_file (const char *path, GError **error)
{
  g_auto (SysmemFd) fd =
    open (path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
  int code;

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
    return sysmem_fd_steal (&fd);
  code = errno;
  g_set_error (error, G_IO_ERROR, (gint)g_io_error_from_errno (code), "cannot lock %s: %s", path,
               g_strerror (code));
  return -1;
}

GstSysmemPathLock *
gst_sysmem_path_lock_new (const char *path, GError **error)
{
  g_autofree char *file = g_strconcat (path, ".sysmem-lock", NULL);
  g_auto (SysmemFd) fd = -1;
  GstSysmemPathLock *self;

  do
    {
      sysmem_fd_clear (&fd);
      fd = lock_file (file, error);
      if (fd < 0)
        return NULL;
    }
  while (is_removed (fd, file));
  self = g_new (GstSysmemPathLock, 1);
  *self = (GstSysmemPathLock){ sysmem_fd_steal (&fd), g_steal_pointer (&file) };
  return self;
}

void
gst_sysmem_path_lock_free (GstSysmemPathLock *self)
{
  (void)unlink (self->path); /* while it is ours: later it might be somebody else's */
  sysmem_fd_clear (&self->fd);
  g_free (self->path);
  g_free (self);
}
