/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <sysmem.h>

/* What one participant alone settles that works with one pixel format. */
static SysmemSettings *
settle (const char *pixel_format, SysmemSize size, guint divisor)
{
  const char *const formats[] = { pixel_format, NULL };
  const char *const spaces[] = { "passthrough", NULL };
  g_autoptr (SysmemImageFormatConstraints) image =
    g_object_new (SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS, "pixel-formats", formats, "color-spaces",
                  spaces, "min-size", &size, "bytes-per-row-divisor", divisor, NULL);
  g_autoptr (SysmemConstraints) constraints = g_object_new (
    SYSMEM_TYPE_CONSTRAINTS, "usage", SYSMEM_USAGE_CPU_READ, "min-buffer-count", 1, NULL);
  g_autoptr (SysmemHeap) heap = sysmem_heap_new ("system");
  g_autoptr (GError) error = NULL;
  SysmemSettings *settings;

  sysmem_constraints_add_image_format (constraints, image);
  settings = sysmem_constraints_solve (&constraints, 1, &heap, 1, NULL, &error);
  g_assert_no_error (error);
  return settings;
}

typedef struct
{
  const char *name;
  const char *pixel_format;
  SysmemSize size;
  guint divisor;
  guint n_planes;
  SysmemPlane planes[3];
} Case;

static const Case cases[] = {
  { "packed", "XR24", { 100, 50 }, 1, 1, { { 0, 400, 50 } } },
  { "padded-rows", "XR24", { 100, 50 }, 256, 1, { { 0, 512, 50 } } },
  { "nv12", "NV12", { 1000, 600 }, 256, 2, { { 0, 1024, 600 }, { 614400, 1024, 300 } } },
  { "nv16", "NV16", { 64, 10 }, 1, 2, { { 0, 64, 10 }, { 640, 64, 10 } } },
  { "yu12", "YU12", { 64, 10 }, 1, 3, { { 0, 64, 10 }, { 640, 32, 5 }, { 800, 32, 5 } } },
  { "p010", "P010", { 64, 10 }, 1, 2, { { 0, 128, 10 }, { 1280, 128, 5 } } },
};

static void
test_planes (gconstpointer data)
{
  const Case *expected = data;
  g_autoptr (SysmemSettings) settings =
    settle (expected->pixel_format, expected->size, expected->divisor);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) planes =
    sysmem_settings_get_planes (settings, expected->size.width, expected->size.height, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (planes->len, ==, expected->n_planes);
  for (guint i = 0; i < planes->len; i++)
    {
      const SysmemPlane *plane = planes->pdata[i];

      g_assert_cmpuint (plane->offset, ==, expected->planes[i].offset);
      g_assert_cmpuint (plane->stride, ==, expected->planes[i].stride);
      g_assert_cmpuint (plane->rows, ==, expected->planes[i].rows);
      g_assert_cmpuint (plane->offset + plane->stride * plane->rows, <=,
                        sysmem_settings_get_size_bytes (settings));
    }
}

static void
test_what_does_not_fit (void)
{
  g_autoptr (SysmemSettings) settings = settle ("NV12", (SysmemSize){ 64, 64 }, 1);
  static const struct
  {
    SysmemSize size;
    gint code;
  } refused[] = {
    { { 64, 66 }, SYSMEM_ERROR_LIMIT_EXCEEDED },
    { { 0xfffffffe, 0xfffffffe }, SYSMEM_ERROR_LIMIT_EXCEEDED },
    { { 63, 64 }, SYSMEM_ERROR_PROTOCOL_DEVIATION },
    { { 64, 63 }, SYSMEM_ERROR_PROTOCOL_DEVIATION },
    { { 0, 64 }, SYSMEM_ERROR_PROTOCOL_DEVIATION },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (sysmem_settings_get_planes (settings, refused[i].size.width,
                                                 refused[i].size.height, &error));
      g_assert_error (error, SYSMEM_ERROR, refused[i].code);
    }
}

static void
test_smaller_images (void)
{
  g_autoptr (SysmemSettings) settings = settle ("XR24", (SysmemSize){ 64, 64 }, 1);
  g_autoptr (GPtrArray) planes = sysmem_settings_get_planes (settings, 32, 16, NULL);
  const SysmemPlane *plane = planes->pdata[0];

  /* A row is as long as that of the smallest image everybody has to support. */
  g_assert_cmpuint (plane->stride, ==, 256);
  g_assert_cmpuint (plane->rows, ==, 16);
}

static void
test_raw_bytes_have_no_planes (void)
{
  g_autoptr (SysmemMemoryConstraints) memory =
    g_object_new (SYSMEM_TYPE_MEMORY_CONSTRAINTS, "min-size-bytes", G_GUINT64_CONSTANT (100), NULL);
  g_autoptr (SysmemConstraints) constraints =
    g_object_new (SYSMEM_TYPE_CONSTRAINTS, "usage", SYSMEM_USAGE_CPU_READ, "min-buffer-count", 1,
                  "buffer-memory-constraints", memory, NULL);
  g_autoptr (SysmemHeap) heap = sysmem_heap_new ("system");
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemSettings) settings =
    sysmem_constraints_solve (&constraints, 1, &heap, 1, NULL, &error);

  g_assert_no_error (error);
  g_assert_null (sysmem_settings_get_pixel_format (settings));
  g_assert_null (sysmem_settings_get_planes (settings, 4, 4, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/layout/planes/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_planes);
    }
  g_test_add_func ("/layout/does-not-fit", test_what_does_not_fit);
  g_test_add_func ("/layout/smaller", test_smaller_images);
  g_test_add_func ("/layout/raw-bytes", test_raw_bytes_have_no_planes);
  return g_test_run ();
}
