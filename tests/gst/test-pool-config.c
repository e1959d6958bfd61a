/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an element may ask the pool for, and what it gets. */

#include "gst-world.h"

#define N_BUFFERS 4

/* 322 pixels of I420 cannot be laid out as GStreamer does usually; 320 can. */
#define PACKED "video/x-raw, format=NV12, width=320, height=240"
#define PACKED_SIZE (320 * 240 * 3 / 2)
#define NOT_PACKED "video/x-raw, format=I420, width=322, height=240"
#define ALTERNATE \
  "video/x-raw(format:Interlaced), format=NV12, width=320, height=242, interlace-mode=alternate"
#define NOT_PACKED_SIZE (328 * 240 * 3 / 2)

typedef struct
{
  GstWorld world;
  SysmemCollection *collection;
  GstCaps *caps;
  GstBufferPool *pool;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *caps = data;
  g_autoptr (GError) error = NULL;

  gst_world_start (&fixture->world);
  fixture->caps = gst_caps_from_string (caps);
  fixture->collection = gst_world_allocate_video (&fixture->world, caps, 4, N_BUFFERS);
  fixture->pool = GST_BUFFER_POOL (gst_sysmem_buffer_pool_new (fixture->collection, &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  (void)gst_buffer_pool_set_active (fixture->pool, FALSE);
  g_clear_object (&fixture->pool);
  gst_clear_caps (&fixture->caps);
  gst_world_release (fixture->collection);
  g_clear_object (&fixture->collection);
  gst_world_stop (&fixture->world);
}

/* A configuration as an element begins it. */
static GstStructure *
make_config (Fixture *fixture, GstCaps *caps, guint size, guint min, guint max)
{
  GstStructure *config = gst_buffer_pool_get_config (fixture->pool);

  gst_buffer_pool_config_set_params (config, caps, size, min, max);
  return config;
}

/* What elements do with a configuration that was refused: can they live with the changed one? */
static gboolean
is_still_good (Fixture *fixture, guint size, guint min, guint max)
{
  GstStructure *config = gst_buffer_pool_get_config (fixture->pool);
  gboolean good = gst_buffer_pool_config_validate_params (config, fixture->caps, size, min, max);

  gst_structure_free (config);
  return good;
}

static void
assert_params (Fixture *fixture, guint wanted_size, guint wanted_min)
{
  GstStructure *config = gst_buffer_pool_get_config (fixture->pool);
  guint size;
  guint min;
  guint max;

  g_assert_true (gst_buffer_pool_config_get_params (config, NULL, &size, &min, &max));
  g_assert_cmpuint (size, ==, wanted_size);
  g_assert_cmpuint (min, ==, wanted_min);
  g_assert_cmpuint (max, ==, N_BUFFERS);
  gst_structure_free (config);
}

static GstBuffer *
acquire_one (Fixture *fixture)
{
  GstBuffer *buffer = NULL;

  g_assert_true (gst_buffer_pool_set_active (fixture->pool, TRUE));
  g_assert_cmpint (gst_buffer_pool_acquire_buffer (fixture->pool, &buffer, NULL), ==, GST_FLOW_OK);
  return buffer;
}

static void
test_size_and_max_are_pinned (Fixture *fixture, gconstpointer data)
{
  GstBuffer *buffer;

  g_assert_true (
    gst_buffer_pool_set_config (fixture->pool, make_config (fixture, fixture->caps, 100, 2, 0)));
  assert_params (fixture, PACKED_SIZE, 2);
  buffer = acquire_one (fixture);
  g_assert_cmpuint (gst_buffer_get_size (buffer), ==, PACKED_SIZE);
  g_assert_null (gst_buffer_get_video_meta (buffer));
  gst_buffer_unref (buffer);
}

static void
test_more_than_there_are (Fixture *fixture, gconstpointer data)
{
  g_assert_false (gst_buffer_pool_set_config (
    fixture->pool, make_config (fixture, fixture->caps, PACKED_SIZE, N_BUFFERS + 1, 0)));
  assert_params (fixture, PACKED_SIZE, N_BUFFERS);
  g_assert_false (is_still_good (fixture, PACKED_SIZE, N_BUFFERS + 1, 0));
  g_assert_false (gst_buffer_pool_set_active (fixture->pool, TRUE));
}

static void
test_larger_than_they_are (Fixture *fixture, gconstpointer data)
{
  g_assert_false (gst_buffer_pool_set_config (
    fixture->pool, make_config (fixture, fixture->caps, PACKED_SIZE + 1, 1, 0)));
  assert_params (fixture, PACKED_SIZE, 1);
  g_assert_false (is_still_good (fixture, PACKED_SIZE + 1, 1, 0));
}

static void
test_all_there_are (Fixture *fixture, gconstpointer data)
{
  g_assert_true (gst_buffer_pool_set_config (
    fixture->pool, make_config (fixture, fixture->caps, PACKED_SIZE, N_BUFFERS, N_BUFFERS)));
  assert_params (fixture, PACKED_SIZE, N_BUFFERS);
}

static void
test_caps_of_something_else (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstCaps) other = gst_caps_from_string ("video/x-raw, format=I420, width=8, height=8");

  g_assert_false (
    gst_buffer_pool_set_config (fixture->pool, make_config (fixture, other, 96, 1, 0)));
  g_assert_false (
    gst_buffer_pool_set_config (fixture->pool, make_config (fixture, NULL, 96, 1, 0)));
  g_assert_false (gst_buffer_pool_set_active (fixture->pool, TRUE));
}

static void
test_meta_where_it_was_asked_for (Fixture *fixture, gconstpointer data)
{
  GstStructure *config = make_config (fixture, fixture->caps, PACKED_SIZE, 1, 0);
  const GstVideoMeta *meta;
  GstBuffer *buffer;

  g_assert_true (gst_buffer_pool_has_option (fixture->pool, GST_BUFFER_POOL_OPTION_VIDEO_META));
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  g_assert_true (gst_buffer_pool_set_config (fixture->pool, config));
  buffer = acquire_one (fixture);
  meta = gst_buffer_get_video_meta (buffer);
  g_assert_nonnull (meta);
  g_assert_cmpint (meta->stride[0], ==, 320);
  g_assert_cmpuint (meta->offset[1], ==, 320 * 240);
  gst_buffer_unref (buffer);
}

static void
test_meta_where_it_is_needed (Fixture *fixture, gconstpointer data)
{
  const GstVideoMeta *meta;
  GstStructure *config;
  GstBuffer *buffer;

  g_assert_false (
    gst_buffer_pool_set_config (fixture->pool, make_config (fixture, fixture->caps, 1, 2, 0)));
  g_assert_true (is_still_good (fixture, 1, 2, 0));
  config = gst_buffer_pool_get_config (fixture->pool);
  g_assert_true (gst_buffer_pool_config_has_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META));
  g_assert_true (gst_buffer_pool_set_config (fixture->pool, config));
  assert_params (fixture, NOT_PACKED_SIZE, 2);
  buffer = acquire_one (fixture);
  meta = gst_buffer_get_video_meta (buffer);
  g_assert_cmpint (meta->stride[0], ==, 328);
  g_assert_cmpint (meta->stride[2], ==, 164);
  gst_buffer_unref (buffer);
}

