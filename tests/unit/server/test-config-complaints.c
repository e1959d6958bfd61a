/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config-fixture.h"

/* One complaint each, which begins with "FILE" and this; nothing is taken over. */
static const struct
{
  const char *name;
  const char *text;
  const char *complaint;
} bad_files[] = {
  { "no-number", "[Limits]\n#\nMaxBufferSize=lots\n", ":3: [Limits] MaxBufferSize: “lots” is no" },
  { "empty-number", "[Limits]\nMaxBufferSize=\n", ":2: [Limits] MaxBufferSize: “” is no number" },
  { "negative", "[Limits]\nMaxNodesPerUid=-5\n", ":2: [Limits] MaxNodesPerUid: “-5” is no number" },
  { "hexadecimal", "[Limits]\nMaxNodesPerUid=0x10\n", ":2: [Limits] MaxNodesPerUid: “0x10” is no" },
  { "two-suffixes", "[Limits]\nMaxBufferSize=1MM\n", ":2: [Limits] MaxBufferSize: “1MM” is no" },
  { "overflow", "[Limits]\nMaxBytesPerUid=99999999999999999999\n",
    ":2: [Limits] MaxBytesPerUid: “99999999999999999999” is no number" },
  { "overflow-by-suffix", "[Limits]\nMaxBytesPerUid=18014398509481984K\n",
    ":2: [Limits] MaxBytesPerUid: “18014398509481984K” is no number" },
  { "out-of-range", "[Limits]\n\nWaitTimeout=20001\n",
    ":3: [Limits] WaitTimeout: 20001 is not between 100 and 20000; 20000 stays in force" },
  { "unknown-limit", "[Limits]\nMaxBufers=5\n", ":2: [Limits] MaxBufers: there is no such limit" },
  { "constant", "[Limits]\nMaxBuffers=256\n", ":2: [Limits] MaxBuffers: this limit is part of" },
  { "not-utf8", "[Limits]\nMaxBufferSize=\xff\n", ":2: [Limits] MaxBufferSize: “” is no number" },
  { "unknown-group", "#\n[Limit]\nMaxBufferSize=1M\n", ":2: [Limit]: there is no such group" },
  { "unknown-usage", "[Heaps]\ncpu disply=system\n",
    ":2: [Heaps] cpu disply: “disply” is neither" },
  { "usage-none", "[Heaps]\nnone=system\n", ":2: [Heaps] none: “none” is neither a usage" },
  { "any-with-others", "[Heaps]\nany cpu=system\n", ":2: [Heaps] any cpu: “any” is neither" },
  { "no-heap", "[Heaps]\ncpu=\n", ":2: [Heaps] cpu: names no heap" },
  { "empty-heap", "[Heaps]\ncpu=system;;*\n", ":2: [Heaps] cpu: “” is neither a heap's name" },
  { "star-inside", "[Heaps]\ncpu=dma*heap\n", ":2: [Heaps] cpu: “dma*heap” is neither a heap's" },
  { "star-without-kind", "[Heaps]\ncpu=dma*\n", ":2: [Heaps] cpu: “dma*” is neither a heap's" },
  { "unknown-format", "[FormatCosts]\nQQQQ=1\n", ":2: [FormatCosts] QQQQ: “QQQQ” is no known" },
  { "malformed-format", "[FormatCosts]\nNV12:12=1\n",
    ":2: [FormatCosts] NV12:12: “NV12:12” is no" },
  { "no-cost", "[FormatCosts]\nNV12=\n", ":2: [FormatCosts] NV12: “” is no cost" },
  { "word-as-cost", "[FormatCosts]\nNV12=1x\n", ":2: [FormatCosts] NV12: “1x” is no cost" },
  { "negative-cost", "[FormatCosts]\nNV12=-1\n", ":2: [FormatCosts] NV12: “-1” is no cost" },
  { "endless-cost", "[FormatCosts]\nNV12=inf\n", ":2: [FormatCosts] NV12: “inf” is no cost" },
  { "no-number-as-cost", "[FormatCosts]\nNV12=nan\n", ":2: [FormatCosts] NV12: “nan” is no cost" },
  { "unknown-usage-of-format", "[FormatCosts]\nNV12 gpu-sampld=1\n",
    ":2: [FormatCosts] NV12 gpu-sampld: “gpu-sampld” is neither" },
  { "no-key-file", "[Limits]\nMaxNodesPerUid=5\nwhat is this\n", ":3: " },
  { "key-before-groups", "# c\nMaxNodesPerUid=5\n[Limits]\n", ":2: " },
};

static void
test_bad_file (ConfigFixture *fixture, gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *expected =
    g_strconcat (fixture->directory, "/sysmem.conf", bad_files[i].complaint, NULL);
  guint n_rows = fixture->policy->preferences->len;
  guint n_costs = fixture->policy->format_costs->len;

  g_assert_false (config_load_text (fixture, bad_files[i].text));
  g_assert_cmpuint (fixture->complaints->len, ==, 1);
  g_assert_cmpstr (fixture->complaints->pdata[0], !=, NULL);
  if (!g_str_has_prefix (fixture->complaints->pdata[0], expected))
    g_error ("expected “%s…”, got “%s”", expected, (char *)fixture->complaints->pdata[0]);
  g_assert_cmpmem (&fixture->limits, sizeof (SmcLimits), &fixture->defaults, sizeof (SmcLimits));
  g_assert_cmpuint (fixture->policy->preferences->len, ==, n_rows);
  g_assert_cmpuint (fixture->policy->format_costs->len, ==, n_costs);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (bad_files); i++)
    {
      g_autofree char *path = g_strconcat ("/config-complaints/", bad_files[i].name, NULL);

      g_test_add (path, ConfigFixture, GUINT_TO_POINTER (i), config_set_up, test_bad_file,
                  config_tear_down);
    }
  return g_test_run ();
}
