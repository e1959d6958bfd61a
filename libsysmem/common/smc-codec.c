/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-codec.h"

#include <string.h>

#include "common/smc-field.h"
#include "common/smc-limits.h"
#include "common/smc-names.h"

#define MEMORY_KEY "buffer_memory_constraints"
#define IMAGE_KEY "image_format_constraints"

/* The tables: every key of 02 (Constraints), in its order. A key is named as its member is. */

#define FIELD(structure, name, sort) \
  { \
    .key = #name, .kind = &smc_kind_##sort, .offset = G_STRUCT_OFFSET (structure, name), \
    .has_offset = -1 \
  }
#define REQUIRED(structure, name, sort) \
  { \
    .key = #name, .kind = &smc_kind_##sort, .offset = G_STRUCT_OFFSET (structure, name), \
    .has_offset = -1, .required = TRUE \
  }
#define NESTED(structure, name, nested_kind, member) \
  { \
    .key = name, .kind = &nested_kind, .offset = G_STRUCT_OFFSET (structure, member), \
    .has_offset = -1 \
  }
#define WITH_FLAG(structure, name, sort) \
  { \
    .key = #name, .kind = &smc_kind_##sort, .offset = G_STRUCT_OFFSET (structure, name), \
    .has_offset = G_STRUCT_OFFSET (structure, has_##name) \
  }
#define DOMAIN(name, domain) \
  { \
    .key = #name, .kind = &smc_kind_bit, \
    .offset = G_STRUCT_OFFSET (SmcMemoryConstraints, domains), .has_offset = -1, .bit = domain \
  }
#define BOUND(name, sort) \
  { \
    .key = #name, .kind = &smc_kind_##sort, \
    .offset = G_STRUCT_OFFSET (SmcImageEntry, bounds.name), .has_offset = -1 \
  }
#define BOUND_WITH_FLAG(name, sort) \
  { \
    .key = #name, .kind = &smc_kind_##sort, \
    .offset = G_STRUCT_OFFSET (SmcImageEntry, bounds.name), \
    .has_offset = G_STRUCT_OFFSET (SmcImageEntry, bounds.has_##name) \
  }
#define END \
  { \
    .key = NULL \
  }

static const SmcField memory_fields[] = {
  FIELD (SmcMemoryConstraints, min_size_bytes, uint64),
  FIELD (SmcMemoryConstraints, max_size_bytes, uint64),
  FIELD (SmcMemoryConstraints, physically_contiguous_required, boolean),
  FIELD (SmcMemoryConstraints, secure_required, boolean),
  DOMAIN (cpu_domain_supported, SMC_DOMAIN_CPU),
  DOMAIN (ram_domain_supported, SMC_DOMAIN_RAM),
  DOMAIN (inaccessible_domain_supported, SMC_DOMAIN_INACCESSIBLE),
  FIELD (SmcMemoryConstraints, permitted_heaps, heaps),
  WITH_FLAG (SmcMemoryConstraints, min_physical_base_alignment, uint64),
  FIELD (SmcMemoryConstraints, dma_buf_required, boolean),
  END,
};

static const SmcField entry_fields[] = {
  REQUIRED (SmcImageEntry, pixel_formats, pixel_formats),
  REQUIRED (SmcImageEntry, color_spaces, color_spaces),
  BOUND (min_size, size),
  BOUND (max_size, size),
  BOUND (min_bytes_per_row, uint32),
  BOUND (max_bytes_per_row, uint32),
  BOUND (max_width_times_height, uint64),
  BOUND (size_alignment, size),
  BOUND (display_rect_alignment, size),
  BOUND_WITH_FLAG (required_min_size, size),
  BOUND_WITH_FLAG (required_max_size, size),
  BOUND (required_max_size_list, sizes),
  BOUND (bytes_per_row_divisor, uint32),
  BOUND (start_offset_divisor, uint32),
  BOUND (require_bytes_per_row_at_pixel_boundary, boolean),
  BOUND (is_alpha_present, alpha),
  BOUND (pad_for_block_size, size),
  BOUND (pad_beyond_image_size_bytes, uint64),
  END,
};

/* Where the fields begin that a settled image has as well. */
static const SmcField *const bounds_fields = entry_fields + 2;

static gboolean
read_memory (const SmcField *field,
             GVariant *value,
             const SmcPath *path,
             const SmcConstraints *constraints,
             gpointer member,
             GError **error)
{
  SmcMemoryConstraints *memory = member;
  guint32 given;

  if (!smc_fields_read (memory_fields, value, path, constraints, memory, &given, error))
    return FALSE;

  guint32 defaults = smc_default_domains (constraints->usage, memory->secure_required);
  for (guint i = 0; memory_fields[i].key != NULL; i++)
    {
      guint32 bit = memory_fields[i].bit;
      if (!(given & (1u << i)))
        memory->domains = (memory->domains & ~bit) | (defaults & bit);
    }
  return TRUE;
}

static gboolean
read_image_entries (const SmcField *field,
                    GVariant *value,
                    const SmcPath *path,
                    const SmcConstraints *constraints,
                    gpointer member,
                    GError **error)
{
  gsize length = g_variant_n_children (value);
  GPtrArray **entries = member;

  if (length > SMC_MAX_IMAGE_ENTRIES)
    return smc_path_fail_limit (path, length, "MaxImageFormatConstraints", SMC_MAX_IMAGE_ENTRIES,
                                error);
  if (length == 0)
    return TRUE;

  *entries = g_ptr_array_new_full ((guint)length, (GDestroyNotify)smc_image_entry_free);
  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (GVariant) dict = g_variant_get_child_value (value, i);
      SmcPath element = { path->parent, path->key, (gint)i };
      SmcImageEntry *entry = smc_image_entry_new ();
      guint32 given;

      g_ptr_array_add (*entries, entry);
      if (!smc_fields_read (entry_fields, dict, &element, constraints, entry, &given, error))
        return FALSE;
    }
  return TRUE;
}

static const SmcKind kind_memory = { .type = "a{sv}", .read = read_memory };
static const SmcKind kind_image_entries = { .type = "aa{sv}", .read = read_image_entries };

/* usage comes first: what absent domains and modifiers mean depends on it. */
static const SmcField top_fields[] = {
  REQUIRED (SmcConstraints, usage, usage),
  FIELD (SmcConstraints, min_buffer_count_for_camping, uint32),
  FIELD (SmcConstraints, min_buffer_count_for_dedicated_slack, uint32),
  FIELD (SmcConstraints, min_buffer_count_for_shared_slack, uint32),
  FIELD (SmcConstraints, min_buffer_count, uint32),
  FIELD (SmcConstraints, max_buffer_count, uint32),
  NESTED (SmcConstraints, MEMORY_KEY, kind_memory, memory),
  NESTED (SmcConstraints, IMAGE_KEY, kind_image_entries, image_entries),
  END,
};

SmcConstraints *
smc_constraints_from_variant (GVariant *dict, GError **error)
{
  g_autoptr (SmcConstraints) constraints = smc_constraints_new ();
  guint32 given;

  if (g_variant_is_of_type (dict, G_VARIANT_TYPE_VARDICT) && g_variant_n_children (dict) == 0)
    return g_steal_pointer (&constraints);

  if (!smc_fields_read (top_fields, dict, NULL, constraints, constraints, &given, error))
    return NULL;

  constraints->is_empty = FALSE;
  if (!(given & smc_field_get_mask (top_fields, MEMORY_KEY)))
    constraints->memory.domains = smc_default_domains (constraints->usage, FALSE);
  return g_steal_pointer (&constraints);
}

/* What @constraints would hold if it had only been told its usage and whether it is secure. */
static SmcConstraints *
neutral_constraints_for (const SmcConstraints *constraints)
{
  SmcConstraints *neutral = smc_constraints_new ();

  neutral->memory.domains =
    smc_default_domains (constraints->usage, constraints->memory.secure_required);
  return neutral;
}

static GVariant *
write_dict (const SmcField *fields, gconstpointer base, gconstpointer neutral)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  smc_fields_write (fields, base, neutral, &builder);
  return g_variant_builder_end (&builder);
}

