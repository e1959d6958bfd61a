/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-settings.h"

#include "ctl-dict.h"
#include "ctl-text.h"
#include <glib/gi18n.h>

CtlTable *
ctl_facts_new (void)
{
  static const CtlColumn columns[] = { { "", FALSE }, { "", FALSE }, { NULL } };

  return ctl_table_new (columns);
}

static void
add_buffers (CtlTable *facts, GVariant *settings, guint64 count)
{
  g_autofree char *n = ctl_text_format_number (count);
  g_autofree char *bytes = ctl_text_format_number (ctl_dict_get_number (settings, "size_bytes"));

  ctl_table_add_cell (facts, "%s", _ ("Buffers"));
  ctl_table_add_cell (facts, _ ("%s × %s bytes"), n, bytes);
}

static void
add_heap (CtlTable *facts, GVariant *settings)
{
  GString *heap = g_string_new (ctl_dict_get_string (settings, "heap"));

  g_string_append_printf (heap, ", %s", ctl_dict_get_string (settings, "buffer_type"));
  if (ctl_dict_get_number (settings, "is_physically_contiguous") != 0)
    g_string_append_printf (heap, ", %s", _ ("contiguous"));
  if (ctl_dict_get_number (settings, "is_secure") != 0)
    g_string_append_printf (heap, ", %s", _ ("secure"));
  ctl_table_add (facts, _ ("Heap"), heap->str);
  g_string_free (heap, TRUE);
}

static char *
format_size (GVariant *image, const char *key)
{
  guint32 width;
  guint32 height;

  /* The largest number there is means that nobody said one. */
  if (!g_variant_lookup (image, key, "(uu)", &width, &height) || width == G_MAXUINT32)
    return NULL;
  return g_strdup_printf ("%u×%u", width, height);
}

static void
add_sizes (CtlTable *facts, GVariant *image)
{
  g_autofree char *smallest = format_size (image, "min_size");
  g_autofree char *largest = format_size (image, "max_size");

  if (smallest != NULL)
    ctl_table_add (facts, _ ("Smallest image"), smallest);
  if (largest != NULL)
    ctl_table_add (facts, _ ("Largest image"), largest);
}

static void
add_rows (CtlTable *facts, GVariant *image)
{
  guint64 divisor = ctl_dict_get_number (image, "bytes_per_row_divisor");
  g_autofree char *least =
    ctl_text_format_number (ctl_dict_get_number (image, "min_bytes_per_row"));
  g_autofree char *step = ctl_text_format_number (divisor);

  ctl_table_add_cell (facts, "%s", _ ("Bytes per row"));
  if (divisor <= 1)
    ctl_table_add_cell (facts, _ ("at least %s"), least);
  else
    ctl_table_add_cell (facts, _ ("at least %s, multiples of %s"), least, step);
}

static void
add_planes (CtlTable *facts, GVariant *settings)
{
  g_autoptr (GVariant) planes = ctl_dict_get_list (settings, "planes", "a(tu)");
  guint64 offset;
  guint32 stride;
  GVariantIter iter;

  g_variant_iter_init (&iter, planes);
  while (g_variant_iter_next (&iter, "(tu)", &offset, &stride))
    {
      g_autofree char *begin = ctl_text_format_number (offset);

      ctl_table_add_cell (facts, "%s", _ ("Plane"));
      ctl_table_add_cell (facts, _ ("at %s, %u bytes per row"), begin, stride);
    }
}

void
ctl_facts_add_settings (CtlTable *facts, GVariant *settings, guint64 buffer_count)
{
  g_autoptr (GVariant) image =
    g_variant_lookup_value (settings, "image_format_constraints", G_VARIANT_TYPE_VARDICT);
  g_autofree char *usage = ctl_dict_join (settings, "usage", " ");

  add_buffers (facts, settings, buffer_count);
  add_heap (facts, settings);
  ctl_table_add (facts, _ ("Coherency domain"), ctl_dict_get_string (settings, "coherency_domain"));
  ctl_table_add (facts, _ ("Write protection"), ctl_dict_get_string (settings, "write_protection"));
  ctl_table_add (facts, _ ("Usage"), usage);
  if (image == NULL)
    return;
  ctl_table_add (facts, _ ("Pixel format"), ctl_dict_get_string (image, "pixel_format"));
  ctl_table_add (facts, _ ("Color space"), ctl_dict_get_string (image, "color_space"));
  add_sizes (facts, image);
  add_rows (facts, image);
  add_planes (facts, settings);
}
