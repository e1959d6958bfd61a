/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The pool's buffers: whose they are, when they are free, how to wait for them. */

#include <glib/gstdio.h>
#include <gst/allocators/gstfdmemory.h>
#include <poll.h>
#include <string.h>

#include "gst-world.h"

#define N_BUFFERS 3
#define CAPS "video/x-raw, format=NV12, width=64, height=48"
#define TIMEOUT_MS 20000

typedef struct
{
  GstWorld world;
  SysmemCollection *collection;
  GstSysmemBufferPool *pool;
} Fixture;

/* An active pool over buffers of a collection. */
static GstSysmemBufferPool *
make_pool (SysmemCollection *collection, const char *caps_text)
{
  g_autoptr (GstCaps) caps = caps_text != NULL ? gst_caps_from_string (caps_text) : NULL;
  g_autoptr (GError) error = NULL;
  GstSysmemBufferPool *pool = gst_sysmem_buffer_pool_new (collection, &error);

  g_assert_no_error (error);
  (void)gst_sysmem_buffer_pool_configure (pool, caps, &error);
  g_assert_no_error (error);
  g_assert_true (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  return pool;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  gst_world_start (&fixture->world);
  fixture->collection = gst_world_allocate_video (&fixture->world, CAPS, 256, N_BUFFERS);
  fixture->pool = make_pool (fixture->collection, CAPS);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->pool != NULL)
    (void)gst_buffer_pool_set_active (GST_BUFFER_POOL (fixture->pool), FALSE);
  g_clear_object (&fixture->pool);
  gst_world_release (fixture->collection);
  g_clear_object (&fixture->collection);
  gst_world_stop (&fixture->world);
}

static GstBuffer *
acquire (Fixture *fixture)
{
  GstBuffer *buffer = NULL;

  g_assert_cmpint (gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (fixture->pool), &buffer, NULL),
                   ==, GST_FLOW_OK);
  return buffer;
}

static void
acquire_all (Fixture *fixture, GstBuffer *buffers[N_BUFFERS])
{
  for (guint i = 0; i < N_BUFFERS; i++)
    buffers[i] = acquire (fixture);
}

static void
release_all (GstBuffer *buffers[N_BUFFERS])
{
  for (guint i = 0; i < N_BUFFERS; i++)
    gst_buffer_unref (buffers[i]);
}

static void
assert_free (Fixture *fixture, guint n)
{
  g_assert_cmpuint (gst_sysmem_buffer_pool_get_n_free (fixture->pool), ==, n);
}

static void
test_each_buffer_is_one_memory_for_good (Fixture *fixture, gconstpointer data)
{
  GstMemory *memories[N_BUFFERS];
  gpointer addresses[N_BUFFERS];

  g_assert_cmpuint (gst_sysmem_buffer_pool_get_n_buffers (fixture->pool), ==, N_BUFFERS);
  for (guint round = 0; round < 3; round++)
    {
      GstBuffer *buffers[N_BUFFERS];

      acquire_all (fixture, buffers);
      for (guint i = 0; i < N_BUFFERS; i++)
        {
          GstMemory *memory = gst_buffer_peek_memory (buffers[i], 0);
          gint index = gst_sysmem_buffer_pool_find_memory (fixture->pool, memory);
          GstMapInfo map;

          g_assert_true (gst_is_fd_memory (memory));
          g_assert_cmpint (index, ==, i);
          g_assert_true (
            gst_buffer_map (buffers[i], &map, round == 1 ? GST_MAP_READ : GST_MAP_READWRITE));
          if (round > 0)
            {
              g_assert_true (memory == memories[i]);
              g_assert_true (map.data == addresses[i]);
            }
          memories[i] = memory;
          addresses[i] = map.data;
          gst_buffer_unmap (buffers[i], &map);
        }
      assert_free (fixture, 0);
      release_all (buffers);
      assert_free (fixture, N_BUFFERS);
    }
}

