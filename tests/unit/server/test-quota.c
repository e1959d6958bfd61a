/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/sysmem-error.h"
#include "server/smd-quota.h"
#include <string.h>

#define RAM (G_GUINT64_CONSTANT (16) << 30)
#define ALICE 1000
#define BOB 1001
#define ROOT 0

typedef struct
{
  SmcLimits limits;
  SmdAccounts *accounts;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  smc_limits_init (&fixture->limits, RAM);
  fixture->limits.max_bytes_per_uid = 1000;
  fixture->limits.max_collections_per_uid = 10;
  fixture->limits.max_nodes_per_uid = 20;
  fixture->limits.max_fds_per_uid = 30;
  fixture->limits.max_bundles_per_uid = 4;
  fixture->accounts = smd_accounts_new (&fixture->limits);
}

/* Whatever a test charged, its charges gave it back: nobody holds anything. */
static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (smd_accounts_count (fixture->accounts), ==, 0);
  smd_accounts_free (fixture->accounts);
}

static const struct
{
  SmdResource resource;
  const char *limit_key;
  guint64 limit;
  gboolean root_is_exempt;
} resources[] = {
  { SMD_RESOURCE_BYTES, "MaxBytesPerUid", 1000, TRUE },
  { SMD_RESOURCE_COLLECTIONS, "MaxCollectionsPerUid", 10, TRUE },
  { SMD_RESOURCE_NODES, "MaxNodesPerUid", 20, TRUE },
  { SMD_RESOURCE_FDS, "MaxFdsPerUid", 30, TRUE },
  { SMD_RESOURCE_BUNDLES, "MaxBundlesPerUid", 4, FALSE },
};

static void
test_up_to_the_limit_and_no_further (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (resources); i++)
    {
      SmdResource resource = resources[i].resource;
      g_auto (SmdCharge) most = { NULL };
      g_auto (SmdCharge) last = { NULL };
      g_auto (SmdCharge) excess = { NULL };
      g_autoptr (GError) error = NULL;

      g_assert_true (
        smd_charge (&most, fixture->accounts, ALICE, resource, resources[i].limit - 1, &error));
      g_assert_true (smd_charge (&last, fixture->accounts, ALICE, resource, 1, &error));
      g_assert_no_error (error);
      g_assert_false (smd_charge (&excess, fixture->accounts, ALICE, resource, 1, &error));
      g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED);
      g_assert_null (excess.account);
      g_assert_cmpuint (smd_accounts_get_use (fixture->accounts, ALICE, resource), ==,
                        resources[i].limit);

      smd_charge_clear (&last);
      g_assert_true (smd_charge (&excess, fixture->accounts, ALICE, resource, 1, NULL));
    }
}

static void
test_refusal_names_limit_use_and_user (Fixture *fixture, gconstpointer data)
{
  g_auto (SmdCharge) held = { NULL };
  g_auto (SmdCharge) refused = { NULL };
  g_autoptr (GError) error = NULL;

  g_assert_true (smd_charge (&held, fixture->accounts, ALICE, SMD_RESOURCE_BYTES, 700, NULL));
  g_assert_false (smd_charge (&refused, fixture->accounts, ALICE, SMD_RESOURCE_BYTES, 301, &error));
  g_assert_cmpstr (error->message, ==,
                   "user 1000 holds 700 bytes and wants 301 more; MaxBytesPerUid is 1000");
}

static void
test_every_resource_has_its_limit (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (G_N_ELEMENTS (resources), ==, SMD_N_RESOURCES);
  for (guint i = 0; i < G_N_ELEMENTS (resources); i++)
    {
      SmdResource resource = resources[i].resource;
      g_auto (SmdCharge) refused = { NULL };
      g_autoptr (GError) error = NULL;

      g_assert_cmpstr (smd_resource_get_limit_key (resource), ==, resources[i].limit_key);
      g_assert_cmpuint (smd_accounts_get_limit (fixture->accounts, ALICE, resource), ==,
                        resources[i].limit);
      g_assert_false (
        smd_charge (&refused, fixture->accounts, ALICE, resource, G_MAXUINT64, &error));
      g_assert_nonnull (strstr (error->message, resources[i].limit_key));
    }
}