static GVariant *
write_image_entries (const GPtrArray *entries)
{
  g_autoptr (SmcImageEntry) neutral = smc_image_entry_new ();
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < entries->len; i++)
    g_variant_builder_add_value (
      &builder, write_dict (entry_fields, g_ptr_array_index (entries, i), neutral));
  return g_variant_builder_end (&builder);
}

GVariant *
smc_constraints_to_variant (const SmcConstraints *constraints)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  if (constraints->is_empty)
    return g_variant_builder_end (&builder);

  g_autoptr (SmcConstraints) neutral = neutral_constraints_for (constraints);
  smc_fields_write (top_fields, constraints, neutral, &builder);

  g_autoptr (GVariant) memory =
    g_variant_ref_sink (write_dict (memory_fields, &constraints->memory, &neutral->memory));
  if (g_variant_n_children (memory) > 0)
    g_variant_builder_add (&builder, "{sv}", MEMORY_KEY, memory);
  if (constraints->image_entries != NULL && constraints->image_entries->len > 0)
    g_variant_builder_add (&builder, "{sv}", IMAGE_KEY,
                           write_image_entries (constraints->image_entries));
  return g_variant_builder_end (&builder);
}

/* Settings */

static GVariant *
write_image (const SmcImage *image)
{
  const SmcImageEntry view = { .bounds = image->bounds };
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (
    &builder, "{sv}", "pixel_format",
    g_variant_new_take_string (smc_pixel_format_to_string (&image->pixel_format)));
  g_variant_builder_add (&builder, "{sv}", "color_space",
                         g_variant_new_string (smc_color_space_get_name (image->color_space)));
  smc_fields_write (bounds_fields, &view, NULL, &builder);
  return g_variant_builder_end (&builder);
}