static void
test_parts_keep_the_memory (Fixture *fixture, gconstpointer data)
{
  GstBuffer *buffer = acquire (fixture);
  GstBuffer *part = gst_buffer_copy_region (buffer, GST_BUFFER_COPY_MEMORY, 16, 64);

  g_assert_cmpint (
    gst_sysmem_buffer_pool_find_memory (fixture->pool, gst_buffer_peek_memory (part, 0)), ==, 0);
  gst_buffer_unref (buffer);
  assert_free (fixture, N_BUFFERS - 1);
  g_assert_cmpuint (gst_buffer_get_size (part), ==, 64);
  gst_buffer_unref (part);
  assert_free (fixture, N_BUFFERS);
}

static void
test_copies_keep_the_memory (Fixture *fixture, gconstpointer data)
{
  GstBuffer *buffer = acquire (fixture);
  GstBuffer *copy = gst_buffer_copy (buffer);

  gst_buffer_unref (buffer);
  assert_free (fixture, N_BUFFERS - 1);
  g_assert_cmpint (gst_sysmem_buffer_pool_find_frame (fixture->pool, copy), ==, 0);
  gst_buffer_unref (copy);
  assert_free (fixture, N_BUFFERS);
}

/* Somebody cut the memory down; the next user gets all of it. */
static void
test_memory_comes_back_whole (Fixture *fixture, gconstpointer data)
{
  GstBuffer *buffer = acquire (fixture);
  gsize size = gst_buffer_get_size (buffer);

  gst_buffer_resize (buffer, 100, 50);
  gst_buffer_unref (buffer);
  for (guint i = 0; i < N_BUFFERS; i++)
    {
      buffer = acquire (fixture);
      g_assert_cmpuint (gst_buffer_get_size (buffer), ==, size);
      gst_buffer_unref (buffer);
    }
}

/* The one that has been free for the longest time is next: its consumers are done with it. */
static void
test_buffers_take_turns (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 2 * N_BUFFERS; i++)
    {
      GstBuffer *buffer = acquire (fixture);

      g_assert_cmpint (gst_sysmem_buffer_pool_find_frame (fixture->pool, buffer), ==,
                       i % N_BUFFERS);
      gst_buffer_unref (buffer);
    }
}

static void
test_none_is_free_and_nobody_waits (Fixture *fixture, gconstpointer data)
{
  GstBufferPoolAcquireParams params = { .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT };
  GstBuffer *buffers[N_BUFFERS];
  GstBuffer *buffer = NULL;

  acquire_all (fixture, buffers);
  g_assert_cmpint (
    gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (fixture->pool), &buffer, &params), ==,
    GST_FLOW_EOS);
  buffer = buffers[0];
  g_assert_cmpint (gst_sysmem_buffer_pool_acquire_until (fixture->pool, 0, &buffer), ==,
                   GST_FLOW_EOS);
  g_assert_null (buffer);
  release_all (buffers);
}

static void
test_waiting_ends_at_the_deadline (Fixture *fixture, gconstpointer data)
{
  gint64 deadline = g_get_monotonic_time () + 10 * G_TIME_SPAN_MILLISECOND;
  GstBuffer *buffers[N_BUFFERS];
  GstBuffer *buffer = NULL;

  acquire_all (fixture, buffers);
  g_assert_cmpint (gst_sysmem_buffer_pool_acquire_until (fixture->pool, deadline, &buffer), ==,
                   GST_FLOW_EOS);
  g_assert_cmpint (g_get_monotonic_time (), >=, deadline);
  g_assert_cmpint (gst_sysmem_buffer_pool_acquire_index (fixture->pool, 1, deadline, &buffer), ==,
                   GST_FLOW_EOS);
  release_all (buffers);
}

typedef struct
{
  Fixture *fixture;
  gint index; /* -1: any */
  GstBuffer *buffer;
  GstFlowReturn flow;
} Waiter;

static gpointer
wait_for_buffer (gpointer data)
{
  Waiter *waiter = data;
  GstSysmemBufferPool *pool = waiter->fixture->pool;

  waiter->flow =
    waiter->index >= 0
      ? gst_sysmem_buffer_pool_acquire_index (pool, (guint)waiter->index, -1, &waiter->buffer)
      : gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (pool), &waiter->buffer, NULL);
  return NULL;
}

