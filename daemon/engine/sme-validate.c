/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §6.1, usage, counts and memory: one row per rule, in the order of the text. (That all sums fit
 * needs no rule here: counts are 32 bits wide and summed in 64.) */

#include "engine/sme-validate.h"

#include "common/smc-checked.h"
#include "common/smc-codec.h"

/* Usage non-empty… */
static gboolean
has_usage (const SmcConstraints *said)
{
  return said->usage != 0;
}

/* …`none` alone. */
static gboolean
has_none_alone (const SmcConstraints *said)
{
  return (said->usage & SMC_USAGE_NONE) == 0 || said->usage == SMC_USAGE_NONE;
}

/* Counts: max ≠ 0, min ≤ max. */
static gboolean
allows_buffers (const SmcConstraints *said)
{
  return said->max_buffer_count != 0;
}

static gboolean
has_counts_in_order (const SmcConstraints *said)
{
  return said->min_buffer_count <= said->max_buffer_count;
}

/* What it needs for itself is the least that there can be, whoever comes along. */
static gboolean
has_own_counts_in_order (const SmcConstraints *said)
{
  guint64 own = (guint64)said->min_buffer_count_for_camping
                + said->min_buffer_count_for_dedicated_slack
                + said->min_buffer_count_for_shared_slack; /* of 32-bit numbers: cannot overflow */

  return said->max_buffer_count == G_MAXUINT32 || own <= said->max_buffer_count;
}

/* Memory: min ≤ max. */
static gboolean
has_sizes_in_order (const SmcConstraints *said)
{
  return said->memory.min_size_bytes <= said->memory.max_size_bytes;
}

/* min_physical_base_alignment only with contiguous, a non-zero power of two. */
static gboolean
aligns_contiguous_memory (const SmcConstraints *said)
{
  return !said->memory.has_min_physical_base_alignment
         || said->memory.physically_contiguous_required;
}

static gboolean
aligns_to_power_of_two (const SmcConstraints *said)
{
  return !said->memory.has_min_physical_base_alignment
         || smc_is_power_of_two (said->memory.min_physical_base_alignment);
}

/* Heaps non-empty. */
static gboolean
permits_a_heap (const SmcConstraints *said)
{
  return said->memory.permitted_heaps == NULL || said->memory.permitted_heaps[0] != NULL;
}

static gboolean
uses_cpu (const SmcConstraints *said)
{
  return (said->usage & SMC_USAGE_CPU) != 0;
}

static gboolean
supports_cpu_or_ram (const SmcConstraints *said)
{
  return (said->memory.domains & (SMC_DOMAIN_CPU | SMC_DOMAIN_RAM)) != 0;
}

/* cpu usage needs cpu or ram domain and not secure. */
static gboolean
lets_cpu_in (const SmcConstraints *said)
{
  return !uses_cpu (said) || supports_cpu_or_ram (said);
}

static gboolean
keeps_secrets_from_cpu (const SmcConstraints *said)
{
  return !uses_cpu (said) || !said->memory.secure_required;
}

/* Secure needs inaccessible domain and neither cpu nor ram. */
static gboolean
keeps_secrets_inaccessible (const SmcConstraints *said)
{
  return !said->memory.secure_required || (said->memory.domains & SMC_DOMAIN_INACCESSIBLE) != 0;
}

static gboolean
keeps_secrets_out_of_cpu_domain (const SmcConstraints *said)
{
  return !said->memory.secure_required || (said->memory.domains & SMC_DOMAIN_CPU) == 0;
}

static gboolean
keeps_secrets_out_of_ram_domain (const SmcConstraints *said)
{
  return !said->memory.secure_required || (said->memory.domains & SMC_DOMAIN_RAM) == 0;
}

/* clang-format off */
static const struct
{
  const char *field;
  gboolean (*holds) (const SmcConstraints *said);
  const char *why;
} rules[] = {
  { "usage", has_usage,
    "nothing is said; say what the buffers are for, or \"none\" to have a say without using them" },
  { "usage", has_none_alone,
    "\"none\" stands alone: leave it out, or everything else" },
  { "max_buffer_count", allows_buffers,
    "0 allows no buffers; leave it out if there is no maximum" },
  { "max_buffer_count", has_counts_in_order,
    "it is less than min_buffer_count" },
  { "max_buffer_count", has_own_counts_in_order,
    "it is less than min_buffer_count_for_camping, min_buffer_count_for_dedicated_slack and "
    "min_buffer_count_for_shared_slack together" },
  { SME_MEMORY_FIELD ("max_size_bytes"), has_sizes_in_order,
    "it is less than min_size_bytes" },
  { SME_MEMORY_FIELD ("min_physical_base_alignment"), aligns_contiguous_memory,
    "it means something only with physically_contiguous_required" },
  { SME_MEMORY_FIELD ("min_physical_base_alignment"), aligns_to_power_of_two,
    "it must be a power of two: 1, 2, 4, …" },
  { SME_MEMORY_FIELD ("permitted_heaps"), permits_a_heap,
    "the list is empty; leave it out if any heap will do" },
  { SME_MEMORY_FIELD ("secure_required"), keeps_secrets_from_cpu,
    "cpu usage and secure memory exclude each other" },
  { SME_MEMORY_FIELD ("cpu_domain_supported"), lets_cpu_in,
    "cpu usage needs the cpu or the ram domain, and neither is supported" },
  { SME_MEMORY_FIELD ("inaccessible_domain_supported"), keeps_secrets_inaccessible,
    "secure memory is in the inaccessible domain, which is not supported" },
  { SME_MEMORY_FIELD ("cpu_domain_supported"), keeps_secrets_out_of_cpu_domain,
    "secure memory is not in the cpu domain; support only the inaccessible one" },
  { SME_MEMORY_FIELD ("ram_domain_supported"), keeps_secrets_out_of_ram_domain,
    "secure memory is not in the ram domain; support only the inaccessible one" },
};
/* clang-format on */

gboolean
sme_validate_terms (const SmcConstraints *constraints, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    {
      if (rules[i].holds (constraints))
        continue;
      g_autofree char *said = smc_constraints_field_to_string (constraints, rules[i].field);
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION, "%s: %s (it is %s)",
                   rules[i].field, rules[i].why, said);
      return FALSE;
    }
  return TRUE;
}
