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
 * Limits: heaps × formats look-ups, formats computations of a size. Both count as work. */

#include "engine/sme-settle.h"

#include "common/smc-checked.h"
#include "common/smc-limits.h"
#include "common/smc-text.h"

typedef struct
{
  SmeRoom room; /* for each buffer */
  const SmeAggregate *aggregate;
  SmeNegotiateFlags flags;
  SmeTrail *trail;
  SmeFit *fits;             /* one per entry, or one for raw bytes */
  GArray *order;            /* of guint: entries, cheapest first */
  guint32 domains_recorded; /* those passed over already */
} Settling;

/* Looking a format up in a heap's list takes this much less than a merge, per entry of the list. */
#define LOOK_UPS_PER_MERGE 16

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

/* While formats are left "*", leniently, there is no size to compute. */
static gboolean
is_open (const SmeEntry *entry)
{
  return entry != NULL && !smc_pixel_format_is_specific (&entry->pixel_format);
}

static const SmeFit *
get_fit (Settling *settling, const SmeEntry *entry, guint index)
{
  SmeFit *fit = &settling->fits[index];
  g_auto (SmeFailure) failure = { .silent = settling->trail->silent };
  SmeStage stage;

  if (fit->tried)
    return fit;
  fit->tried = TRUE;
  fit->fits = is_open (entry) || sme_fit_compute (&settling->room, entry, fit, &stage, &failure);
  if (fit->fits || entry == NULL)
    return fit;

  sme_trail_drop_format (settling->trail, &entry->pixel_format, stage, failure.field,
                         g_steal_pointer (&failure.detail));
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
heap_is_large_enough (const Settling *settling, const SmeHeap *heap, const SmeFit *fit)
{
  return heap->max_buffer_size == 0 || fit->raw_size_bytes <= heap->max_buffer_size
         || !settling->room.makes_buffers;
}

static char *
describe_too_small (const SmeHeap *heap, const SmeFit *fit)
{
  return g_strdup_printf ("a buffer of %" G_GUINT64_FORMAT
                          " bytes is more than it can make, %" G_GUINT64_FORMAT,
                          fit->raw_size_bytes, heap->max_buffer_size);
}

/* Cheaper formats than the @n-th, which is taken: not for this heap. Of those whose size does not
 * fit it is known. */
static void
drop_passed_over (Settling *settling, const SmeHeap *heap, guint n)
{
  g_autofree char *name = smc_text_escape (heap->name);

  for (guint i = 0; i < n && !settling->trail->silent; i++)
    {
      guint index = g_array_index (settling->order, guint, i);
      const SmeEntry *entry = sme_entries_get (settling->aggregate->entries, index);
      if (!sme_heap_can_hold (heap, entry))
        sme_trail_drop_format (settling->trail, &entry->pixel_format, SME_STAGE_FORMAT,
                               SME_IMAGE_FIELD ("pixel_formats"),
                               g_strdup_printf ("heap %s cannot hold it", name));
      else if (settling->fits[index].fits)
        {
          g_autofree char *why = describe_too_small (heap, &settling->fits[index]);
          sme_trail_drop_format (settling->trail, &entry->pixel_format, SME_STAGE_SIZE,
                                 SME_MEMORY_FIELD ("min_size_bytes"),
                                 g_strdup_printf ("heap %s: %s", name, why));
        }
    }
}

/* 4. Format: lowest cost; then by what the heap can lay out. */
static gboolean
settle_format (Settling *settling, SmeChoice *choice)
{
  const SmeHeap *heap = choice->heap;
  const SmeFit *too_large = NULL;
  guint n_held = 0;

  for (guint i = 0; i < settling->order->len; i++)
    {
      guint index = g_array_index (settling->order, guint, i);
      const SmeEntry *entry = sme_entries_get (settling->aggregate->entries, index);
      if (!sme_heap_can_hold (heap, entry))
        continue;
      n_held++;
      const SmeFit *fit = get_fit (settling, entry, index);
      if (!fit->fits)
        continue;
      if (heap_is_large_enough (settling, heap, fit))
        {
          drop_passed_over (settling, heap, i);
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
settle_raw (Settling *settling, SmeChoice *choice)
{
  const SmeHeap *heap = choice->heap;

  if (heap->formats != NULL && (settling->flags & SME_NEGOTIATE_LENIENTLY) == 0)
    return drop_heap (settling, heap, SME_STAGE_FORMAT, SME_IMAGE_FIELD ("pixel_formats"),
                      sme_concerns_everybody, g_strdup ("it makes images only, not plain bytes"));
  choice->fit = &settling->fits[0];
  if (!heap_is_large_enough (settling, heap, choice->fit))
    return drop_heap (settling, heap, SME_STAGE_SIZE, SME_MEMORY_FIELD ("min_size_bytes"),
                      sme_concerns_everybody, describe_too_small (heap, choice->fit));
  return TRUE;
}

static gboolean
try_heap (Settling *settling, const SmeHeap *heap, SmeChoice *choice)
{
  const SmeTerms *terms = &settling->aggregate->terms;
  SmeDrop drop = { 0 };

  if (!sme_heap_can_serve (heap, terms, settling->room.policy, settling->flags, &drop))
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

/* The heap of buffers that exist: as it was, if that was kept; as far as their settings tell, if it
 * has gone since; NULL: as it is. */
static SmeHeap *
describe_pinned_heap (const SmePrepared *pin, const SmePolicy *policy)
{
  if (pin == NULL)
    return NULL;
  if (pin->pinned_heap != NULL)
    return sme_heap_copy (pin->pinned_heap);
  if (sme_policy_find_heap (policy, pin->pinned->heap) != NULL)
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
  SmeStage stage;

  return settling->aggregate->has_image
         || sme_fit_compute (&settling->room, NULL, &settling->fits[0], &stage, failure);
}

static guint
count_look_ups (const Settling *settling, const SmeHeap *heap)
{
  guint n_entries = settling->order != NULL ? settling->order->len : 0;
  guint n_formats = heap->formats != NULL ? heap->formats->len : 0;

  return 1 + n_entries * (n_formats / LOOK_UPS_PER_MERGE + 1);
}

/* 2. Heap: those that can serve, best first; 3 to 7 on each. */
static gboolean
settle_heap (Settling *settling,
             const char *const *failed_heaps,
             SmcSettings **settings,
             SmeFailure *failure)
{
  g_autoptr (SmeHeap) pinned =
    describe_pinned_heap (settling->aggregate->pin, settling->room.policy);
  g_autoptr (GPtrArray) heaps =
    sme_list_heaps (settling->aggregate, settling->room.policy, pinned, settling->trail);
  guint n_tried = 0;

  for (guint i = 0; i < heaps->len; i++)
    {
      const SmeHeap *heap = g_ptr_array_index (heaps, i);
      SmeChoice choice = { NULL };

      if (failed_heaps != NULL && g_strv_contains (failed_heaps, heap->name))
        continue;
      n_tried++;
      if (!sme_trail_work (settling->trail, count_look_ups (settling, heap), failure))
        return FALSE;
      if (!try_heap (settling, heap, &choice))
        continue;
      *settings = sme_choice_make_settings (&choice, &settling->room);
      return TRUE;
    }
  if (n_tried == 0 && heaps->len > 0)
    return sme_fail (failure, SME_MEMORY_FIELD ("permitted_heaps"),
                     "no heap is left that could deliver the memory");
  if (n_tried == 0 && settling->aggregate->terms.permitted_heaps == NULL)
    return sme_fail (failure, SME_MEMORY_FIELD ("permitted_heaps"), "there is no heap here");
  return sme_trail_fail (settling->trail, failure);
}

/* Where buffers exist already, no cap applies to them. */
static gboolean
makes_buffers (const SmeAggregate *aggregate, SmeNegotiateFlags flags)
{
  return (flags & SME_NEGOTIATE_EXISTING) == 0
         && (aggregate->pin == NULL || !aggregate->pin->pins_count);
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
    .room = {
      .terms = &aggregate->terms,
      .policy = policy,
      .pinned = aggregate->pin != NULL ? aggregate->pin->pinned : NULL,
      .makes_buffers = makes_buffers (aggregate, flags),
    },
    .aggregate = aggregate,
    .flags = flags,
    .trail = trail,
    .fits = g_new0 (SmeFit, MAX (n_entries, 1)),
  };

  if (!settle_count (&aggregate->terms, flags, &settling.room.count, failure)
      || !sme_check_domains (&aggregate->terms, failure) || !settle_raw_size (&settling, failure))
    return FALSE;
  if (aggregate->has_image)
    settling.order = sme_order_formats (aggregate->entries, aggregate->terms.usage, policy);
  return settle_heap (&settling, failed_heaps, settings, failure);
}
