/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Checked arithmetic on sizes. Every function returns FALSE and leaves *result alone when the
 * mathematical result does not fit 64 bits: to the callers that means "does not fit". */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

static inline gboolean
smc_checked_add (guint64 *result, guint64 a, guint64 b)
{
  return g_uint64_checked_add (result, a, b);
}

static inline gboolean
smc_checked_mul (guint64 *result, guint64 a, guint64 b)
{
  return g_uint64_checked_mul (result, a, b);
}

gboolean smc_checked_round_up (guint64 *result, guint64 value, guint64 multiple);
gboolean smc_checked_lcm (guint64 *result, guint64 a, guint64 b);

/* Cannot overflow. @multiple is not 0. */
guint64 smc_round_down (guint64 value, guint64 multiple);
gboolean smc_is_power_of_two (guint64 value);

G_END_DECLS
