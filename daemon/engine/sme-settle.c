/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §7, settling. Goal: one count, heap, domain, format and size that satisfy everything that was
 * asked for, the preferred ones of each.
 *
 * The count stands alone. The rest is chosen together, since a heap may be too small for a format
 * or know only some: for each heap, best first, its domain, then the formats, cheapest first, each
 * with its size and within the caps; the first that fits is taken. Every candidate passed over is
 * recorded. A format's size does not depend on the heap, so it is computed once.
 *
 * Limits: heaps × formats look-ups, formats computations of a size. */

#include "engine/sme-settle.h"

#include "common/smc-checked.h"
#include "common/smc-limits.h"

typedef struct
{
  gboolean tried, fits;
  guint64 size_bytes, raw_size_bytes;
} Fit;

typedef struct
{
  const SmeAggregate *aggregate;
  const SmePolicy *policy;
  SmeNegotiateFlags flags;
  SmeTrail *trail;

  guint64 count;
  Fit *fits;                /* one per entry, or one for raw bytes */
  GArray *order;            /* of guint: entries, cheapest first */
  guint32 domains_recorded; /* those passed over already */
} Settling;

/* What was found. */
typedef struct
{
  const SmeHeap *heap;
  SmcDomain domain;
  const SmeEntry *entry; /* NULL: raw bytes */
  const Fit *fit;
} Choice;