static void
test_waiting_ends_when_one_is_released (Fixture *fixture, gconstpointer data)
{
  Waiter any = { .fixture = fixture, .index = -1 };
  Waiter first = { .fixture = fixture, .index = 0 };
  GstBuffer *buffers[N_BUFFERS];
  GThread *threads[2];

  acquire_all (fixture, buffers);
  threads[0] = g_thread_new ("any", wait_for_buffer, &any);
  gst_buffer_unref (g_steal_pointer (&buffers[2]));
  g_thread_join (threads[0]);
  threads[1] = g_thread_new ("first", wait_for_buffer, &first);
  gst_buffer_unref (g_steal_pointer (&buffers[0]));
  g_thread_join (threads[1]);
  g_assert_cmpint (any.flow, ==, GST_FLOW_OK);
  g_assert_cmpint (first.flow, ==, GST_FLOW_OK);
  g_assert_cmpint (gst_sysmem_buffer_pool_find_frame (fixture->pool, any.buffer), ==, 2);
  g_assert_cmpint (gst_sysmem_buffer_pool_find_frame (fixture->pool, first.buffer), ==, 0);
  gst_buffer_unref (any.buffer);
  gst_buffer_unref (first.buffer);
  gst_buffer_unref (buffers[1]);
}

static void
test_waiting_ends_with_a_flush (Fixture *fixture, gconstpointer data)
{
  Waiter waiters[] = { { .fixture = fixture, .index = -1 }, { .fixture = fixture, .index = 1 } };
  GThread *threads[G_N_ELEMENTS (waiters)];
  GstBuffer *buffers[N_BUFFERS];

  acquire_all (fixture, buffers);
  for (guint i = 0; i < G_N_ELEMENTS (waiters); i++)
    threads[i] = g_thread_new ("waiter", wait_for_buffer, &waiters[i]);
  gst_buffer_pool_set_flushing (GST_BUFFER_POOL (fixture->pool), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (waiters); i++)
    {
      g_thread_join (threads[i]);
      g_assert_cmpint (waiters[i].flow, ==, GST_FLOW_FLUSHING);
    }
  gst_buffer_pool_set_flushing (GST_BUFFER_POOL (fixture->pool), FALSE);
  release_all (buffers);
  gst_buffer_unref (acquire (fixture));
}

static void
test_a_certain_buffer (Fixture *fixture, gconstpointer data)
{
  GstBufferPoolAcquireParams params = { .format = GST_FORMAT_BUFFERS, .start = 1 };
  GstBuffer *second = NULL;
  GstBuffer *third = NULL;
  GstBuffer *none = NULL;

  g_assert_cmpint (gst_sysmem_buffer_pool_acquire_index (fixture->pool, 2, 0, &third), ==,
                   GST_FLOW_OK);
  g_assert_cmpint (
    gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (fixture->pool), &second, &params), ==,
    GST_FLOW_OK);
  g_assert_cmpint (gst_sysmem_buffer_pool_find_frame (fixture->pool, second), ==, 1);
  g_assert_cmpint (gst_sysmem_buffer_pool_find_frame (fixture->pool, third), ==, 2);
  g_assert_cmpint (gst_sysmem_buffer_pool_acquire_index (fixture->pool, 2, 0, &none), ==,
                   GST_FLOW_EOS);
  g_assert_cmpint (gst_sysmem_buffer_pool_acquire_index (fixture->pool, N_BUFFERS, 0, &none), ==,
                   GST_FLOW_ERROR);
  gst_buffer_unref (second);
  gst_buffer_unref (third);
}

static void
on_exhausted (GstSysmemBufferPool *pool, gpointer data)
{
  GQueue *kept = data;
  GstBuffer *buffer = g_queue_pop_head (kept);

  g_assert_cmpuint (gst_sysmem_buffer_pool_get_n_waiting (pool), ==, 1);
  g_assert_nonnull (buffer); /* it is told once */
  gst_buffer_unref (buffer);
}

