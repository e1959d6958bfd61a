/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <sysmem.h>

static SysmemConstraints *
participant (const char *name, const char *pixel_format, guint n_buffers)
{
  const char *const formats[] = { pixel_format, NULL };
  const char *const spaces[] = { "passthrough", NULL };
  g_autoptr (SysmemImageFormatConstraints) image =
    g_object_new (SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS, "pixel-formats", formats, "color-spaces",
                  spaces, "min-size", &(SysmemSize){ 64, 48 }, NULL);
  SysmemConstraints *constraints =
    g_object_new (SYSMEM_TYPE_CONSTRAINTS, "name", name, "usage", SYSMEM_USAGE_CPU_WRITE,
                  "min-buffer-count-for-camping", n_buffers, NULL);

  sysmem_constraints_add_image_format (constraints, image);
  return constraints;
}

static void
test_agreement (void)
{
  g_autoptr (SysmemConstraints) camera = participant ("camera", "NV12", 2);
  g_autoptr (SysmemConstraints) screen = participant ("screen", "NV12", 1);
  SysmemConstraints *all[] = { camera, screen };
  g_autoptr (SysmemHeap) heap = sysmem_heap_new ("system");
  g_autoptr (SysmemExplanation) explanation = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemSettings) settings =
    sysmem_constraints_solve (all, G_N_ELEMENTS (all), &heap, 1, &explanation, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (sysmem_settings_get_buffer_count (settings), ==, 3);
  g_assert_cmpuint (sysmem_settings_get_size_bytes (settings), ==, 64 * 48 * 3 / 2);
  g_assert_cmpstr (sysmem_settings_get_pixel_format (settings), ==, "NV12:0x0");
  g_assert_cmpstr (sysmem_settings_get_heap (settings), ==, "system");
  g_assert_cmpuint (sysmem_settings_get_usage (settings), ==, SYSMEM_USAGE_CPU_WRITE);
  g_assert_cmpint (sysmem_settings_get_coherency_domain (settings), ==,
                   SYSMEM_COHERENCY_DOMAIN_CPU);
  g_assert_cmpint (sysmem_explanation_get_outcome (explanation), ==, SYSMEM_OUTCOME_ALLOCATED);
  g_assert_null (sysmem_explanation_dup_failure (explanation));
  g_assert_true (sysmem_settings_equal (settings, settings));
}

static void
test_conflict (void)
{
  g_autoptr (SysmemConstraints) camera = participant ("camera", "NV12", 1);
  g_autoptr (SysmemConstraints) screen = participant ("screen", "XR24", 1);
  SysmemConstraints *all[] = { camera, screen };
  g_autoptr (SysmemHeap) heap = sysmem_heap_new ("system");
  g_autoptr (SysmemExplanation) explanation = NULL;
  g_autoptr (GVariant) conflicts = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree char *text = NULL;

  g_assert_null (sysmem_constraints_solve (all, 2, &heap, 1, &explanation, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
  g_assert_nonnull (strstr (error->message, "camera"));
  conflicts = sysmem_explanation_get_conflicts (explanation);
  g_assert_cmpuint (g_variant_n_children (conflicts), ==, 1);
  text = sysmem_explanation_to_string (explanation);
  g_assert_nonnull (strstr (text, "screen (0): XR24:0x0"));
  failure = sysmem_explanation_dup_failure (explanation);
  g_assert_nonnull (failure);
}

static void
test_nobody_and_nowhere (void)
{
  g_autoptr (SysmemConstraints) camera = participant ("camera", "NV12", 1);
  g_autoptr (SysmemHeap) heap = sysmem_heap_new ("system");
  g_autoptr (GError) error = NULL;

  g_assert_null (sysmem_constraints_solve (NULL, 0, &heap, 1, NULL, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
  g_clear_error (&error);
  g_assert_null (sysmem_constraints_solve (&camera, 1, NULL, 0, NULL, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/solve/agreement", test_agreement);
  g_test_add_func ("/solve/conflict", test_conflict);
  g_test_add_func ("/solve/nobody-and-nowhere", test_nobody_and_nowhere);
  return g_test_run ();
}
