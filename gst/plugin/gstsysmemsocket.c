/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gstsysmemsocket.h"

#include "gstsysmempathlock.h"
#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define BACKLOG 128 /* who comes to a queue that is full is refused */

struct _GstSysmemListener
{
  SysmemFd fd;
  char *path;
  struct stat made; /* what was made at the path, so that nobody else's is removed */
};

static gboolean
set_errno_error (GError **error, const char *what, const char *path)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, (gint)g_io_error_from_errno (code), "%s %s: %s", what, path,
               g_strerror (code));
  return FALSE;
}

static gboolean
make_address (const char *path, struct sockaddr_un *address, GError **error)
{
  *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
  if (path != NULL && *path != '\0' && strlen (path) < sizeof address->sun_path)
    {
      strcpy (address->sun_path, path);
      return TRUE;
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
               "\"%s\" cannot be the path of a socket: it has to have 1 to %" G_GSIZE_FORMAT
               " bytes",
               path != NULL ? path : "", sizeof address->sun_path - 1);
  return FALSE;
}

static int
make_socket (const char *path, GError **error)
{
  int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  if (fd < 0)
    (void)set_errno_error (error, "cannot make a socket for", path);
  return fd;
}

int
gst_sysmem_socket_connect (const char *path, GError **error)
{
  struct sockaddr_un address;
  g_auto (SysmemFd) fd = -1;

  if (!make_address (path, &address, error))
    return -1;
  fd = make_socket (path, error);
  if (fd < 0)
    return -1;
  if (connect (fd, (struct sockaddr *)&address, sizeof address) == 0)
    return sysmem_fd_steal (&fd);
  if (errno == EAGAIN)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK,
                 "cannot connect to %s: too many wait there already", path);
  else
    (void)set_errno_error (error, "cannot connect to", path);
  return -1;
}

static gboolean
set_occupied_error (GError **error, const char *path)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
               "somebody listens at %s already: stop it or choose another path", path);
  return FALSE;
}

/* Of those who find the same socket of somebody dead one replaces it, and nobody takes it for dead
 * before it listens. */
static GstSysmemPathLock *
lock_path (const char *path, GError **error)
{
  g_autoptr (GError) refusal = NULL;
  GstSysmemPathLock *lock = gst_sysmem_path_lock_new (path, &refusal);

  if (g_error_matches (refusal, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    (void)set_occupied_error (error, path);
  else if (lock == NULL)
    g_propagate_error (error, g_steal_pointer (&refusal));
  return lock;
}

/* Removes what somebody left at @path who does not listen any more. */
static gboolean
clear_path (const char *path, GError **error)
{
  g_autoptr (GError) refusal = NULL;
  g_auto (SysmemFd) probe = -1;
  struct stat found;

  if (lstat (path, &found) < 0)
    return errno == ENOENT ? TRUE : set_errno_error (error, "cannot look at", path);
  if (!S_ISSOCK (found.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   "%s exists and is no socket: choose another path", path);
      return FALSE;
    }
  probe = gst_sysmem_socket_connect (path, &refusal);
  if (probe >= 0 || g_error_matches (refusal, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return set_occupied_error (error, path);
  if (!g_error_matches (refusal, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    {
      g_propagate_error (error, g_steal_pointer (&refusal));
      return FALSE;
    }
  return unlink (path) == 0 || errno == ENOENT ? TRUE
                                               : set_errno_error (error, "cannot remove", path);
}

GstSysmemListener *
gst_sysmem_listener_new (const char *path, GError **error)
{
  g_autoptr (GstSysmemListener) self = g_new0 (GstSysmemListener, 1);
  g_autoptr (GstSysmemPathLock) lock = NULL;
  struct sockaddr_un address;

  self->fd = -1;
  if (!make_address (path, &address, error))
    return NULL;
  lock = lock_path (path, error);
  if (lock == NULL || !clear_path (path, error))
    return NULL;
  self->fd = make_socket (path, error);
  if (self->fd < 0)
    return NULL;
  if (bind (self->fd, (struct sockaddr *)&address, sizeof address) < 0)
    {
      (void)set_errno_error (error, "cannot make a socket at", path);
      return NULL;
    }
  self->path = g_strdup (path);
  if (lstat (path, &self->made) < 0 || listen (self->fd, BACKLOG) < 0)
    {
      (void)set_errno_error (error, "cannot listen at", path);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
gst_sysmem_listener_free (GstSysmemListener *self)
{
  struct stat found;

  if (self->path != NULL && lstat (self->path, &found) == 0 && found.st_dev == self->made.st_dev
      && found.st_ino == self->made.st_ino)
    (void)unlink (self->path);
  sysmem_fd_clear (&self->fd);
  g_free (self->path);
  g_free (self);
}

int
gst_sysmem_listener_get_fd (GstSysmemListener *self)
{
  return self->fd;
}

int
gst_sysmem_listener_accept (GstSysmemListener *self)
{
  int fd;

  do
    fd = accept4 (self->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
  return fd;
}