/* The keys are those of sysmem.conf, and the limit is the one that is configured there. */
static void
test_limits_are_those_of_the_configuration (Fixture *fixture, gconstpointer data)
{
  guint n_found = 0;

  for (const SmcLimitInfo *info = smc_limits_get_infos (); info->key != NULL; info++)
    for (guint i = 0; i < SMD_N_RESOURCES; i++)
      if (g_str_equal (info->key, smd_resource_get_limit_key ((SmdResource)i)))
        {
          n_found++;
          g_assert_cmpuint (smd_accounts_get_limit (fixture->accounts, ALICE, (SmdResource)i), ==,
                            smc_limits_get (&fixture->limits, info));
        }
  g_assert_cmpuint (n_found, ==, SMD_N_RESOURCES);
}

static void
test_root_is_counted_but_exempt (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (resources); i++)
    {
      SmdResource resource = resources[i].resource;
      guint64 amount = resources[i].limit + 1;
      g_auto (SmdCharge) charge = { NULL };
      gboolean charged = smd_charge (&charge, fixture->accounts, ROOT, resource, amount, NULL);

      g_assert_cmpint (charged, ==, resources[i].root_is_exempt);
      g_assert_cmpuint (smd_accounts_get_use (fixture->accounts, ROOT, resource), ==,
                        charged ? amount : 0);
      g_assert_cmpuint (smd_accounts_get_limit (fixture->accounts, ROOT, resource), ==,
                        charged ? G_MAXUINT64 : resources[i].limit);
    }
}

