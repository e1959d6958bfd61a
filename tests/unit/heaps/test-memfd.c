/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One memfd: how it is made, and how its fds are told apart. */

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "common/sysmem-error.h"
#include "heaps/smd-memfd.h"
#include "hold.h"

#define SIZE (64u * 1024)

static SmdMemory *
make (void)
{
  g_autoptr (GError) error = NULL;
  SmdMemory *memory = smd_memfd_new ("camera", 3, SIZE, &error);

  g_assert_no_error (error);
  g_assert_nonnull (memory);
  return memory;
}

static void
test_size_and_identity (void)
{
  g_autoptr (SmdMemory) memory = make ();
  g_auto (SmdFd) fd = open_or_die (memory, 0);
  struct stat status;

  g_assert_no_errno (fstat (fd, &status));
  g_assert_cmpuint (memory->raw_size, ==, SIZE);
  g_assert_cmpint (status.st_size, ==, SIZE);
  g_assert_cmpuint (status.st_dev, ==, memory->device);
  g_assert_cmpuint (status.st_ino, ==, memory->inode);
  g_assert_true (memory->tells_strong);
  g_assert_cmpint (memory->watch_fd, >=, 0);
}

static void
test_two_are_different (void)
{
  g_autoptr (SmdMemory) a = make ();
  g_autoptr (SmdMemory) b = make ();

  g_assert_cmpuint (a->device, ==, b->device);
  g_assert_cmpuint (a->inode, !=, b->inode);
}

static void
test_mode_is_0600 (void)
{
  g_autoptr (SmdMemory) memory = make ();
  g_auto (SmdFd) fd = open_or_die (memory, 0);
  struct stat status;

  g_assert_no_errno (fstat (fd, &status));
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);
  g_assert_cmpuint (status.st_uid, ==, geteuid ());
}

static void
test_seals (void)
{
  g_autoptr (SmdMemory) memory = make ();
  g_auto (SmdFd) fd = open_or_die (memory, SMD_ACCESS_WRITE);
  int seals = fcntl (fd, F_GET_SEALS);

  g_assert_cmpint (seals & F_SEAL_SHRINK, !=, 0);
  g_assert_cmpint (seals & F_SEAL_GROW, !=, 0);
  g_assert_cmpint (seals & F_SEAL_SEAL, !=, 0);
  g_assert_cmpint (seals & F_SEAL_WRITE, ==, 0);
  g_assert_cmpint (seals & F_SEAL_FUTURE_WRITE, ==, 0);
  g_assert_cmpint (ftruncate (fd, SIZE / 2), <, 0);
  g_assert_cmpint (errno, ==, EPERM);
  g_assert_cmpint (ftruncate (fd, SIZE * 2), <, 0);
  g_assert_cmpint (errno, ==, EPERM);
}

static void
test_zeroed (void)
{
  g_autoptr (SmdMemory) memory = make ();
  g_auto (SmdFd) fd = open_or_die (memory, 0);
  g_autofree char *content = g_malloc (SIZE);
  g_autofree char *zeros = g_malloc0 (SIZE);

  memset (content, 'x', SIZE);
  g_assert_cmpint (pread (fd, content, SIZE, 0), ==, SIZE);
  g_assert_cmpmem (content, SIZE, zeros, SIZE);
}

/* All pages are there before anybody touches them. */
static void
test_pages_are_reserved (void)
{
  g_autoptr (SmdMemory) memory = make ();
  g_auto (SmdFd) fd = open_or_die (memory, 0);
  struct stat status;

  g_assert_no_errno (fstat (fd, &status));
  g_assert_cmpint (status.st_blocks * 512, >=, SIZE);
}

