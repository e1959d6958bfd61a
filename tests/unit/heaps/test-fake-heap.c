/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The fake heap does what it is told: other tests build on it. */

#include <fcntl.h>
#include <glib.h>
#include <signal.h>

#include "common/sysmem-error.h"
#include "heaps/smd-fake-heap.h"
#include "hold.h"

#define SIZE (64u * 1024)

static SmdHeap *
make_heap (const char *spec)
{
  g_autoptr (GError) error = NULL;
  SmdHeap *heap = smd_fake_heap_new_from_spec (spec, &error);

  g_assert_no_error (error);
  g_assert_nonnull (heap);
  return heap;
}

static GPtrArray *
allocate (SmdHeap *heap, guint32 count, GError **error)
{
  g_autoptr (SmcSettings) settings = smc_settings_new ();

  settings->buffer_count = count;
  settings->size_bytes = SIZE;
  settings->raw_size_bytes = SIZE;
  return smd_heap_allocate (heap, settings, "camera", error);
}

static void
test_defaults (void)
{
  g_autoptr (SmdHeap) heap = make_heap ("plain");
  SmeHeap *properties = heap->properties;

  g_assert_cmpstr (properties->name, ==, "plain");
  g_assert_cmpint (properties->buffer_type, ==, SMC_BUFFER_MEMFD);
  g_assert_cmpuint (properties->domains, ==,
                    SMC_DOMAIN_CPU | SMC_DOMAIN_RAM | SMC_DOMAIN_INACCESSIBLE);
  g_assert_true (properties->cpu_mappable);
  g_assert_false (properties->secure);
  g_assert_false (properties->physically_contiguous);
  g_assert_cmpint (properties->write_protection, ==, SMC_WRITE_PROTECTION_ENFORCED);
  g_assert_null (properties->formats);
}

static void
test_spec (void)
{
  g_autoptr (SmdHeap) heap =
    make_heap ("tee:vdec,dma-buf,contiguous,secure,no-cpu,advisory,domains=ram+inaccessible,"
               "max-buffer-size=65536,formats=NV12:0x0+XR24:0x1,fail=2");
  SmeHeap *properties = heap->properties;
  g_autoptr (GPtrArray) memories = NULL;

  g_assert_cmpstr (properties->name, ==, "tee:vdec");
  g_assert_cmpint (properties->buffer_type, ==, SMC_BUFFER_DMA_BUF);
  g_assert_true (properties->physically_contiguous);
  g_assert_true (properties->secure);
  g_assert_false (properties->cpu_mappable);
  g_assert_cmpint (properties->write_protection, ==, SMC_WRITE_PROTECTION_ADVISORY);
  g_assert_cmpuint (properties->domains, ==, SMC_DOMAIN_RAM | SMC_DOMAIN_INACCESSIBLE);
  g_assert_cmpuint (properties->max_buffer_size, ==, 65536);
  g_assert_cmpuint (properties->formats->len, ==, 2);
  g_assert_cmpuint (g_array_index (properties->formats, SmcPixelFormat, 1).modifier, ==, 1);
  g_assert_null (allocate (heap, 1, NULL));
  g_assert_null (allocate (heap, 1, NULL));
  memories = allocate (heap, 1, NULL);
  g_assert_nonnull (memories);
}

static void
test_bad_spec (void)
{
  static const char *const specs[] = { "",
                                       ",dma-buf",
                                       "x,",
                                       "x,domains=gpu",
                                       "x,domains=",
                                       "x,dmabuf",
                                       "x,formats=NV123",
                                       "x,fail=-1",
                                       "x,fail=",
                                       "x,max-buffer-size=1k",
                                       "x,secure=1",
                                       "x,domains",
                                       "x,color=blue",
                                       "x,formats=",
                                       "x,stride-multiple=64",
                                       "x,formats=XR24,stride-multiple=0" };

  for (gsize i = 0; i < G_N_ELEMENTS (specs); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (smd_fake_heap_new_from_spec (specs[i], &error));
      g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION);
    }
}

static void
test_counts_what_lives (void)
{
  SmdHeap *heap = make_heap ("plain");
  g_autoptr (GPtrArray) a = allocate (heap, 3, NULL);
  g_autoptr (GPtrArray) b = allocate (heap, 2, NULL);

  g_assert_cmpuint (smd_fake_heap_get_n_live (heap), ==, 5);
  g_clear_pointer (&a, g_ptr_array_unref);
  g_assert_cmpuint (smd_fake_heap_get_n_live (heap), ==, 2);
  g_assert_cmpuint (smd_fake_heap_get_n_made (heap), ==, 5);
  smd_heap_trim (heap);
  g_assert_cmpuint (smd_fake_heap_get_n_trims (heap), ==, 1);
  smd_heap_unref (heap); /* the other buffers outlive it */
}

