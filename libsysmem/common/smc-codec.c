/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-codec.h"

#include "common/smc-names.h"
#include "common/smc-schema.h"

SmcConstraints *
smc_constraints_from_variant (GVariant *dict, GError **error)
{
  g_autoptr (SmcConstraints) constraints = smc_constraints_new ();
  guint32 given;

  if (g_variant_is_of_type (dict, G_VARIANT_TYPE_VARDICT) && g_variant_is_normal_form (dict)
      && g_variant_n_children (dict) == 0)
    return g_steal_pointer (&constraints);

  if (!smc_fields_read (smc_constraints_fields, dict, NULL, constraints, constraints, &given,
                        error))
    return NULL;

  constraints->is_empty = FALSE;
  if (!(given & smc_field_get_mask (smc_constraints_fields, SMC_KEY_MEMORY)))
    constraints->memory.domains = smc_default_domains (constraints->usage, FALSE);
  return g_steal_pointer (&constraints);
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
      &builder, write_dict (smc_entry_fields, g_ptr_array_index (entries, i), neutral));
  return g_variant_builder_end (&builder);
}

GVariant *
smc_constraints_to_variant (const SmcConstraints *constraints)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  if (constraints->is_empty)
    return g_variant_builder_end (&builder);

  g_autoptr (SmcConstraints) neutral = smc_constraints_new_neutral (constraints);
  smc_fields_write (smc_constraints_fields, constraints, neutral, &builder);

  g_autoptr (GVariant) memory =
    g_variant_ref_sink (write_dict (smc_memory_fields, &constraints->memory, &neutral->memory));
  if (g_variant_n_children (memory) > 0)
    g_variant_builder_add (&builder, "{sv}", SMC_KEY_MEMORY, memory);
  if (constraints->image_entries != NULL && constraints->image_entries->len > 0)
    g_variant_builder_add (&builder, "{sv}", SMC_KEY_IMAGE,
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
  smc_fields_write (smc_bounds_fields, &view, NULL, &builder);
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
    g_variant_builder_add (builder, "{sv}", SMC_KEY_IMAGE, write_image (settings->image));
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
  const SmcField *usage = smc_fields_find (smc_constraints_fields, "usage");

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
