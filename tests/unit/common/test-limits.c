/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-limits.h"

#define MIB (G_GUINT64_CONSTANT (1) << 20)
#define RAM (8192 * MIB)

/* What 02 and 03 §13 promise. */
static const struct
{
  const char *key;
  guint64 value;
  gboolean is_constant;
} contract[] = {
  { "MaxBuffers", 128, TRUE },
  { "MaxRightsMasks", 64, TRUE },
  { "MaxGroupCombinations", 64, TRUE },
  { "MaxImageFormatConstraints", 64, TRUE },
  { "MaxPixelFormats", 65, TRUE },
  { "MaxColorSpaces", 32, TRUE },
  { "MaxRequiredSizes", 64, TRUE },
  { "MaxPermittedHeaps", 64, TRUE },
  { "MaxHeapNameBytes", 128, TRUE },
  { "MaxNameBytes", 64, TRUE },
  { "MaxClientNameBytes", 256, TRUE },
  { "MaxNodeTrackers", 256, TRUE },
  { "MaxLifetimeTrackers", 256, TRUE },
  { "MaxHandlesPerBuffer", 256, TRUE },
  { "MaxNodesPerTree", 512, TRUE },
  { "MaxPixelFormatPairs", 512, TRUE },
  { "MaxEntryMerges", 1 << 20, TRUE },
  { "MaxCheckParticipants", 512, TRUE },
  { "MaxRejections", 256, TRUE },
  { "MaxBufferSize", 256 * MIB, FALSE },
  { "MaxCollectionSize", 1024 * MIB, FALSE },
  { "MaxFdsPerMessage", 16, FALSE },
  { "MaxWaitsPerConnection", 32, FALSE },
  { "MaxBundlesPerConnection", 4, FALSE },
  { "MaxBundlesPerUid", 16, FALSE },
  { "MaxTreesPerConnection", 1024, FALSE },
  { "MaxBytesPerUid", RAM / 4, FALSE },
  { "MaxCollectionsPerUid", 1024, FALSE },
  { "MaxNodesPerUid", 16384, FALSE },
  { "MaxFdsPerUid", 32768, FALSE },
  { "MaxFailedNodesPerConnection", 256, FALSE },
  { "WaitTimeout", 20000, FALSE },
  { "LingerTimeout", 300, FALSE },
  { "FailedNodeTimeout", 60, FALSE },
};

static const SmcLimitInfo *
find_info (const char *key)
{
  for (const SmcLimitInfo *info = smc_limits_get_infos (); info->key != NULL; info++)
    if (g_str_equal (info->key, key))
      return info;
  g_error ("there is no limit %s", key);
}

static void
test_contract (void)
{
  SmcLimits limits;
  guint n_infos = 0;

  smc_limits_init (&limits, RAM);
  for (gsize i = 0; i < G_N_ELEMENTS (contract); i++)
    {
      const SmcLimitInfo *info = find_info (contract[i].key);

      g_test_message ("%s", info->key);
      g_assert_cmpuint (smc_limits_get (&limits, info), ==, contract[i].value);
      g_assert_cmpint (info->offset < 0, ==, contract[i].is_constant);
    }

  for (const SmcLimitInfo *info = smc_limits_get_infos (); info->key != NULL; info++)
    n_infos++;
  g_assert_cmpuint (n_infos, ==, G_N_ELEMENTS (contract));
}

static void
test_every_member_is_listed_once (void)
{
  gboolean seen[sizeof (SmcLimits) / sizeof (guint64)] = { FALSE };

  for (const SmcLimitInfo *info = smc_limits_get_infos (); info->key != NULL; info++)
    if (info->offset >= 0)
      {
        gsize place = (gsize)info->offset / sizeof (guint64);

        g_assert_cmpuint (place, <, G_N_ELEMENTS (seen));
        g_assert_false (seen[place]);
        seen[place] = TRUE;
      }
  for (gsize i = 0; i < G_N_ELEMENTS (seen); i++)
    g_assert_true (seen[i]);
}

static void
test_ranges (void)
{
  SmcLimits limits;

  smc_limits_init (&limits, RAM);
  for (const SmcLimitInfo *info = smc_limits_get_infos (); info->key != NULL; info++)
    {
      guint64 value = smc_limits_get (&limits, info);

      g_test_message ("%s", info->key);
      g_assert_cmpuint (info->minimum, <=, value);
      g_assert_cmpuint (value, <=, info->maximum);
      g_assert_true (g_str_has_suffix (info->description, "."));
    }

  g_assert_cmpuint (find_info ("MaxFdsPerMessage")->minimum, ==, 4);
  g_assert_cmpuint (find_info ("MaxFdsPerMessage")->maximum, ==, 253);
  g_assert_cmpuint (find_info ("WaitTimeout")->minimum, ==, 100);
  g_assert_cmpuint (find_info ("WaitTimeout")->maximum, ==, 20000);
}

/* A changed setting is what counts, a constant cannot be changed. */
static void
test_get (void)
{
  SmcLimits limits;

  smc_limits_init (&limits, RAM);
  limits.max_fds_per_message = 253;
  g_assert_cmpuint (smc_limits_get (&limits, find_info ("MaxFdsPerMessage")), ==, 253);
  g_assert_cmpuint (smc_limits_get (&limits, find_info ("MaxBuffers")), ==, 128);
}

/* A machine whose memory cannot be told still has a usable quota. */
static void
test_unknown_ram (void)
{
  const SmcLimitInfo *info = find_info ("MaxBytesPerUid");
  SmcLimits limits;

  smc_limits_init (&limits, 0);
  g_assert_cmpuint (smc_limits_get (&limits, info), ==, info->minimum);
  smc_limits_init (&limits, G_MAXUINT64);
  g_assert_cmpuint (smc_limits_get (&limits, info), ==, G_MAXUINT64 / 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/common/limits/contract", test_contract);
  g_test_add_func ("/common/limits/every-member-is-listed-once", test_every_member_is_listed_once);
  g_test_add_func ("/common/limits/ranges", test_ranges);
  g_test_add_func ("/common/limits/get", test_get);
  g_test_add_func ("/common/limits/unknown-ram", test_unknown_ram);

  return g_test_run ();
}