static void
test_sums_never_wrap (Fixture *fixture, gconstpointer data)
{
  g_auto (SmdCharge) most = { NULL };
  g_auto (SmdCharge) more = { NULL };
  g_autoptr (GError) error = NULL;

  g_assert_true (
    smd_charge (&most, fixture->accounts, ROOT, SMD_RESOURCE_BYTES, G_MAXUINT64, NULL));
  g_assert_false (smd_charge (&more, fixture->accounts, ROOT, SMD_RESOURCE_BYTES, 1, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED);
}

static void
test_users_do_not_share (Fixture *fixture, gconstpointer data)
{
  g_auto (SmdCharge) alice = { NULL };
  g_auto (SmdCharge) bob = { NULL };

  g_assert_true (smd_charge (&alice, fixture->accounts, ALICE, SMD_RESOURCE_BYTES, 1000, NULL));
  g_assert_true (smd_charge (&bob, fixture->accounts, BOB, SMD_RESOURCE_BYTES, 1000, NULL));
  g_assert_cmpuint (smd_accounts_count (fixture->accounts), ==, 2);
  smd_charge_clear (&alice);
  g_assert_cmpuint (smd_accounts_get_use (fixture->accounts, ALICE, SMD_RESOURCE_BYTES), ==, 0);
  g_assert_cmpuint (smd_accounts_get_use (fixture->accounts, BOB, SMD_RESOURCE_BYTES), ==, 1000);
  g_assert_cmpuint (smd_accounts_count (fixture->accounts), ==, 1);
}

static void
test_clearing_twice_releases_once (Fixture *fixture, gconstpointer data)
{
  g_auto (SmdCharge) one = { NULL };
  g_auto (SmdCharge) other = { NULL };

  g_assert_true (smd_charge (&one, fixture->accounts, ALICE, SMD_RESOURCE_FDS, 3, NULL));
  g_assert_true (smd_charge (&other, fixture->accounts, ALICE, SMD_RESOURCE_FDS, 4, NULL));
  smd_charge_clear (&one);
  smd_charge_clear (&one);
  g_assert_cmpuint (smd_accounts_get_use (fixture->accounts, ALICE, SMD_RESOURCE_FDS), ==, 4);
}

static void
test_moving_releases_what_was_there (Fixture *fixture, gconstpointer data)
{
  g_auto (SmdCharge) from = { NULL };
  g_auto (SmdCharge) to = { NULL };

  g_assert_true (smd_charge (&from, fixture->accounts, ALICE, SMD_RESOURCE_FDS, 3, NULL));
  g_assert_true (smd_charge (&to, fixture->accounts, BOB, SMD_RESOURCE_NODES, 4, NULL));
  smd_charge_move (&to, &from);
  g_assert_null (from.account);
  g_assert_cmpuint (smd_accounts_get_use (fixture->accounts, BOB, SMD_RESOURCE_NODES), ==, 0);
  g_assert_cmpuint (smd_accounts_get_use (fixture->accounts, ALICE, SMD_RESOURCE_FDS), ==, 3);
  smd_charge_clear (&from);
  g_assert_cmpuint (smd_accounts_get_use (fixture->accounts, ALICE, SMD_RESOURCE_FDS), ==, 3);
}

static void
test_resizing (Fixture *fixture, gconstpointer data)
{
  g_auto (SmdCharge) charge = { NULL };
  g_autoptr (GError) error = NULL;
  SmdAccounts *accounts = fixture->accounts;

  g_assert_true (smd_charge (&charge, accounts, ALICE, SMD_RESOURCE_BYTES, 600, NULL));
  g_assert_true (smd_charge_resize (&charge, 1000, NULL));
  g_assert_false (smd_charge_resize (&charge, 1001, &error));
  g_assert_error (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED);
  g_assert_cmpuint (charge.amount, ==, 1000);
  g_assert_true (smd_charge_resize (&charge, 250, NULL));
  g_assert_cmpuint (smd_accounts_get_use (accounts, ALICE, SMD_RESOURCE_BYTES), ==, 250);
  g_assert_true (smd_charge_resize (&charge, 0, NULL));
  g_assert_cmpuint (smd_accounts_get_use (accounts, ALICE, SMD_RESOURCE_BYTES), ==, 0);
}

static void
test_nothing_always_fits (Fixture *fixture, gconstpointer data)
{
  g_auto (SmdCharge) all = { NULL };
  g_auto (SmdCharge) nothing = { NULL };

  g_assert_true (smd_charge (&all, fixture->accounts, ALICE, SMD_RESOURCE_NODES, 20, NULL));
  fixture->limits.max_nodes_per_uid = 5; /* configured anew */
  g_assert_true (smd_charge (&nothing, fixture->accounts, ALICE, SMD_RESOURCE_NODES, 0, NULL));
  g_assert_false (smd_charge_resize (&nothing, 1, NULL));
  g_assert_true (smd_charge_resize (&all, 4, NULL));
  g_assert_true (smd_charge_resize (&nothing, 1, NULL));
}

static void
add (const char *path, void (*run) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, run, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/quota/up-to-the-limit-and-no-further", test_up_to_the_limit_and_no_further);
  add ("/quota/refusal-names-limit-use-and-user", test_refusal_names_limit_use_and_user);
  add ("/quota/every-resource-has-its-limit", test_every_resource_has_its_limit);
  add ("/quota/limits-are-those-of-the-configuration", test_limits_are_those_of_the_configuration);
  add ("/quota/root-is-counted-but-exempt", test_root_is_counted_but_exempt);
  add ("/quota/sums-never-wrap", test_sums_never_wrap);
  add ("/quota/users-do-not-share", test_users_do_not_share);
  add ("/quota/clearing-twice-releases-once", test_clearing_twice_releases_once);
  add ("/quota/moving-releases-what-was-there", test_moving_releases_what_was_there);
  add ("/quota/resizing", test_resizing);
  add ("/quota/nothing-always-fits", test_nothing_always_fits);
  return g_test_run ();
}
