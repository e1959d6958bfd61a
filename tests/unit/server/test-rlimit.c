/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/smd-rlimit.h"
#include <sys/resource.h>

static void
test_soft_limit_becomes_the_hard_one (void)
{
  g_autoptr (GError) error = NULL;
  struct rlimit limit;
  rlim_t hard;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  hard = limit.rlim_max;
  limit.rlim_cur = hard / 2;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);

  g_assert_cmpuint (smd_rlimit_raise_nofile (&error), ==, hard);
  g_assert_no_error (error);
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, ==, hard);
  g_assert_cmpuint (limit.rlim_max, ==, hard);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rlimit/soft-limit-becomes-the-hard-one", test_soft_limit_becomes_the_hard_one);
  return g_test_run ();
}
