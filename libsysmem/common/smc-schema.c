/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-schema.h"

#include "common/smc-limits.h"

#define MEMORY(member) G_STRUCT_OFFSET (SmcMemoryConstraints, member)
#define ENTRY(member) G_STRUCT_OFFSET (SmcImageEntry, member)
#define BOUND(member) G_STRUCT_OFFSET (SmcImageEntry, bounds.member)
#define TOP(member) G_STRUCT_OFFSET (SmcConstraints, member)

/* clang-format off */
const SmcField smc_memory_fields[] = {
  { "min_size_bytes", &smc_kind_uint64, .offset = MEMORY (min_size_bytes) },
  { "max_size_bytes", &smc_kind_uint64, .offset = MEMORY (max_size_bytes) },
  { "physically_contiguous_required", &smc_kind_boolean,
    .offset = MEMORY (physically_contiguous_required) },
  { "secure_required", &smc_kind_boolean, .offset = MEMORY (secure_required) },
  { "cpu_domain_supported", &smc_kind_bit, .offset = MEMORY (domains), .bit = SMC_DOMAIN_CPU },
  { "ram_domain_supported", &smc_kind_bit, .offset = MEMORY (domains), .bit = SMC_DOMAIN_RAM },
  { "inaccessible_domain_supported", &smc_kind_bit, .offset = MEMORY (domains),
    .bit = SMC_DOMAIN_INACCESSIBLE },
  { "permitted_heaps", &smc_kind_heaps, .offset = MEMORY (permitted_heaps) },
  { "min_physical_base_alignment", &smc_kind_uint64, .offset = MEMORY (min_physical_base_alignment),
    .has_offset = MEMORY (has_min_physical_base_alignment) },
  { "dma_buf_required", &smc_kind_boolean, .offset = MEMORY (dma_buf_required) },
  { .key = NULL },
};

#define N_LIST_FIELDS 2

const SmcField smc_entry_fields[] = {
  { "pixel_formats", &smc_kind_pixel_formats, .offset = ENTRY (pixel_formats), .required = TRUE },
  { "color_spaces", &smc_kind_color_spaces, .offset = ENTRY (color_spaces), .required = TRUE },
  { "min_size", &smc_kind_size, .offset = BOUND (min_size) },
  { "max_size", &smc_kind_size, .offset = BOUND (max_size) },
  { "min_bytes_per_row", &smc_kind_uint32, .offset = BOUND (min_bytes_per_row) },
  { "max_bytes_per_row", &smc_kind_uint32, .offset = BOUND (max_bytes_per_row) },
  { "max_width_times_height", &smc_kind_uint64, .offset = BOUND (max_width_times_height) },
  { "size_alignment", &smc_kind_size, .offset = BOUND (size_alignment) },
  { "display_rect_alignment", &smc_kind_size, .offset = BOUND (display_rect_alignment) },
  { "required_min_size", &smc_kind_size, .offset = BOUND (required_min_size),
    .has_offset = BOUND (has_required_min_size) },
  { "required_max_size", &smc_kind_size, .offset = BOUND (required_max_size),
    .has_offset = BOUND (has_required_max_size) },
  { "required_max_size_list", &smc_kind_sizes, .offset = BOUND (required_max_size_list) },
  { "bytes_per_row_divisor", &smc_kind_uint32, .offset = BOUND (bytes_per_row_divisor) },
  { "start_offset_divisor", &smc_kind_uint32, .offset = BOUND (start_offset_divisor) },
  { "require_bytes_per_row_at_pixel_boundary", &smc_kind_boolean,
    .offset = BOUND (require_bytes_per_row_at_pixel_boundary) },
  { "is_alpha_present", &smc_kind_alpha, .offset = BOUND (is_alpha_present) },
  { "pad_for_block_size", &smc_kind_size, .offset = BOUND (pad_for_block_size) },
  { "pad_beyond_image_size_bytes", &smc_kind_uint64,
    .offset = BOUND (pad_beyond_image_size_bytes) },
  { .key = NULL },
};
/* clang-format on */

const SmcField *const smc_bounds_fields = smc_entry_fields + N_LIST_FIELDS;

/* Fills in the domains that were not named. */
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

  if (!smc_fields_read (smc_memory_fields, value, path, constraints, memory, &given, error))
    return FALSE;

  guint32 defaults = smc_default_domains (constraints->usage, memory->secure_required);
  for (guint i = 0; smc_memory_fields[i].key != NULL; i++)
    {
      guint32 bit = smc_memory_fields[i].bit;
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

  if (!smc_path_check_limit (path, length, "MaxImageFormatConstraints", SMC_MAX_IMAGE_ENTRIES,
                             error))
    return FALSE;
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
      if (!smc_fields_read (smc_entry_fields, dict, &element, constraints, entry, &given, error))
        return FALSE;
    }
  return TRUE;
}

static const SmcKind kind_memory = { .type = "a{sv}", .read = read_memory };
static const SmcKind kind_image_entries = { .type = "aa{sv}", .read = read_image_entries };

/* usage comes first: what absent domains and modifiers mean depends on it. */
/* clang-format off */
const SmcField smc_constraints_fields[] = {
  { "usage", &smc_kind_usage, .offset = TOP (usage), .required = TRUE },
  { "min_buffer_count_for_camping", &smc_kind_uint32,
    .offset = TOP (min_buffer_count_for_camping) },
  { "min_buffer_count_for_dedicated_slack", &smc_kind_uint32,
    .offset = TOP (min_buffer_count_for_dedicated_slack) },
  { "min_buffer_count_for_shared_slack", &smc_kind_uint32,
    .offset = TOP (min_buffer_count_for_shared_slack) },
  { "min_buffer_count", &smc_kind_uint32, .offset = TOP (min_buffer_count) },
  { "max_buffer_count", &smc_kind_uint32, .offset = TOP (max_buffer_count) },
  { SMC_KEY_MEMORY, &kind_memory, .offset = TOP (memory) },
  { SMC_KEY_IMAGE, &kind_image_entries, .offset = TOP (image_entries) },
  { .key = NULL },
};
/* clang-format on */
