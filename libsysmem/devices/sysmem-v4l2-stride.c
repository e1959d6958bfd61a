/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A driver that pads rows rounds up to multiples of something: 1280 bytes and then 1344 means
 * multiples of 64, their greatest common divisor; 1280 and then 1281 means any number of bytes. One
 * that answers 1280 again does as it likes. */

#include "devices/sysmem-v4l2-stride.h"

#include "common/smc-checked.h"

SysmemV4l2Strides
sysmem_v4l2_strides_from_answers (const SysmemV4l2Answers *answers)
{
  SysmemV4l2Strides strides = { answers->smallest, answers->smallest, 1 };

  if (answers->next <= answers->smallest)
    return strides;
  strides.divisor =
    MAX ((guint32)smc_greatest_common_divisor (answers->smallest, answers->next), 1);
  /* Some fall back to their own choice when asked for too much. */
  strides.max = answers->largest >= answers->next ? answers->largest : G_MAXUINT32;
  return strides;
}