static GstStructure *
make_aligned_config (Fixture *fixture, GstVideoAlignment alignment)
{
  GstStructure *config = make_config (fixture, fixture->caps, PACKED_SIZE, 1, 0);

  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT);
  gst_buffer_pool_config_set_video_alignment (config, &alignment);
  return config;
}

static void
test_alignment_that_fits (Fixture *fixture, gconstpointer data)
{
  const GstVideoAlignment alignment = { .stride_align = { 63, 63, 0, 0 } };

  g_assert_true (
    gst_buffer_pool_set_config (fixture->pool, make_aligned_config (fixture, alignment)));
}

/* It stays refused: who needs it takes another pool. */
static void
test_alignment_that_does_not_fit (Fixture *fixture, gconstpointer data)
{
  const GstVideoAlignment alignment = { .padding_bottom = 16 };

  g_assert_false (
    gst_buffer_pool_set_config (fixture->pool, make_aligned_config (fixture, alignment)));
  g_assert_false (
    gst_buffer_pool_set_config (fixture->pool, gst_buffer_pool_get_config (fixture->pool)));
}

static void
test_not_while_it_is_active (Fixture *fixture, gconstpointer data)
{
  GstSysmemBufferPool *pool = GST_SYSMEM_BUFFER_POOL (fixture->pool);
  g_autoptr (GstCaps) other = gst_caps_from_string (PACKED ", framerate=60/1");
  g_autoptr (GError) error = NULL;
  GstVideoInfo info;
  GstBuffer *buffer;

  g_assert_false (gst_sysmem_buffer_pool_get_video_info (pool, &info));
  g_assert_true (gst_sysmem_buffer_pool_configure (pool, fixture->caps, &error));
  g_assert_true (gst_sysmem_buffer_pool_get_video_info (pool, &info));
  g_assert_cmpuint (GST_VIDEO_INFO_SIZE (&info), ==, PACKED_SIZE);
  buffer = acquire_one (fixture);
  g_assert_false (gst_sysmem_buffer_pool_configure (pool, other, &error));
  g_assert_error (error, GST_CORE_ERROR, GST_CORE_ERROR_STATE_CHANGE);
  gst_buffer_unref (buffer);
}