static void
test_shared_between_participants (void)
{
  g_autoptr (SmdMemory) memory = make ();
  g_auto (SmdFd) producer = open_or_die (memory, SMD_ACCESS_WRITE);
  g_auto (SmdFd) consumer = open_or_die (memory, 0);
  char frame[5] = { 0 };

  g_assert_cmpint (pwrite (producer, "frame", 5, SIZE - 5), ==, 5);
  g_assert_cmpint (pread (consumer, frame, 5, SIZE - 5), ==, 5);
  g_assert_cmpmem (frame, 5, "frame", 5);
}

/* An offset is part of a description: nobody moves somebody else's. */
static void
test_own_description_each (void)
{
  g_autoptr (SmdMemory) memory = make ();
  g_auto (SmdFd) a = open_or_die (memory, 0);
  g_auto (SmdFd) b = open_or_die (memory, 0);

  g_assert_cmpint (lseek (a, 100, SEEK_SET), ==, 100);
  g_assert_cmpint (lseek (b, 0, SEEK_CUR), ==, 0);
}

static void
test_fds_close_on_exec (void)
{
  g_autoptr (SmdMemory) memory = make ();
  g_auto (SmdFd) fd = open_or_die (memory, 0);

  g_assert_cmpint (fcntl (fd, F_GETFD) & FD_CLOEXEC, !=, 0);
  g_assert_cmpint (fcntl (memory->watch_fd, F_GETFD) & FD_CLOEXEC, !=, 0);
}

