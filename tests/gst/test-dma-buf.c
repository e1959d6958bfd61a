/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The pool over dma-bufs. Needs a machine that has some, as the virtual one of tests/vm does. */

#include <gst/allocators/gstdmabuf.h>
#include <gst/allocators/gstfdmemory.h>
#include <glib/gstdio.h>
#include <poll.h>

#include "gst-world.h"

#define CAPS "video/x-raw(memory:DMABuf), format=NV12, width=64, height=48"
#define N_BUFFERS 2
#define TIMEOUT_MS 60000

typedef struct
{
  GstWorld world;
  SysmemCollection *collection;
  GstSysmemBufferPool *pool;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  g_autoptr (GError) error = NULL;

  gst_world_start (&fixture->world);
  fixture->collection = gst_world_allocate_video (&fixture->world, CAPS, 256, N_BUFFERS);
  fixture->pool = gst_sysmem_buffer_pool_new (fixture->collection, &error);
  g_assert_no_error (error);
  (void)gst_sysmem_buffer_pool_configure (fixture->pool, caps, &error);
  g_assert_no_error (error);
  g_assert_true (gst_buffer_pool_set_active (GST_BUFFER_POOL (fixture->pool), TRUE));
}

static void
drop_pool (Fixture *fixture)
{
  (void)gst_buffer_pool_set_active (GST_BUFFER_POOL (fixture->pool), FALSE);
  g_clear_object (&fixture->pool);
  gst_world_release (fixture->collection);
  g_clear_object (&fixture->collection);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->pool != NULL)
    drop_pool (fixture);
  gst_world_stop (&fixture->world);
}

static GstBuffer *
acquire (Fixture *fixture, guint index)
{
  GstBuffer *buffer = NULL;

  g_assert_cmpint (gst_sysmem_buffer_pool_acquire_index (fixture->pool, index, 0, &buffer), ==,
                   GST_FLOW_OK);
  return buffer;
}

static void
test_memory_is_a_dma_buf (Fixture *fixture, gconstpointer data)
{
  GstBuffer *buffer = acquire (fixture, 1);
  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);

  g_assert_true (gst_is_dmabuf_memory (memory));
  g_assert_true (gst_is_fd_memory (memory));
  g_assert_cmpint (gst_dmabuf_memory_get_fd (memory), >=, 0);
  g_assert_cmpint (gst_sysmem_buffer_pool_find_frame (fixture->pool, buffer), ==, 1);
  gst_buffer_unref (buffer);
}

static void
test_it_stays_mapped (Fixture *fixture, gconstpointer data)
{
  gpointer address = NULL;

  for (guint round = 0; round < 3; round++)
    {
      GstBuffer *buffer = acquire (fixture, 0);
      GstMapInfo map;

      g_assert_true (gst_buffer_map (buffer, &map, round == 0 ? GST_MAP_READ : GST_MAP_READWRITE));
      g_assert_true (address == NULL || address == map.data);
      address = map.data;
      if (round == 1)
        map.data[0] = 0x5a;
      g_assert_cmpint (map.data[0], ==, round == 0 ? 0 : 0x5a);
      gst_buffer_unmap (buffer, &map);
      gst_buffer_unref (buffer);
    }
}

/* The daemon learns from the lease, which ends after the memory. */
static void
test_the_last_frame_keeps_its_memory (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int tracker = sysmem_collection_attach_lifetime_tracking (fixture->collection, 0, NULL, &error);
  struct pollfd poll_fd = { .fd = tracker };
  GstBuffer *buffer = acquire (fixture, 0);

  g_assert_no_error (error);
  drop_pool (fixture);
  g_assert_cmpint (poll (&poll_fd, 1, 0), ==, 0);
  gst_buffer_unref (buffer);
  g_assert_cmpint (poll (&poll_fd, 1, TIMEOUT_MS), ==, 1);
  g_assert_true (g_close (tracker, NULL));
}

int
main (int argc, char *argv[])
{
  gst_test_init (&argc, &argv);

  g_test_add ("/dma-buf/memory", Fixture, NULL, set_up, test_memory_is_a_dma_buf, tear_down);
  g_test_add ("/dma-buf/mapped", Fixture, NULL, set_up, test_it_stays_mapped, tear_down);
  g_test_add ("/dma-buf/last-frame", Fixture, NULL, set_up, test_the_last_frame_keeps_its_memory,
              tear_down);
  return g_test_run ();
}
