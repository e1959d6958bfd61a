/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-aggregate.h"

#include "common/smc-limits.h"

void
sme_aggregate_clear (SmeAggregate *aggregate)
{
  sme_terms_clear (&aggregate->terms);
  g_clear_pointer (&aggregate->entries, g_array_unref);
}

static gboolean
contributes (const SmeParticipant *participant)
{
  return participant->prepared != NULL && participant->prepared->contributes;
}

/* Gate: somebody must imply a size. */
static gboolean
check_gate (const SmeParticipant *participants, guint n_participants, SmeFailure *failure)
{
  for (guint i = 0; i < n_participants; i++)
    if (contributes (&participants[i]) && participants[i].prepared->implies_size)
      return TRUE;
  return sme_fail (failure, SME_MEMORY_FIELD ("min_size_bytes"),
                   "nobody says how large a buffer is; somebody has to give min_size_bytes, or an "
                   "image's min_size or required_max_size");
}

static gboolean
merge_terms (SmeAggregate *aggregate,
             const SmePrepared *prepared,
             SmeTrail *trail,
             SmeFailure *failure)
{
  guint n_heaps =
    aggregate->terms.permitted_heaps != NULL ? aggregate->terms.permitted_heaps->len : 0;
  const char *field;

  if (!sme_trail_work (trail, 1 + n_heaps, failure))
    return FALSE;
  /* Only heaps can fail to combine: sums of so many 32-bit counts always fit. */
  if (!sme_terms_merge (&aggregate->terms, &prepared->terms, &field))
    return sme_fail (failure, field, "no heap is permitted by everybody");
  return TRUE;
}

static void
record_unknown (const SmePrepared *prepared, guint index, SmeTrail *trail)
{
  for (guint i = 0; !trail->silent && i < prepared->unknown->len; i++)
    {
      SmeDrop drop = {
        .kind = SME_REJECTED_PIXEL_FORMAT,
        .stage = SME_STAGE_UNKNOWN,
        .pixel_format = g_array_index (prepared->unknown, SmcPixelFormat, i),
        .reason = g_strdup ("this daemon does not know it and cannot tell its size"),
        .field = SME_IMAGE_FIELD ("pixel_formats"),
        .concerns = sme_concerns_everybody,
        .first = index,
        .last = index,
      };
      sme_trail_drop (trail, &drop);
    }
}

/* The first participant with images: its entries as they are. */
static gboolean
begin_image (SmeAggregate *aggregate,
             const SmePrepared *prepared,
             SmeTrail *trail,
             SmeFailure *failure)
{
  aggregate->has_image = TRUE;
  aggregate->entries = sme_entries_new (prepared->pairs->len);
  for (guint i = 0; i < prepared->pairs->len; i++)
    {
      const SmePair *pair = sme_pairs_get (prepared->pairs, i);
      const SmeImageTerms *terms =
        &g_array_index (prepared->image_terms, SmeImageTerms, pair->source);
      const GArray *sizes = terms->bounds.required_max_size_list;
      SmeEntry entry;

      if (!sme_trail_work (trail, 1 + (sizes != NULL ? sizes->len : 0), failure))
        return FALSE;
      sme_entry_init (&entry, terms, &pair->pixel_format);
      g_array_append_val (aggregate->entries, entry);
    }
  return TRUE;
}

/* Image entries: absent ∩ X = X. */
static gboolean
merge_image (SmeAggregate *aggregate,
             const SmePrepared *prepared,
             guint index,
             SmeTrail *trail,
             SmeFailure *failure)
{
  if (!prepared->has_image)
    return TRUE;
  if (!trail->participants[index].settled)
    record_unknown (prepared, index, trail);
  if (prepared->pairs->len == 0)
    return sme_trail_fail (trail, failure);
  if (!aggregate->has_image)
    return begin_image (aggregate, prepared, trail, failure);
  return sme_image_merge (&aggregate->entries, prepared, index, trail, failure);
}

/* The rules of 6.1 that two participants can break together. */
static gboolean
check_terms (const SmeTerms *terms, SmeNegotiateFlags flags, SmeFailure *failure)
{
  if (terms->min_size_bytes > terms->max_size_bytes)
    return sme_fail (failure, SME_MEMORY_FIELD ("min_size_bytes"),
                     "at least %" G_GUINT64_FORMAT
                     " bytes are needed and at most %" G_GUINT64_FORMAT " allowed",
                     terms->min_size_bytes, terms->max_size_bytes);
  if (terms->usage == 0 && flags == SME_NEGOTIATE_NORMALLY)
    return sme_fail (failure, "usage",
                     "nobody uses the buffers; somebody has to have a usage besides \"none\"");
  return TRUE;
}

gboolean
sme_aggregate (SmeAggregate *aggregate,
               const SmeParticipant *participants,
               guint n_participants,
               SmeNegotiateFlags flags,
               SmeTrail *trail,
               SmeFailure *failure)
{
  *aggregate = (SmeAggregate){ 0 };
  sme_terms_init (&aggregate->terms);

  if ((flags & SME_NEGOTIATE_LENIENTLY) == 0 && !check_gate (participants, n_participants, failure))
    return FALSE;

  for (guint i = 0; i < n_participants; i++)
    {
      const SmePrepared *prepared = participants[i].prepared;
      if (!contributes (&participants[i]))
        continue;
      if (!merge_terms (aggregate, prepared, trail, failure)
          || !merge_image (aggregate, prepared, i, trail, failure))
        return FALSE;
      /* The pin of a late negotiation, count and all, goes before somebody's must_match. */
      if (prepared->pinned != NULL && (aggregate->pin == NULL || prepared->pins_count))
        aggregate->pin = prepared;
    }

  if (!check_terms (&aggregate->terms, flags, failure))
    return FALSE;
  return !aggregate->has_image || sme_after_merge (aggregate->entries, flags, trail, failure);
}
