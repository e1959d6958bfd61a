/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §7.2 and 3: the heaps in the order in which they are tried, what each must be able to do, and
 * the coherency domain on it.
 *
 * Example: a camera (cpu-write) and a display (display-layer) on a machine with system,
 * dma-heap:cma and udmabuf. The usage has a device bit, so dma-heap:cma is tried first, then
 * udmabuf, then system; the first that satisfies everybody is taken. */

#include "engine/sme-settle.h"

#include "common/smc-names.h"

#include <string.h>

/* The order */

static void
add_heap_once (GPtrArray *heaps, const SmeHeap *heap)
{
  if (!g_ptr_array_find (heaps, heap, NULL))
    g_ptr_array_add (heaps, (gpointer)heap);
}

static gboolean
concerns_permitting (const SmePrepared *prepared, const SmeDrop *drop)
{
  return prepared->contributes && prepared->terms.permitted_heaps != NULL;
}

static gboolean
concerns_not_permitting (const SmePrepared *prepared, const SmeDrop *drop)
{
  return prepared->contributes && prepared->terms.permitted_set != NULL
         && !g_hash_table_contains (prepared->terms.permitted_set, drop->candidate);
}

/* Who wonders why a heap was passed over finds out who did not permit it. That is no step on the way
 * to a heap: the reasons of those that were tried say why none will do. */
static void
pass_over_heaps (const SmePolicy *policy, GPtrArray *permitted, SmeTrail *trail)
{
  for (guint i = 0; !trail->silent && i < policy->heaps->len; i++)
    {
      const SmeHeap *heap = g_ptr_array_index (policy->heaps, i);

      if (g_ptr_array_find (permitted, heap, NULL))
        continue;
      SmeDrop drop = {
        .kind = SME_REJECTED_HEAP,
        .stage = SME_STAGE_MERGED,
        .candidate = g_strdup (heap->name),
        .reason = g_strdup ("not permitted by everybody"),
        .field = SME_MEMORY_FIELD ("permitted_heaps"),
        .concerns = concerns_not_permitting,
        .last = G_MAXUINT,
      };
      sme_trail_drop (trail, &drop);
    }
}

/* permitted_heaps order if given. */
static void
list_permitted (const SmeTerms *terms,
                const SmePolicy *policy,
                const SmeHeap *pinned,
                GPtrArray *heaps,
                SmeTrail *trail)
{
  for (guint i = 0; i < terms->permitted_heaps->len; i++)
    {
      const char *name = g_ptr_array_index (terms->permitted_heaps, i);
      gboolean is_pinned = pinned != NULL && strcmp (pinned->name, name) == 0;
      const SmeHeap *heap = is_pinned ? pinned : sme_policy_find_heap (policy, name);

      if (heap != NULL)
        {
          add_heap_once (heaps, heap);
          continue;
        }
      SmeDrop drop = {
        .kind = SME_REJECTED_HEAP,
        .stage = SME_STAGE_HEAP,
        .candidate = g_strdup (name),
        .reason = g_strdup ("there is no such heap here"),
        .field = SME_MEMORY_FIELD ("permitted_heaps"),
        .concerns = concerns_permitting,
        .last = G_MAXUINT,
      };
      sme_trail_drop (trail, &drop);
    }
  if (pinned == NULL) /* who comes later has no choice */
    pass_over_heaps (policy, heaps, trail);
}

static gboolean
name_matches (const char *name, const char *pattern)
{
  gsize length = strlen (pattern);

  if (length > 0 && pattern[length - 1] == '*')
    return strncmp (name, pattern, length - 1) == 0;
  return strcmp (name, pattern) == 0;
}

static const SmeHeapPreference *
find_preference (const SmePolicy *policy, guint32 usage)
{
  for (guint i = 0; i < policy->preferences->len; i++)
    {
      const SmeHeapPreference *preference = g_ptr_array_index (policy->preferences, i);
      if (preference->usage == 0 || (preference->usage & usage) != 0)
        return preference;
    }
  return NULL;
}

static void
list_matching (const SmePolicy *policy, const char *pattern, gboolean contiguous, GPtrArray *heaps)
{
  for (guint i = 0; i < policy->heaps->len; i++)
    {
      const SmeHeap *heap = g_ptr_array_index (policy->heaps, i);
      if (heap->physically_contiguous == contiguous && name_matches (heap->name, pattern))
        add_heap_once (heaps, heap);
    }
}

/* Else the configured preference for the aggregated usage; heaps that it does not name come last, as
 * they are listed. Of several that are equally good contiguous ones are the last: there is little of
 * their memory. */
