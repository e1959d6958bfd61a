/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a driver is asked for, and which of its answers are taken. */

#include <drm_fourcc.h>
#include <glib.h>
#include <string.h>

#include "common/sysmem-error.h"
#include "heaps/smd-image-layout.h"

static SmcSettings *
make_settings (guint32 fourcc, guint32 width, guint32 height)
{
  SmcSettings *settings = smc_settings_new ();

  settings->image = g_new0 (SmcImage, 1);
  settings->image->pixel_format.fourcc = fourcc;
  smc_image_bounds_init (&settings->image->bounds);
  settings->image->bounds.min_size = (SmcSize){ width, height };
  return settings;
}

static void
require_size (SmcSettings *settings, guint32 width, guint32 height)
{
  SmcImageBounds *bounds = &settings->image->bounds;
  SmcSize size = { width, height };

  if (bounds->required_max_size_list == NULL)
    bounds->required_max_size_list = g_array_new (FALSE, FALSE, sizeof (SmcSize));
  g_array_append_val (bounds->required_max_size_list, size);
}

static void
assert_demand (const SmcSettings *settings, guint32 width, guint32 height, guint64 row_bytes)
{
  g_autoptr (GError) error = NULL;
  SmdImageDemand demand;

  g_assert_true (smd_image_demand_init (&demand, settings, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (demand.size.width, ==, width);
  g_assert_cmpuint (demand.size.height, ==, height);
  g_assert_cmpuint (demand.row_bytes, ==, row_bytes);
}

static void
test_demand_of_min_size (void)
{
  g_autoptr (SmcSettings) settings = make_settings (DRM_FORMAT_XRGB8888, 641, 481);

  assert_demand (settings, 641, 481, 641 * 4);
}

static void
test_demand_is_aligned (void)
{
  g_autoptr (SmcSettings) settings = make_settings (DRM_FORMAT_NV12, 641, 481);

  settings->image->bounds.size_alignment = (SmcSize){ 16, 2 };
  settings->image->bounds.bytes_per_row_divisor = 256;
  assert_demand (settings, 656, 482, 768);
}

static void
test_demand_of_min_bytes_per_row (void)
{
  g_autoptr (SmcSettings) settings = make_settings (DRM_FORMAT_XRGB8888, 16, 16);

  settings->image->bounds.min_bytes_per_row = 1000;
  settings->image->bounds.bytes_per_row_divisor = 64;
  assert_demand (settings, 16, 16, 1024);
}

static void
test_demand_covers_every_required_size (void)
{
  g_autoptr (SmcSettings) settings = make_settings (DRM_FORMAT_XRGB8888, 16, 16);

  require_size (settings, 1000, 500);
  require_size (settings, 500, 1000);
  assert_demand (settings, 1000, 1000, 4000);
}

static void
test_demand_too_large (void)
{
  g_autoptr (SmcSettings) settings = make_settings (DRM_FORMAT_XRGB8888, G_MAXUINT32, 1);
  g_autoptr (GError) error = NULL;
  SmdImageDemand demand;

  settings->image->bounds.size_alignment.width = 2;
  g_assert_false (smd_image_demand_init (&demand, settings, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
}

static void
test_linear_planes (void)
{
  g_autoptr (SmcSettings) settings = make_settings (DRM_FORMAT_NV12, 640, 480);
  g_autoptr (GError) error = NULL;
  SmdImageDemand demand;
  const SmcPlane *planes;

  g_assert_true (smd_image_demand_init (&demand, settings, &error));
  g_assert_true (smd_image_lay_out_linear (settings, &demand, 704, &error));
  g_assert_cmpuint (settings->image_size.width, ==, 640);
  g_assert_cmpuint (settings->image_size.height, ==, 480);
  g_assert_cmpuint (settings->planes->len, ==, 2);
  planes = (const SmcPlane *)settings->planes->data;
  g_assert_cmpuint (planes[0].offset, ==, 0);
  g_assert_cmpuint (planes[0].stride, ==, 704);
  g_assert_cmpuint (planes[1].offset, ==, 704 * 480);
  g_assert_cmpuint (planes[1].stride, ==, 704);
}

typedef struct
{
  const char *name;
  gsize field; /* of SmcImageBounds, 32 bits */
  guint32 value;
  const char *refusal; /* NULL: accepted */
} Bound;

#define BOUND(member, value, refusal) \
  { \
#member "-" #value, G_STRUCT_OFFSET(SmcImageBounds, member), value, refusal \
  }

/* clang-format off */
/* Of an image of 640x480 pixels with rows of 2816 bytes. */
static const Bound bounds_cases[] = {
  BOUND (min_bytes_per_row, 2816, NULL),
  BOUND (min_bytes_per_row, 2817, "stride 2816, but min_bytes_per_row is 2817"),
  BOUND (max_bytes_per_row, 2816, NULL),
  BOUND (max_bytes_per_row, 2815, "stride 2816, but max_bytes_per_row is 2815"),
  BOUND (bytes_per_row_divisor, 256, NULL),
  BOUND (bytes_per_row_divisor, 512, "stride 2816, but bytes_per_row_divisor is 512"),
  BOUND (max_size.width, 640, NULL),
  BOUND (max_size.width, 639, "width 640, but max_size.width is 639"),
  BOUND (max_size.height, 480, NULL),
  BOUND (max_size.height, 479, "height 480, but max_size.height is 479"),
  BOUND (pad_for_block_size.width, 1, NULL),
  BOUND (pad_for_block_size.width, 16, "blocks of width 1, but pad_for_block_size.width is 16"),
};
/* clang-format on */

static void
check_bound (gconstpointer data)
{
  const Bound *c = data;
  g_autoptr (SmcSettings) settings = make_settings (DRM_FORMAT_XRGB8888, 640, 480);
  g_autoptr (GError) error = NULL;
  SmdImageDemand demand;
  gboolean accepted;

  g_assert_true (smd_image_demand_init (&demand, settings, NULL));
  g_assert_true (smd_image_lay_out_linear (settings, &demand, 2816, NULL));
  G_STRUCT_MEMBER (guint32, &settings->image->bounds, c->field) = c->value;
  accepted = smd_image_accept_layout (settings, 2816 * 480, 2816 * 480, &error);
  g_assert_cmpint (accepted, ==, c->refusal == NULL);
  if (c->refusal == NULL)
    {
      g_assert_cmpuint (settings->size_bytes, ==, 2816 * 480);
      g_assert_cmpuint (settings->raw_size_bytes, ==, 2816 * 480);
      return;
    }
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
  g_assert_nonnull (strstr (error->message, c->refusal));
}

static void
test_accept_pixels (void)
{
  g_autoptr (SmcSettings) settings = make_settings (DRM_FORMAT_XRGB8888, 640, 480);
  g_autoptr (GError) error = NULL;
  SmdImageDemand demand;

  g_assert_true (smd_image_demand_init (&demand, settings, NULL));
  g_assert_true (smd_image_lay_out_linear (settings, &demand, 2560, NULL));
  settings->image->bounds.max_width_times_height = 640 * 480;
  g_assert_true (smd_image_accept_layout (settings, 2560 * 480, 2560 * 480, NULL));
  settings->image->bounds.max_width_times_height--;
  g_assert_false (smd_image_accept_layout (settings, 2560 * 480, 2560 * 480, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
}

static void
test_accept_padding (void)
{
  g_autoptr (SmcSettings) settings = make_settings (DRM_FORMAT_XRGB8888, 640, 480);
  g_autoptr (GError) error = NULL;
  SmdImageDemand demand;

  g_assert_true (smd_image_demand_init (&demand, settings, NULL));
  g_assert_true (smd_image_lay_out_linear (settings, &demand, 2560, NULL));
  settings->image->bounds.pad_beyond_image_size_bytes = 4096;
  g_assert_true (smd_image_accept_layout (settings, 2560 * 480, 2560 * 480 + 4096, NULL));
  g_assert_cmpuint (settings->size_bytes, ==, 2560 * 480);
  g_assert_cmpuint (settings->raw_size_bytes, ==, 2560 * 480 + 4096);
  g_assert_false (smd_image_accept_layout (settings, 2560 * 480, 2560 * 480 + 4095, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
}

static void
test_accept_max_size_bytes (void)
{
  g_autoptr (SmcSettings) settings = make_settings (DRM_FORMAT_XRGB8888, 640, 480);
  g_autoptr (GError) error = NULL;
  SmdImageDemand demand;

  g_assert_true (smd_image_demand_init (&demand, settings, NULL));
  g_assert_true (smd_image_lay_out_linear (settings, &demand, 2560, NULL));
  settings->max_size_bytes = 2560 * 480;
  g_assert_true (smd_image_accept_layout (settings, 2560 * 480, 2560 * 480 + 4096, NULL));
  settings->max_size_bytes--;
  g_assert_false (smd_image_accept_layout (settings, 2560 * 480, 2560 * 480 + 4096, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
  g_assert_nonnull (strstr (error->message, "max_size_bytes is 1228799"));
}

/* What was agreed on is the least, however little room the image itself needs. */
static void
test_measure (void)
{
  g_autoptr (SmcSettings) settings = make_settings (DRM_FORMAT_NV12, 640, 480);
  SmdImageDemand demand;
  guint64 size_bytes, padded_bytes;

  g_assert_true (smd_image_demand_init (&demand, settings, NULL));
  settings->image->bounds.pad_beyond_image_size_bytes = 1000;
  settings->size_bytes = 640 * 720;
  g_assert_true (smd_image_measure (settings, &demand, 704, &size_bytes, &padded_bytes));
  g_assert_cmpuint (size_bytes, ==, 704 * 720);
  g_assert_cmpuint (padded_bytes, ==, 704 * 720 + 1000);

  settings->size_bytes = 1 << 20;
  g_assert_true (smd_image_measure (settings, &demand, 704, &size_bytes, &padded_bytes));
  g_assert_cmpuint (size_bytes, ==, 1 << 20);
  g_assert_cmpuint (padded_bytes, ==, (1 << 20) + 1000);

  settings->image->bounds.pad_beyond_image_size_bytes = G_MAXUINT64;
  g_assert_false (smd_image_measure (settings, &demand, 704, &size_bytes, &padded_bytes));
}

/* All planes and the padding of an NV12 image, as rows of its first plane. */
static void
test_room (void)
{
  g_autoptr (SmcSettings) settings = make_settings (DRM_FORMAT_NV12, 640, 480);
  SmdImageDemand demand;
  SmdImageRoom room;

  settings->image->bounds.bytes_per_row_divisor = 704;
  settings->image->bounds.pad_beyond_image_size_bytes = 1;
  g_assert_true (smd_image_demand_init (&demand, settings, NULL));
  g_assert_true (smd_image_room_init (&room, settings, &demand, 704));
  g_assert_cmpuint (room.width, ==, 704);
  g_assert_cmpuint (room.height, ==, 721);
  g_assert_cmpuint (room.size_bytes, ==, 704 * 720);

  /* As wide as ever, but the driver's rows are longer and fewer. */
  settings->size_bytes = 1024 * 1000;
  g_assert_true (smd_image_room_init (&room, settings, &demand, 1024));
  g_assert_cmpuint (room.width, ==, 704);
  g_assert_cmpuint (room.height, ==, 1001);

  settings->image->bounds.pad_beyond_image_size_bytes = G_MAXUINT64;
  g_assert_false (smd_image_room_init (&room, settings, &demand, 704));
}

static SmcSettings *
make_placed (guint32 fourcc, const SmcPlane *planes, guint n_planes)
{
  SmcSettings *settings = make_settings (fourcc, 640, 480);

  settings->image_size = (SmcSize){ 640, 480 };
  settings->planes = g_array_new (FALSE, FALSE, sizeof (SmcPlane));
  g_array_append_vals (settings->planes, planes, n_planes);
  return settings;
}

/* A driver may leave room between the planes and give each its own stride; the last row of the one
 * that ends last is the end. */
static void
test_measure_planes (void)
{
  static const SmcPlane planes[] = { { 4096, 1024 }, { 4096 + 1024 * 512, 768 } };
  g_autoptr (SmcSettings) settings = make_placed (DRM_FORMAT_NV12, planes, 2);
  guint64 size_bytes;

  g_assert_true (smd_image_measure_planes (settings, 1 << 20, &size_bytes));
  g_assert_cmpuint (size_bytes, ==, 4096 + 1024 * 512 + 768 * 240);

  settings->size_bytes = 1000000;
  g_assert_true (smd_image_measure_planes (settings, 1 << 20, &size_bytes));
  g_assert_cmpuint (size_bytes, ==, 1000000);
}

static void
test_measure_wrong_planes (void)
{
  static const SmcPlane too_far = { G_MAXUINT64, 2560 };
  static const SmcPlane one = { 0, 640 };
  g_autoptr (SmcSettings) too_few = make_placed (DRM_FORMAT_NV12, &one, 1);
  g_autoptr (SmcSettings) wraps = make_placed (DRM_FORMAT_XRGB8888, &too_far, 1);
  guint64 size_bytes;

  g_assert_false (smd_image_measure_planes (too_few, 1 << 20, &size_bytes));
  g_assert_false (smd_image_measure_planes (wraps, 1 << 20, &size_bytes));
}

static void
test_measure_tiles (void)
{
  static const SmcPlane plane = { 0, 2560 };
  g_autoptr (SmcSettings) settings = make_placed (DRM_FORMAT_XRGB8888, &plane, 1);
  guint64 size_bytes;

  settings->image->pixel_format.modifier = I915_FORMAT_MOD_Y_TILED;
  g_assert_true (smd_image_measure_planes (settings, 1 << 20, &size_bytes));
  g_assert_cmpuint (size_bytes, ==, 1 << 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/image-layout/demand/of-min-size", test_demand_of_min_size);
  g_test_add_func ("/image-layout/demand/is-aligned", test_demand_is_aligned);
  g_test_add_func ("/image-layout/demand/of-min-bytes-per-row", test_demand_of_min_bytes_per_row);
  g_test_add_func ("/image-layout/demand/covers-every-required-size",
                   test_demand_covers_every_required_size);
  g_test_add_func ("/image-layout/demand/too-large", test_demand_too_large);
  g_test_add_func ("/image-layout/linear-planes", test_linear_planes);
  for (gsize i = 0; i < G_N_ELEMENTS (bounds_cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/image-layout/accept/%s", bounds_cases[i].name);

      g_test_add_data_func (path, &bounds_cases[i], check_bound);
    }
  g_test_add_func ("/image-layout/accept/pixels", test_accept_pixels);
  g_test_add_func ("/image-layout/accept/padding", test_accept_padding);
  g_test_add_func ("/image-layout/accept/max-size-bytes", test_accept_max_size_bytes);
  g_test_add_func ("/image-layout/measure", test_measure);
  g_test_add_func ("/image-layout/room", test_room);
  g_test_add_func ("/image-layout/planes/placed", test_measure_planes);
  g_test_add_func ("/image-layout/planes/wrong", test_measure_wrong_planes);
  g_test_add_func ("/image-layout/planes/tiles", test_measure_tiles);
  return g_test_run ();
}
