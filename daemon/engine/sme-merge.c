/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §6.2, merging: usage, counts and memory. One row per field of the contract; a rule takes what
 * has been merged so far and what one more participant says. Every rule is total: it answers for
 * all values, and FALSE means that the two do not combine.
 *
 * Example: a camera with camping 3 and heaps [system, udmabuf], a display with camping 2 and heaps
 * [udmabuf, dma-heap:cma] merge to camping 5 and heaps [udmabuf]. */

#include "engine/sme-terms.h"

#include "common/smc-checked.h"
#include "engine/sme-merge-rules.h"

static gboolean
merge_or_bits (gpointer into, gconstpointer with)
{
  *(guint32 *)into |= *(const guint32 *)with;
  return TRUE;
}

static gboolean
merge_and_bits (gpointer into, gconstpointer with)
{
  *(guint32 *)into &= *(const guint32 *)with;
  return TRUE;
}

static gboolean
merge_sum (gpointer into, gconstpointer with)
{
  guint64 *sum = into;

  return smc_checked_add (sum, *sum, *(const guint64 *)with);
}

/* Both lists: what they have in common, in the first list's order. */
static GPtrArray *
heaps_in_common (GPtrArray *heaps, GHashTable *permitted)
{
  GPtrArray *common = g_ptr_array_sized_new (heaps->len);

  for (guint i = 0; i < heaps->len; i++)
    if (g_hash_table_contains (permitted, g_ptr_array_index (heaps, i)))
      g_ptr_array_add (common, g_ptr_array_index (heaps, i));
  return common;
}

static gboolean
merge_heaps (gpointer into, gconstpointer with)
{
  SmeTerms *terms = into;
  const SmeTerms *other = with;

  if (other->permitted_heaps == NULL)
    return TRUE;
  if (terms->permitted_heaps == NULL)
    {
      terms->permitted_heaps = g_ptr_array_ref (other->permitted_heaps);
      return TRUE;
    }

  GPtrArray *common = heaps_in_common (terms->permitted_heaps, other->permitted_set);
  g_ptr_array_unref (terms->permitted_heaps);
  terms->permitted_heaps = common;
  return common->len > 0;
}

#define AT(member) G_STRUCT_OFFSET (SmeTerms, member)
#define WHOLE 0

/* clang-format off */
static const SmeMergeRow rules[] = {
  { "usage",                                             AT (usage),                          merge_or_bits },
  { "min_buffer_count_for_camping",                      AT (camping),                        merge_sum },
  { "min_buffer_count_for_dedicated_slack",              AT (dedicated_slack),                merge_sum },
  { "min_buffer_count_for_shared_slack",                 AT (shared_slack),                   sme_merge_max_64 },
  { "min_buffer_count",                                  AT (min_buffer_count),               sme_merge_max_64 },
  { "max_buffer_count",                                  AT (max_buffer_count),               sme_merge_min_64 },
  { SME_MEMORY_FIELD ("min_size_bytes"),                 AT (min_size_bytes),                 sme_merge_max_64 },
  { SME_MEMORY_FIELD ("max_size_bytes"),                 AT (max_size_bytes),                 sme_merge_min_64 },
  { SME_MEMORY_FIELD ("physically_contiguous_required"), AT (physically_contiguous_required), sme_merge_or },
  { SME_MEMORY_FIELD ("secure_required"),                AT (secure_required),                sme_merge_or },
  { SME_MEMORY_FIELD ("dma_buf_required"),               AT (dma_buf_required),               sme_merge_or },
  { SME_MEMORY_FIELD ("min_physical_base_alignment"),    AT (min_physical_base_alignment),    sme_merge_max_64 },
  /* cpu, ram and inaccessible at once: one bit each. */
  { SME_MEMORY_FIELD ("cpu_domain_supported"),           AT (domains),                        merge_and_bits },
  { SME_MEMORY_FIELD ("permitted_heaps"),                WHOLE,                               merge_heaps },
};
/* clang-format on */

gboolean
sme_terms_merge (SmeTerms *into, const SmeTerms *with, const char **field)
{
  return sme_merge_rows (rules, G_N_ELEMENTS (rules), into, with, field);
}

void
sme_terms_init (SmeTerms *terms)
{
  *terms = (SmeTerms){
    .max_buffer_count = G_MAXUINT32,
    .min_size_bytes = 1,
    .max_size_bytes = G_MAXUINT64,
    .min_physical_base_alignment = 1,
    .domains = SME_DOMAINS_ALL,
  };
}

static void
set_permitted_heaps (SmeTerms *terms, char **heaps)
{
  terms->permitted_heaps = g_ptr_array_new ();
  terms->permitted_set = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; heaps[i] != NULL; i++)
    if (g_hash_table_add (terms->permitted_set, heaps[i])) /* a name given twice counts once */
      g_ptr_array_add (terms->permitted_heaps, heaps[i]);
}

void
sme_terms_init_from (SmeTerms *terms, const SmcConstraints *constraints)
{
  const SmcMemoryConstraints *memory = &constraints->memory;

  *terms = (SmeTerms){
    .usage = constraints->usage & ~(guint32)SMC_USAGE_NONE,
    .camping = constraints->min_buffer_count_for_camping,
    .dedicated_slack = constraints->min_buffer_count_for_dedicated_slack,
    .shared_slack = constraints->min_buffer_count_for_shared_slack,
    .min_buffer_count = constraints->min_buffer_count,
    .max_buffer_count = constraints->max_buffer_count,
    .min_size_bytes = MAX (memory->min_size_bytes, 1),
    .max_size_bytes = memory->max_size_bytes,
    .physically_contiguous_required = memory->physically_contiguous_required,
    .secure_required = memory->secure_required,
    .dma_buf_required = memory->dma_buf_required,
    .min_physical_base_alignment =
      memory->has_min_physical_base_alignment ? memory->min_physical_base_alignment : 1,
    .domains = memory->domains,
  };
  if (memory->permitted_heaps != NULL)
    set_permitted_heaps (terms, memory->permitted_heaps);
}

void
sme_terms_clear (SmeTerms *terms)
{
  g_clear_pointer (&terms->permitted_heaps, g_ptr_array_unref);
  g_clear_pointer (&terms->permitted_set, g_hash_table_unref);
}