static GVariant *
write_planes (const GArray *planes)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(tu)"));
  for (guint i = 0; i < planes->len; i++)
    {
      const SmcPlane *plane = &g_array_index (planes, SmcPlane, i);
      g_variant_builder_add (&builder, "(tu)", plane->offset, plane->stride);
    }
  return g_variant_builder_end (&builder);
}

static void
add_string (GVariantBuilder *builder, const char *key, const char *value)
{
  g_variant_builder_add (builder, "{sv}", key, g_variant_new_string (value));
}

static void
add_image (GVariantBuilder *builder, const SmcSettings *settings)
{
  if (settings->image != NULL)
    g_variant_builder_add (builder, "{sv}", IMAGE_KEY, write_image (settings->image));
  if (settings->planes == NULL)
    return;

  g_variant_builder_add (builder, "{sv}", "planes", write_planes (settings->planes));
  g_variant_builder_add (
    builder, "{sv}", "image_size",
    g_variant_new ("(uu)", settings->image_size.width, settings->image_size.height));
}

void
smc_settings_add_to_builder (const SmcSettings *settings,
                             SmcWriteProtection write_protection,
                             GVariantBuilder *builder)
{
  const SmcField *usage = smc_fields_find (top_fields, "usage");

  g_variant_builder_add (builder, "{sv}", "size_bytes",
                         g_variant_new_uint64 (settings->size_bytes));
  g_variant_builder_add (builder, "{sv}", "raw_size_bytes",
                         g_variant_new_uint64 (settings->raw_size_bytes));
  add_string (builder, "heap", settings->heap);
  add_string (builder, "buffer_type", smc_buffer_type_get_name (settings->buffer_type));
  add_string (builder, "coherency_domain", smc_domain_get_name (settings->coherency_domain));
  g_variant_builder_add (builder, "{sv}", "is_physically_contiguous",
                         g_variant_new_boolean (settings->is_physically_contiguous));
  g_variant_builder_add (builder, "{sv}", "is_secure", g_variant_new_boolean (settings->is_secure));
  add_string (builder, "write_protection", smc_write_protection_get_name (write_protection));
  g_variant_builder_add (builder, "{sv}", "usage", usage->kind->write (usage, &settings->usage));
  add_image (builder, settings);
}

/* Values as text */

/* Entries that say the same are told once. */
static char *
describe_in_entries (const GPtrArray *entries, const SmcField *field)
{
  gboolean is_list = field->kind == &smc_kind_pixel_formats;
  g_autoptr (SmcImageEntry) neutral = smc_image_entry_new ();
  g_autoptr (GString) previous = g_string_new (NULL);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < entries->len; i++)
    {
      g_autoptr (GString) value = g_string_new (NULL);

      smc_field_describe (field, g_ptr_array_index (entries, i), neutral, value);
      if (g_string_equal (value, previous))
        continue;
      g_string_append_printf (out, "%s%s", out->len == 0 ? "" : is_list ? ", " : "; ", value->str);
      g_string_assign (previous, value->str);
    }
  return g_string_free (out, FALSE);
}

static char *
describe_dict (const SmcField *fields, gconstpointer base, gconstpointer neutral)
{
  GString *out = g_string_new (NULL);

  for (const SmcField *field = fields; field->key != NULL; field++)
    {
      if (smc_field_is_absent (field, base, neutral))
        continue;
      g_string_append_printf (out, "%s%s ", out->len == 0 ? "" : ", ", field->key);
      smc_field_describe (field, base, neutral, out);
    }
  if (out->len == 0)
    g_string_append (out, "absent");
  return g_string_free (out, FALSE);
}

static const char *
skip_prefix (const char *text, const char *prefix)
{
  return g_str_has_prefix (text, prefix) ? text + strlen (prefix) : NULL;
}

char *
smc_constraints_field_to_string (const SmcConstraints *constraints, const char *name)
{
  g_autoptr (SmcConstraints) neutral = neutral_constraints_for (constraints);
  const char *memory_key = skip_prefix (name, MEMORY_KEY ".");
  const char *image_key = skip_prefix (name, IMAGE_KEY ".");
  const SmcField *field = NULL;
  GString *out;

  if (constraints->is_empty)
    return g_strdup ("absent");
  if (strcmp (name, MEMORY_KEY) == 0)
    return describe_dict (memory_fields, &constraints->memory, &neutral->memory);
  if (strcmp (name, IMAGE_KEY) == 0)
    return smc_constraints_field_to_string (constraints, IMAGE_KEY ".pixel_formats");

  if (image_key != NULL)
    {
      field = smc_fields_find (entry_fields, image_key);
      if (field == NULL || constraints->image_entries == NULL)
        return g_strdup ("absent");
      return describe_in_entries (constraints->image_entries, field);
    }

  field = memory_key != NULL ? smc_fields_find (memory_fields, memory_key)
                             : smc_fields_find (top_fields, name);
  if (field == NULL)
    return g_strdup ("absent");

  out = g_string_new (NULL);
  if (memory_key != NULL)
    smc_field_describe (field, &constraints->memory, &neutral->memory, out);
  else
    smc_field_describe (field, constraints, neutral, out);
  return g_string_free (out, FALSE);
}
