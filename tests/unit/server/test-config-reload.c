/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading the configuration again while something is in force. */

#include "config-fixture.h"
#include <string.h>

static gboolean
reload_text (ConfigFixture *fixture, const char *text)
{
  g_autofree char *path = config_write_file (fixture, "sysmem.conf", text);
  const char *const paths[] = { path, NULL };

  return smd_config_reload (paths, &fixture->defaults, &fixture->limits, fixture->policy,
                            fixture->complaints);
}

static void
assert_complaint (ConfigFixture *fixture, const char *part)
{
  g_assert_cmpuint (fixture->complaints->len, ==, 1);
  if (strstr (fixture->complaints->pdata[0], part) == NULL)
    g_error ("expected “…%s…”, got “%s”", part, (char *)fixture->complaints->pdata[0]);
}

/* The heaps of the first row for @usage. */
static char **
get_heaps (ConfigFixture *fixture, guint32 usage)
{
  for (guint i = 0; i < fixture->policy->preferences->len; i++)
    {
      SmeHeapPreference *row = fixture->policy->preferences->pdata[i];

      if (row->usage == usage)
        return row->heaps;
    }
  g_assert_not_reached ();
}

static void
test_what_is_said_now_counts (ConfigFixture *fixture, gconstpointer data)
{
  g_assert_true (config_load_text (fixture, "[Limits]\nMaxNodesPerUid=5\nMaxBufferSize=1M\n"
                                            "[FormatCosts]\nNV12=1\n"));
  g_assert_true (reload_text (fixture, "[Limits]\nMaxNodesPerUid=6\n[FormatCosts]\nXR24=2\n"));
  g_assert_cmpuint (fixture->complaints->len, ==, 0);
  g_assert_cmpuint (fixture->limits.max_nodes_per_uid, ==, 6);
  g_assert_cmpuint (fixture->policy->format_costs->len, ==, 1);
  g_assert_cmpfloat (g_array_index (fixture->policy->format_costs, SmeFormatCost, 0).cost, ==, 2);
}

static void
test_what_is_said_no_more_is_as_built_in (ConfigFixture *fixture, gconstpointer data)
{
  g_assert_true (config_load_text (fixture, "[Limits]\nMaxBufferSize=1M\n[Heaps]\nany=udmabuf\n"));
  g_assert_true (reload_text (fixture, ""));
  g_assert_cmpuint (fixture->limits.max_buffer_size, ==, fixture->defaults.max_buffer_size);
  g_assert_cmpuint (fixture->policy->max_buffer_size, ==, fixture->defaults.max_buffer_size);
  g_assert_cmpstr (get_heaps (fixture, 0)[0], ==, "system");
}

static void
test_a_bad_limit_leaves_the_old_one (ConfigFixture *fixture, gconstpointer data)
{
  g_assert_true (config_load_text (fixture, "[Limits]\nMaxBufferSize=1M\nMaxNodesPerUid=5\n"));
  g_assert_true (reload_text (fixture, "[Limits]\nMaxBufferSize=lots\nMaxNodesPerUid=6\n"));
  assert_complaint (fixture, "/sysmem.conf:2: [Limits] MaxBufferSize: “lots” is no number such as "
                             "4096 or 256M; 1048576 stays in force");
  g_assert_cmpuint (fixture->limits.max_buffer_size, ==, 1 << 20);
  g_assert_cmpuint (fixture->policy->max_buffer_size, ==, 1 << 20);
  g_assert_cmpuint (fixture->limits.max_nodes_per_uid, ==, 6);
}

static void
test_a_bad_row_of_heaps_leaves_the_old_one (ConfigFixture *fixture, gconstpointer data)
{
  g_assert_true (config_load_text (fixture, "[Heaps]\nany=udmabuf;system\n"));
  g_assert_true (reload_text (fixture, "[Heaps]\nany=\n"));
  assert_complaint (fixture, ":2: [Heaps] any: names no heap, such as system;udmabuf; what was in "
                             "force stays");
  g_assert_cmpstr (get_heaps (fixture, 0)[0], ==, "udmabuf");
}

static void
test_a_bad_cost_leaves_the_old_one (ConfigFixture *fixture, gconstpointer data)
{
  const SmeFormatCost *cost;

  g_assert_true (config_load_text (fixture, "[FormatCosts]\nXR24=3\nNV12 gpu=4\n"));
  g_assert_true (reload_text (fixture, "[FormatCosts]\nNV12 gpu=cheap\n"));
  assert_complaint (fixture, ":2: [FormatCosts] NV12 gpu: “cheap” is no cost");
  g_assert_cmpuint (fixture->policy->format_costs->len, ==, 1);
  cost = &g_array_index (fixture->policy->format_costs, SmeFormatCost, 0);
  g_assert_cmpfloat (cost->cost, ==, 4);
}

static void
test_a_file_that_is_none_changes_nothing (ConfigFixture *fixture, gconstpointer data)
{
  g_assert_true (config_load_text (fixture, "[Limits]\nMaxNodesPerUid=5\n[Heaps]\nany=udmabuf\n"));
  g_assert_false (reload_text (fixture, "[Limits]\nMaxNodesPerUid=6\nwhat is this\n"));
  assert_complaint (fixture, "/sysmem.conf:3: ");
  g_assert_cmpuint (fixture->limits.max_nodes_per_uid, ==, 5);
  g_assert_cmpstr (get_heaps (fixture, 0)[0], ==, "udmabuf");
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
  add ("/config-reload/what-is-said-now-counts", test_what_is_said_now_counts);
  add ("/config-reload/what-is-said-no-more-is-as-built-in",
       test_what_is_said_no_more_is_as_built_in);
  add ("/config-reload/a-bad-limit-leaves-the-old-one", test_a_bad_limit_leaves_the_old_one);
  add ("/config-reload/a-bad-row-of-heaps-leaves-the-old-one",
       test_a_bad_row_of_heaps_leaves_the_old_one);
  add ("/config-reload/a-bad-cost-leaves-the-old-one", test_a_bad_cost_leaves_the_old_one);
  add ("/config-reload/a-file-that-is-none-changes-nothing",
       test_a_file_that_is_none_changes_nothing);
  return g_test_run ();
}
