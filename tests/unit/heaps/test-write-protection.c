/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A read-only fd stays read only in the hands of another user. */

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "heaps/smd-memfd.h"
#include "hold.h"

#define SIZE (64u * 1024)

static SmdMemory *
make (void)
{
  g_autoptr (GError) error = NULL;
  SmdMemory *memory = smd_memfd_new ("camera", 0, SIZE, &error);

  g_assert_no_error (error);
  g_assert_nonnull (memory);
  return memory;
}

/* All that a receiver with another uid may try on a read-only fd. Returns the number of the
 * attempt that went differently than it must. */
static int
attack_read_only_fd (gpointer data)
{
  int fd = GPOINTER_TO_INT (data);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  void *mapping;

  if (open (path, O_RDWR) >= 0 || errno != EACCES)
    return 1;
  if (open (path, O_WRONLY) >= 0 || errno != EACCES)
    return 2;
  if (write (fd, "x", 1) >= 0 || errno != EBADF)
    return 3;
  if (mmap (NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) != MAP_FAILED || errno != EACCES)
    return 4;
  mapping = mmap (NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
  if (mapping == MAP_FAILED)
    return 5;
  if (mprotect (mapping, SIZE, PROT_READ | PROT_WRITE) == 0 || errno != EACCES)
    return 6;
  if (fchmod (fd, 0666) == 0 || errno != EPERM)
    return 7;
  if (fallocate (fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, SIZE) == 0 || errno != EBADF)
    return 8;
  return 0;
}

static void
check_read_only_is_enforced (SmdAccess access)
{
  g_autoptr (SmdMemory) memory = make ();
  g_auto (SmdFd) fd = open_or_die (memory, access);

  if (geteuid () != 0)
    {
      g_test_skip ("only root can become another user");
      return;
    }
  run_as (NOBODY, attack_read_only_fd, GINT_TO_POINTER (fd));
  g_assert_cmpint (smd_write_protection_towards (SMC_WRITE_PROTECTION_ENFORCED, NOBODY), ==,
                   SMC_WRITE_PROTECTION_ENFORCED);
}

static void
test_read_only_is_enforced (void)
{
  check_read_only_is_enforced (0);
}

static void
test_weak_read_only_is_enforced (void)
{
  check_read_only_is_enforced (SMD_ACCESS_WEAK);
}

/* And the two receivers towards whom it is not: hence "advisory" for them. */
static void
test_own_uid_can_reopen (void)
{
  g_autoptr (SmdMemory) memory = make ();
  g_auto (SmdFd) fd = open_or_die (memory, 0);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_auto (SmdFd) writable = open (path, O_RDWR | O_CLOEXEC);

  g_assert_cmpint (writable, >=, 0);
  g_assert_cmpint (smd_write_protection_towards (SMC_WRITE_PROTECTION_ENFORCED, geteuid ()), ==,
                   SMC_WRITE_PROTECTION_ADVISORY);
  g_assert_cmpint (smd_write_protection_towards (SMC_WRITE_PROTECTION_ENFORCED, 0), ==,
                   SMC_WRITE_PROTECTION_ADVISORY);
  g_assert_cmpint (smd_write_protection_towards (SMC_WRITE_PROTECTION_ADVISORY, NOBODY), ==,
                   SMC_WRITE_PROTECTION_ADVISORY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  (void)signal (SIGIO, SIG_IGN);
  g_test_add_func ("/write-protection/read-only-is-enforced", test_read_only_is_enforced);
  g_test_add_func ("/write-protection/weak-read-only-is-enforced", test_weak_read_only_is_enforced);
  g_test_add_func ("/write-protection/own-uid-can-reopen", test_own_uid_can_reopen);
  return g_test_run ();
}
