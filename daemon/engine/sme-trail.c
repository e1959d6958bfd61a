/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine/sme-trail.h"

#include "common/smc-limits.h"
#include "common/smc-names.h"
#include "common/smc-text.h"

#define NAMES_BLOCK_SIZE 256
/* Heaps that a failure tells about, each with its reason. */
#define MAX_HEAPS_TOLD 4

static void
drop_clear (SmeDrop *drop)
{
  g_free (drop->candidate);
  g_free (drop->reason);
}

SmeTrail *
sme_trail_new (void)
{
  SmeTrail *trail = g_rc_box_new0 (SmeTrail);

  trail->drops = g_array_new (FALSE, FALSE, sizeof (SmeDrop));
  g_array_set_clear_func (trail->drops, (GDestroyNotify)drop_clear);
  trail->rounds = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  trail->names = g_string_chunk_new (NAMES_BLOCK_SIZE);
  trail->heaps = g_string_new (NULL);
  return trail;
}

SmeTrail *
sme_trail_new_silent (void)
{
  SmeTrail *trail = sme_trail_new ();

  trail->silent = TRUE;
  return trail;
}

SmeTrail *
sme_trail_ref (SmeTrail *trail)
{
  return g_rc_box_acquire (trail);
}

static void
trail_clear (SmeTrail *trail)
{
  g_array_unref (trail->drops);
  g_ptr_array_unref (trail->rounds);
  g_string_chunk_free (trail->names);
  sme_failure_clear (&trail->furthest);
  g_string_free (trail->heaps, TRUE);
}

void
sme_trail_unref (SmeTrail *trail)
{
  g_rc_box_release_full (trail, (GDestroyNotify)trail_clear);
}

void
sme_trail_begin (SmeTrail *trail, const SmeParticipant *participants, guint n_participants)
{
  trail->participants = participants;
  trail->n_participants = n_participants;
  trail->has_round = FALSE;
  trail->furthest_stage = SME_STAGE_UNKNOWN;
  sme_failure_clear (&trail->furthest);
  g_string_truncate (trail->heaps, 0);
  trail->n_heaps = 0;
}

void
sme_trail_end (SmeTrail *trail)
{
  trail->participants = NULL;
  trail->n_participants = 0;
}

gboolean
sme_trail_work (SmeTrail *trail, guint n_merges, SmeFailure *failure)
{
  if (n_merges <= SMC_MAX_ENTRY_MERGES - trail->work.negotiating)
    {
      trail->work.negotiating += n_merges;
      return TRUE;
    }

  trail->work.negotiating = SMC_MAX_ENTRY_MERGES;
  sme_fail (failure, NULL,
            "what has to be negotiated at once takes more than %u merges of entries "
            "(MaxEntryMerges)",
            SMC_MAX_ENTRY_MERGES);
  failure->code = SYSMEM_ERROR_LIMIT_EXCEEDED;
  return FALSE;
}

char *
sme_drop_get_candidate (const SmeDrop *drop)
{
  if (drop->kind == SME_REJECTED_PIXEL_FORMAT)
    return smc_pixel_format_to_string (&drop->pixel_format);
  return g_strdup (drop->candidate);
}

/* For a sentence: a heap may have been named by a client. */
static char *
drop_describe_candidate (const SmeDrop *drop)
{
  if (drop->kind == SME_REJECTED_HEAP)
    return smc_text_escape (drop->candidate);
  return sme_drop_get_candidate (drop);
}

static void
note_furthest (SmeTrail *trail, const SmeDrop *drop)
{
  if (drop->field == NULL
      || (trail->furthest.field != NULL && drop->stage <= trail->furthest_stage))
    return;

  trail->furthest_stage = drop->stage;
  trail->furthest_kind = drop->kind;
  if (drop->reason == NULL)
    {
      sme_fail (&trail->furthest, drop->field, "no common pixel format");
      return;
    }
  g_autofree char *candidate = drop_describe_candidate (drop);
  sme_fail (&trail->furthest, drop->field, "%s: %s", candidate, drop->reason);
}

