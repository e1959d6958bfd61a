/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heaps/smd-memory-pressure.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "heaps/smd-fd.h"

#define FILE_NAME "/proc/pressure/memory"

/* In microseconds: some task waited for a tenth of a time of two seconds, the shortest time that the
 * kernel lets everybody ask about. */
#define TRIGGER "some 200000 2000000"

int
smd_memory_pressure_open (GError **error)
{
  g_auto (SmdFd) fd = open (FILE_NAME, O_RDWR | O_NONBLOCK | O_CLOEXEC);

  if (fd >= 0 && write (fd, TRIGGER, strlen (TRIGGER) + 1) >= 0)
    return smd_fd_steal (&fd);
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), FILE_NAME ": %s",
               g_strerror (errno));
  return -1;
}
