/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-format-list.h"

#include "common/smc-format.h"
#include "common/smc-limits.h"
#include "common/smc-names.h"
#include "sysmem-error.h"

#include <drm_fourcc.h>

struct _SysmemFormatList
{
  GArray *sure; /* of SmcPixelFormat: pairs whose layout is known to everybody */
  GArray *rest; /* of SmcPixelFormat: whoever has a heap for them may know them */
};

SysmemFormatList *
sysmem_format_list_new (void)
{
  SysmemFormatList *self = g_new (SysmemFormatList, 1);

  self->sure = g_array_new (FALSE, FALSE, sizeof (SmcPixelFormat));
  self->rest = g_array_new (FALSE, FALSE, sizeof (SmcPixelFormat));
  return self;
}

void
sysmem_format_list_free (SysmemFormatList *self)
{
  g_array_unref (self->sure);
  g_array_unref (self->rest);
  g_free (self);
}

static gboolean
has (const GArray *pairs, const SmcPixelFormat *pair)
{
  for (guint i = 0; i < pairs->len; i++)
    if (smc_pixel_format_equal (&g_array_index (pairs, SmcPixelFormat, i), pair))
      return TRUE;
  return FALSE;
}

/* INVALID means that only the driver knows how its buffers are laid out: nothing to share. */
void
sysmem_format_list_add (SysmemFormatList *self, guint32 fourcc, guint64 modifier)
{
  SmcPixelFormat pair = { .fourcc = fourcc, .modifier = modifier };
  GArray *pairs = smc_pixel_format_is_known (fourcc, modifier) ? self->sure : self->rest;

  if (modifier != DRM_FORMAT_MOD_INVALID && smc_format_lookup (fourcc) != NULL
      && !has (pairs, &pair))
    g_array_append_val (pairs, pair);
}

void
sysmem_format_list_add_all (SysmemFormatList *self, const GArray *pairs)
{
  for (guint i = 0; i < pairs->len; i++)
    {
      const SmcPixelFormat *pair = &g_array_index (pairs, SmcPixelFormat, i);

      sysmem_format_list_add (self, pair->fourcc, pair->modifier);
    }
}

char **
sysmem_color_spaces_to_strv (SmcColorSpaces spaces)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint space = 0; space <= SMC_COLOR_SPACE_ANY; space++)
    if ((spaces >> space & 1) != 0)
      g_strv_builder_add (names, smc_color_space_get_name ((SmcColorSpace)space));
  return g_strv_builder_end (names);
}

static SysmemImageFormatConstraints *
make_image (GStrvBuilder *formats, SmcColorSpaces spaces)
{
  g_auto (GStrv) format_names = g_strv_builder_end (formats);
  g_auto (GStrv) space_names = sysmem_color_spaces_to_strv (spaces);

  return g_object_new (SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS, "pixel-formats", format_names,
                       "color-spaces", space_names, NULL);
}

/* The pairs that carry exactly @spaces, in entries of as many as one may have. */
static void
add_images (const GArray *pairs, SmcColorSpaces spaces, GPtrArray *images)
{
  g_autoptr (GStrvBuilder) formats = g_strv_builder_new ();
  guint n = 0;

  for (guint i = 0; i < pairs->len; i++)
    {
      const SmcPixelFormat *pair = &g_array_index (pairs, SmcPixelFormat, i);
      g_autofree char *name = NULL;

      if (smc_format_lookup (pair->fourcc)->color_spaces != spaces)
        continue;
      name = smc_pixel_format_to_string (pair);
      g_strv_builder_add (formats, name);
      if (++n < SMC_MAX_PIXEL_FORMATS)
        continue;
      g_ptr_array_add (images, make_image (formats, spaces));
      n = 0;
    }
  if (n > 0)
    g_ptr_array_add (images, make_image (formats, spaces));
}

GPtrArray *
sysmem_format_list_to_images (SysmemFormatList *self)
{
  GPtrArray *images = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) pairs = g_array_copy (self->sure);
  g_autoptr (GHashTable) done = g_hash_table_new (NULL, NULL);

  if (self->rest->len > 0)
    g_array_append_vals (pairs, self->rest->data, self->rest->len);
  g_array_set_size (pairs, MIN (pairs->len, SMC_MAX_PAIRS_PER_PARTICIPANT));
  for (guint i = 0; i < pairs->len; i++)
    {
      guint32 fourcc = g_array_index (pairs, SmcPixelFormat, i).fourcc;
      SmcColorSpaces spaces = smc_format_lookup (fourcc)->color_spaces;

      if (g_hash_table_add (done, GUINT_TO_POINTER (spaces)))
        add_images (pairs, spaces, images);
    }
  return images;
}

gboolean
sysmem_format_list_describe (SysmemFormatList *self,
                             const SysmemSize *min_size,
                             const SysmemSize *max_size,
                             const char *who,
                             SysmemConstraints *constraints,
                             GError **error)
{
  g_autoptr (GPtrArray) images = sysmem_format_list_to_images (self);

  if (images->len == 0)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
                   "%s: none of its pixel formats can be shared", who);
      return FALSE;
    }
  for (guint i = 0; i < images->len; i++)
    {
      g_object_set (images->pdata[i], "min-size", min_size, "max-size", max_size, NULL);
      sysmem_constraints_add_image_format (constraints, images->pdata[i]);
    }
  return TRUE;
}
