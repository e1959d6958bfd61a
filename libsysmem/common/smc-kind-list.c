/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The sorts of values that are lists. A list that is too long is refused before anything is
 * allocated for its elements. */

#include <string.h>

#include "common/smc-field.h"
#include "common/smc-limits.h"
#include "common/smc-names.h"
#include "common/smc-text.h"

/* Belongs to @list. */
static const char *
peek_string (GVariant *list, gsize i)
{
  const char *text;

  g_variant_get_child (list, i, "&s", &text);
  return text;
}

static guint
array_length (const GArray *array)
{
  return array != NULL ? array->len : 0;
}

static void
append_separator (GString *out, guint i)
{
  if (i > 0)
    g_string_append (out, ", ");
}

/* as, a guint32 of SmcUsage. Saying one twice is harmless, saying more than there are is not. */

static gboolean
read_usage (const SmcField *field,
            GVariant *value,
            const SmcPath *path,
            const SmcConstraints *constraints,
            gpointer member,
            GError **error)
{
  gsize length = g_variant_n_children (value);
  guint n_usages = (guint)g_bit_nth_msf (SMC_USAGE_ALL, -1) + 1;
  guint32 *usage = member;

  if (length > n_usages)
    return smc_path_fail (path, SYSMEM_ERROR_PROTOCOL_DEVIATION, error,
                          "%" G_GSIZE_FORMAT " elements, and there are only %u usages", length,
                          n_usages);

  *usage = 0;
  for (gsize i = 0; i < length; i++)
    {
      const char *name = peek_string (value, i);
      SmcUsage bit;

      if (!smc_usage_parse (name, &bit))
        {
          g_autofree char *found = smc_text_quote (name);
          g_autofree char *wanted = smc_usage_to_string (SMC_USAGE_ALL);
          return smc_path_fail (path, SYSMEM_ERROR_PROTOCOL_DEVIATION, error,
                                "%s is not a usage; there are %s", found, wanted);
        }
      *usage |= bit;
    }
  return TRUE;
}

static gboolean
equal_usages (const SmcField *field, gconstpointer a, gconstpointer b)
{
  return *(const guint32 *)a == *(const guint32 *)b;
}

static GVariant *
write_usage (const SmcField *field, gconstpointer member)
{
  guint32 usage = *(const guint32 *)member;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("as"));
  for (guint32 bit = 1; bit <= SMC_USAGE_ALL; bit <<= 1)
    if (usage & bit)
      g_variant_builder_add (&builder, "s", smc_usage_get_name ((SmcUsage)bit));
  return g_variant_builder_end (&builder);
}

static void
describe_usage (const SmcField *field, gconstpointer member, GString *out)
{
  g_autofree char *text = smc_usage_to_string (*(const guint32 *)member);

  g_string_append (out, text);
}

const SmcKind smc_kind_usage = { "as", read_usage, equal_usages, write_usage, describe_usage };

/* as, a char **: NULL is any heap, an empty list is none */

static gboolean
read_heaps (const SmcField *field,
            GVariant *value,
            const SmcPath *path,
            const SmcConstraints *constraints,
            gpointer member,
            GError **error)
{
  if (!smc_path_check_limit (path, g_variant_n_children (value), "MaxPermittedHeaps",
                             SMC_MAX_PERMITTED_HEAPS, error))
    return FALSE;

  gsize length = g_variant_n_children (value);
  for (gsize i = 0; i < length; i++)
    {
      SmcPath element = { path->parent, path->key, (gint)i };
      gsize bytes = strlen (peek_string (value, i));
      if (!smc_path_check_limit (&element, bytes, "MaxHeapNameBytes", SMC_MAX_HEAP_NAME_BYTES,
                                 error))
        return FALSE;
    }

  *(char ***)member = g_variant_dup_strv (value, NULL);
  return TRUE;
}

static gboolean
equal_heaps (const SmcField *field, gconstpointer a, gconstpointer b)
{
  const char *const *left = *(const char *const *const *)a;
  const char *const *right = *(const char *const *const *)b;

  if (left == NULL || right == NULL)
    return left == right;
  return g_strv_equal (left, right);
}

static GVariant *
write_heaps (const SmcField *field, gconstpointer member)
{
  return g_variant_new_strv (*(const char *const *const *)member, -1);
}

static void
describe_heaps (const SmcField *field, gconstpointer member, GString *out)
{
  const char *const *heaps = *(const char *const *const *)member;

  for (guint i = 0; heaps[i] != NULL; i++)
    {
      g_autofree char *name = smc_text_escape (heaps[i]);
      append_separator (out, i);
      g_string_append (out, name);
    }
  if (heaps[0] == NULL)
    g_string_append (out, "no heap");
}

const SmcKind smc_kind_heaps = { "as", read_heaps, equal_heaps, write_heaps, describe_heaps };

/* as, a GArray of SmcPixelFormat */

static gboolean
read_pixel_formats (const SmcField *field,
                    GVariant *value,
                    const SmcPath *path,
                    const SmcConstraints *constraints,
                    gpointer member,
                    GError **error)
{
  GArray *formats = *(GArray **)member;
  gboolean real_usage = smc_constraints_has_real_usage (constraints);

  if (!smc_path_check_limit (path, g_variant_n_children (value), "MaxPixelFormats",
                             SMC_MAX_PIXEL_FORMATS, error))
    return FALSE;

  gsize length = g_variant_n_children (value);
  for (gsize i = 0; i < length; i++)
    {
      const char *text = peek_string (value, i);
      SmcPixelFormat format;

      if (!smc_pixel_format_parse (text, real_usage, &format))
        {
          g_autofree char *found = smc_text_quote (text);
          SmcPath element = { path->parent, path->key, (gint)i };
          return smc_path_fail (&element, SYSMEM_ERROR_PROTOCOL_DEVIATION, error,
                                "%s is not a pixel format; wanted FOURCC or FOURCC:MODIFIER, such "
                                "as \"NV12\", \"NV12:0x0\", \"XR24:*\" or \"*\"",
                                found);
        }
      g_array_append_val (formats, format);
    }
  return TRUE;
}

