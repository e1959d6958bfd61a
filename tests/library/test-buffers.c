/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* test-buffers [HEAP...]
 *
 * Buffers of each of these heaps, in C, as participants use them; "system" unless others are named.
 * tests/vm runs it on all heaps that real drivers have. */

#include "access-log.h"
#include "library-world.h"
#include "own-fds.h"
#include "unit/sentence.h"
#include "vgem-fence.h"
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* One for all: on a machine with many devices a daemon takes its time to try them. */
static LibraryWorld world;

/* A writer and a reader that share buffers of one heap. The reader may be a weak one. */
typedef struct
{
  SysmemCollection *writer, *reader;
  guint n_fds; /* before */
} Pair;

/* Images, since some heaps make nothing else. */
static SysmemConstraints *
describe (const char *heap, SysmemUsage usage)
{
  static const char *const formats[] = { "XR24", NULL };
  static const char *const spaces[] = { "srgb", NULL };
  const char *const heaps[] = { heap, NULL };
  g_autoptr (SysmemMemoryConstraints) memory =
    g_object_new (SYSMEM_TYPE_MEMORY_CONSTRAINTS, "permitted-heaps", heaps, NULL);
  g_autoptr (SysmemImageFormatConstraints) image =
    g_object_new (SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS, "pixel-formats", formats, "color-spaces",
                  spaces, "min-size", &(SysmemSize){ 64, 48 }, NULL);
  SysmemConstraints *constraints =
    g_object_new (SYSMEM_TYPE_CONSTRAINTS, "usage", usage, "min-buffer-count-for-camping", 1,
                  "buffer-memory-constraints", memory, NULL);

  sysmem_constraints_add_image_format (constraints, image);
  return constraints;
}

static SysmemCollection *
take_part (SysmemToken *token, const char *heap, SysmemUsage usage)
{
  g_autoptr (SysmemConstraints) constraints = describe (heap, usage);
  g_autoptr (GError) error = NULL;
  SysmemCollection *collection = sysmem_token_bind (token, constraints, NULL, &error);

  g_assert_no_error (error);
  return collection;
}

static void
await_buffers (SysmemCollection *collection)
{
  g_autoptr (GError) error = NULL;

  (void)sysmem_collection_wait (collection, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (collection)), ==, 2);
}

static void
pair_start (Pair *pair, const char *heap, gboolean weak)
{
  static const SysmemRights rights[] = { SYSMEM_RIGHTS_READ };
  g_autoptr (SysmemClient) client = NULL;
  g_autoptr (SysmemClient) other = NULL;
  g_autoptr (SysmemToken) received = NULL;
  g_autoptr (GPtrArray) tokens = NULL;
  g_autoptr (GError) error = NULL;

  pair->n_fds = own_fds_count ();
  client = library_world_connect (&world);
  other = library_world_connect (&world);
  tokens = sysmem_client_allocate_shared_many (client, rights, 1, NULL, &error);
  g_assert_no_error (error);
  if (weak)
    g_assert_true (sysmem_node_set_weak (tokens->pdata[1], NULL, &error));
  received = sysmem_token_new_from_fd (other, sysmem_token_steal_fd (tokens->pdata[1]));
  pair->writer = take_part (tokens->pdata[0], heap, SYSMEM_USAGE_CPU_WRITE);
  pair->reader = take_part (received, heap, SYSMEM_USAGE_CPU_READ);
  await_buffers (pair->writer);
  await_buffers (pair->reader);
}

static void
pair_stop (Pair *pair)
{
  g_clear_object (&pair->writer);
  g_clear_object (&pair->reader);
  library_world_await_fds (pair->n_fds);
}

static gboolean
is_dma_buf (SysmemCollection *collection)
{
  return sysmem_settings_get_buffer_type (sysmem_collection_get_settings (collection))
         == SYSMEM_BUFFER_DMA_BUF;
}

static SysmemMapping *
map (SysmemCollection *collection, guint index, SysmemMapFlags flags)
{
  g_autoptr (SysmemBuffer) buffer = sysmem_collection_get_buffer (collection, index);
  g_autoptr (GError) error = NULL;
  SysmemMapping *mapping = sysmem_buffer_map (buffer, flags, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (sysmem_mapping_get_size (mapping), ==, sysmem_buffer_get_size (buffer));
  return mapping;
}

static void
test_written_and_read (gconstpointer heap)
{
  g_autoptr (GBytes) bytes = NULL;
  SysmemMapping *written;
  SysmemMapping *read;
  gpointer memory;
  gsize size;
  Pair pair;

  pair_start (&pair, heap, FALSE);
  written = map (pair.writer, 1, SYSMEM_MAP_READ | SYSMEM_MAP_WRITE);
  read = map (pair.reader, 1, SYSMEM_MAP_READ);
  memory = sysmem_mapping_get_data (written, &size);
  memset (memory, 7, size);
  g_assert_true (sysmem_mapping_end_access (written, NULL));
  g_assert_true (sysmem_mapping_end_access (read, NULL));
  g_assert_true (sysmem_mapping_begin_access (read, NULL));
  bytes = sysmem_mapping_get_bytes (read);
  g_clear_object (&read); /* the bytes keep it */
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, size);
  for (gsize i = 0; i < size; i++)
    g_assert_cmpuint (((const guint8 *)g_bytes_get_data (bytes, NULL))[i], ==, 7);
  g_clear_object (&written);
  g_clear_pointer (&bytes, g_bytes_unref);
  pair_stop (&pair);
}