static void
note_heap (SmeTrail *trail, const SmeDrop *drop)
{
  if (drop->kind != SME_REJECTED_HEAP || drop->stage < SME_STAGE_HEAP
      || trail->n_heaps++ >= MAX_HEAPS_TOLD)
    return;

  g_autofree char *candidate = drop_describe_candidate (drop);
  g_string_append_printf (trail->heaps, "%s%s: %s", trail->heaps->len > 0 ? "; " : "", candidate,
                          drop->reason);
}

/* Who may have to do with this attempt's drops: those that negotiate, not those that have settled. */
static GArray *
record_round (const SmeTrail *trail)
{
  GArray *round = sme_speakers_new (0);

  for (guint i = 0; i < trail->n_participants; i++)
    if (trail->participants[i].prepared != NULL && !trail->participants[i].settled)
      sme_speakers_add (round, &trail->participants[i], i, trail->names);
  return round;
}

void
sme_trail_drop (SmeTrail *trail, const SmeDrop *drop)
{
  SmeDrop kept = *drop;

  if (trail->silent)
    {
      drop_clear (&kept);
      return;
    }

  note_furthest (trail, drop);
  note_heap (trail, drop);
  if (trail->drops->len == SMC_MAX_REJECTIONS)
    {
      trail->n_more++;
      drop_clear (&kept);
      return;
    }

  kept.round = G_MAXUINT;
  if (kept.concerns != NULL)
    {
      if (!trail->has_round)
        g_ptr_array_add (trail->rounds, record_round (trail));
      trail->has_round = TRUE;
      kept.round = trail->rounds->len - 1;
    }
  g_array_append_val (trail->drops, kept);
}

void
sme_trail_drop_format (SmeTrail *trail,
                       const SmcPixelFormat *pixel_format,
                       SmeStage stage,
                       const char *field,
                       char *reason)
{
  SmeDrop drop = {
    .kind = SME_REJECTED_PIXEL_FORMAT,
    .stage = stage,
    .pixel_format = *pixel_format,
    .reason = reason,
    .field = field,
    .concerns = sme_concerns_offering,
    .last = G_MAXUINT,
  };

  sme_trail_drop (trail, &drop);
}

void
sme_trail_add (SmeTrail *trail, SmeRejectionKind kind, const char *candidate, const char *reason)
{
  SmeDrop drop = {
    .kind = kind,
    .candidate = g_strdup (candidate),
    .reason = g_strdup (reason),
  };

  sme_trail_drop (trail, &drop);
}

gboolean
sme_trail_fail (SmeTrail *trail, SmeFailure *failure)
{
  const char *field = trail->furthest.field;

  if (field == NULL)
    return sme_fail (failure, NULL, "nothing suits everybody");
  if (trail->furthest_kind != SME_REJECTED_HEAP || trail->n_heaps == 1)
    return sme_fail (failure, field, "%s", trail->furthest.detail);
  if (trail->n_heaps <= MAX_HEAPS_TOLD)
    return sme_fail (failure, field, "no heap will do: %s", trail->heaps->str);
  return sme_fail (failure, field, "no heap will do: %s; and %u more", trail->heaps->str,
                   trail->n_heaps - MAX_HEAPS_TOLD);
}

gboolean
sme_concerns_everybody (const SmePrepared *prepared, const SmeDrop *drop)
{
  return prepared->contributes;
}

gboolean
sme_concerns_image (const SmePrepared *prepared, const SmeDrop *drop)
{
  return prepared->has_image;
}

gboolean
sme_concerns_offering (const SmePrepared *prepared, const SmeDrop *drop)
{
  return sme_pairs_offer (prepared->pairs, &drop->pixel_format);
}

gboolean
sme_concerns_lacking (const SmePrepared *prepared, const SmeDrop *drop)
{
  return prepared->has_image && !sme_concerns_offering (prepared, drop);
}