static void
test_fails_halfway (void)
{
  g_autoptr (SmdHeap) heap = make_heap ("plain");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) memories = NULL;

  smd_fake_heap_fail_after (heap, 2, 1);
  g_assert_null (allocate (heap, 4, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY);
  g_assert_cmpstr (error->message, ==,
                   "heap \"plain\" could not provide buffer 3 of 4, 65536 bytes: "
                   "as the test demands");
  g_assert_cmpuint (smd_fake_heap_get_n_made (heap), ==, 2);
  g_assert_cmpuint (smd_fake_heap_get_n_live (heap), ==, 0);
  memories = allocate (heap, 4, NULL);
  g_assert_nonnull (memories);
}

static void
test_fails_always (void)
{
  g_autoptr (SmdHeap) heap = make_heap ("plain,fail=always");

  for (guint i = 0; i < 10; i++)
    g_assert_null (allocate (heap, 1, NULL));
  g_assert_cmpuint (smd_fake_heap_get_n_made (heap), ==, 0);
}

static void
test_as_memfd (void)
{
  g_autoptr (SmdHeap) heap = make_heap ("plain");
  g_autoptr (GPtrArray) memories = allocate (heap, 1, NULL);
  SmdMemory *memory = g_ptr_array_index (memories, 0);
  g_auto (SmdFd) fd = open_or_die (memory, SMD_ACCESS_WEAK);
  SmdFdIdentity identity;

  g_assert_true (memory->tells_strong);
  g_assert_cmpint (memory->watch_fd, >=, 0);
  g_assert_true (smd_fd_identify (fd, &identity, NULL));
  g_assert_cmpuint (identity.inode, ==, memory->inode);
  g_assert_cmpuint (identity.device, ==, memory->device);
  g_assert_true (identity.weak);
  g_assert_cmpint (smd_memory_ask (memory), ==, SMD_HOLDERS_WEAK);
}

static void
test_as_dma_buf (void)
{
  g_autoptr (SmdHeap) heap = make_heap ("device,dma-buf");
  g_autoptr (GPtrArray) memories = allocate (heap, 1, NULL);
  SmdMemory *memory = g_ptr_array_index (memories, 0);
  g_auto (SmdFd) fd = open_or_die (memory, SMD_ACCESS_WEAK);
  SmdFdIdentity identity;

  g_assert_false (memory->tells_strong);
  g_assert_cmpint (memory->watch_fd, ==, -1);
  g_assert_true (smd_fd_identify (fd, &identity, NULL));
  g_assert_cmpuint (identity.inode, ==, memory->inode);
  g_assert_false (identity.weak);
  g_assert_cmpint (smd_memory_ask (memory), ==, SMD_HOLDERS_STRONG);
  smd_fd_clear (&fd);
  g_assert_cmpint (smd_memory_ask (memory), ==, SMD_HOLDERS_NONE);
}

