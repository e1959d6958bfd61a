/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "case-policy.h"

#include "common/smc-names.h"

#include <string.h>

#define ALL_DOMAINS (SMC_DOMAIN_CPU | SMC_DOMAIN_RAM | SMC_DOMAIN_INACCESSIBLE)
#define CPU_DOMAINS (SMC_DOMAIN_CPU | SMC_DOMAIN_RAM)
#define GPU_DOMAINS (SMC_DOMAIN_RAM | SMC_DOMAIN_INACCESSIBLE)

/* Like those of 05, and one that is secure. */
static const struct
{
  const char *name;
  SmcBufferType type;
  guint32 domains;
  gboolean contiguous, secure, mappable;
  SmcWriteProtection protection;
  const char *formats; /* separated by spaces */
} ready_made[] = {
  { "system", SMC_BUFFER_MEMFD, ALL_DOMAINS, FALSE, FALSE, TRUE, SMC_WRITE_PROTECTION_ENFORCED,
    NULL },
  { "udmabuf", SMC_BUFFER_DMA_BUF, CPU_DOMAINS, FALSE, FALSE, TRUE, SMC_WRITE_PROTECTION_ADVISORY,
    NULL },
  { "dma-heap:system", SMC_BUFFER_DMA_BUF, CPU_DOMAINS, FALSE, FALSE, TRUE,
    SMC_WRITE_PROTECTION_ADVISORY, NULL },
  { "dma-heap:cma", SMC_BUFFER_DMA_BUF, CPU_DOMAINS, TRUE, FALSE, TRUE,
    SMC_WRITE_PROTECTION_ADVISORY, NULL },
  { "gbm:renderD128", SMC_BUFFER_DMA_BUF, GPU_DOMAINS, FALSE, FALSE, TRUE,
    SMC_WRITE_PROTECTION_ADVISORY, "XR24:0x0 XR24:0x100000000000001" },
  { "secure", SMC_BUFFER_DMA_BUF, SMC_DOMAIN_INACCESSIBLE, TRUE, TRUE, FALSE,
    SMC_WRITE_PROTECTION_ADVISORY, NULL },
};

static GArray *
parse_formats (char **names)
{
  GArray *formats = g_array_new (FALSE, FALSE, sizeof (SmcPixelFormat));

  for (guint i = 0; names[i] != NULL; i++)
    {
      SmcPixelFormat format;
      g_assert_true (smc_pixel_format_parse (names[i], TRUE, &format));
      g_array_append_val (formats, format);
    }
  return formats;
}

SmeHeap *
case_heap_new (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (ready_made); i++)
    {
      if (strcmp (ready_made[i].name, name) != 0)
        continue;
      SmeHeap *heap = sme_heap_new (name);
      heap->buffer_type = ready_made[i].type;
      heap->domains = ready_made[i].domains;
      heap->physically_contiguous = ready_made[i].contiguous;
      heap->secure = ready_made[i].secure;
      heap->cpu_mappable = ready_made[i].mappable;
      heap->write_protection = ready_made[i].protection;
      if (ready_made[i].formats != NULL)
        {
          g_auto (GStrv) names = g_strsplit (ready_made[i].formats, " ", -1);
          heap->formats = parse_formats (names);
        }
      return heap;
    }
  g_error ("no ready-made heap %s", name);
}

static guint32
parse_domains (char **names)
{
  guint32 domains = 0;

  for (guint i = 0; names[i] != NULL; i++)
    for (guint32 bit = SMC_DOMAIN_CPU; bit <= SMC_DOMAIN_INACCESSIBLE; bit <<= 1)
      if (strcmp (smc_domain_get_name ((SmcDomain)bit), names[i]) == 0)
        domains |= bit;
  return domains;
}

static guint32
parse_usage (char **names)
{
  guint32 usage = 0;

  for (guint i = 0; names[i] != NULL; i++)
    {
      SmcUsage bit;
      g_assert_true (smc_usage_parse (names[i], &bit));
      usage |= bit;
    }
  return usage;
}

