/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The heap port: the machine's own heap, and allocating all buffers or none. */

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "common/sysmem-error.h"
#include "heaps/smd-fake-heap.h"
#include "hold.h"

#define SIZE (64u * 1024)

static SmcSettings *
make_settings (guint32 count, guint64 size)
{
  SmcSettings *settings = smc_settings_new ();

  settings->buffer_count = count;
  settings->size_bytes = size;
  settings->raw_size_bytes = size;
  return settings;
}

static SmdHeap *
find_heap (GPtrArray *heaps, const char *name)
{
  for (guint i = 0; i < heaps->len; i++)
    {
      SmdHeap *heap = g_ptr_array_index (heaps, i);

      if (strcmp (heap->properties->name, name) == 0)
        return heap;
    }
  return NULL;
}

static void
test_system_is_always_there (void)
{
  g_autoptr (GPtrArray) heaps = smd_heaps_probe ();
  SmdHeap *system = find_heap (heaps, "system");

  g_assert_nonnull (system);
  g_assert_cmpint (system->properties->buffer_type, ==, SMC_BUFFER_MEMFD);
  g_assert_cmpuint (system->properties->domains, ==,
                    SMC_DOMAIN_CPU | SMC_DOMAIN_RAM | SMC_DOMAIN_INACCESSIBLE);
  g_assert_true (system->properties->cpu_mappable);
  g_assert_false (system->properties->secure);
  g_assert_false (system->properties->physically_contiguous);
  g_assert_cmpint (system->properties->write_protection, ==, SMC_WRITE_PROTECTION_ENFORCED);
  g_assert_cmpuint (system->properties->max_buffer_size, ==, 0);
  g_assert_null (system->properties->formats);
  smd_heap_trim (system); /* has nothing to give back */
}

static void
assert_name_of (SmdMemory *memory, const char *expected)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", memory->watch_fd);
  g_autofree char *name = g_file_read_link (link, NULL);

  g_assert_cmpstr (name, ==, expected);
}

static void
test_allocate (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) heaps = smd_heaps_probe ();
  g_autoptr (SmcSettings) settings = make_settings (3, SIZE);
  g_autoptr (GPtrArray) memories =
    smd_heap_allocate (find_heap (heaps, "system"), settings, "camera", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (memories->len, ==, 3);
  for (guint i = 0; i < memories->len; i++)
    {
      g_autofree char *name = g_strdup_printf ("/memfd:camera:%u (deleted)", i);
      SmdMemory *memory = g_ptr_array_index (memories, i);

      assert_name_of (memory, name);
      g_assert_cmpuint (memory->raw_size, ==, SIZE);
      g_assert_cmpint (smd_memory_ask (memory), ==, SMD_HOLDERS_NONE);
    }
}

/* Buffers do not need the heap that made them: heaps come and go. */
static void
test_buffers_outlive_their_heap (void)
{
  g_autoptr (GPtrArray) heaps = smd_heaps_probe ();
  g_autoptr (SmcSettings) settings = make_settings (2, SIZE);
  g_autoptr (GPtrArray) memories =
    smd_heap_allocate (find_heap (heaps, "system"), settings, "camera", NULL);
  g_auto (SmdFd) fd = -1;

  g_clear_pointer (&heaps, g_ptr_array_unref);
  fd = open_or_die (g_ptr_array_index (memories, 1), SMD_ACCESS_WRITE);
  g_assert_cmpint (smd_memory_ask (g_ptr_array_index (memories, 1)), ==, SMD_HOLDERS_STRONG);
}

static void
test_no_leak (void)
{
  g_autoptr (GPtrArray) heaps = smd_heaps_probe ();
  g_autoptr (SmcSettings) settings = make_settings (4, 4096);
  guint n_fds = count_own_fds ();

  for (guint round = 0; round < 1000; round++)
    {
      g_autoptr (GPtrArray) memories =
        smd_heap_allocate (find_heap (heaps, "system"), settings, "camera", NULL);
      g_auto (SmdFd) fd = -1;

      g_assert_nonnull (memories);
      fd = open_or_die (g_ptr_array_index (memories, round % 4), 0);
    }
  g_assert_cmpuint (count_own_fds (), ==, n_fds);
}

