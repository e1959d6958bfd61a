/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "heaps/smd-memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "common/sysmem-error.h"

void
smd_memory_free (SmdMemory *memory)
{
  if (memory != NULL)
    memory->klass->free (memory);
}

/* O_SYNC is our mark on memfds alone; on any other file it is just somebody's flag. Only files in
 * memory know seals. */
static gboolean
is_memfd (int fd)
{
  return fcntl (fd, F_GET_SEALS) >= 0;
}

gboolean
smd_fd_identify (int fd, SmdFdIdentity *identity, GError **error)
{
  struct stat status;
  int flags = fcntl (fd, F_GETFL);
  int mode = flags & O_ACCMODE;

  if (flags < 0 || fstat (fd, &status) < 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                   "the file descriptor could not be examined: %s", g_strerror (errno));
      return FALSE;
    }

  identity->device = status.st_dev;
  identity->inode = status.st_ino;
  identity->path_only = (flags & O_PATH) != 0;
  identity->readable = !identity->path_only && (mode == O_RDONLY || mode == O_RDWR);
  identity->writable = !identity->path_only && (mode == O_WRONLY || mode == O_RDWR);
  identity->weak = (flags & O_SYNC) == O_SYNC && is_memfd (fd);
  return TRUE;
}

SmcWriteProtection
smd_write_protection_towards (SmcWriteProtection heap_protection, uid_t receiver)
{
  if (receiver == 0 || receiver == geteuid ())
    return SMC_WRITE_PROTECTION_ADVISORY;
  return heap_protection;
}
