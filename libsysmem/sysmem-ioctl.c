/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-ioctl.h"

#include <errno.h>
#include <sys/ioctl.h>

gboolean
sysmem_ioctl (int fd, unsigned long request, gpointer argument)
{
  int result;

  do
    result = ioctl (fd, request, argument);
  while (result < 0 && (errno == EINTR || errno == EAGAIN));
  return result >= 0;
}

gboolean
sysmem_ioctl_checked (
  int fd, unsigned long request, gpointer argument, const char *what, GError **error)
{
  int code;

  if (sysmem_ioctl (fd, request, argument))
    return TRUE;
  code = errno;
  g_set_error (error, G_IO_ERROR, (gint)g_io_error_from_errno (code), "%s: %s", what,
               g_strerror (code));
  return FALSE;
}
