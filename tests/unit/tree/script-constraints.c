/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <drm_fourcc.h>

#include "common/smc-format.h"
#include "common/smc-names.h"
#include "script.h"

static SmcImageEntry *
get_entry (SmcConstraints *constraints)
{
  const SmcPixelFormat nv12 = { .fourcc = DRM_FORMAT_NV12, .modifier = DRM_FORMAT_MOD_LINEAR };
  const SmcColorSpace rec709 = SMC_COLOR_SPACE_REC709;
  SmcImageEntry *entry;

  if (constraints->image_entries != NULL)
    return g_ptr_array_index (constraints->image_entries, 0);

  entry = smc_image_entry_new ();
  g_array_append_val (entry->pixel_formats, nv12);
  g_array_append_val (entry->color_spaces, rec709);
  constraints->image_entries =
    g_ptr_array_new_with_free_func ((GDestroyNotify)smc_image_entry_free);
  g_ptr_array_add (constraints->image_entries, entry);
  return entry;
}

static SmcSize
parse_size (const char *value)
{
  char *end = NULL;
  SmcSize size = { .width = (guint32)g_ascii_strtoull (value, &end, 10) };

  g_assert_cmpint (*end, ==, 'x');
  size.height = (guint32)g_ascii_strtoull (end + 1, NULL, 10);
  return size;
}

static guint32
parse_usage (const char *value)
{
  g_auto (GStrv) names = g_strsplit (value, "+", -1);
  guint32 usage = 0;

  for (guint i = 0; names[i] != NULL; i++)
    {
      SmcUsage bit;

      g_assert_true (smc_usage_parse (names[i], &bit));
      usage |= bit;
    }
  return usage;
}

static guint32
parse_domains (const char *value)
{
  g_auto (GStrv) names = g_strsplit (value, "+", -1);
  guint32 domains = 0;

  for (guint32 bit = SMC_DOMAIN_CPU; bit <= SMC_DOMAIN_INACCESSIBLE; bit <<= 1)
    {
      if (g_strv_contains ((const char *const *)names, smc_domain_get_name (bit)))
        domains |= bit;
    }
  g_assert_cmpuint (domains, !=, 0);
  return domains;
}

