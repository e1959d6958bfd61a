/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-checked.h"

/* A result that must stay as it is. */
#define UNTOUCHED 0xabad1dea

typedef gboolean (*Operation) (guint64 *result, guint64 a, guint64 b);

typedef struct
{
  guint64 a, b;
  gboolean fits;
  guint64 result;
} Case;

static void
check_cases (Operation operation, const Case *cases, gsize n_cases)
{
  for (gsize i = 0; i < n_cases; i++)
    {
      const Case *c = &cases[i];
      guint64 result = UNTOUCHED;

      g_test_message ("%" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT, c->a, c->b);
      g_assert_cmpint (operation (&result, c->a, c->b), ==, c->fits);
      g_assert_cmpuint (result, ==, c->fits ? c->result : UNTOUCHED);
    }
}

static void
test_add (void)
{
  static const Case cases[] = {
    { 0, 0, TRUE, 0 },
    { 1, 2, TRUE, 3 },
    { G_MAXUINT64, 0, TRUE, G_MAXUINT64 },
    { G_MAXUINT64 - 1, 1, TRUE, G_MAXUINT64 },
    { G_MAXUINT64, 1, FALSE, 0 },
    { G_MAXUINT64, G_MAXUINT64, FALSE, 0 },
  };

  check_cases (smc_checked_add, cases, G_N_ELEMENTS (cases));
}

static void
test_mul (void)
{
  static const Case cases[] = {
    { 0, G_MAXUINT64, TRUE, 0 },
    { 3, 4, TRUE, 12 },
    { G_MAXUINT64, 1, TRUE, G_MAXUINT64 },
    { G_MAXUINT32, G_MAXUINT32, TRUE, 0xfffffffe00000001 },
    { G_GUINT64_CONSTANT (1) << 32, G_GUINT64_CONSTANT (1) << 32, FALSE, 0 },
    { G_MAXUINT64, 2, FALSE, 0 },
  };

  check_cases (smc_checked_mul, cases, G_N_ELEMENTS (cases));
}

static void
test_round_up (void)
{
  static const Case cases[] = {
    { 0, 64, TRUE, 0 },
    { 1, 64, TRUE, 64 },
    { 64, 64, TRUE, 64 },
    { 65, 64, TRUE, 128 },
    { 1000, 512, TRUE, 1024 },
    { 7, 3, TRUE, 9 },
    { 7, 1, TRUE, 7 },
    { G_MAXUINT64, 1, TRUE, G_MAXUINT64 },
    { G_MAXUINT64, 3, TRUE, G_MAXUINT64 },
    { G_MAXUINT64, 2, FALSE, 0 },
    { G_MAXUINT64 - 1, 4096, FALSE, 0 },
    { 5, 0, FALSE, 0 },
    { 0, 0, FALSE, 0 },
  };

  check_cases (smc_checked_round_up, cases, G_N_ELEMENTS (cases));
}

static void
test_lcm (void)
{
  static const Case cases[] = {
    { 1, 1, TRUE, 1 },
    { 4, 3, TRUE, 12 },
    { 4, 6, TRUE, 12 },
    { 256, 64, TRUE, 256 },
    { 64, 256, TRUE, 256 },
    { G_MAXUINT64, G_MAXUINT64, TRUE, G_MAXUINT64 },
    { G_MAXUINT32, G_MAXUINT32 - 1, TRUE, 0xfffffffd00000002 },
    { G_MAXUINT64, G_MAXUINT64 - 1, FALSE, 0 },
    { 0, 4, FALSE, 0 },
    { 4, 0, FALSE, 0 },
  };

  check_cases (smc_checked_lcm, cases, G_N_ELEMENTS (cases));
}

static void
test_round_down (void)
{
  g_assert_cmpuint (smc_round_down (0, 16), ==, 0);
  g_assert_cmpuint (smc_round_down (15, 16), ==, 0);
  g_assert_cmpuint (smc_round_down (16, 16), ==, 16);
  g_assert_cmpuint (smc_round_down (100, 7), ==, 98);
  g_assert_cmpuint (smc_round_down (G_MAXUINT64, 1), ==, G_MAXUINT64);
  g_assert_cmpuint (smc_round_down (G_MAXUINT64, G_MAXUINT64), ==, G_MAXUINT64);
}

static void
test_power_of_two (void)
{
  g_assert_false (smc_is_power_of_two (0));
  for (guint i = 0; i < 64; i++)
    g_assert_true (smc_is_power_of_two (G_GUINT64_CONSTANT (1) << i));
  for (guint i = 1; i < 64; i++)
    g_assert_false (smc_is_power_of_two ((G_GUINT64_CONSTANT (1) << i) + 1));
  g_assert_false (smc_is_power_of_two (G_MAXUINT64));
}

static void
test_raise_divisor (void)
{
  guint32 divisor = 6;

  g_assert_true (smc_checked_raise_divisor (&divisor, 4));
  g_assert_cmpuint (divisor, ==, 12);
  divisor = 65537;
  g_assert_false (smc_checked_raise_divisor (&divisor, 65539));
  g_assert_false (smc_checked_raise_divisor (&divisor, 0));
  g_assert_cmpuint (divisor, ==, 65537);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/common/checked/add", test_add);
  g_test_add_func ("/common/checked/mul", test_mul);
  g_test_add_func ("/common/checked/round-up", test_round_up);
  g_test_add_func ("/common/checked/lcm", test_lcm);
  g_test_add_func ("/common/checked/round-down", test_round_down);
  g_test_add_func ("/common/checked/power-of-two", test_power_of_two);
  g_test_add_func ("/common/checked/raise-divisor", test_raise_divisor);
  return g_test_run ();
}
