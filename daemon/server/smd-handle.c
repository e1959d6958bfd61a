/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-handle.h"

#include "common/sysmem-error.h"
#include <errno.h>
#include <sys/socket.h>

gboolean
smd_cookie_of_fd (int fd, guint64 *cookie)
{
  guint64 found = 0;
  socklen_t size = sizeof found;

  if (getsockopt (fd, SOL_SOCKET, SO_COOKIE, &found, &size) < 0 || size != sizeof found)
    return FALSE;
  *cookie = found;
  return TRUE;
}

static void
set_pair_error (GError **error)
{
  int saved_errno = errno;

  if (saved_errno == EMFILE || saved_errno == ENFILE)
    g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED,
                 "the daemon has no file descriptors left for another handle: %s",
                 g_strerror (saved_errno));
  else
    g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                 "the kernel makes no socket pair for a handle: %s", g_strerror (saved_errno));
}

gboolean
smd_handle_new (SmdHandle *handle, SmdFd *client_end, GError **error)
{
  int ends[2];

  *handle = (SmdHandle)SMD_HANDLE_INIT;
  *client_end = -1;
  /* Blocking or not makes no difference to us, who never read or write; it might to the client. */
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    {
      set_pair_error (error);
      return FALSE;
    }
  handle->daemon_end = ends[0];
  *client_end = ends[1];
  if (shutdown (handle->daemon_end, SHUT_RD) == 0
      && smd_cookie_of_fd (*client_end, &handle->cookie))
    return TRUE;
  set_pair_error (error);
  smd_handle_clear (handle);
  smd_fd_clear (client_end);
  return FALSE;
}

gboolean
smd_handle_watch (SmdHandle *handle,
                  SmdHangups *hangups,
                  uid_t payer,
                  int client_end,
                  SmdHangupFunc func,
                  gpointer user_data,
                  GError **error)
{
  handle->hangups = hangups;
  handle->hangup_id =
    smd_hangups_add (hangups, payer, handle->daemon_end, client_end, func, user_data, error);
  return handle->hangup_id != 0;
}

void
smd_handle_clear (SmdHandle *handle)
{
  if (handle->hangup_id != 0)
    smd_hangups_remove (handle->hangups, handle->hangup_id);
  smd_fd_clear (&handle->daemon_end);
  *handle = (SmdHandle)SMD_HANDLE_INIT;
}
