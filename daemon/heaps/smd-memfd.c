/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How the kernel is asked who holds a memfd.
 *
 * Goal: know, without the holders' help, whether a buffer still exists outside the daemon, and
 * whether any of those who have it got it as a strong holder. A holder is an fd in any process,
 * a mapping, or an fd on its way through a socket; a killed process must count as gone.
 *
 * Each participant gets an open file description of its own (never a dup of ours), which lives
 * exactly as long as its last fd, mapping or message. Of those descriptions the kernel answers:
 *
 *   is there any?         A write lease is granted on a read-only description exactly when no
 *                         other description of the file exists: F_SETLEASE on the tester.
 *   is a strong one left? Each strong description carries an OFD read lock on byte 0, taken before
 *                         it is given away; F_OFD_GETLK on the tester sees whether one is left.
 *   is this fd weak?      Weak descriptions are opened with O_SYNC, which costs a memfd nothing,
 *                         shows in F_GETFL, and cannot be changed by F_SETFL.
 *
 * Example: opened for camera (strong) and preview (weak). Lease refused, lock found: STRONG. The
 * camera is killed: lease refused, no lock: WEAK. The preview unmaps its last page: NONE.
 *
 * Limits: a holder can drop or add a lock on its own description, and the daemon's own uid and
 * root can re-open the file and so make a description without marks. That misleads the accounting
 * of the collection they take part in, and nobody else's; whether the memory exists is never
 * misjudged. Where leases are switched off (fs.leases-enable) nothing ever counts as gone. */

#include "heaps/smd-memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "common/sysmem-error.h"
#include "heaps/smd-buffer-name.h"

#ifndef MFD_NOEXEC_SEAL /* Linux 6.3 */
#define MFD_NOEXEC_SEAL 0x0008U
#endif

#define MEMFD_NAME_MAX_BYTES 249

typedef struct
{
  SmdMemory base;
  SmdFd tester; /* the only description the daemon keeps; read only */
} SmdMemfd;

static int
create_file (const char *name)
{
  int fd = memfd_create (name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);

  if (fd < 0 && errno == EINVAL)
    fd = memfd_create (name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  return fd;
}

static int
reserve_pages (int fd, off_t size)
{
  int result;

  do
    result = fallocate (fd, 0, 0, size);
  while (result < 0 && errno == EINTR);
  return result;
}

/* Returns the name of the step that failed, errno set, or NULL. A new memfd is open to everybody
 * who can reach it through /proc, so its mode comes first. No F_SEAL_WRITE of any kind: udmabuf
 * refuses such a memfd, and read-only participants are held back by mode and access mode. */
static const char *
prepare_file (int fd, off_t size)
{
  if (fchmod (fd, S_IRUSR | S_IWUSR) < 0)
    return "fchmod";
  if (ftruncate (fd, size) < 0)
    return "ftruncate";
  if (reserve_pages (fd, size) < 0)
    return "fallocate"; /* now, and not as a SIGBUS in some participant later */
  if (fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
    return "F_ADD_SEALS";
  return NULL;
}

int
smd_memfd_create (const char *name, guint index, guint64 size, GError **error)
{
  g_autofree char *file_name = smd_buffer_name_new (name, index, MEMFD_NAME_MAX_BYTES);
  g_auto (SmdFd) fd = -1;
  const char *failed;

  g_return_val_if_fail (size > 0, -1);

  if (size > G_MAXINT64)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY, "no file can be that large");
      return -1;
    }

  fd = create_file (file_name);
  failed = fd < 0 ? "memfd_create" : prepare_file (fd, (off_t)size);
  if (failed != NULL)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY, "%s: %s", failed,
                   g_strerror (errno));
      return -1;
    }
  return smd_fd_steal (&fd);
}

/* A new description of the file behind @fd. Works as long as /proc is mounted, whatever the
 * process's dumpable state: the kernel lets a process follow its own fd links. */
static int
reopen (int fd, int flags)
{
  char path[32];

  g_snprintf (path, sizeof path, "/proc/self/fd/%d", fd);
  return open (path, flags | O_CLOEXEC | O_NOCTTY);
}

static gboolean
mark_strong (int fd)
{
  struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1 };

  return fcntl (fd, F_OFD_SETLK, &lock) == 0;
}

static int
memfd_open (SmdMemory *memory, SmdAccess access, GError **error)
{
  SmdMemfd *self = (SmdMemfd *)memory;
  gboolean weak = (access & SMD_ACCESS_WEAK) != 0;
  int flags = (access & SMD_ACCESS_WRITE) != 0 ? O_RDWR : O_RDONLY;
  g_auto (SmdFd) fd = reopen (self->tester, weak ? flags | O_SYNC : flags);

  if (fd < 0)
    {
      gboolean no_fd_left = errno == EMFILE || errno == ENFILE;

      g_set_error (error, SYSMEM_ERROR,
                   no_fd_left ? SYSMEM_ERROR_LIMIT_EXCEEDED : SYSMEM_ERROR_UNSPECIFIED,
                   "the buffer could not be opened for a participant: %s", g_strerror (errno));
      return -1;
    }
  if (!weak && !mark_strong (fd))
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                   "the buffer could not be locked for a strong participant, does another "
                   "participant hold a file lock on it? %s",
                   g_strerror (errno));
      return -1;
    }
  return smd_fd_steal (&fd);
}

static gboolean
is_held (int tester)
{
  if (fcntl (tester, F_SETLEASE, F_WRLCK) < 0)
    return TRUE;
  (void)fcntl (tester, F_SETLEASE, F_UNLCK);
  return FALSE;
}

static gboolean
has_strong_mark (int tester)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1 };

  return fcntl (tester, F_OFD_GETLK, &lock) < 0 || lock.l_type != F_UNLCK;
}

static SmdHolders
memfd_ask (SmdMemory *memory)
{
  SmdMemfd *self = (SmdMemfd *)memory;

  if (!is_held (self->tester))
    return SMD_HOLDERS_NONE;
  return has_strong_mark (self->tester) ? SMD_HOLDERS_STRONG : SMD_HOLDERS_WEAK;
}

static void
memfd_free (SmdMemory *memory)
{
  SmdMemfd *self = (SmdMemfd *)memory;

  smd_fd_clear (&self->tester);
  g_free (self);
}

static const SmdMemoryClass memfd_class = {
  .open = memfd_open,
  .ask = memfd_ask,
  .free = memfd_free,
};

SmdMemory *
smd_memfd_new (const char *name, guint index, guint64 size, GError **error)
{
  g_auto (SmdFd) fd = smd_memfd_create (name, index, size, error);
  g_auto (SmdFd) tester = -1;
  struct stat status;
  SmdMemfd *self;

  if (fd < 0)
    return NULL;

  tester = reopen (fd, O_RDONLY);
  if (tester < 0 || fstat (tester, &status) < 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY,
                   "re-opening the memfd through /proc/self/fd: %s", g_strerror (errno));
      return NULL;
    }

  self = g_new0 (SmdMemfd, 1);
  self->base.klass = &memfd_class;
  self->base.device = status.st_dev;
  self->base.inode = status.st_ino;
  self->base.raw_size = size;
  self->base.tells_strong = TRUE;
  self->base.watch_fd = tester;
  self->tester = smd_fd_steal (&tester);
  return &self->base;
}