/* Each access is bracketed once, whatever is called how often; plain memory is left alone. */
static void
test_brackets (gconstpointer heap)
{
  static const guint64 expected[] = {
    DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW,   DMA_BUF_SYNC_END | DMA_BUF_SYNC_RW,
    DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ, DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ,
    DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ, DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ,
  };
  SysmemMapping *mapping;
  Pair pair;

  pair_start (&pair, heap, FALSE);
  access_log_clear (0);
  g_object_unref (map (pair.writer, 0, SYSMEM_MAP_READ | SYSMEM_MAP_WRITE));
  mapping = map (pair.reader, 0, SYSMEM_MAP_READ);
  for (guint i = 0; i < 2; i++)
    g_assert_true (sysmem_mapping_begin_access (mapping, NULL));
  for (guint i = 0; i < 2; i++)
    g_assert_true (sysmem_mapping_end_access (mapping, NULL));
  g_assert_true (sysmem_mapping_begin_access (mapping, NULL));
  g_clear_object (&mapping);
  access_log_assert (expected, is_dma_buf (pair.writer) ? G_N_ELEMENTS (expected) : 0);
  pair_stop (&pair);
}

static void
test_interrupted (gconstpointer heap)
{
  static const guint64 expected[] = {
    DMA_BUF_SYNC_START | DMA_BUF_SYNC_WRITE,
    DMA_BUF_SYNC_END | DMA_BUF_SYNC_WRITE,
  };
  Pair pair;

  pair_start (&pair, heap, FALSE);
  access_log_clear (3);
  g_object_unref (map (pair.writer, 0, SYSMEM_MAP_WRITE));
  access_log_assert (expected, is_dma_buf (pair.writer) ? G_N_ELEMENTS (expected) : 0);
  access_log_clear (0);
  pair_stop (&pair);
}

static gboolean
is_over (int sync_file)
{
  struct pollfd poll_fd = { sync_file, POLLIN, 0 };

  return poll (&poll_fd, 1, 0) == 1;
}

