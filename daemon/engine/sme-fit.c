/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §7.5 to 7: how large a buffer is, and whether it may be as large as that. */

#include "engine/sme-settle.h"

#include "common/smc-checked.h"

/* max(size, size + block padding, size + pad_beyond_image_size_bytes) */
static gboolean
compute_padded_size (const SmeEntry *entry, guint64 size_bytes, guint64 *padded)
{
  guint64 padding;

  if (entry == NULL)
    {
      *padded = size_bytes;
      return TRUE;
    }
  return sme_block_padding (entry, size_bytes, &padding)
         && smc_checked_add (padded, size_bytes,
                             MAX (padding, entry->terms.bounds.pad_beyond_image_size_bytes));
}

static gboolean
fail_overflow (const SmeEntry *entry, SmeFailure *failure)
{
  return sme_fail (failure,
                   entry != NULL ? SME_IMAGE_FIELD ("pad_beyond_image_size_bytes")
                                 : SME_MEMORY_FIELD ("min_size_bytes"),
                   "the number of bytes does not fit 64 bits");
}

/* Where a heap laid the image out, the size is what it made of it, within what all said of it. */
static gboolean
take_size_of_layout (const SmeTerms *terms,
                     const SmcSettings *pinned,
                     SmeFit *fit,
                     SmeFailure *failure)
{
  if (terms->min_size_bytes > pinned->size_bytes)
    return sme_fail (failure, SME_MEMORY_FIELD ("min_size_bytes"),
                     "at least %" G_GUINT64_FORMAT
                     " bytes are needed; the existing buffers have %" G_GUINT64_FORMAT,
                     terms->min_size_bytes, pinned->size_bytes);
  if (terms->max_size_bytes < pinned->size_bytes)
    return sme_fail (failure, SME_MEMORY_FIELD ("max_size_bytes"),
                     "at most %" G_GUINT64_FORMAT
                     " bytes are allowed; the existing buffers have %" G_GUINT64_FORMAT,
                     terms->max_size_bytes, pinned->size_bytes);
  fit->size_bytes = pinned->size_bytes;
  return TRUE;
}

/* Padding is exempt from pinning: any will do that fits into the buffers there are (§8). */
static gboolean
fit_into_pinned (const SmeRoom *room, const SmeEntry *entry, SmeFit *fit, SmeFailure *failure)
{
  const SmcSettings *pinned = room->pinned;
  guint64 padded;

  if (pinned->planes != NULL && !take_size_of_layout (room->terms, pinned, fit, failure))
    return FALSE;
  if (!compute_padded_size (entry, fit->size_bytes, &padded))
    return fail_overflow (entry, failure);
  if (padded > pinned->raw_size_bytes)
    return sme_fail (failure, SME_IMAGE_FIELD ("pad_beyond_image_size_bytes"),
                     "with padding %" G_GUINT64_FORMAT
                     " bytes are needed; the existing buffers have %" G_GUINT64_FORMAT,
                     padded, pinned->raw_size_bytes);
  fit->raw_size_bytes = pinned->raw_size_bytes;
  return TRUE;
}

/* raw_size_bytes is the padded size, rounded up to pages. */
static gboolean
fit_anew (const SmeRoom *room, const SmeEntry *entry, SmeFit *fit, SmeFailure *failure)
{
  guint64 padded;

  return (compute_padded_size (entry, fit->size_bytes, &padded)
          && smc_checked_round_up (&fit->raw_size_bytes, padded, room->policy->page_size))
         || fail_overflow (entry, failure);
}

/* 7. Caps: exceeding them is "does not fit", with the cap named. */
static gboolean
check_caps (const SmeRoom *room, const SmeFit *fit, SmeFailure *failure)
{
  const SmePolicy *policy = room->policy;
  guint64 total;

  if (fit->raw_size_bytes > policy->max_buffer_size)
    return sme_fail (failure, SME_MEMORY_FIELD ("min_size_bytes"),
                     "a buffer of %" G_GUINT64_FORMAT
                     " bytes is more than MaxBufferSize, %" G_GUINT64_FORMAT,
                     fit->raw_size_bytes, policy->max_buffer_size);
  if (!smc_checked_mul (&total, fit->raw_size_bytes, room->count)
      || total > policy->max_collection_size)
    return sme_fail (failure, SME_MEMORY_FIELD ("min_size_bytes"),
                     "%" G_GUINT64_FORMAT " buffers of %" G_GUINT64_FORMAT
                     " bytes are more than MaxCollectionSize, %" G_GUINT64_FORMAT,
                     room->count, fit->raw_size_bytes, policy->max_collection_size);
  return TRUE;
}

gboolean
sme_fit_compute (
  const SmeRoom *room, const SmeEntry *entry, SmeFit *fit, SmeStage *stage, SmeFailure *failure)
{
  *stage = SME_STAGE_SIZE;
  fit->size_bytes = room->terms->min_size_bytes;
  if (entry != NULL && !sme_image_size (entry, room->terms, &fit->size_bytes, failure))
    return FALSE;
  if (room->pinned != NULL ? !fit_into_pinned (room, entry, fit, failure)
                           : !fit_anew (room, entry, fit, failure))
    return FALSE;

  *stage = SME_STAGE_CAP;
  return !room->makes_buffers || check_caps (room, fit, failure);
}
