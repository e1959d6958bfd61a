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
is_removed (GstSysmemPathLock *self)
{
  struct stat locked, found;

  return fstat (self->fd, &locked) < 0 || lstat (self->path, &found) < 0
         || locked.st_dev != found.st_dev || locked.st_ino != found.st_ino;
}

static gboolean
try_lock (GstSysmemPathLock *self, GError **error)
{
  int code;

  sysmem_fd_clear (&self->fd);
  self->fd = open (self->path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
  if (self->fd >= 0 && flock (self->fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  code = errno;
  if (code == EWOULDBLOCK)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, "somebody has locked %s", self->path);
  else
    g_set_error (error, G_IO_ERROR, (gint)g_io_error_from_errno (code), "cannot lock %s: %s",
                 self->path, g_strerror (code));
  return FALSE;
}

GstSysmemPathLock *
gst_sysmem_path_lock_new (const char *path, GError **error)
{
  GstSysmemPathLock *self = g_new (GstSysmemPathLock, 1);

  self->fd = -1;
  self->path = g_strconcat (path, ".sysmem-lock", NULL);
  do
    if (!try_lock (self, error))
      {
        sysmem_fd_clear (&self->fd);
        g_free (self->path);
        g_free (self);
        return NULL;
      }
  while (is_removed (self));
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
