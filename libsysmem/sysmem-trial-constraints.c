/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-trial-constraints.h"

#include "common/smc-limits.h"
#include "common/smc-schema.h"
#include "sysmem-heap.h"

#define KEY_COLOR_SPACES "color_spaces"
#define KEY_DMA_BUF_REQUIRED "dma_buf_required"
#define KEY_MIN_BUFFER_COUNT "min_buffer_count"
#define KEY_MIN_SIZE "min_size"
#define KEY_PERMITTED_HEAPS "permitted_heaps"
#define KEY_PIXEL_FORMATS "pixel_formats"
#define KEY_USAGE "usage"

static GVariant *
get_memory (GVariant *constraints)
{
  GVariant *memory = g_variant_lookup_value (constraints, SMC_KEY_MEMORY, G_VARIANT_TYPE_VARDICT);

  return memory != NULL ? memory : g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
}

/* Returns: (nullable): an aa{sv} */
static GVariant *
get_images (GVariant *constraints)
{
  return g_variant_lookup_value (constraints, SMC_KEY_IMAGE, G_VARIANT_TYPE ("aa{sv}"));
}

static const char **
get_formats (GVariant *entry)
{
  const char **formats = NULL;

  if (!g_variant_lookup (entry, KEY_PIXEL_FORMATS, "^a&s", &formats))
    formats = g_new0 (const char *, 1);
  return formats;
}

/* Heaps and formats to try */

static void
add_of_type (const GPtrArray *heaps, SysmemBufferType wanted, GPtrArray *list)
{
  for (guint i = 0; i < heaps->len; i++)
    {
      SysmemBufferType type;

      g_object_get (heaps->pdata[i], "buffer-type", &type, NULL);
      if (type == wanted)
        g_ptr_array_add (list, g_object_ref (heaps->pdata[i]));
    }
}

static gboolean
has_name (gconstpointer heap, gconstpointer name)
{
  return g_str_equal (sysmem_heap_get_name ((SysmemHeap *)heap), name);
}

static GPtrArray *
keep_permitted (const GPtrArray *heaps, const char *const *permitted)
{
  GPtrArray *kept = g_ptr_array_new_with_free_func (g_object_unref);
  guint index;

  for (guint i = 0; permitted[i] != NULL; i++)
    if (g_ptr_array_find_with_equal_func ((GPtrArray *)heaps, permitted[i], has_name, &index))
      g_ptr_array_add (kept, g_object_ref (heaps->pdata[index]));
  return kept;
}

GPtrArray *
sysmem_trial_constraints_list_heaps (GVariant *constraints, const GPtrArray *heaps)
{
  g_autoptr (GVariant) memory = get_memory (constraints);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree const char **permitted = NULL;
  gboolean dma_buf_required = FALSE;

  (void)g_variant_lookup (memory, KEY_DMA_BUF_REQUIRED, "b", &dma_buf_required);
  add_of_type (heaps, SYSMEM_BUFFER_DMA_BUF, list);
  if (!dma_buf_required)
    add_of_type (heaps, SYSMEM_BUFFER_MEMFD, list);
  if (g_variant_lookup (memory, KEY_PERMITTED_HEAPS, "^a&s", &permitted))
    return keep_permitted (list, permitted);
  return g_steal_pointer (&list);
}

GPtrArray *
sysmem_trial_constraints_list_formats (GVariant *constraints)
{
  g_autoptr (GVariant) images = get_images (constraints);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  gsize n = images != NULL ? g_variant_n_children (images) : 0;

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (images, i);
      g_autofree const char **formats = get_formats (entry);

      for (guint j = 0; formats[j] != NULL; j++)
        g_ptr_array_add (names, g_strdup (formats[j]));
    }
  if (n == 0)
    g_ptr_array_add (names, g_strdup (""));
  return names;
}

/* One trial */

static GVariant *
permit_only (GVariant *constraints, const char *const *heaps)
{
  g_autoptr (GVariant) memory = get_memory (constraints);
  GVariantDict dict;

  g_variant_dict_init (&dict, memory);
  g_variant_dict_insert_value (&dict, KEY_PERMITTED_HEAPS, g_variant_new_strv (heaps, -1));
  return g_variant_dict_end (&dict);
}

/* Any color space that the format carries will do, and it carries this one. */
static GVariant *
make_trial_image (GVariant *entry, const char *format, const SysmemSize *size)
{
  static const char *const spaces[] = { "passthrough", NULL };
  const char *const formats[] = { format, NULL };
  GVariantDict dict;

  g_variant_dict_init (&dict, entry);
  g_variant_dict_insert_value (&dict, KEY_PIXEL_FORMATS, g_variant_new_strv (formats, -1));
  g_variant_dict_insert_value (&dict, KEY_COLOR_SPACES, g_variant_new_strv (spaces, -1));
  g_variant_dict_insert (&dict, KEY_MIN_SIZE, "(uu)", size->width, size->height);
  return g_variant_dict_end (&dict);
}