static GVariant *
write_pixel_formats (const SmcField *field, gconstpointer member)
{
  const GArray *formats = *(GArray *const *)member;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < formats->len; i++)
    g_variant_builder_add_value (&builder, g_variant_new_take_string (smc_pixel_format_to_string (
                                             &g_array_index (formats, SmcPixelFormat, i))));
  return g_variant_builder_end (&builder);
}

static void
describe_pixel_formats (const SmcField *field, gconstpointer member, GString *out)
{
  const GArray *formats = *(GArray *const *)member;

  for (guint i = 0; i < formats->len; i++)
    {
      g_autofree char *text =
        smc_pixel_format_to_string (&g_array_index (formats, SmcPixelFormat, i));
      append_separator (out, i);
      g_string_append (out, text);
    }
}

const SmcKind smc_kind_pixel_formats = { "as", read_pixel_formats, NULL, write_pixel_formats,
                                         describe_pixel_formats };

/* as, a GArray of SmcColorSpace */

static gboolean
read_color_spaces (const SmcField *field,
                   GVariant *value,
                   const SmcPath *path,
                   const SmcConstraints *constraints,
                   gpointer member,
                   GError **error)
{
  GArray *color_spaces = *(GArray **)member;

  if (!smc_path_check_limit (path, g_variant_n_children (value), "MaxColorSpaces",
                             SMC_MAX_COLOR_SPACES, error))
    return FALSE;

  gsize length = g_variant_n_children (value);
  for (gsize i = 0; i < length; i++)
    {
      const char *name = peek_string (value, i);
      SmcColorSpace color_space;

      if (!smc_color_space_parse (name, &color_space))
        {
          g_autofree char *found = smc_text_quote (name);
          g_autofree char *wanted = smc_color_spaces_to_string (SMC_COLOR_SPACES_ALL);
          return smc_path_fail (path, SYSMEM_ERROR_PROTOCOL_DEVIATION, error,
                                "%s is not a color space; there are %s", found, wanted);
        }
      g_array_append_val (color_spaces, color_space);
    }
  return TRUE;
}

static GVariant *
write_color_spaces (const SmcField *field, gconstpointer member)
{
  const GArray *color_spaces = *(GArray *const *)member;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < color_spaces->len; i++)
    g_variant_builder_add (
      &builder, "s", smc_color_space_get_name (g_array_index (color_spaces, SmcColorSpace, i)));
  return g_variant_builder_end (&builder);
}

static void
describe_color_spaces (const SmcField *field, gconstpointer member, GString *out)
{
  const GArray *color_spaces = *(GArray *const *)member;

  for (guint i = 0; i < color_spaces->len; i++)
    {
      append_separator (out, i);
      g_string_append (out,
                       smc_color_space_get_name (g_array_index (color_spaces, SmcColorSpace, i)));
    }
}

const SmcKind smc_kind_color_spaces = { "as", read_color_spaces, NULL, write_color_spaces,
                                        describe_color_spaces };

/* a(uu), a GArray of SmcSize; NULL is the empty list */

static gboolean
read_sizes (const SmcField *field,
            GVariant *value,
            const SmcPath *path,
            const SmcConstraints *constraints,
            gpointer member,
            GError **error)
{
  gsize length = g_variant_n_children (value);

  if (!smc_path_check_limit (path, g_variant_n_children (value), "MaxRequiredSizes",
                             SMC_MAX_REQUIRED_SIZES, error))
    return FALSE;
  if (length == 0)
    return TRUE;

  GArray *sizes = g_array_sized_new (FALSE, FALSE, sizeof (SmcSize), (guint)length);
  for (gsize i = 0; i < length; i++)
    {
      SmcSize size;
      g_variant_get_child (value, i, "(uu)", &size.width, &size.height);
      g_array_append_val (sizes, size);
    }
  *(GArray **)member = sizes;
  return TRUE;
}

static gboolean
equal_size_lists (const SmcField *field, gconstpointer a, gconstpointer b)
{
  const GArray *left = *(GArray *const *)a;
  const GArray *right = *(GArray *const *)b;
  guint length = array_length (left);

  return length == array_length (right)
         && (length == 0 || memcmp (left->data, right->data, length * sizeof (SmcSize)) == 0);
}

static GVariant *
write_sizes (const SmcField *field, gconstpointer member)
{
  const GArray *sizes = *(GArray *const *)member;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(uu)"));
  for (guint i = 0; i < array_length (sizes); i++)
    {
      const SmcSize *size = &g_array_index (sizes, SmcSize, i);
      g_variant_builder_add (&builder, "(uu)", size->width, size->height);
    }
  return g_variant_builder_end (&builder);
}

static void
describe_sizes (const SmcField *field, gconstpointer member, GString *out)
{
  const GArray *sizes = *(GArray *const *)member;

  for (guint i = 0; i < array_length (sizes); i++)
    {
      g_autofree char *text = smc_size_to_string (g_array_index (sizes, SmcSize, i));
      append_separator (out, i);
      g_string_append (out, text);
    }
}

const SmcKind smc_kind_sizes = { "a(uu)", read_sizes, equal_size_lists, write_sizes,
                                 describe_sizes };
