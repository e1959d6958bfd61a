/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Checked arithmetic on sizes. Every gboolean function that has a @result returns FALSE and leaves
 * *result alone when the mathematical result does not fit 64 bits or there is none (a multiple of
 * 0): to the callers both mean "does not fit". */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* GLib's own helpers store the wrapped number when they fail, hence the detour. */
static inline gboolean
smc_checked_add (guint64 *result, guint64 a, guint64 b)
{
  guint64 sum;

  if (!g_uint64_checked_add (&sum, a, b))
    return FALSE;
  *result = sum;
  return TRUE;
}

static inline gboolean
smc_checked_mul (guint64 *result, guint64 a, guint64 b)
{
  guint64 product;

  if (!g_uint64_checked_mul (&product, a, b))
    return FALSE;
  *result = product;
  return TRUE;
}

gboolean smc_checked_round_up (guint64 *result, guint64 value, guint64 multiple);
gboolean smc_checked_lcm (guint64 *result, guint64 a, guint64 b);
/* To the least common multiple of both; FALSE if that does not fit 32 bits. */
gboolean smc_checked_raise_divisor (guint32 *divisor, guint32 multiple);

/* Of 0 and a number: the number. */
guint64 smc_greatest_common_divisor (guint64 a, guint64 b);
/* Cannot overflow. @multiple is not 0. */
guint64 smc_round_down (guint64 value, guint64 multiple);
gboolean smc_is_power_of_two (guint64 value);

G_END_DECLS