/* Returns: (transfer floating): an aa{sv} with one entry */
static GVariant *
make_trial_images (GVariant *images, const char *format, const SysmemSize *size)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; i < g_variant_n_children (images); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (images, i);
      g_autofree const char **formats = get_formats (entry);

      if (g_strv_contains (formats, format))
        g_variant_builder_add_value (&list, make_trial_image (entry, format, size));
    }
  return g_variant_builder_end (&list);
}

SysmemConstraints *
sysmem_trial_constraints_new (GVariant *constraints,
                              const char *heap,
                              const char *format,
                              const SysmemSize *size,
                              GError **error)
{
  const char *const heaps[] = { heap, NULL };
  g_autoptr (GVariant) images = get_images (constraints);
  g_autoptr (GVariant) usage = g_variant_lookup_value (constraints, KEY_USAGE, NULL);
  g_autoptr (GVariant) trial = NULL;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  if (usage != NULL)
    g_variant_dict_insert_value (&dict, KEY_USAGE, usage);
  g_variant_dict_insert (&dict, KEY_MIN_BUFFER_COUNT, "u", 1);
  g_variant_dict_insert_value (&dict, SMC_KEY_MEMORY, permit_only (constraints, heaps));
  if (images != NULL)
    g_variant_dict_insert_value (&dict, SMC_KEY_IMAGE, make_trial_images (images, format, size));
  trial = g_variant_ref_sink (g_variant_dict_end (&dict));
  return sysmem_constraints_new_from_variant (trial, error);
}

/* The conclusion */

/* Returns: (transfer floating): an aa{sv} */
static GVariant *
keep_formats (GVariant *images, char **refused)
{
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; i < g_variant_n_children (images); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (images, i);
      g_autofree const char **formats = get_formats (entry);
      g_autoptr (GPtrArray) kept = g_ptr_array_new ();
      GVariantDict dict;

      for (guint j = 0; formats[j] != NULL; j++)
        if (!g_strv_contains ((const char *const *)refused, formats[j]))
          g_ptr_array_add (kept, (gpointer)formats[j]);
      if (kept->len == 0)
        continue;
      g_variant_dict_init (&dict, entry);
      g_variant_dict_insert_value (
        &dict, KEY_PIXEL_FORMATS,
        g_variant_new_strv ((const char *const *)kept->pdata, (gssize)kept->len));
      g_variant_builder_add_value (&list, g_variant_dict_end (&dict));
    }
  return g_variant_builder_end (&list);
}

/* As much of it as a client's name may have. */
static char *
make_name (const char *name, char **refused_heaps, char **refused_formats)
{
  g_autofree char *heaps = g_strjoinv (", ", refused_heaps);
  g_autofree char *formats = g_strjoinv (", ", refused_formats);
  g_autofree char *text =
    g_strdup_printf ("%s (cannot import %s%s%s)", name != NULL ? name : "device", heaps,
                     heaps[0] != '\0' && formats[0] != '\0' ? ", " : "", formats);
  const char *end = text + MIN (strlen (text), SMC_MAX_CLIENT_NAME_BYTES);

  if (*end != '\0')
    end = g_utf8_find_prev_char (text, end);
  return g_strndup (text, (gsize)(end - text));
}

SysmemConstraints *
sysmem_trial_constraints_narrow (GVariant *constraints,
                                 const char *name,
                                 char **heaps,
                                 char **refused_heaps,
                                 char **refused_formats,
                                 GError **error)
{
  gboolean refused = refused_heaps[0] != NULL || refused_formats[0] != NULL;
  g_autoptr (GVariant) images = get_images (constraints);
  g_autoptr (GVariant) narrowed = NULL;
  g_autofree char *said =
    refused ? make_name (name, refused_heaps, refused_formats) : g_strdup (name);
  SysmemConstraints *result;
  GVariantDict dict;

  g_variant_dict_init (&dict, constraints);
  if (refused_heaps[0] != NULL)
    g_variant_dict_insert_value (&dict, SMC_KEY_MEMORY,
                                 permit_only (constraints, (const char *const *)heaps));
  if (refused_formats[0] != NULL && images != NULL)
    g_variant_dict_insert_value (&dict, SMC_KEY_IMAGE, keep_formats (images, refused_formats));
  narrowed = g_variant_ref_sink (g_variant_dict_end (&dict));
  result = sysmem_constraints_new_from_variant (narrowed, error);
  if (result != NULL)
    g_object_set (result, "name", said, NULL);
  return result;
}