static void
test_exhausted_is_a_chance_to_release (Fixture *fixture, gconstpointer data)
{
  GstBufferPoolAcquireParams params = { .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT };
  g_auto (GQueue) kept = G_QUEUE_INIT;
  GstBuffer *buffers[N_BUFFERS];
  GstBuffer *buffer = NULL;

  g_signal_connect (fixture->pool, "exhausted", G_CALLBACK (on_exhausted), &kept);
  acquire_all (fixture, buffers);
  g_queue_push_tail (&kept, g_steal_pointer (&buffers[1]));
  g_assert_cmpint (
    gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (fixture->pool), &buffer, &params), ==,
    GST_FLOW_OK);
  g_assert_cmpint (gst_sysmem_buffer_pool_find_frame (fixture->pool, buffer), ==, 1);
  g_assert_cmpuint (kept.length, ==, 0);
  g_assert_cmpuint (gst_sysmem_buffer_pool_get_n_waiting (fixture->pool), ==, 0);
  gst_buffer_unref (buffer);
  gst_buffer_unref (buffers[0]);
  gst_buffer_unref (buffers[2]);
}

static void
on_released (GstSysmemBufferPool *pool, guint index, gpointer data)
{
  g_array_append_val ((GArray *)data, index);
}

static void
test_released_says_which (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) released = g_array_new (FALSE, FALSE, sizeof (guint));
  GstBuffer *buffers[N_BUFFERS];
  GstBuffer *part;

  g_signal_connect (fixture->pool, "released", G_CALLBACK (on_released), released);
  acquire_all (fixture, buffers);
  part = gst_buffer_copy_region (buffers[1], GST_BUFFER_COPY_MEMORY, 0, 1);
  gst_buffer_unref (buffers[2]);
  gst_buffer_unref (buffers[1]);
  gst_buffer_unref (buffers[0]);
  gst_buffer_unref (part);
  g_assert_cmpuint (released->len, ==, 3);
  g_assert_cmpuint (g_array_index (released, guint, 0), ==, 2);
  g_assert_cmpuint (g_array_index (released, guint, 1), ==, 0);
  g_assert_cmpuint (g_array_index (released, guint, 2), ==, 1);
}

static void
test_frames_that_are_not_in_place (Fixture *fixture, gconstpointer data)
{
  GstBuffer *buffer = acquire (fixture);
  GstBuffer *part = gst_buffer_copy_region (buffer, GST_BUFFER_COPY_MEMORY, 16, -1);
  GstBuffer *without_meta = gst_buffer_new ();
  GstBuffer *deep = gst_buffer_copy_deep (buffer);

  gst_buffer_append_memory (without_meta, gst_buffer_get_memory (buffer, 0));
  g_assert_cmpint (gst_sysmem_buffer_pool_find_frame (fixture->pool, buffer), ==, 0);
  g_assert_cmpint (gst_sysmem_buffer_pool_find_frame (fixture->pool, part), ==, -1);
  g_assert_cmpint (gst_sysmem_buffer_pool_find_frame (fixture->pool, deep), ==, -1);
  g_assert_cmpint (gst_sysmem_buffer_pool_find_frame (fixture->pool, without_meta), ==, -1);
  gst_buffer_get_video_meta (buffer)->stride[0] += 4;
  g_assert_cmpint (gst_sysmem_buffer_pool_find_frame (fixture->pool, buffer), ==, -1);
  gst_buffer_unref (buffer);
  gst_buffer_unref (part);
  gst_buffer_unref (without_meta);
  gst_buffer_unref (deep);
}

