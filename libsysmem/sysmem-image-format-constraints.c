/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-image-format-constraints-private.h"

#include "sysmem-fields.h"

/**
 * SysmemImageFormatConstraints:
 *
 * What a participant can live with in images of some pixel formats. A property that was not set is
 * not said, which leaves others free. A participant has one of these for each group of formats
 * that it treats alike.
 *
 * Since: 1.0
 */
struct _SysmemImageFormatConstraints
{
  GObject parent_instance;

  SysmemFields fields;
};

G_DEFINE_FINAL_TYPE (SysmemImageFormatConstraints, sysmem_image_format_constraints, G_TYPE_OBJECT)

static void
sysmem_image_format_constraints_get_property (GObject *object,
                                              guint id,
                                              GValue *value,
                                              GParamSpec *pspec)
{
  sysmem_fields_get (&SYSMEM_IMAGE_FORMAT_CONSTRAINTS (object)->fields, id, value, pspec);
}

static void
sysmem_image_format_constraints_set_property (GObject *object,
                                              guint id,
                                              const GValue *value,
                                              GParamSpec *pspec)
{
  sysmem_fields_set (&SYSMEM_IMAGE_FORMAT_CONSTRAINTS (object)->fields, smc_entry_fields, id,
                     value);
}

static void
sysmem_image_format_constraints_finalize (GObject *object)
{
  sysmem_fields_clear (&SYSMEM_IMAGE_FORMAT_CONSTRAINTS (object)->fields);
  G_OBJECT_CLASS (sysmem_image_format_constraints_parent_class)->finalize (object);
}

/**
 * SysmemImageFormatConstraints:pixel-formats:
 *
 * 1 to 65 pixel formats, each `FOURCC` or `FOURCC:MODIFIER`: a DRM fourcc such as `NV12` or
 * `*`, and a DRM modifier such as `0x0` (linear) or `*`. A missing modifier means linear, or
 * any if there is no usage or the fourcc is `*`. Has to be said.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:color-spaces:
 *
 * 1 to 32 of `srgb`, `rec601-ntsc`, `rec601-ntsc-full`, `rec601-pal`, `rec601-pal-full`,
 * `rec709`, `rec2020`, `rec2100`, `passthrough`, or `*` alone. Has to be said.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:min-size:
 *
 * The smallest image that a buffer has to be able to hold, in pixels; 0x0 unless said.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:max-size:
 *
 * The largest image this participant can work with, in pixels; no maximum unless said.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:min-bytes-per-row:
 *
 * The shortest row, in bytes; 0 unless said.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:max-bytes-per-row:
 *
 * The longest row, in bytes; no maximum unless said.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:max-width-times-height:
 *
 * The largest area, in pixels; no maximum unless said.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:size-alignment:
 *
 * What width and height have to be multiples of, powers of two; 1x1 unless said.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:display-rect-alignment:
 *
 * What the visible rectangle has to be aligned to, powers of two, in pixels; 1x1 unless said.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:required-min-size:
 *
 * The smallest image that everybody has to be able to work with, in pixels.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:required-max-size:
 *
 * An image size that everybody has to be able to work with, and that a buffer has to hold.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:required-max-size-list:
 *
 * More such sizes, at most 64: an array of pairs of width and height, in pixels.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:bytes-per-row-divisor:
 *
 * What a row has to be a multiple of, in bytes; 1 unless said.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:start-offset-divisor:
 *
 * What an image's offset in the buffer has to be a multiple of, in bytes, a power of two up
 * to the page size; 1 unless said.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:require-bytes-per-row-at-pixel-boundary:
 *
 * Whether a row has to be a whole number of pixels.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:is-alpha-present:
 *
 * Whether the alpha channel means something; everybody who says so has to agree.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:pad-for-block-size:
 *
 * Whole blocks of this many pixels have to fit in the buffer at the image's edges, powers of
 * two; 1x1 unless said.
 *
 * Since: 1.0
 */

/**
 * SysmemImageFormatConstraints:pad-beyond-image-size-bytes:
 *
 * Bytes after the image that have to be part of the buffer; 0 unless said.
 *
 * Since: 1.0
 */

static void
sysmem_image_format_constraints_class_init (SysmemImageFormatConstraintsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  g_autoptr (SmcImageEntry) neutral = smc_image_entry_new ();

  object_class->get_property = sysmem_image_format_constraints_get_property;
  object_class->set_property = sysmem_image_format_constraints_set_property;
  object_class->finalize = sysmem_image_format_constraints_finalize;

  sysmem_fields_install (object_class, smc_entry_fields, neutral);
}

static void
sysmem_image_format_constraints_init (SysmemImageFormatConstraints *self)
{
}

/**
 * sysmem_image_format_constraints_new:
 *
 * Makes image format constraints that say nothing yet.
 *
 * Returns: (transfer full): a new object
 *
 * Since: 1.0
 */
SysmemImageFormatConstraints *
sysmem_image_format_constraints_new (void)
{
  return g_object_new (SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS, NULL);
}

SysmemImageFormatConstraints *
sysmem_image_format_constraints_new_from_dict (GVariant *dict)
{
  SysmemImageFormatConstraints *self = sysmem_image_format_constraints_new ();

  sysmem_fields_read (&self->fields, smc_entry_fields, dict);
  return self;
}

/**
 * sysmem_image_format_constraints_to_variant:
 * @self: image format constraints
 *
 * Spells out what was said as the D-Bus contract does.
 *
 * Returns: (transfer floating): an `a{sv}`, an element of `image_format_constraints`
 *
 * Since: 1.0
 */
GVariant *
sysmem_image_format_constraints_to_variant (SysmemImageFormatConstraints *self)
{
  GVariantDict dict;

  g_return_val_if_fail (SYSMEM_IS_IMAGE_FORMAT_CONSTRAINTS (self), NULL);

  g_variant_dict_init (&dict, NULL);
  sysmem_fields_add (&self->fields, smc_entry_fields, &dict);
  return g_variant_dict_end (&dict);
}
