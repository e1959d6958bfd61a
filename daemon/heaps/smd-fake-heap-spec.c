/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fake heaps from one line of text. */

#include "heaps/smd-fake-heap.h"

#include <string.h>

#include "common/smc-names.h"
#include "common/sysmem-error.h"

static gboolean
parse_domains (const char *text, guint32 *domains)
{
  g_auto (GStrv) names = g_strsplit (text, "+", -1);

  *domains = 0;
  for (char **name = names; *name != NULL; name++)
    {
      guint32 domain = SMC_DOMAIN_CPU;

      while (domain <= SMC_DOMAIN_INACCESSIBLE && strcmp (*name, smc_domain_get_name (domain)) != 0)
        domain <<= 1;
      if (domain > SMC_DOMAIN_INACCESSIBLE)
        return FALSE;
      *domains |= domain;
    }
  return *domains != 0;
}

static gboolean
parse_formats (const char *text, GArray **formats)
{
  g_auto (GStrv) names = g_strsplit (text, "+", -1);

  g_clear_pointer (formats, g_array_unref);
  *formats = g_array_new (FALSE, FALSE, sizeof (SmcPixelFormat));
  for (char **name = names; *name != NULL; name++)
    {
      SmcPixelFormat format;

      if (!smc_pixel_format_parse (*name, TRUE, &format))
        return FALSE;
      g_array_append_val (*formats, format);
    }
  return (*formats)->len > 0;
}

static gboolean
parse_number (const char *text, guint minimum, guint *number)
{
  guint64 n;

  if (!g_ascii_string_to_unsigned (text, 10, minimum, G_MAXUINT, &n, NULL))
    return FALSE;
  *number = (guint)n;
  return TRUE;
}

static gboolean
parse_failures (const char *text, guint *n_failing)
{
  if (strcmp (text, "always") != 0)
    return parse_number (text, 0, n_failing);
  *n_failing = G_MAXUINT;
  return TRUE;
}

typedef struct
{
  SmeHeap *properties;
  guint n_failing;
  guint stride_multiple;
  gboolean stubbed;
} Spec;

static gboolean
apply_word (Spec *spec, const char *word)
{
  SmeHeap *properties = spec->properties;

  if (strcmp (word, "dma-buf") == 0)
    properties->buffer_type = SMC_BUFFER_DMA_BUF;
  else if (strcmp (word, "contiguous") == 0)
    properties->physically_contiguous = TRUE;
  else if (strcmp (word, "secure") == 0)
    properties->secure = TRUE;
  else if (strcmp (word, "no-cpu") == 0)
    properties->cpu_mappable = FALSE;
  else if (strcmp (word, "advisory") == 0)
    properties->write_protection = SMC_WRITE_PROTECTION_ADVISORY;
  else if (strcmp (word, "stub") == 0)
    spec->stubbed = TRUE;
  else
    return FALSE;
  return TRUE;
}

static gboolean
apply_value (Spec *spec, const char *key, const char *value)
{
  SmeHeap *properties = spec->properties;

  if (strcmp (key, "domains") == 0)
    return parse_domains (value, &properties->domains);
  if (strcmp (key, "formats") == 0)
    return parse_formats (value, &properties->formats);
  if (strcmp (key, "max-buffer-size") == 0)
    return g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64, &properties->max_buffer_size,
                                       NULL);
  if (strcmp (key, "stride-multiple") == 0)
    return parse_number (value, 1, &spec->stride_multiple);
  if (strcmp (key, "fail") == 0)
    return parse_failures (value, &spec->n_failing);
  return FALSE;
}

static gboolean
apply_part (Spec *spec, const char *part)
{
  const char *equals = strchr (part, '=');
  g_autofree char *key = equals == NULL ? NULL : g_strndup (part, (gsize)(equals - part));

  return key == NULL ? apply_word (spec, part) : apply_value (spec, key, equals + 1);
}

static gboolean
apply_parts (Spec *spec, char **parts, GError **error)
{
  const char *name = spec->properties->name;

  for (; *parts != NULL; parts++)
    if (!apply_part (spec, *parts))
      {
        g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                     "fake heap \"%s\": \"%s\" means nothing, see smd-fake-heap.h", name, *parts);
        return FALSE;
      }
  if (spec->stride_multiple > 0 && spec->properties->formats == NULL)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "fake heap \"%s\": stride-multiple needs formats", name);
      return FALSE;
    }
  return TRUE;
}

/* Takes the properties of @spec. */
static SmdHeap *
make_heap (const Spec *spec)
{
  SmdHeap *heap = spec->stride_multiple > 0
                    ? smd_fake_heap_new_laying_out (spec->properties, spec->stride_multiple)
                    : smd_fake_heap_new (spec->properties);

  smd_fake_heap_fail_next (heap, spec->n_failing);
  smd_fake_heap_set_stubbed (heap, spec->stubbed);
  return heap;
}

SmdHeap *
smd_fake_heap_new_from_spec (const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  g_autoptr (SmeHeap) properties = NULL;
  Spec spec = { 0 };

  if (parts[0] == NULL || *parts[0] == '\0')
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "a fake heap begins with its name: \"%s\" does not", text);
      return NULL;
    }

  properties = sme_heap_new (parts[0]);
  properties->domains = SMC_DOMAIN_CPU | SMC_DOMAIN_RAM | SMC_DOMAIN_INACCESSIBLE;
  properties->cpu_mappable = TRUE;
  properties->write_protection = SMC_WRITE_PROTECTION_ENFORCED;
  spec.properties = properties;
  if (!apply_parts (&spec, parts + 1, error))
    return NULL;
  (void)g_steal_pointer (&properties);
  return make_heap (&spec);
}