static void
test_one_pool_at_a_time (Fixture *fixture, gconstpointer data)
{
  GstBuffer *buffer = acquire (fixture);
  g_autoptr (GError) error = NULL;

  g_assert_null (gst_sysmem_buffer_pool_new (fixture->collection, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  (void)gst_buffer_pool_set_active (GST_BUFFER_POOL (fixture->pool), FALSE);
  g_clear_object (&fixture->pool);
  g_clear_error (&error);
  g_assert_null (gst_sysmem_buffer_pool_new (fixture->collection, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY); /* the frame still has it */
  gst_buffer_unref (buffer);
  fixture->pool = make_pool (fixture->collection, CAPS);
}

static gboolean
has_hung_up (int fd, int timeout)
{
  struct pollfd poll_fd = { .fd = fd };

  return poll (&poll_fd, 1, timeout) == 1 && (poll_fd.revents & POLLHUP) != 0;
}

/* A frame that somebody keeps is there after its pool and its collection. */
static void
test_the_last_frame_keeps_its_memory (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int tracker = sysmem_collection_attach_lifetime_tracking (fixture->collection, 0, NULL, &error);
  GstBuffer *buffer = acquire (fixture);
  GstBuffer *part;

  g_assert_no_error (error);
  (void)gst_buffer_memset (buffer, 0, 0x5a, 16);
  part = gst_buffer_copy_region (buffer, GST_BUFFER_COPY_MEMORY, 0, 16);
  gst_buffer_unref (buffer);
  (void)gst_buffer_pool_set_active (GST_BUFFER_POOL (fixture->pool), FALSE);
  g_clear_object (&fixture->pool);
  gst_world_release (fixture->collection);
  g_clear_object (&fixture->collection);
  g_assert_false (has_hung_up (tracker, 0));
  g_assert_cmpint (gst_buffer_memcmp (part, 15, "\x5a", 1), ==, 0);
  gst_buffer_unref (part);
  g_assert_true (has_hung_up (tracker, TIMEOUT_MS));
  g_assert_true (g_close (tracker, NULL));
  fixture->collection = gst_world_allocate_video (&fixture->world, CAPS, 4, 1);
}

static void
test_no_buffers_yet (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemToken) token =
    sysmem_client_allocate_shared (fixture->world.client, NULL, &error);
  g_autoptr (SysmemCollection) collection = sysmem_token_bind (token, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_null (gst_sysmem_buffer_pool_new (collection, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  gst_world_release (collection);
}

static void
test_raw_bytes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SysmemMemoryConstraints) memory =
    g_object_new (SYSMEM_TYPE_MEMORY_CONSTRAINTS, "min-size-bytes", (guint64)1000, NULL);
  g_autoptr (SysmemConstraints) constraints =
    g_object_new (SYSMEM_TYPE_CONSTRAINTS, "usage", SYSMEM_USAGE_CPU_WRITE,
                  "min-buffer-count-for-camping", 1, "buffer-memory-constraints", memory, NULL);
  g_autoptr (SysmemCollection) collection = gst_world_allocate (&fixture->world, constraints);
  g_autoptr (GstSysmemBufferPool) pool = make_pool (collection, NULL);
  GstBuffer *buffer = NULL;
  GstVideoInfo info;

  g_assert_false (gst_sysmem_buffer_pool_get_video_info (pool, &info));
  g_assert_cmpint (gst_sysmem_buffer_pool_acquire_until (pool, 0, &buffer), ==, GST_FLOW_OK);
  g_assert_cmpuint (gst_buffer_get_size (buffer), ==, 1000);
  g_assert_null (gst_buffer_get_video_meta (buffer));
  g_assert_cmpint (gst_sysmem_buffer_pool_find_frame (pool, buffer), ==, 0);
  gst_buffer_unref (buffer);
  (void)gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  gst_world_release (collection);
}

/* Two participants of one collection, as in two processes: what one writes, the other reads, and
 * cannot write. */
static void
test_a_reader_sees_what_a_writer_wrote (Fixture *fixture, gconstpointer data)
{
  static const SysmemRights rights[] = { SYSMEM_RIGHTS_READ };
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  g_autoptr (SysmemConstraints) writes =
    gst_sysmem_constraints_new_from_caps (caps, SYSMEM_USAGE_CPU_WRITE, NULL, NULL);
  g_autoptr (SysmemConstraints) reads =
    gst_sysmem_constraints_new_from_caps (caps, SYSMEM_USAGE_CPU_READ, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) tokens =
    sysmem_client_allocate_shared_many (fixture->world.client, rights, 1, NULL, &error);
  g_autoptr (SysmemCollection) writer = sysmem_token_bind (tokens->pdata[0], writes, NULL, &error);
  g_autoptr (SysmemCollection) reader = sysmem_token_bind (tokens->pdata[1], reads, NULL, &error);
  g_autoptr (GstSysmemBufferPool) writer_pool = NULL;
  g_autoptr (GstSysmemBufferPool) reader_pool = NULL;
  GstBuffer *written = NULL;
  GstBuffer *read = NULL;
  GstMapInfo map;

  (void)sysmem_collection_wait (writer, NULL, &error);
  (void)sysmem_collection_wait (reader, NULL, &error);
  g_assert_no_error (error);
  writer_pool = make_pool (writer, CAPS);
  reader_pool = make_pool (reader, CAPS);
  g_assert_cmpint (gst_sysmem_buffer_pool_acquire_index (writer_pool, 1, 0, &written), ==,
                   GST_FLOW_OK);
  g_assert_cmpint (gst_sysmem_buffer_pool_acquire_index (reader_pool, 1, 0, &read), ==,
                   GST_FLOW_OK);
  (void)gst_buffer_memset (written, 0, 0x42, gst_buffer_get_size (written));
  g_assert_cmpint (gst_buffer_memcmp (read, 100, "\x42", 1), ==, 0);
  g_assert_true (GST_MEMORY_IS_READONLY (gst_buffer_peek_memory (read, 0)));
  g_assert_false (gst_memory_map (gst_buffer_peek_memory (read, 0), &map, GST_MAP_WRITE));
  gst_buffer_unref (written);
  gst_buffer_unref (read);
  (void)gst_buffer_pool_set_active (GST_BUFFER_POOL (writer_pool), FALSE);
  (void)gst_buffer_pool_set_active (GST_BUFFER_POOL (reader_pool), FALSE);
  gst_world_release (writer);
  gst_world_release (reader);
}

static void
test_no_usage_no_pool (Fixture *fixture, gconstpointer data)
{
  static const SysmemRights rights[] = { SYSMEM_RIGHTS_READ };
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  g_autoptr (SysmemConstraints) writes =
    gst_sysmem_constraints_new_from_caps (caps, SYSMEM_USAGE_CPU_WRITE, NULL, NULL);
  g_autoptr (SysmemConstraints) looks = sysmem_constraints_new (SYSMEM_USAGE_NONE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) tokens =
    sysmem_client_allocate_shared_many (fixture->world.client, rights, 1, NULL, &error);
  g_autoptr (SysmemCollection) writer = sysmem_token_bind (tokens->pdata[0], writes, NULL, &error);
  g_autoptr (SysmemCollection) looker = sysmem_token_bind (tokens->pdata[1], looks, NULL, &error);

  (void)sysmem_collection_wait (looker, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (gst_sysmem_buffer_pool_new (looker, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_HANDLE_ACCESS_DENIED);
  gst_world_release (writer);
  gst_world_release (looker);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  gst_test_init (&argc, &argv);

  add ("/pool/one-memory-for-good", test_each_buffer_is_one_memory_for_good);
  add ("/pool/parts", test_parts_keep_the_memory);
  add ("/pool/copies", test_copies_keep_the_memory);
  add ("/pool/comes-back-whole", test_memory_comes_back_whole);
  add ("/pool/turns", test_buffers_take_turns);
  add ("/pool/waiting/not", test_none_is_free_and_nobody_waits);
  add ("/pool/waiting/deadline", test_waiting_ends_at_the_deadline);
  add ("/pool/waiting/released", test_waiting_ends_when_one_is_released);
  add ("/pool/waiting/exhausted", test_exhausted_is_a_chance_to_release);
  add ("/pool/waiting/flush", test_waiting_ends_with_a_flush);
  add ("/pool/index", test_a_certain_buffer);
  add ("/pool/released", test_released_says_which);
  add ("/pool/not-in-place", test_frames_that_are_not_in_place);
  add ("/pool/one-at-a-time", test_one_pool_at_a_time);
  add ("/pool/last-frame", test_the_last_frame_keeps_its_memory);
  add ("/pool/no-buffers-yet", test_no_buffers_yet);
  add ("/pool/raw-bytes", test_raw_bytes);
  add ("/pool/reader-and-writer", test_a_reader_sees_what_a_writer_wrote);
  add ("/pool/no-usage", test_no_usage_no_pool);
  return g_test_run ();
}