static SmeHeap *
custom_heap_new (GVariant *description)
{
  const char *name, *type = "memfd";
  g_auto (GStrv) domains = NULL;
  g_auto (GStrv) formats = NULL;

  g_assert_true (g_variant_lookup (description, "name", "&s", &name));
  SmeHeap *heap = sme_heap_new (name);
  heap->domains = ALL_DOMAINS;
  heap->cpu_mappable = TRUE;
  g_variant_lookup (description, "buffer_type", "&s", &type);
  heap->buffer_type = strcmp (type, "memfd") == 0 ? SMC_BUFFER_MEMFD : SMC_BUFFER_DMA_BUF;
  if (g_variant_lookup (description, "coherency_domains", "^as", &domains))
    heap->domains = parse_domains (domains);
  if (g_variant_lookup (description, "formats", "^as", &formats))
    heap->formats = parse_formats (formats);
  g_variant_lookup (description, "physically_contiguous", "b", &heap->physically_contiguous);
  g_variant_lookup (description, "secure", "b", &heap->secure);
  g_variant_lookup (description, "cpu_mappable", "b", &heap->cpu_mappable);
  g_variant_lookup (description, "max_buffer_size", "t", &heap->max_buffer_size);
  g_variant_lookup (description, "physical_alignment", "t", &heap->physical_alignment);
  return heap;
}

static void
add_heaps (SmePolicy *policy, GVariant *description)
{
  static const char *const system_only[] = { "system", NULL };
  g_autoptr (GVariantIter) custom = NULL;
  g_auto (GStrv) names = NULL;
  GVariant *heap;

  if (g_variant_lookup (description, "custom_heaps", "aa{sv}", &custom))
    while (g_variant_iter_loop (custom, "@a{sv}", &heap))
      g_ptr_array_add (policy->heaps, custom_heap_new (heap));

  if (!g_variant_lookup (description, "heaps", "^as", &names))
    names = g_strdupv ((char **)system_only);
  for (guint i = 0; names[i] != NULL; i++)
    g_ptr_array_add (policy->heaps, case_heap_new (names[i]));
}

static void
read_preferences (SmePolicy *policy, GVariantIter *rows)
{
  char **usage, **heaps;

  g_ptr_array_set_size (policy->preferences, 0);
  while (g_variant_iter_loop (rows, "(^as^as)", &usage, &heaps))
    {
      SmeHeapPreference *preference = g_new0 (SmeHeapPreference, 1);
      preference->usage = parse_usage (usage);
      preference->heaps = g_strdupv (heaps);
      g_ptr_array_add (policy->preferences, preference);
    }
}

static void
read_format_costs (SmePolicy *policy, GVariantIter *rows)
{
  const char *format;
  char **usage;
  double cost;

  while (g_variant_iter_loop (rows, "(&s^asd)", &format, &usage, &cost))
    {
      SmeFormatCost row = { .usage = parse_usage (usage), .cost = cost };
      g_assert_true (smc_pixel_format_parse (format, TRUE, &row.pixel_format));
      g_array_append_val (policy->format_costs, row);
    }
}

SmePolicy *
case_policy_new (GVariant *description)
{
  SmePolicy *policy = sme_policy_new ();
  g_autoptr (GVariant) said =
    g_variant_lookup_value (description, "policy", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariantIter) preferences = NULL;
  g_autoptr (GVariantIter) costs = NULL;

  add_heaps (policy, description);
  if (said == NULL)
    return policy;

  g_variant_lookup (said, "max_buffer_size", "t", &policy->max_buffer_size);
  g_variant_lookup (said, "max_collection_size", "t", &policy->max_collection_size);
  if (g_variant_lookup (said, "preferences", "a(asas)", &preferences))
    read_preferences (policy, preferences);
  if (g_variant_lookup (said, "format_costs", "a(sasd)", &costs))
    read_format_costs (policy, costs);
  return policy;
}
