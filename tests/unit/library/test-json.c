/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib/gstdio.h>
#include <string.h>
#include <sysmem.h>

static void
test_reads_what_it_writes (void)
{
  const char *json = "{\"name\": \"camera\", \"usage\": [\"video-capture\"],"
                     " \"min_buffer_count_for_camping\": 3,"
                     " \"buffer_memory_constraints\": {\"min_size_bytes\": 4096,"
                     "   \"dma_buf_required\": true},"
                     " \"image_format_constraints\": [{\"pixel_formats\": [\"NV12\"],"
                     "   \"color_spaces\": [\"rec709\"], \"min_size\": [1920, 1080],"
                     "   \"required_max_size_list\": [[640, 480], [320, 240]]}]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (SysmemConstraints) first = sysmem_constraints_new_from_json (json, &error);
  g_autoptr (SysmemConstraints) second = NULL;
  g_autofree char *once = NULL;
  g_autofree char *twice = NULL;

  g_assert_no_error (error);
  once = sysmem_constraints_to_string (first);
  second = sysmem_constraints_new_from_json (once, &error);
  g_assert_no_error (error);
  twice = sysmem_constraints_to_string (second);
  g_assert_cmpstr (once, ==, twice);
  g_assert_cmpstr (sysmem_constraints_get_name (second), ==, "camera");
  g_assert_nonnull (strstr (once, "1920"));
  g_assert_nonnull (strstr (once, "dma_buf_required"));
}

static void
test_refusals (void)
{
  static const struct
  {
    const char *json;
    const char *says;
  } cases[] = {
    { "{\"usag\": []}", "usag: unknown key" },
    { "{\"usage\": \"cpu-read\"}", "usage: \"cpu-read\" does not read as D-Bus type as" },
    { "{\"usage\": [\"cpu-reed\"]}", "cpu-reed" },
    { "{\"usage\": [\"cpu-read\"], \"min_buffer_count\": -1}", "min_buffer_count" },
    { "{\"usage\": [\"cpu-read\"], \"min_buffer_count\": 4294967296}", "min_buffer_count" },
    { "{\"usage\": [\"cpu-read\"], \"min_buffer_count\": 1.5}", "min_buffer_count" },
    { "{\"usage\": [\"cpu-read\"], \"buffer_memory_constraints\": []}",
      "buffer_memory_constraints: not a JSON object" },
    { "{\"usage\": [\"cpu-read\"], \"image_format_constraints\": {}}",
      "image_format_constraints: not an array" },
    { "{\"usage\": [\"cpu-read\"], \"image_format_constraints\": [{\"min_size\": [1]}]}",
      "image_format_constraints[0].min_size" },
    { "{\"min_buffer_count\": 1}", "usage" },
    { "[]", "not a JSON object" },
    { "", "empty" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].json);
      g_assert_null (sysmem_constraints_new_from_json (cases[i].json, &error));
      g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].says));
    }
}

static void
test_what_is_no_json (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sysmem_constraints_new_from_json ("{\"usage\":", &error));
  g_assert_nonnull (error);
}

static void
test_files (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("sysmem-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "encoder.json", NULL);
  g_autoptr (SysmemConstraints) constraints = NULL;

  g_assert_no_error (error);
  g_assert_null (sysmem_constraints_new_from_file (path, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "{\"usage\": [\"video-encoder\"]}", -1, NULL));
  constraints = sysmem_constraints_new_from_file (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (sysmem_constraints_get_name (constraints), ==, "encoder");
  g_assert_true (g_file_set_contents (path, "{\"oops\": 1}", -1, NULL));
  g_assert_null (sysmem_constraints_new_from_file (path, &error));
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/reads-what-it-writes", test_reads_what_it_writes);
  g_test_add_func ("/json/refusals", test_refusals);
  g_test_add_func ("/json/no-json", test_what_is_no_json);
  g_test_add_func ("/json/files", test_files);
  return g_test_run ();
}
