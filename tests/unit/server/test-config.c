/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-names.h"
#include "config-fixture.h"
#include <string.h>

#define MIB (G_GUINT64_CONSTANT (1) << 20)

static const SmeHeapPreference *
get_row (ConfigFixture *fixture, guint i)
{
  g_assert_cmpuint (i, <, fixture->policy->preferences->len);
  return g_ptr_array_index (fixture->policy->preferences, i);
}

static void
assert_heap_row (ConfigFixture *fixture, guint i, guint32 usage, const char *heaps)
{
  const SmeHeapPreference *row = get_row (fixture, i);
  g_autofree char *joined = g_strjoinv (";", row->heaps);

  g_assert_cmphex (row->usage, ==, usage);
  g_assert_cmpstr (joined, ==, heaps);
}

static void
test_limits (ConfigFixture *fixture, gconstpointer data)
{
  g_assert_true (config_load_text (fixture, "[Limits]\n"
                                            "MaxBufferSize=64M\n"
                                            "MaxCollectionSize = 128M\n"
                                            "MaxNodesPerUid=7\n"
                                            "MaxBytesPerUid=2T\n"
                                            "MaxFdsPerUid=1K\n"));
  g_assert_cmpuint (fixture->complaints->len, ==, 0);
  g_assert_cmpuint (fixture->limits.max_buffer_size, ==, 64 * MIB);
  g_assert_cmpuint (fixture->limits.max_collection_size, ==, 128 * MIB);
  g_assert_cmpuint (fixture->limits.max_nodes_per_uid, ==, 7);
  g_assert_cmpuint (fixture->limits.max_bytes_per_uid, ==, 2 * MIB * MIB);
  g_assert_cmpuint (fixture->limits.max_fds_per_uid, ==, 1024);
  g_assert_cmpuint (fixture->limits.linger_timeout_s, ==, fixture->defaults.linger_timeout_s);
  g_assert_cmpuint (fixture->policy->max_buffer_size, ==, 64 * MIB);
  g_assert_cmpuint (fixture->policy->max_collection_size, ==, 128 * MIB);
}

/* Every limit can be set to both ends of its range and to nothing beyond them. */
static void
test_ranges_of_limits (ConfigFixture *fixture, gconstpointer data)
{
  for (const SmcLimitInfo *info = smc_limits_get_infos (); info->key != NULL; info++)
    {
      const struct
      {
        guint64 value;
        gboolean ok;
      } tries[] = {
        { info->minimum - 1, FALSE },
        { info->maximum + 1, FALSE },
        { info->maximum, TRUE },
        { info->minimum, TRUE },
      };

      if (info->offset < 0)
        continue;
      for (guint i = 0; i < G_N_ELEMENTS (tries); i++)
        {
          guint64 before = smc_limits_get (&fixture->limits, info);
          g_autofree char *text =
            g_strdup_printf ("[Limits]\n%s=%" G_GUINT64_FORMAT "\n", info->key, tries[i].value);

          g_assert_cmpint (config_load_text (fixture, text), ==, tries[i].ok);
          g_assert_cmpuint (smc_limits_get (&fixture->limits, info), ==,
                            tries[i].ok ? tries[i].value : before);
        }
    }
}

static void
test_heap_preferences (ConfigFixture *fixture, gconstpointer data)
{
  guint n_built_in = fixture->policy->preferences->len;

  g_assert_true (config_load_text (fixture,
                                   "[Heaps]\n"
                                   "display-cursor video-encoder = gbm:renderD128; udmabuf\n"
                                   "cpu=system;*\n"
                                   "any=dma-heap:*\n"));
  g_assert_cmpuint (fixture->policy->preferences->len, ==, n_built_in + 3);
  assert_heap_row (fixture, 0, SMC_USAGE_DISPLAY_CURSOR | SMC_USAGE_VIDEO_ENCODER,
                   "gbm:renderD128;udmabuf");
  assert_heap_row (fixture, 1, SMC_USAGE_CPU, "system;*");
  assert_heap_row (fixture, 2, 0, "dma-heap:*");
}

static void
test_kinds_of_usage (ConfigFixture *fixture, gconstpointer data)
{
  guint32 gpu, display, video, device;

  g_assert_true (config_load_text (fixture, "[Heaps]\ngpu=a\ndisplay=b\nvideo=c\ndevice=d\n"));
  gpu = get_row (fixture, 0)->usage;
  display = get_row (fixture, 1)->usage;
  video = get_row (fixture, 2)->usage;
  device = get_row (fixture, 3)->usage;
  for (guint32 usage = 1; usage <= SMC_USAGE_ALL; usage <<= 1)
    {
      const char *name = smc_usage_get_name ((SmcUsage)usage);

      g_assert_cmpint ((gpu & usage) != 0, ==, g_str_has_prefix (name, "gpu-"));
      g_assert_cmpint ((display & usage) != 0, ==, g_str_has_prefix (name, "display-"));
      g_assert_cmpint ((video & usage) != 0, ==, g_str_has_prefix (name, "video-"));
    }
  g_assert_cmphex (device, ==, gpu | display | video);
}