static void
test_lays_out (void)
{
  g_autoptr (SmdHeap) heap = make_heap ("gpu,dma-buf,formats=XR24:0x0,stride-multiple=256");
  g_autoptr (SmcSettings) settings = smc_settings_new ();
  g_autoptr (SmcSettings) laid_out = NULL;
  g_autoptr (GPtrArray) memories = NULL;
  g_autoptr (GError) error = NULL;

  settings->buffer_count = 2;
  settings->image = g_new0 (SmcImage, 1);
  settings->image->pixel_format = g_array_index (heap->properties->formats, SmcPixelFormat, 0);
  smc_image_bounds_init (&settings->image->bounds);
  settings->image->bounds.min_size = (SmcSize){ 641, 100 };

  g_assert_null (smd_heap_allocate (heap, settings, "camera", &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY);
  g_clear_error (&error);
  laid_out = smd_heap_lay_out (heap, settings, &error);
  g_assert_no_error (error);
  g_assert_null (settings->planes);
  g_assert_cmpuint (g_array_index (laid_out->planes, SmcPlane, 0).stride, ==, 2816);
  g_assert_cmpuint (laid_out->size_bytes, ==, 281600);
  g_assert_cmpuint (laid_out->raw_size_bytes, ==, 282624);
  memories = smd_heap_allocate (heap, laid_out, "camera", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (memories->len, ==, 2);
}

static void
test_refuses_to_lay_out (void)
{
  g_autoptr (SmdHeap) heap = make_heap ("gpu,dma-buf,formats=XR24:0x0,stride-multiple=256");
  g_autoptr (SmcSettings) settings = smc_settings_new ();
  g_autoptr (GError) error = NULL;

  settings->buffer_count = 1;
  settings->image = g_new0 (SmcImage, 1);
  settings->image->pixel_format = g_array_index (heap->properties->formats, SmcPixelFormat, 0);
  smc_image_bounds_init (&settings->image->bounds);
  settings->image->bounds.min_size = (SmcSize){ 641, 100 };
  settings->image->bounds.max_bytes_per_row = 2700;
  g_assert_null (smd_heap_lay_out (heap, settings, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
  g_assert_cmpstr (error->message, ==,
                   "heap \"gpu\" cannot make this image: its driver lays the image out with "
                   "stride 2816, but max_bytes_per_row is 2700");
}

static void
test_plain_heaps_change_nothing (void)
{
  g_autoptr (SmdHeap) heap = make_heap ("plain");
  g_autoptr (SmcSettings) settings = smc_settings_new ();
  g_autoptr (SmcSettings) laid_out = NULL;

  settings->buffer_count = 1;
  settings->size_bytes = 5000;
  settings->raw_size_bytes = 8192;
  laid_out = smd_heap_lay_out (heap, settings, NULL);
  g_assert_true (smc_settings_equal (settings, laid_out, FALSE, FALSE));
}

static void
test_stubbed (void)
{
  g_autoptr (SmdHeap) heap = make_heap ("none,stub");
  g_autoptr (GPtrArray) memories = allocate (heap, 2, NULL);
  SmdMemory *a = g_ptr_array_index (memories, 0);
  SmdMemory *b = g_ptr_array_index (memories, 1);
  g_auto (SmdFd) fd = open_or_die (a, 0);

  g_assert_cmpuint (a->inode, !=, b->inode);
  g_assert_cmpint (smd_memory_ask (a), ==, SMD_HOLDERS_NONE);
  g_assert_cmpuint (a->raw_size, ==, SIZE);
}

static gpointer
allocate_in_thread (gpointer heap)
{
  return allocate (heap, 2, NULL);
}

static void
test_hold (void)
{
  g_autoptr (SmdHeap) heap = make_heap ("plain");
  g_autoptr (GPtrArray) memories = NULL;
  GThread *worker;

  smd_fake_heap_hold (heap);
  worker = g_thread_new ("worker", allocate_in_thread, heap);
  g_assert_true (smd_fake_heap_await_held (heap));
  g_assert_cmpuint (smd_fake_heap_get_n_made (heap), ==, 0);
  smd_fake_heap_let_go (heap);
  memories = g_thread_join (worker);
  g_assert_cmpuint (memories->len, ==, 2);
  g_assert_cmpuint (smd_fake_heap_get_n_waiting (heap), ==, 0);
  g_clear_pointer (&memories, g_ptr_array_unref);
  g_assert_true (smd_fake_heap_await_empty (heap));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  (void)signal (SIGIO, SIG_IGN);
  g_test_add_func ("/fake-heap/defaults", test_defaults);
  g_test_add_func ("/fake-heap/spec", test_spec);
  g_test_add_func ("/fake-heap/bad-spec", test_bad_spec);
  g_test_add_func ("/fake-heap/counts-what-lives", test_counts_what_lives);
  g_test_add_func ("/fake-heap/fails-halfway", test_fails_halfway);
  g_test_add_func ("/fake-heap/fails-always", test_fails_always);
  g_test_add_func ("/fake-heap/as-memfd", test_as_memfd);
  g_test_add_func ("/fake-heap/as-dma-buf", test_as_dma_buf);
  g_test_add_func ("/fake-heap/lays-out", test_lays_out);
  g_test_add_func ("/fake-heap/refuses-to-lay-out", test_refuses_to_lay_out);
  g_test_add_func ("/fake-heap/plain-heaps-change-nothing", test_plain_heaps_change_nothing);
  g_test_add_func ("/fake-heap/stubbed", test_stubbed);
  g_test_add_func ("/fake-heap/hold", test_hold);
  return g_test_run ();
}