static gboolean
apply_count (SmcConstraints *constraints, const char *key, guint32 number)
{
  const struct
  {
    const char *key;
    guint32 *field;
  } counts[] = {
    { "camp", &constraints->min_buffer_count_for_camping },
    { "dedicated", &constraints->min_buffer_count_for_dedicated_slack },
    { "shared", &constraints->min_buffer_count_for_shared_slack },
    { "min-count", &constraints->min_buffer_count },
    { "max-count", &constraints->max_buffer_count },
  };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      if (g_str_equal (key, counts[i].key))
        {
          *counts[i].field = number;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
apply_bytes (SmcConstraints *constraints, const char *key, guint64 number)
{
  gboolean both = g_str_equal (key, "size");

  if (both || g_str_equal (key, "min"))
    constraints->memory.min_size_bytes = number;
  if (both || g_str_equal (key, "max"))
    constraints->memory.max_size_bytes = number;
  return both || g_str_equal (key, "min") || g_str_equal (key, "max");
}

/* None of which covers another. */
static void
add_required_sizes (SmcImageBounds *bounds, guint32 n)
{
  bounds->required_max_size_list = g_array_new (FALSE, FALSE, sizeof (SmcSize));
  for (guint32 i = 1; i <= n; i++)
    {
      SmcSize size = { 2 * i, 2 * (n + 1 - i) };

      g_array_append_val (bounds->required_max_size_list, size);
    }
}

/* The first @n pixel formats there are. */
static void
add_formats (SmcConstraints *constraints, guint n)
{
  const SmcColorSpace passthrough = SMC_COLOR_SPACE_PASSTHROUGH;
  SmcImageEntry *entry = get_entry (constraints);

  g_array_set_size (entry->pixel_formats, 0);
  g_array_set_size (entry->color_spaces, 0);
  g_array_append_val (entry->color_spaces, passthrough);
  entry->bounds.min_size = (SmcSize){ 16, 16 };
  for (guint i = 0; smc_format_nth (i) != NULL; i++)
    {
      guint64 modifiers[64];
      SmcPixelFormat format = { .fourcc = smc_format_nth (i)->fourcc };
      guint n_modifiers =
        smc_format_list_modifiers (format.fourcc, modifiers, G_N_ELEMENTS (modifiers));
      for (guint j = 0; j < n_modifiers && entry->pixel_formats->len < n; j++)
        {
          format.modifier = modifiers[j];
          g_array_append_val (entry->pixel_formats, format);
        }
    }
  g_assert_cmpuint (entry->pixel_formats->len, ==, n);
}

static gboolean
apply_image_number (SmcConstraints *constraints, const char *key, guint64 number)
{
  if (g_str_equal (key, "pad"))
    get_entry (constraints)->bounds.pad_beyond_image_size_bytes = number;
  else if (g_str_equal (key, "required-sizes"))
    add_required_sizes (&get_entry (constraints)->bounds, (guint32)number);
  else if (g_str_equal (key, "formats"))
    add_formats (constraints, (guint)number);
  else
    return FALSE;
  return TRUE;
}

static gboolean
apply_list (SmcConstraints *constraints, const char *key, const char *value)
{
  if (g_str_equal (key, "usage"))
    constraints->usage = parse_usage (value);
  else if (g_str_equal (key, "domains"))
    constraints->memory.domains = parse_domains (value);
  else if (g_str_equal (key, "heaps"))
    constraints->memory.permitted_heaps = g_strsplit (value, "+", -1);
  else
    return FALSE;
  return TRUE;
}

static gboolean
apply_image (SmcConstraints *constraints, const char *key, const char *value)
{
  SmcImageBounds *bounds = &get_entry (constraints)->bounds;
  SmcSize size = parse_size (value);

  if (g_str_equal (key, "nv12"))
    {
      bounds->min_size = size;
      bounds->min_bytes_per_row = 256;
      bounds->size_alignment = (SmcSize){ 2, 2 };
      bounds->bytes_per_row_divisor = 2;
      bounds->start_offset_divisor = 2;
      return TRUE;
    }
  if (g_str_equal (key, "required-max"))
    {
      bounds->required_max_size_list = g_array_new (FALSE, FALSE, sizeof (SmcSize));
      g_array_append_val (bounds->required_max_size_list, size);
      return TRUE;
    }
  return FALSE;
}

static void
apply_word (SmcConstraints *constraints, const char *word)
{
  g_auto (GStrv) parts = g_strsplit (word, "=", 2);
  guint64 number;

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  number = g_ascii_strtoull (parts[1], NULL, 10);
  if (apply_count (constraints, parts[0], (guint32)number)
      || apply_bytes (constraints, parts[0], number)
      || apply_image_number (constraints, parts[0], number)
      || apply_list (constraints, parts[0], parts[1])
      || apply_image (constraints, parts[0], parts[1]))
    return;
  g_error ("no constraint is called \"%s\"", parts[0]);
}

SmePrepared *
script_constraints_new (const char *const *words, GError **error)
{
  g_autoptr (SmcConstraints) constraints = smc_constraints_new ();

  if (g_strv_contains (words, "empty"))
    return sme_prepared_new (constraints, error);

  constraints->is_empty = FALSE;
  constraints->usage = SMC_USAGE_CPU_READ_OFTEN | SMC_USAGE_CPU_WRITE_OFTEN;
  constraints->min_buffer_count_for_camping = 1;
  constraints->memory.min_size_bytes = 4096;
  constraints->memory.max_size_bytes = 4096;
  constraints->memory.domains = SMC_DOMAIN_CPU;
  for (guint i = 0; words[i] != NULL; i++)
    apply_word (constraints, words[i]);
  return sme_prepared_new (constraints, error);
}