static void
test_format_costs (ConfigFixture *fixture, gconstpointer data)
{
  guint n_built_in = fixture->policy->format_costs->len;
  const SmeFormatCost *rows;

  g_assert_true (config_load_text (fixture, "[FormatCosts]\n"
                                            "NV12 = 1\n"
                                            "NV12:* video-decoder  display = 0.5\n"
                                            "*:0x0 = 1e3\n"));
  g_assert_cmpuint (fixture->policy->format_costs->len, ==, n_built_in + 3);
  rows = &g_array_index (fixture->policy->format_costs, SmeFormatCost, n_built_in);
  g_assert_cmpuint (rows[0].pixel_format.fourcc, ==, 0x3231564e);
  g_assert_false (rows[0].pixel_format.any_modifier);
  g_assert_cmpuint (rows[0].pixel_format.modifier, ==, 0);
  g_assert_cmphex (rows[0].usage, ==, 0);
  g_assert_cmpfloat (rows[0].cost, ==, 1.0);
  g_assert_true (rows[1].pixel_format.any_modifier);
  g_assert_cmphex (rows[1].usage, ==, SMC_USAGE_VIDEO_DECODER | SMC_USAGE_DISPLAY);
  g_assert_cmpfloat (rows[1].cost, ==, 0.5);
  g_assert_true (rows[2].pixel_format.any_fourcc);
  g_assert_cmpfloat (rows[2].cost, ==, 1000.0);
}

static void
test_one_bad_line_spoils_no_other (ConfigFixture *fixture, gconstpointer data)
{
  g_assert_false (config_load_text (fixture, "[Limits]\n"
                                             "MaxNodesPerUid=none\n"
                                             "MaxFdsPerUid=99\n"
                                             "[Heaps]\n"
                                             "cpu=\n"
                                             "gpu=udmabuf\n"
                                             "[Nonsense]\n"
                                             "a=b\n"
                                             "[Limits]\n"
                                             "MaxCollectionsPerUid=8\n"));
  g_assert_cmpuint (fixture->complaints->len, ==, 3);
  g_assert_cmpuint (fixture->limits.max_nodes_per_uid, ==, fixture->defaults.max_nodes_per_uid);
  g_assert_cmpuint (fixture->limits.max_fds_per_uid, ==, 99);
  g_assert_cmpuint (fixture->limits.max_collections_per_uid, ==, 8);
  g_assert_cmpstr (get_row (fixture, 0)->heaps[0], ==, "udmabuf");
}

/* The value that counts is the last one; the complaint is about its line. */
static void
test_a_key_given_twice (ConfigFixture *fixture, gconstpointer data)
{
  g_assert_false (config_load_text (fixture, "[Limits]\nMaxNodesPerUid=9\nMaxNodesPerUid=x\n"));
  g_assert_nonnull (strstr (fixture->complaints->pdata[0], "sysmem.conf:3: "));
  g_assert_cmpuint (fixture->limits.max_nodes_per_uid, ==, fixture->defaults.max_nodes_per_uid);
}

static void
test_a_missing_file (ConfigFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "missing.conf", NULL);
  const char *const paths[] = { path, NULL };

  g_assert_false (smd_config_load (paths, &fixture->limits, fixture->policy, fixture->complaints));
  g_assert_cmpuint (fixture->complaints->len, ==, 1);
  g_assert_true (g_str_has_prefix (fixture->complaints->pdata[0], path));
}

static void
test_drop_ins_come_later_in_order (ConfigFixture *fixture, gconstpointer data)
{
  g_autofree char *path = config_write_file (fixture, "sysmem.conf",
                                             "[Limits]\nMaxNodesPerUid=1\nMaxFdsPerUid=101\n"
                                             "[Heaps]\ncpu=a\ngpu=b\n");
  g_autofree char *second = config_write_file (fixture, "sysmem.conf.d/20-b.conf",
                                               "[Limits]\nMaxNodesPerUid=3\n[Heaps]\ncpu=c\n");
  g_autofree char *first = config_write_file (fixture, "sysmem.conf.d/10-a.conf",
                                              "[Limits]\nMaxNodesPerUid=2\nMaxCollectionsPerUid=5\n"
                                              "[Heaps]\nvideo=d\n");
  g_autofree char *hidden = config_write_file (fixture, "sysmem.conf.d/.hidden.conf", "nonsense");
  g_autofree char *other = config_write_file (fixture, "sysmem.conf.d/90-off.conf.bak", "nonsense");
  g_auto (GStrv) paths = smd_config_find_files (path);
  const char *const expected[] = { path, first, second, NULL };

  g_assert_cmpstrv (paths, expected);
  g_assert_true (smd_config_load ((const char *const *)paths, &fixture->limits, fixture->policy,
                                  fixture->complaints));
  g_assert_cmpuint (fixture->limits.max_nodes_per_uid, ==, 3);
  g_assert_cmpuint (fixture->limits.max_fds_per_uid, ==, 101);
  g_assert_cmpuint (fixture->limits.max_collections_per_uid, ==, 5);
  g_assert_cmpstr (get_row (fixture, 0)->heaps[0], ==, "c"); /* replaced where it stood */
  g_assert_cmpstr (get_row (fixture, 1)->heaps[0], ==, "b");
  g_assert_cmpstr (get_row (fixture, 2)->heaps[0], ==, "d");
}