static void
assert_map_shows (const char *name, guint index, const char *expected)
{
  g_autoptr (SmdMemory) memory = smd_memfd_new (name, index, SIZE, NULL);
  g_auto (SmdFd) fd = open_or_die (memory, 0);
  void *mapping = mmap (NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
  g_autofree char *maps = NULL;

  g_assert_true (mapping != MAP_FAILED);
  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  g_assert_nonnull (strstr (maps, expected));
  g_assert_no_errno (munmap (mapping, SIZE));
}

static void
test_name_shows_in_maps (void)
{
  assert_map_shows ("front camera", 3, "/memfd:front camera:3 (deleted)\n");
}

static void
test_long_name_keeps_its_index (void)
{
  g_autoptr (GString) name = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new ("/memfd:");

  for (guint i = 0; i < 200; i++)
    g_string_append (name, "é");
  g_string_append_len (expected, name->str, 246);
  g_string_append (expected, ":12 (deleted)\n");
  assert_map_shows (name->str, 12, expected->str);
}

static void
test_identify (void)
{
  static const struct
  {
    SmdAccess access;
    gboolean writable, weak;
  } cases[] = {
    { 0, FALSE, FALSE },
    { SMD_ACCESS_WRITE, TRUE, FALSE },
    { SMD_ACCESS_WEAK, FALSE, TRUE },
    { SMD_ACCESS_WRITE | SMD_ACCESS_WEAK, TRUE, TRUE },
  };
  g_autoptr (SmdMemory) memory = make ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (SmdFd) fd = open_or_die (memory, cases[i].access);
      SmdFdIdentity identity;

      /* No holder can take the mark off. */
      g_assert_no_errno (fcntl (fd, F_SETFL, 0));
      g_assert_true (smd_fd_identify (fd, &identity, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (identity.device, ==, memory->device);
      g_assert_cmpuint (identity.inode, ==, memory->inode);
      g_assert_true (identity.readable);
      g_assert_cmpint (identity.writable, ==, cases[i].writable);
      g_assert_cmpint (identity.weak, ==, cases[i].weak);
      g_assert_false (identity.path_only);
    }
}

static void
test_identify_path_only (void)
{
  g_autoptr (SmdMemory) memory = make ();
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", memory->watch_fd);
  g_auto (SmdFd) fd = open (path, O_PATH | O_CLOEXEC);
  SmdFdIdentity identity;

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (smd_fd_identify (fd, &identity, NULL));
  g_assert_true (identity.path_only);
  g_assert_false (identity.readable);
  g_assert_false (identity.writable);
  g_assert_false (identity.weak);
  g_assert_cmpuint (identity.inode, ==, memory->inode);
}

static void
test_identify_write_only (void)
{
  g_autoptr (SmdMemory) memory = make ();
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", memory->watch_fd);
  g_auto (SmdFd) fd = open (path, O_WRONLY | O_CLOEXEC);
  SmdFdIdentity identity;

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (smd_fd_identify (fd, &identity, NULL));
  g_assert_false (identity.readable);
  g_assert_true (identity.writable);
}

/* O_SYNC is our mark on memfds only. */
static void
test_identify_foreign_files (void)
{
  g_auto (SmdFd) null = open ("/dev/null", O_RDONLY | O_SYNC | O_CLOEXEC);
  g_auto (SmdFd) foreign = memfd_create ("camera:3", MFD_CLOEXEC);
  g_autoptr (SmdMemory) memory = make ();
  SmdFdIdentity identity;

  g_assert_true (smd_fd_identify (null, &identity, NULL));
  g_assert_false (identity.weak);
  g_assert_no_errno (ftruncate (foreign, SIZE));
  g_assert_true (smd_fd_identify (foreign, &identity, NULL));
  g_assert_cmpuint (identity.inode, !=, memory->inode);
}

static void
test_identify_no_fd (void)
{
  g_autoptr (GError) error = NULL;
  SmdFdIdentity identity;

  g_assert_false (smd_fd_identify (-1, &identity, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED);
}

static void
test_too_large_for_a_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (smd_memfd_new ("camera", 0, G_MAXUINT64 - 4095, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY);
}

/* The daemon's limits are the administrator's: what they forbid is an answer, not a crash. */
static void
test_file_size_limit (void)
{
  g_autoptr (GError) error = NULL;
  struct rlimit before, small;
  guint n_fds = count_own_fds ();

  (void)signal (SIGXFSZ, SIG_IGN);
  g_assert_no_errno (getrlimit (RLIMIT_FSIZE, &before));
  small = before;
  small.rlim_cur = SIZE / 2;
  g_assert_no_errno (setrlimit (RLIMIT_FSIZE, &small));
  g_assert_null (smd_memfd_new ("camera", 0, SIZE, &error));
  g_assert_no_errno (setrlimit (RLIMIT_FSIZE, &before));

  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY);
  g_assert_cmpstr (error->message, ==, "ftruncate: File too large");
  g_assert_cmpuint (count_own_fds (), ==, n_fds);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  (void)signal (SIGIO, SIG_IGN);
  g_test_add_func ("/memfd/size-and-identity", test_size_and_identity);
  g_test_add_func ("/memfd/two-are-different", test_two_are_different);
  g_test_add_func ("/memfd/mode-is-0600", test_mode_is_0600);
  g_test_add_func ("/memfd/seals", test_seals);
  g_test_add_func ("/memfd/zeroed", test_zeroed);
  g_test_add_func ("/memfd/pages-are-reserved", test_pages_are_reserved);
  g_test_add_func ("/memfd/shared-between-participants", test_shared_between_participants);
  g_test_add_func ("/memfd/own-description-each", test_own_description_each);
  g_test_add_func ("/memfd/fds-close-on-exec", test_fds_close_on_exec);
  g_test_add_func ("/memfd/name-shows-in-maps", test_name_shows_in_maps);
  g_test_add_func ("/memfd/long-name-keeps-its-index", test_long_name_keeps_its_index);
  g_test_add_func ("/memfd/identify", test_identify);
  g_test_add_func ("/memfd/identify-path-only", test_identify_path_only);
  g_test_add_func ("/memfd/identify-write-only", test_identify_write_only);
  g_test_add_func ("/memfd/identify-foreign-files", test_identify_foreign_files);
  g_test_add_func ("/memfd/identify-no-fd", test_identify_no_fd);
  g_test_add_func ("/memfd/too-large-for-a-file", test_too_large_for_a_file);
  g_test_add_func ("/memfd/file-size-limit", test_file_size_limit);
  return g_test_run ();
}