/* Leaves the process room for @n more fds. */
static void
limit_fds_to (guint n, struct rlimit *before)
{
  struct rlimit limit;
  int number = 0;

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, before));
  limit = *before;
  for (; n > 0; number++)
    if (fcntl (number, F_GETFD) < 0)
      n--;
  limit.rlim_cur = (rlim_t)number;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
}

/* Allocates three buffers with room for fewer and fewer fds, so that each step of each buffer is
 * the one that fails. Three testers and the last buffer's own fd are four. */
static void
test_all_or_none (void)
{
  g_autoptr (GPtrArray) heaps = smd_heaps_probe ();
  g_autoptr (SmcSettings) settings = make_settings (3, SIZE);
  guint n_fds = count_own_fds ();

  for (guint room = 1; room <= 4; room++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) memories = NULL;
      struct rlimit before;

      limit_fds_to (room, &before);
      memories = smd_heap_allocate (find_heap (heaps, "system"), settings, "camera", &error);
      g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &before));
      if (room == 4)
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_null (memories);
      g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY);
      g_assert_cmpuint (count_own_fds (), ==, n_fds);
    }
}

static void
test_failure_names_heap_buffer_and_size (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) heaps = smd_heaps_probe ();
  g_autoptr (SmcSettings) settings = make_settings (5, SIZE);
  struct rlimit before;

  limit_fds_to (2, &before);
  g_assert_null (smd_heap_allocate (find_heap (heaps, "system"), settings, "camera", &error));
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &before));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY);
  g_assert_cmpstr (error->message, ==,
                   "heap \"system\" could not provide buffer 2 of 5, 65536 bytes: "
                   "re-opening the memfd through /proc/self/fd: Too many open files");
}

/* No fd for this participant now is this participant's trouble, and costs nobody else anything. */
static void
test_open_without_room (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) heaps = smd_heaps_probe ();
  g_autoptr (SmcSettings) settings = make_settings (1, SIZE);
  g_autoptr (GPtrArray) memories =
    smd_heap_allocate (find_heap (heaps, "system"), settings, "camera", NULL);
  struct rlimit before;
  int fd;

  limit_fds_to (0, &before);
  fd = smd_memory_open (g_ptr_array_index (memories, 0), 0, &error);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &before));
  g_assert_cmpint (fd, ==, -1);
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED);
  g_assert_cmpint (smd_memory_ask (g_ptr_array_index (memories, 0)), ==, SMD_HOLDERS_NONE);
}

static gpointer
allocate_and_free (gpointer heap)
{
  g_autoptr (SmcSettings) settings = make_settings (8, SIZE);

  for (guint round = 0; round < 50; round++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) memories = smd_heap_allocate (heap, settings, "worker", &error);

      g_assert_no_error (error);
      for (guint i = 0; i < memories->len; i++)
        g_assert_cmpint (smd_memory_ask (g_ptr_array_index (memories, i)), ==, SMD_HOLDERS_NONE);
    }
  return NULL;
}

static void
test_many_threads (void)
{
  g_autoptr (GPtrArray) heaps = smd_heaps_probe ();
  GThread *threads[4];
  guint n_fds = count_own_fds ();

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("worker", allocate_and_free, find_heap (heaps, "system"));
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (count_own_fds (), ==, n_fds);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  (void)signal (SIGIO, SIG_IGN);
  g_test_add_func ("/heap/system-is-always-there", test_system_is_always_there);
  g_test_add_func ("/heap/allocate", test_allocate);
  g_test_add_func ("/heap/buffers-outlive-their-heap", test_buffers_outlive_their_heap);
  g_test_add_func ("/heap/no-leak", test_no_leak);
  g_test_add_func ("/heap/all-or-none", test_all_or_none);
  g_test_add_func ("/heap/failure-names-heap-buffer-and-size",
                   test_failure_names_heap_buffer_and_size);
  g_test_add_func ("/heap/open-without-room", test_open_without_room);
  g_test_add_func ("/heap/many-threads", test_many_threads);
  return g_test_run ();
}