static void
test_without_files_there_is_nothing_to_find (ConfigFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "sysmem.conf", NULL);
  g_auto (GStrv) paths = smd_config_find_files (path);

  g_assert_cmpuint (g_strv_length (paths), ==, 0);
  g_assert_true (smd_config_load ((const char *const *)paths, &fixture->limits, fixture->policy,
                                  fixture->complaints));
}

/* data/sysmem.conf as installed changes nothing. */
static void
test_installed_file_changes_nothing (ConfigFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "sysmem.conf", NULL);
  const char *const paths[] = { path, NULL };
  g_autoptr (SmePolicy) built_in = sme_policy_new ();

  g_assert_true (smd_config_load (paths, &fixture->limits, fixture->policy, fixture->complaints));
  g_assert_cmpmem (&fixture->limits, sizeof (SmcLimits), &fixture->defaults, sizeof (SmcLimits));
  g_assert_cmpuint (fixture->policy->preferences->len, ==, built_in->preferences->len);
  g_assert_cmpuint (fixture->policy->format_costs->len, ==, built_in->format_costs->len);
}

/* Takes the comment sign off what is a line of configuration, such as "#MaxNodesPerUid=16384". */
static char *
uncomment (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line != NULL; line++)
    if ((*line)[0] == '#' && g_ascii_isalpha ((*line)[1]))
      (*line)[0] = ' ';
  return g_strjoinv ("\n", lines);
}

/* What it shows as built in is: every limit that can be set is there, with its default, and the
 * heap preferences are those of the engine. */
static void
test_installed_file_shows_what_is_built_in (ConfigFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "sysmem.conf", NULL);
  g_autofree char *text = NULL;
  g_autofree char *uncommented = NULL;
  g_autoptr (SmePolicy) built_in = sme_policy_new ();
  guint n_rows;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  uncommented = uncomment (text);
  for (const SmcLimitInfo *info = smc_limits_get_infos (); info->key != NULL; info++)
    {
      g_autofree char *line = g_strconcat ("\n ", info->key, "=", NULL);

      if ((strstr (uncommented, line) != NULL) != (info->offset >= 0))
        g_error ("%s is documented wrongly", info->key);
      if (info->offset >= 0)
        G_STRUCT_MEMBER (guint64, &fixture->limits, info->offset) = 0;
    }
  if (!config_load_text (fixture, uncommented))
    g_error ("%s", (char *)fixture->complaints->pdata[0]);
  g_assert_cmpmem (&fixture->limits, sizeof (SmcLimits), &fixture->defaults, sizeof (SmcLimits));

  n_rows = built_in->preferences->len;
  g_assert_cmpuint (fixture->policy->preferences->len, ==, 2 * n_rows);
  for (guint i = 0; i < n_rows; i++)
    {
      const SmeHeapPreference *shown = get_row (fixture, i);
      const SmeHeapPreference *built = g_ptr_array_index (built_in->preferences, i);

      g_assert_cmphex (shown->usage & SMC_USAGE_ALL, ==, built->usage & SMC_USAGE_ALL);
      g_assert_cmpstrv (shown->heaps, built->heaps);
    }
}

static void
add (const char *path, void (*run) (ConfigFixture *fixture, gconstpointer data))
{
  g_test_add (path, ConfigFixture, NULL, config_set_up, run, config_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/config/limits", test_limits);
  add ("/config/ranges-of-limits", test_ranges_of_limits);
  add ("/config/heap-preferences", test_heap_preferences);
  add ("/config/kinds-of-usage", test_kinds_of_usage);
  add ("/config/format-costs", test_format_costs);
  add ("/config/one-bad-line-spoils-no-other", test_one_bad_line_spoils_no_other);
  add ("/config/a-key-given-twice", test_a_key_given_twice);
  add ("/config/a-missing-file", test_a_missing_file);
  add ("/config/drop-ins-come-later-in-order", test_drop_ins_come_later_in_order);
  add ("/config/without-files-there-is-nothing-to-find",
       test_without_files_there_is_nothing_to_find);
  add ("/config/installed-file-changes-nothing", test_installed_file_changes_nothing);
  add ("/config/installed-file-shows-what-is-built-in", test_installed_file_shows_what_is_built_in);
  return g_test_run ();
}
