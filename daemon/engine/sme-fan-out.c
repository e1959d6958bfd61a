/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §6.2 (1), fan out. Goal: after it, two lists mean the same pixel format exactly where they
 * have equal pairs, so that merging is a walk along both.
 *
 * Each "*" of a list becomes one pair per pair of the other list that it can be combined with, the
 * specific parts filled in. Nothing is produced twice, since no two pairs of one list can mean the
 * same. Example: {XR24:*, NV12:*} by {*:0x0, XR24:X} gives NV12:0x0, XR24:0x0, XR24:X; and the
 * other way round the same three.
 *
 * Limits: at most SMC_MAX_PAIRS_PER_PARTICIPANT pairs in work; "F:*" looks at its fourcc's run and
 * at the other list's "*", "*:M" at all of it, and every look is counted as work. */

#include "engine/sme-aggregate.h"

#include "common/smc-limits.h"

static gboolean
has_any (const GArray *pairs)
{
  for (guint i = 0; i < pairs->len; i++)
    if (!smc_pixel_format_is_specific (&sme_pairs_get (pairs, i)->pixel_format))
      return TRUE;
  return FALSE;
}

/* What both mean, which is known: both lists hold only pairs that match something known, so only
 * "F:*" with "*:M" can make a pair that nobody knows. */
static gboolean
combine (const SmcPixelFormat *a, const SmcPixelFormat *b, SmcPixelFormat *combination)
{
  if (!a->any_fourcc && !b->any_fourcc && a->fourcc != b->fourcc)
    return FALSE;
  if (!a->any_modifier && !b->any_modifier && a->modifier != b->modifier)
    return FALSE;

  *combination = (SmcPixelFormat){
    .fourcc = a->any_fourcc ? b->fourcc : a->fourcc,
    .any_fourcc = a->any_fourcc && b->any_fourcc,
    .modifier = a->any_modifier ? b->modifier : a->modifier,
    .any_modifier = a->any_modifier && b->any_modifier,
  };
  return !smc_pixel_format_is_specific (combination) || smc_pixel_format_equal (combination, a)
         || smc_pixel_format_equal (combination, b)
         || smc_pixel_format_is_known (combination->fourcc, combination->modifier);
}

static gboolean
fan_out_range (const SmePair *pair,
               const GArray *others,
               guint start,
               guint end,
               GArray *result,
               SmeFailure *failure)
{
  for (guint i = start; i < end; i++)
    {
      const SmcPixelFormat *other = &sme_pairs_get (others, i)->pixel_format;
      SmePair filled = { .source = pair->source };

      if (!combine (&pair->pixel_format, other, &filled.pixel_format))
        continue;
      if (result->len == SMC_MAX_PAIRS_PER_PARTICIPANT)
        return sme_fail (failure, SME_IMAGE_FIELD ("pixel_formats"),
                         "\"*\" stands for more than %u pixel formats (MaxPixelFormatPairs)",
                         SMC_MAX_PAIRS_PER_PARTICIPANT);
      g_array_append_val (result, filled);
    }
  return TRUE;
}

/* The run of others with one fourcc. */
static void
find_run (const GArray *others, guint32 fourcc, guint end_of_all, guint *start, guint *end)
{
  *start = sme_pairs_find_fourcc (others, fourcc);
  *end = *start;
  while (*end < end_of_all && sme_pairs_get (others, *end)->pixel_format.fourcc == fourcc)
    (*end)++;
}

static gboolean
fan_out_pair (const SmePair *pair,
              const GArray *others,
              guint any_fourcc,
              GArray *result,
              SmeTrail *trail,
              SmeFailure *failure)
{
  guint start = 0, end = any_fourcc;

  if (!pair->pixel_format.any_fourcc)
    find_run (others, pair->pixel_format.fourcc, any_fourcc, &start, &end);

  guint n_before = result->len;
  if (!sme_trail_work (trail, end - start + others->len - any_fourcc, failure)
      || !fan_out_range (pair, others, start, end, result, failure)
      || !fan_out_range (pair, others, any_fourcc, others->len, result, failure))
    return FALSE;

  /* One that becomes nothing stays as it is: it will find no partner, and be recorded for that. */
  if (result->len == n_before)
    g_array_append_val (result, *pair);
  return TRUE;
}

GArray *
sme_fan_out (GArray *pairs, const GArray *others, SmeTrail *trail, SmeFailure *failure)
{
  if (!has_any (pairs))
    return g_array_ref (pairs);

  g_autoptr (GArray) result = sme_pairs_new (pairs->len);
  guint any_fourcc = sme_pairs_find_any_fourcc (others);

  for (guint i = 0; i < pairs->len; i++)
    {
      const SmePair *pair = sme_pairs_get (pairs, i);
      if (smc_pixel_format_is_specific (&pair->pixel_format))
        g_array_append_val (result, *pair);
      else if (!fan_out_pair (pair, others, any_fourcc, result, trail, failure))
        return NULL;
    }
  sme_pairs_sort (result);
  return g_steal_pointer (&result);
}