static void
list_preferred (const SmePolicy *policy, guint32 usage, GPtrArray *heaps)
{
  const SmeHeapPreference *preference = find_preference (policy, usage);

  for (guint i = 0; preference != NULL && preference->heaps[i] != NULL; i++)
    {
      list_matching (policy, preference->heaps[i], FALSE, heaps);
      list_matching (policy, preference->heaps[i], TRUE, heaps);
    }
  list_matching (policy, "*", FALSE, heaps);
  list_matching (policy, "*", TRUE, heaps);
}

GPtrArray *
sme_list_heaps (const SmeAggregate *aggregate,
                const SmePolicy *policy,
                const SmeHeap *pinned,
                SmeTrail *trail)
{
  GPtrArray *heaps = g_ptr_array_new ();

  if (aggregate->terms.permitted_heaps != NULL)
    list_permitted (&aggregate->terms, policy, pinned, heaps, trail);
  else
    list_preferred (policy, aggregate->terms.usage, heaps);
  return heaps;
}

/* What a heap must be able to do */

static gboolean
is_secure_enough (const SmeHeap *heap, const SmeTerms *terms, const SmePolicy *policy)
{
  return heap->secure || !terms->secure_required;
}

static gboolean
is_not_needlessly_secure (const SmeHeap *heap, const SmeTerms *terms, const SmePolicy *policy)
{
  return !heap->secure || terms->secure_required;
}

static gboolean
is_contiguous_enough (const SmeHeap *heap, const SmeTerms *terms, const SmePolicy *policy)
{
  return heap->physically_contiguous || !terms->physically_contiguous_required;
}

static gboolean
is_aligned_enough (const SmeHeap *heap, const SmeTerms *terms, const SmePolicy *policy)
{
  return terms->min_physical_base_alignment <= MAX (heap->physical_alignment, policy->page_size);
}

static gboolean
is_importable_enough (const SmeHeap *heap, const SmeTerms *terms, const SmePolicy *policy)
{
  return heap->buffer_type == SMC_BUFFER_DMA_BUF || !terms->dma_buf_required;
}

static gboolean
is_mappable_enough (const SmeHeap *heap, const SmeTerms *terms, const SmePolicy *policy)
{
  return heap->cpu_mappable || (terms->usage & SMC_USAGE_CPU) == 0;
}

static gboolean
concerns_secure (const SmePrepared *prepared, const SmeDrop *drop)
{
  return prepared->contributes && prepared->terms.secure_required;
}

static gboolean
concerns_open (const SmePrepared *prepared, const SmeDrop *drop)
{
  return prepared->contributes && !prepared->terms.secure_required;
}

static gboolean
concerns_contiguous (const SmePrepared *prepared, const SmeDrop *drop)
{
  return prepared->contributes && prepared->terms.physically_contiguous_required;
}

static gboolean
concerns_alignment (const SmePrepared *prepared, const SmeDrop *drop)
{
  return prepared->contributes && prepared->terms.min_physical_base_alignment > 1;
}

static gboolean
concerns_dma_buf (const SmePrepared *prepared, const SmeDrop *drop)
{
  return prepared->contributes && prepared->terms.dma_buf_required;
}

static gboolean
concerns_cpu (const SmePrepared *prepared, const SmeDrop *drop)
{
  return prepared->contributes && (prepared->terms.usage & SMC_USAGE_CPU) != 0;
}

/* clang-format off */
static const struct
{
  const char *field;
  gboolean (*serves) (const SmeHeap *heap, const SmeTerms *terms, const SmePolicy *policy);
  const char *why;
  SmeConcern concerns;
  gboolean needs_a_say; /* somebody could resolve it by asking for something */
} rules[] = {
  { SME_MEMORY_FIELD ("secure_required"), is_secure_enough,
    "its memory is not secure", concerns_secure, FALSE },
  { SME_MEMORY_FIELD ("secure_required"), is_not_needlessly_secure,
    "its memory is secure, which nobody requires", concerns_open, TRUE },
  { SME_MEMORY_FIELD ("physically_contiguous_required"), is_contiguous_enough,
    "its memory is not physically contiguous", concerns_contiguous, FALSE },
  { SME_MEMORY_FIELD ("min_physical_base_alignment"), is_aligned_enough,
    "it does not promise this alignment", concerns_alignment, FALSE },
  { SME_MEMORY_FIELD ("dma_buf_required"), is_importable_enough,
    "its buffers are no dma-bufs", concerns_dma_buf, FALSE },
  { "usage", is_mappable_enough,
    "the CPU cannot map its memory", concerns_cpu, FALSE },
};
/* clang-format on */