static void
settling_clear (Settling *settling)
{
  g_clear_pointer (&settling->fits, g_free);
  g_clear_pointer (&settling->order, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Settling, settling_clear)

/* 1. Count = max(Σ camping + Σ dedicated + max shared, min_buffer_count), exactly. */
static gboolean
settle_count (const SmeTerms *terms, SmeNegotiateFlags flags, guint64 *count, SmeFailure *failure)
{
  guint64 sum;

  if (!smc_checked_add (&sum, terms->camping, terms->dedicated_slack)
      || !smc_checked_add (&sum, sum, terms->shared_slack))
    return sme_fail (failure, "min_buffer_count", "the sum of all counts does not fit");

  *count = MAX (sum, terms->min_buffer_count);
  if (flags & SME_NEGOTIATE_EXISTING)
    return TRUE;
  if (*count == 0 && (flags & SME_NEGOTIATE_LENIENTLY) == 0)
    return sme_fail (failure, "min_buffer_count",
                     "nobody needs a buffer; somebody has to say how many");
  if (*count > terms->max_buffer_count)
    return sme_fail (failure, "max_buffer_count",
                     "%" G_GUINT64_FORMAT " buffers are needed and at most %" G_GUINT64_FORMAT
                     " allowed",
                     *count, terms->max_buffer_count);
  if (*count > SMC_MAX_BUFFERS)
    return sme_fail (failure, "min_buffer_count",
                     "%" G_GUINT64_FORMAT
                     " buffers are needed; a collection has at most %u (MaxBuffers)",
                     *count, SMC_MAX_BUFFERS);
  return TRUE;
}

/* Where buffers exist already, no cap applies to them. */
static gboolean
makes_buffers (const Settling *settling)
{
  const SmePrepared *pin = settling->aggregate->pin;

  return (settling->flags & SME_NEGOTIATE_EXISTING) == 0 && (pin == NULL || !pin->pins_count);
}

/* raw_size_bytes = round up to page of
 * max(size, size + block padding, size + pad_beyond_image_size_bytes). */
static gboolean
compute_raw_size (const SmeEntry *entry, guint64 page_size, Fit *fit)
{
  guint64 padding = 0, padded;

  if (entry != NULL)
    {
      if (!sme_block_padding (entry, fit->size_bytes, &padding))
        return FALSE;
      padding = MAX (padding, entry->terms.bounds.pad_beyond_image_size_bytes);
    }
  return smc_checked_add (&padded, fit->size_bytes, padding)
         && smc_checked_round_up (&fit->raw_size_bytes, padded, page_size);
}

static gboolean G_GNUC_PRINTF (4, 5) does_not_fit (
  SmeBrokenRule *broken, gboolean want_words, const char *field, const char *format, ...)
{
  va_list arguments;

  broken->field = field;
  if (!want_words)
    return FALSE;
  va_start (arguments, format);
  broken->why = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return FALSE;
}

/* Padding is exempt from pinning: any will do that fits into the buffers there are (§8). */
static gboolean
fit_into_pinned (const SmcSettings *pinned, Fit *fit, gboolean want_words, SmeBrokenRule *broken)
{
  if (pinned->planes != NULL) /* sizes are the heap's, which laid the image out */
    {
      fit->size_bytes = pinned->size_bytes;
      fit->raw_size_bytes = pinned->raw_size_bytes;
      return TRUE;
    }
  if (fit->raw_size_bytes > pinned->raw_size_bytes)
    return does_not_fit (broken, want_words, SME_IMAGE_FIELD ("pad_beyond_image_size_bytes"),
                         "with padding %" G_GUINT64_FORMAT
                         " bytes are needed; the existing buffers have %" G_GUINT64_FORMAT,
                         fit->raw_size_bytes, pinned->raw_size_bytes);
  fit->raw_size_bytes = pinned->raw_size_bytes;
  return TRUE;
}

/* 7. Caps: exceeding them is "does not fit", with the cap named. */
static gboolean
check_caps (const Settling *settling, const Fit *fit, gboolean want_words, SmeBrokenRule *broken)
{
  const SmePolicy *policy = settling->policy;
  guint64 total;

  if (fit->raw_size_bytes > policy->max_buffer_size)
    return does_not_fit (broken, want_words, SME_MEMORY_FIELD ("min_size_bytes"),
                         "a buffer of %" G_GUINT64_FORMAT
                         " bytes is more than MaxBufferSize, %" G_GUINT64_FORMAT,
                         fit->raw_size_bytes, policy->max_buffer_size);
  if (!smc_checked_mul (&total, fit->raw_size_bytes, settling->count)
      || total > policy->max_collection_size)
    return does_not_fit (broken, want_words, SME_MEMORY_FIELD ("min_size_bytes"),
                         "%" G_GUINT64_FORMAT " buffers of %" G_GUINT64_FORMAT
                         " bytes are more than MaxCollectionSize, %" G_GUINT64_FORMAT,
                         settling->count, fit->raw_size_bytes, policy->max_collection_size);
  return TRUE;
}

/* 5. Size, 6. block padding, 7. caps, for one format or for raw bytes. */
static gboolean
compute_fit (
  const Settling *settling, const SmeEntry *entry, Fit *fit, SmeStage *stage, SmeBrokenRule *broken)
{
  const SmeTerms *terms = &settling->aggregate->terms;
  gboolean want_words = !settling->trail->silent;
  const SmePrepared *pin = settling->aggregate->pin;

  *stage = SME_STAGE_SIZE;
  fit->size_bytes = terms->min_size_bytes;
  if (entry != NULL && !sme_image_size (entry, terms, want_words, &fit->size_bytes, broken))
    return FALSE;
  if (!compute_raw_size (entry, settling->policy->page_size, fit))
    return does_not_fit (broken, want_words,
                         entry != NULL ? SME_IMAGE_FIELD ("pad_beyond_image_size_bytes")
                                       : SME_MEMORY_FIELD ("min_size_bytes"),
                         "the number of bytes does not fit 64 bits");
  if (pin != NULL && !fit_into_pinned (pin->pinned, fit, want_words, broken))
    return FALSE;

  *stage = SME_STAGE_CAP;
  return !makes_buffers (settling) || check_caps (settling, fit, want_words, broken);
}

/* While formats are left "*", leniently, there is no size to compute. */
static gboolean
is_open (const SmeEntry *entry)
{
  return entry != NULL && !smc_pixel_format_is_specific (&entry->pixel_format);
}

static const Fit *
get_fit (Settling *settling, const SmeEntry *entry, guint index)
{
  Fit *fit = &settling->fits[index];
  g_auto (SmeBrokenRule) broken = { NULL };
  SmeStage stage;

  if (fit->tried)
    return fit;
  fit->tried = TRUE;
  fit->fits = is_open (entry) || compute_fit (settling, entry, fit, &stage, &broken);
  if (fit->fits || entry == NULL)
    return fit;

  SmeDrop drop = {
    .kind = SME_REJECTED_PIXEL_FORMAT,
    .stage = stage,
    .pixel_format = entry->pixel_format,
    .reason = g_steal_pointer (&broken.why),
    .field = broken.field,
    .concerns = sme_concerns_offering,
    .last = G_MAXUINT,
  };
  sme_trail_drop (settling->trail, &drop);
  return fit;
}

static gboolean
drop_heap (Settling *settling,
           const SmeHeap *heap,
           SmeStage stage,
           const char *field,
           SmeConcern concerns,
           char *reason)
{
  SmeDrop drop = {
    .kind = SME_REJECTED_HEAP,
    .stage = stage,
    .candidate = g_strdup (heap->name),
    .reason = reason,
    .field = field,
    .concerns = concerns,
    .last = G_MAXUINT,
  };

  sme_trail_drop (settling->trail, &drop);
  return FALSE;
}

/* A buffer of this size on this heap? */
static gboolean
heap_is_large_enough (const Settling *settling, const SmeHeap *heap, const Fit *fit)
{
  return heap->max_buffer_size == 0 || fit->raw_size_bytes <= heap->max_buffer_size
         || !makes_buffers (settling);
}

static char *
describe_too_small (const SmeHeap *heap, const Fit *fit)
{
  return g_strdup_printf ("a buffer of %" G_GUINT64_FORMAT
                          " bytes is more than it can make, %" G_GUINT64_FORMAT,
                          fit->raw_size_bytes, heap->max_buffer_size);
}

/* 4. Format: lowest cost; then by what the heap can lay out. */
static gboolean
settle_format (Settling *settling, Choice *choice)
{
  const SmeHeap *heap = choice->heap;
  const Fit *too_large = NULL;
  guint n_held = 0;

  for (guint i = 0; i < settling->order->len; i++)
    {
      guint index = g_array_index (settling->order, guint, i);
      const SmeEntry *entry = sme_entries_get (settling->aggregate->entries, index);
      if (!sme_heap_can_hold (heap, entry))
        continue;
      n_held++;
      const Fit *fit = get_fit (settling, entry, index);
      if (!fit->fits)
        continue;
      if (heap_is_large_enough (settling, heap, fit))
        {
          choice->entry = entry;
          choice->fit = fit;
          return TRUE;
        }
      too_large = fit;
    }

  if (too_large != NULL)
    return drop_heap (settling, heap, SME_STAGE_SIZE, SME_MEMORY_FIELD ("min_size_bytes"),
                      sme_concerns_everybody, describe_too_small (heap, too_large));
  return drop_heap (settling, heap, SME_STAGE_FORMAT, SME_IMAGE_FIELD ("pixel_formats"),
                    sme_concerns_image,
                    g_strdup (n_held > 0 ? "no pixel format that it can hold fits"
                                         : "it can hold none of the pixel formats"));
}

static gboolean
settle_raw (Settling *settling, Choice *choice)
{
  const SmeHeap *heap = choice->heap;

  if (heap->formats != NULL)
    return drop_heap (settling, heap, SME_STAGE_FORMAT, SME_IMAGE_FIELD ("pixel_formats"),
                      sme_concerns_everybody, g_strdup ("it makes images only, not plain bytes"));
  choice->fit = &settling->fits[0];
  if (!heap_is_large_enough (settling, heap, choice->fit))
    return drop_heap (settling, heap, SME_STAGE_SIZE, SME_MEMORY_FIELD ("min_size_bytes"),
                      sme_concerns_everybody, describe_too_small (heap, choice->fit));
  return TRUE;
}

static gboolean
try_heap (Settling *settling, const SmeHeap *heap, Choice *choice)
{
  const SmeTerms *terms = &settling->aggregate->terms;
  SmeDrop drop = { 0 };

  if (!sme_heap_can_serve (heap, terms, settling->policy, &drop))
    return drop_heap (settling, heap, SME_STAGE_HEAP, drop.field, drop.concerns, drop.reason);

  /* 3. Domain. */
  guint32 domain = sme_choose_domain (heap, terms, &settling->domains_recorded, settling->trail);
  if (domain == 0)
    return drop_heap (settling, heap, SME_STAGE_DOMAIN, SME_MEMORY_FIELD ("cpu_domain_supported"),
                      sme_concerns_everybody,
                      g_strdup ("no coherency domain that it has is supported by everybody"));

  choice->heap = heap;
  choice->domain = (SmcDomain)domain;
  choice->entry = NULL;
  if (settling->aggregate->has_image)
    return settle_format (settling, choice);
  return settle_raw (settling, choice);
}

static SmcImage *
make_image (const SmeEntry *entry, const SmcSettings *pinned)
{
  SmcImage *image = g_new0 (SmcImage, 1);

  image->pixel_format = entry->pixel_format;
  image->color_space = (SmcColorSpace)g_bit_nth_lsf (entry->terms.color_spaces, -1);
  smc_image_bounds_copy (&image->bounds, &entry->terms.bounds);
  if (pinned != NULL && pinned->image != NULL)
    {
      image->bounds.pad_for_block_size = pinned->image->bounds.pad_for_block_size;
      image->bounds.pad_beyond_image_size_bytes = pinned->image->bounds.pad_beyond_image_size_bytes;
    }
  return image;
}

static SmcSettings *
make_settings (const Settling *settling, const Choice *choice)
{
  const SmcSettings *pinned =
    settling->aggregate->pin != NULL ? settling->aggregate->pin->pinned : NULL;
  const SmeHeap *heap = choice->heap;
  SmcSettings *settings = smc_settings_new ();

  settings->buffer_count = (guint32)settling->count;
  settings->size_bytes = choice->fit->size_bytes;
  settings->raw_size_bytes = choice->fit->raw_size_bytes;
  settings->heap = g_strdup (heap->name);
  settings->buffer_type = heap->buffer_type;
  settings->coherency_domain = choice->domain;
  settings->is_physically_contiguous = heap->physically_contiguous;
  settings->is_secure = heap->secure;
  settings->write_protection = heap->write_protection;
  settings->usage = settling->aggregate->terms.usage;
  if (choice->entry != NULL)
    settings->image = make_image (choice->entry, pinned);
  if (pinned != NULL && pinned->planes != NULL)
    {
      settings->planes = g_array_copy (pinned->planes);
      settings->image_size = pinned->image_size;
    }
  return settings;
}

/* The heap of buffers that exist, as far as their settings tell, should it have gone since. */
static SmeHeap *
describe_pinned_heap (const SmePrepared *pin)
{
  if (pin == NULL)
    return NULL;

  const SmcSettings *pinned = pin->pinned;
  SmeHeap *heap = sme_heap_new (pinned->heap);
  heap->buffer_type = pinned->buffer_type;
  heap->domains = pinned->coherency_domain;
  heap->physically_contiguous = pinned->is_physically_contiguous;
  heap->secure = pinned->is_secure;
  heap->cpu_mappable = pinned->coherency_domain != SMC_DOMAIN_INACCESSIBLE;
  heap->write_protection = pinned->write_protection;
  return heap;
}

/* Raw bytes have one size for all heaps: what is wrong with it is nobody's format. */
static gboolean
settle_raw_size (Settling *settling, SmeFailure *failure)
{
  g_auto (SmeBrokenRule) broken = { NULL };
  SmeStage stage;

  if (settling->aggregate->has_image)
    return TRUE;
  if (compute_fit (settling, NULL, &settling->fits[0], &stage, &broken))
    return TRUE;
  return sme_fail (failure, broken.field, "%s", broken.why != NULL ? broken.why : "");
}

/* 2. Heap: those that can serve, best first; 3 to 7 on each. */
static gboolean
settle_heap (Settling *settling,
             const char *const *failed_heaps,
             SmcSettings **settings,
             SmeFailure *failure)
{
  g_autoptr (SmeHeap) pinned = describe_pinned_heap (settling->aggregate->pin);
  g_autoptr (GPtrArray) heaps =
    sme_list_heaps (settling->aggregate, settling->policy, pinned, settling->trail);

  guint n_tried = 0;

  for (guint i = 0; i < heaps->len; i++)
    {
      const SmeHeap *heap = g_ptr_array_index (heaps, i);
      Choice choice = { NULL };

      if (failed_heaps != NULL && g_strv_contains (failed_heaps, heap->name))
        continue;
      n_tried++;
      if (!try_heap (settling, heap, &choice))
        continue;
      *settings = make_settings (settling, &choice);
      return TRUE;
    }
  if (n_tried == 0 && heaps->len > 0)
    return sme_fail (failure, SME_MEMORY_FIELD ("permitted_heaps"),
                     "no heap is left that could deliver the memory");
  if (n_tried == 0 && settling->aggregate->terms.permitted_heaps == NULL)
    return sme_fail (failure, SME_MEMORY_FIELD ("permitted_heaps"), "there is no heap here");
  return sme_trail_fail (settling->trail, failure);
}

gboolean
sme_settle (const SmeAggregate *aggregate,
            const SmePolicy *policy,
            const char *const *failed_heaps,
            SmeNegotiateFlags flags,
            SmeTrail *trail,
            SmcSettings **settings,
            SmeFailure *failure)
{
  guint n_entries = aggregate->has_image ? aggregate->entries->len : 0;
  g_auto (Settling) settling = {
    .aggregate = aggregate,
    .policy = policy,
    .flags = flags,
    .trail = trail,
    .fits = g_new0 (Fit, MAX (n_entries, 1)),
  };

  if (!settle_count (&aggregate->terms, flags, &settling.count, failure)
      || !settle_raw_size (&settling, failure))
    return FALSE;
  if (aggregate->has_image)
    settling.order = sme_order_formats (aggregate->entries, aggregate->terms.usage, policy);
  return settle_heap (&settling, failed_heaps, settings, failure);
}
