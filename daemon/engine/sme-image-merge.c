/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §6.2, merging image entries. Goal: one entry for each pixel format that everybody offers,
 * with all that is said of it (sme-image-terms.c). Participants are merged one after another into
 * what there is so far: both lists are sorted and walked once.
 *
 * Example: {NV12, XR24} with camera bounds, then a display's {NV12, AR24}: NV12 has a partner and
 * gets the tighter of both bounds; XR24 drops because the display lacks it, AR24 because the
 * camera does.
 *
 * Limits: every step of the walk counts as work. Where nobody will ask what the participant offers
 * besides, the few formats that are left are looked up in its list instead. */

#include "engine/sme-aggregate.h"

/* So many times longer a list is before looking up in it beats walking along it. */
#define LOOK_UP_FACTOR 8

/* One participant is merged into what there is so far. */
typedef struct
{
  const SmePrepared *participant;
  guint index;
  gboolean settled; /* what it offers besides was dropped long ago */
  SmeTrail *trail;
} Joining;

static void
drop_without_partner (const Joining *joining, const SmcPixelFormat *pixel_format, gboolean ours)
{
  if (joining->trail->silent || (joining->settled && !ours))
    return;

  SmeDrop drop = {
    .kind = SME_REJECTED_PIXEL_FORMAT,
    .stage = SME_STAGE_NO_PARTNER,
    .pixel_format = *pixel_format,
    .field = SME_IMAGE_FIELD ("pixel_formats"),
    .concerns = sme_concerns_lacking,
    .first = ours ? joining->index : 0,
    .last = joining->index,
  };

  sme_trail_drop (joining->trail, &drop);
}

/* The rules that can fail. */
static const char *
describe_field (const char *field)
{
  if (g_str_has_suffix (field, "color_spaces"))
    return "no common color space";
  if (g_str_has_suffix (field, "is_alpha_present"))
    return "some want alpha and others want none";
  return "the least common multiple does not fit 32 bits";
}

static void
drop_at_field (const Joining *joining, const SmcPixelFormat *pixel_format, const char *field)
{
  if (joining->trail->silent)
    return;

  SmeDrop drop = {
    .kind = SME_REJECTED_PIXEL_FORMAT,
    .stage = SME_STAGE_MERGED,
    .pixel_format = *pixel_format,
    .reason = g_strdup (describe_field (field)),
    .field = field,
    .concerns = sme_concerns_offering,
    .first = 0,
    .last = joining->index,
  };

  sme_trail_drop (joining->trail, &drop);
}

/* Identical pairs merge; the result joins @merged. */
static gboolean
merge_pair (const Joining *joining,
            const SmeEntry *ours,
            const SmePair *theirs,
            GArray *merged,
            SmeFailure *failure)
{
  const SmeImageTerms *with =
    &g_array_index (joining->participant->image_terms, SmeImageTerms, theirs->source);
  const GArray *our_sizes = ours->terms.bounds.required_max_size_list;
  const GArray *their_sizes = with->bounds.required_max_size_list;
  guint n_sizes =
    (our_sizes != NULL ? our_sizes->len : 0) + (their_sizes != NULL ? their_sizes->len : 0);
  const char *field;
  SmeEntry entry;

  if (!sme_trail_work (joining->trail, n_sizes, failure))
    return FALSE;

  sme_entry_init (&entry, &ours->terms, &theirs->pixel_format);
  if (sme_image_terms_merge (&entry, with, &field))
    {
      g_array_append_val (merged, entry);
      return TRUE;
    }
  drop_at_field (joining, &theirs->pixel_format, field);
  sme_entry_clear (&entry);
  return TRUE;
}

/* The walk along both sorted lists. */
static gboolean
walk_along (const Joining *joining,
            const GArray *entries,
            const GArray *ours,
            const GArray *theirs,
            GArray *merged,
            SmeFailure *failure)
{
  guint i = 0, j = 0;

  while (i < ours->len || j < theirs->len)
    {
      const SmePair *our = i < ours->len ? sme_pairs_get (ours, i) : NULL;
      const SmePair *their = j < theirs->len ? sme_pairs_get (theirs, j) : NULL;
      int order = our == NULL ? 1
                  : their == NULL
                    ? -1
                    : sme_pixel_format_compare (&our->pixel_format, &their->pixel_format);

      if (!sme_trail_work (joining->trail, 1, failure))
        return FALSE;
      if (order < 0)
        drop_without_partner (joining, &our->pixel_format, TRUE);
      else if (order > 0)
        drop_without_partner (joining, &their->pixel_format, FALSE);
      else if (!merge_pair (joining, sme_entries_get (entries, our->source), their, merged,
                            failure))
        return FALSE;
      i += order <= 0;
      j += order >= 0;
    }
  return TRUE;
}

static gboolean
may_look_up (const Joining *joining, const GArray *entries)
{
  if (!joining->settled && !joining->trail->silent)
    return FALSE;
  if (entries->len > joining->participant->pairs->len / LOOK_UP_FACTOR)
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    if (!smc_pixel_format_is_specific (&sme_entries_get (entries, i)->pixel_format))
      return FALSE;
  return TRUE;
}

/* Each entry's partner in the participant's list, "*" or not. */
static gboolean
look_up (const Joining *joining, const GArray *entries, GArray *merged, SmeFailure *failure)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const SmeEntry *ours = sme_entries_get (entries, i);
      const SmePair *found =
        sme_pairs_find_meaning (joining->participant->pairs, &ours->pixel_format);

      if (!sme_trail_work (joining->trail, 1, failure))
        return FALSE;
      if (found == NULL)
        {
          drop_without_partner (joining, &ours->pixel_format, TRUE);
          continue;
        }
      SmePair theirs = { ours->pixel_format, found->source };
      if (!merge_pair (joining, ours, &theirs, merged, failure))
        return FALSE;
    }
  return TRUE;
}

static GArray *
list_pairs (const GArray *entries)
{
  GArray *pairs = sme_pairs_new (entries->len);

  for (guint i = 0; i < entries->len; i++)
    {
      SmePair pair = { sme_entries_get (entries, i)->pixel_format, i };
      g_array_append_val (pairs, pair);
    }
  return pairs;
}

static gboolean
fan_out_and_walk (const Joining *joining,
                  const GArray *entries,
                  GArray *merged,
                  SmeFailure *failure)
{
  GArray *offered = joining->participant->pairs;
  g_autoptr (GArray) pairs = list_pairs (entries);
  g_autoptr (GArray) ours = sme_fan_out (pairs, offered, joining->trail, failure);
  g_autoptr (GArray) theirs =
    ours != NULL ? sme_fan_out (offered, pairs, joining->trail, failure) : NULL;

  return theirs != NULL && walk_along (joining, entries, ours, theirs, merged, failure);
}

gboolean
sme_image_merge (GArray **entries,
                 const SmePrepared *participant,
                 guint index,
                 SmeTrail *trail,
                 SmeFailure *failure)
{
  Joining joining = {
    .participant = participant,
    .index = index,
    .settled = trail->participants[index].settled,
    .trail = trail,
  };
  g_autoptr (GArray) merged = sme_entries_new (MIN ((*entries)->len, participant->pairs->len));
  gboolean done = may_look_up (&joining, *entries)
                    ? look_up (&joining, *entries, merged, failure)
                    : fan_out_and_walk (&joining, *entries, merged, failure);

  if (!done)
    return FALSE;
  if (merged->len == 0)
    return sme_trail_fail (trail, failure);

  g_array_unref (*entries);
  *entries = g_steal_pointer (&merged);
  return TRUE;
}