gboolean
sme_heap_can_serve (const SmeHeap *heap,
                    const SmeTerms *terms,
                    const SmePolicy *policy,
                    SmeNegotiateFlags flags,
                    SmeDrop *drop)
{
  gboolean leniently = (flags & SME_NEGOTIATE_LENIENTLY) != 0;

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      if ((leniently && rules[i].needs_a_say) || rules[i].serves (heap, terms, policy))
        continue;
      drop->field = rules[i].field;
      drop->reason = g_strdup (rules[i].why);
      drop->concerns = rules[i].concerns;
      return FALSE;
    }
  return TRUE;
}

gboolean
sme_heap_can_hold (const SmeHeap *heap, const SmeEntry *entry)
{
  if (heap->formats == NULL || !smc_pixel_format_is_specific (&entry->pixel_format))
    return TRUE;
  for (guint i = 0; i < heap->formats->len; i++)
    if (smc_pixel_format_equal (&g_array_index (heap->formats, SmcPixelFormat, i),
                                &entry->pixel_format))
      return TRUE;
  return FALSE;
}

/* The domain */

static gboolean
concerns_not_supporting (const SmePrepared *prepared, const SmeDrop *drop)
{
  for (guint32 domain = SMC_DOMAIN_CPU; domain <= SMC_DOMAIN_INACCESSIBLE; domain <<= 1)
    if (strcmp (smc_domain_get_name ((SmcDomain)domain), drop->candidate) == 0)
      return prepared->contributes && (prepared->terms.domains & domain) == 0;
  return FALSE;
}

/* Where a CPU takes part, memory that no CPU reaches will not do, whoever supports it (6.1 says the
 * same of one participant). */
static guint32
get_common_domains (const SmeTerms *terms)
{
  if (terms->usage & SMC_USAGE_CPU)
    return terms->domains & ~(guint32)SMC_DOMAIN_INACCESSIBLE;
  return terms->domains;
}

gboolean
sme_check_domains (const SmeTerms *terms, SmeFailure *failure)
{
  if (get_common_domains (terms) != 0)
    return TRUE;
  if (terms->domains != 0)
    return sme_fail (failure, SME_MEMORY_FIELD ("cpu_domain_supported"),
                     "the CPU takes part, and everybody supports only the inaccessible domain");
  return sme_fail (failure, SME_MEMORY_FIELD ("cpu_domain_supported"),
                   "no coherency domain is supported by everybody");
}

static void
pass_over (SmcDomain domain, const SmeHeap *heap, const SmeTerms *terms, SmeTrail *trail)
{
  SmeDrop drop = {
    .kind = SME_REJECTED_COHERENCY_DOMAIN,
    .stage = SME_STAGE_HEAP,
    .field = SME_MEMORY_FIELD ("cpu_domain_supported"),
    .last = G_MAXUINT,
  };

  if (trail->silent)
    return;
  drop.candidate = g_strdup (smc_domain_get_name (domain));
  if (get_common_domains (terms) & domain)
    {
      drop.reason = g_strdup_printf ("heap %s does not have it", heap->name);
    }
  else if (terms->domains & domain)
    {
      drop.reason = g_strdup ("the CPU takes part and cannot reach it");
      drop.field = "usage";
      drop.concerns = concerns_cpu;
    }
  else
    {
      drop.reason = g_strdup ("not everybody supports it");
      drop.concerns = concerns_not_supporting;
    }
  sme_trail_drop (trail, &drop);
}

/* With display usage, ram if all support it and the heap does; else cpu, ram, inaccessible in this
 * order. */
guint32
sme_choose_domain (const SmeHeap *heap, const SmeTerms *terms, guint32 *recorded, SmeTrail *trail)
{
  static const SmcDomain orders[2][3] = {
    { SMC_DOMAIN_CPU, SMC_DOMAIN_RAM, SMC_DOMAIN_INACCESSIBLE },
    { SMC_DOMAIN_RAM, SMC_DOMAIN_CPU, SMC_DOMAIN_INACCESSIBLE },
  };
  const SmcDomain *order = orders[(terms->usage & SMC_USAGE_DISPLAY) != 0];
  guint32 possible = get_common_domains (terms) & heap->domains;

  for (guint i = 0; i < G_N_ELEMENTS (orders[0]); i++)
    {
      if (possible & order[i])
        return order[i];
      if ((*recorded & order[i]) == 0)
        pass_over (order[i], heap, terms, trail);
      *recorded |= order[i];
    }
  return 0;
}
