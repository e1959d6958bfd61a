/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-checked.h"

gboolean
smc_checked_round_up (guint64 *result, guint64 value, guint64 multiple)
{
  if (multiple == 0)
    return FALSE;

  guint64 remainder = value % multiple;
  return smc_checked_add (result, value, remainder == 0 ? 0 : multiple - remainder);
}

guint64
smc_greatest_common_divisor (guint64 a, guint64 b)
{
  while (b != 0)
    {
      guint64 remainder = a % b;
      a = b;
      b = remainder;
    }
  return a;
}

gboolean
smc_checked_lcm (guint64 *result, guint64 a, guint64 b)
{
  if (a == 0 || b == 0)
    return FALSE;

  return smc_checked_mul (result, a / smc_greatest_common_divisor (a, b), b);
}

gboolean
smc_checked_raise_divisor (guint32 *divisor, guint32 multiple)
{
  guint64 common;

  if (!smc_checked_lcm (&common, *divisor, multiple) || common > G_MAXUINT32)
    return FALSE;
  *divisor = (guint32)common;
  return TRUE;
}

guint64
smc_round_down (guint64 value, guint64 multiple)
{
  g_return_val_if_fail (multiple != 0, value);

  return value - value % multiple;
}

gboolean
smc_is_power_of_two (guint64 value)
{
  return value != 0 && (value & (value - 1)) == 0;
}