/* A new configuration with other caps of the same layout, while a frame of the old one is out. */
static void
test_again_with_another_framerate (Fixture *fixture, gconstpointer data)
{
  GstSysmemBufferPool *pool = GST_SYSMEM_BUFFER_POOL (fixture->pool);
  g_autoptr (GstCaps) faster = gst_caps_from_string (PACKED ", framerate=60/1");
  GstBuffer *old;
  GstBuffer *new;

  g_assert_true (gst_sysmem_buffer_pool_configure (pool, fixture->caps, NULL));
  old = acquire_one (fixture);
  (void)gst_buffer_pool_set_active (fixture->pool, FALSE);
  gst_buffer_unref (old);
  g_assert_true (gst_sysmem_buffer_pool_configure (pool, faster, NULL));
  new = acquire_one (fixture);
  g_assert_cmpint (gst_sysmem_buffer_pool_find_frame (pool, new), ==, 1);
  gst_buffer_unref (new);
}

/* A buffer holds one field of half the lines. */
static void
test_alternating_fields (Fixture *fixture, gconstpointer data)
{
  GstSysmemBufferPool *pool = GST_SYSMEM_BUFFER_POOL (fixture->pool);
  GstVideoFrame frame;
  GstVideoInfo info;
  GstBuffer *buffer;

  g_assert_true (gst_sysmem_buffer_pool_configure (pool, fixture->caps, NULL));
  g_assert_true (gst_sysmem_buffer_pool_get_video_info (pool, &info));
  g_assert_cmpint (GST_VIDEO_INFO_HEIGHT (&info), ==, 242);
  g_assert_cmpuint (GST_VIDEO_INFO_PLANE_OFFSET (&info, 1), ==, 320 * 124);
  buffer = acquire_one (fixture);
  g_assert_true (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READWRITE));
  g_assert_cmpint (GST_VIDEO_FRAME_COMP_HEIGHT (&frame, 0), ==, 121);
  g_assert_true ((guint8 *)frame.data[1] - (guint8 *)frame.data[0] == 320 * 124);
  gst_video_frame_unmap (&frame);
  gst_buffer_unref (buffer);
}

static void
add (const char *path, const char *caps, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, caps, set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  gst_test_init (&argc, &argv);

  add ("/config/pinned", PACKED, test_size_and_max_are_pinned);
  add ("/config/too-many", PACKED, test_more_than_there_are);
  add ("/config/too-large", PACKED, test_larger_than_they_are);
  add ("/config/all", PACKED, test_all_there_are);
  add ("/config/something-else", PACKED, test_caps_of_something_else);
  add ("/config/meta/asked-for", PACKED, test_meta_where_it_was_asked_for);
  add ("/config/meta/needed", NOT_PACKED, test_meta_where_it_is_needed);
  add ("/config/alignment/fits", PACKED, test_alignment_that_fits);
  add ("/config/alignment/does-not-fit", PACKED, test_alignment_that_does_not_fit);
  add ("/config/active", PACKED, test_not_while_it_is_active);
  add ("/config/again", PACKED, test_again_with_another_framerate);
  add ("/config/alternate", ALTERNATE, test_alternating_fields);
  return g_test_run ();
}