static void
assert_no_fences (SysmemBuffer *buffer)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sysmem_buffer_export_sync_file (buffer, SYSMEM_MAP_READ, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  sentence_check (error->message);
  g_clear_error (&error);
  g_assert_false (sysmem_buffer_import_sync_file (buffer, SYSMEM_MAP_READ, 0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static int
export_fences (SysmemBuffer *buffer, SysmemMapFlags flags)
{
  g_autoptr (GError) error = NULL;
  int sync_file = sysmem_buffer_export_sync_file (buffer, flags, &error);

  g_assert_no_error (error);
  g_assert_cmpint (fcntl (sync_file, F_GETFD), ==, FD_CLOEXEC);
  return sync_file;
}

/* Nobody works on it. */
static void
test_idle_fences (gconstpointer heap)
{
  g_autoptr (SysmemBuffer) buffer = NULL;
  g_autoptr (GError) error = NULL;
  int sync_file;
  Pair pair;

  pair_start (&pair, heap, FALSE);
  buffer = sysmem_collection_get_buffer (pair.writer, 0);
  if (is_dma_buf (pair.writer))
    {
      sync_file = export_fences (buffer, SYSMEM_MAP_READ | SYSMEM_MAP_WRITE);
      g_assert_true (is_over (sync_file));
      g_assert_true (sysmem_buffer_import_sync_file (buffer, SYSMEM_MAP_WRITE, sync_file, &error));
      g_assert_no_error (error);
      (void)close (sync_file);
      g_assert_false (sysmem_buffer_import_sync_file (buffer, SYSMEM_MAP_READ, 0, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      sentence_check (error->message);
    }
  else
    assert_no_fences (buffer);
  g_clear_object (&buffer);
  pair_stop (&pair);
}

static gpointer
map_in_thread (gpointer data)
{
  return map (data, 0, SYSMEM_MAP_READ);
}

/* A device works on buffer 0. Its fence can be seen, can be handed on to buffer 1, and the CPU waits
 * for it. */
static void
check_busy (Pair *pair)
{
  g_autoptr (SysmemBuffer) first = sysmem_collection_get_buffer (pair->writer, 0);
  g_autoptr (SysmemBuffer) second = sysmem_collection_get_buffer (pair->writer, 1);
  g_autoptr (GError) error = NULL;
  int fd = sysmem_buffer_dup_fd (first, NULL);
  VgemFence fence;
  GThread *thread;
  int work[2];

  g_assert_true (vgem_fence_attach (&fence, fd));
  (void)close (fd);
  work[0] = export_fences (first, SYSMEM_MAP_READ);
  g_assert_false (is_over (work[0]));
  g_assert_true (sysmem_buffer_import_sync_file (second, SYSMEM_MAP_WRITE, work[0], &error));
  g_assert_no_error (error);
  work[1] = export_fences (second, SYSMEM_MAP_READ);
  g_assert_false (is_over (work[1]));
  thread = g_thread_new ("reader", map_in_thread, pair->reader);
  vgem_fence_signal (&fence);
  g_object_unref (g_thread_join (thread));
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (is_over (work[i]));
      (void)close (work[i]);
    }
  vgem_fence_clear (&fence);
}

static void
test_busy_fences (gconstpointer heap)
{
  Pair pair;

  pair_start (&pair, heap, FALSE);
  if (is_dma_buf (pair.writer))
    check_busy (&pair);
  pair_stop (&pair);
}

static void
on_close_asap (SysmemBuffer *buffer, gpointer n_told)
{
  ++*(guint *)n_told;
}

/* Everything that the daemon has told by now is heard. */
static guint
hear (SysmemCollection *reader, const guint *n_told)
{
  g_assert_true (sysmem_node_sync (SYSMEM_NODE (reader), NULL, NULL));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return *n_told;
}

/* A weak reader hears of each buffer's end when the writer has dropped the last object that holds
 * it, be it a mapping: no earlier, and not of the others. */
static void
test_close_asap (gconstpointer heap)
{
  g_autoptr (SysmemMapping) mapping = NULL;
  guint n_told = 0;
  Pair pair;

  pair_start (&pair, heap, TRUE);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (SysmemBuffer) buffer = sysmem_collection_get_buffer (pair.reader, i);

      g_signal_connect (buffer, "close-asap", G_CALLBACK (on_close_asap), &n_told);
    }
  mapping = map (pair.writer, 1, SYSMEM_MAP_WRITE);
  g_assert_true (sysmem_node_release (SYSMEM_NODE (pair.writer), NULL, NULL));
  g_assert_cmpuint (hear (pair.reader, &n_told), ==, 0);
  g_clear_object (&pair.writer);
  while (n_told < 1)
    (void)g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (hear (pair.reader, &n_told), ==, 1);
  g_clear_object (&mapping);
  while (n_told < 2)
    (void)g_main_context_iteration (NULL, TRUE);
  pair_stop (&pair);
}

/* The kernel cannot tell who holds a dma-buf how: its lease says so, as long as the object lives. */
static void
test_lifetime (gconstpointer heap)
{
  struct pollfd tracker = { -1, POLLIN, 0 };
  g_autoptr (SysmemBuffer) buffer = NULL;
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_start (&pair, heap, FALSE);
  tracker.fd = sysmem_collection_attach_lifetime_tracking (pair.writer, 1, NULL, &error);
  g_assert_no_error (error);
  buffer = sysmem_collection_get_buffer (pair.writer, 0);
  g_clear_object (&pair.writer);
  g_assert_cmpint (poll (&tracker, 1, 0), ==, 0); /* the reader has both */
  g_clear_object (&pair.reader);
  g_assert_cmpint (poll (&tracker, 1, -1), ==, 1);
  g_assert_cmpint (tracker.revents & POLLHUP, ==, POLLHUP);
  (void)close (tracker.fd);
  g_clear_object (&buffer);
  pair_stop (&pair);
}

static const struct
{
  const char *name;
  void (*test) (gconstpointer heap);
} checks[] = {
  { "written-and-read", test_written_and_read },
  { "brackets", test_brackets },
  { "interrupted", test_interrupted },
  { "idle-fences", test_idle_fences },
  { "busy-fences", test_busy_fences },
  { "close-asap", test_close_asap },
  { "lifetime", test_lifetime },
};

int
main (int argc, char *argv[])
{
  static const char *const without_devices[] = { "system", NULL };
  const char *const *heaps;
  int status;

  g_test_init (&argc, &argv, NULL);
  heaps = argc > 1 ? (const char *const *)argv + 1 : without_devices;
  for (guint i = 0; heaps[i] != NULL; i++)
    for (guint j = 0; j < G_N_ELEMENTS (checks); j++)
      {
        g_autofree char *path = g_strdup_printf ("/library/%s/%s", heaps[i], checks[j].name);

        g_test_add_data_func (path, heaps[i], checks[j].test);
      }
  library_world_start (&world);
  status = g_test_run ();
  library_world_stop (&world);
  return status;
}
