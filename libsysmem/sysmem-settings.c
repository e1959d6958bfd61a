/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-settings-private.h"

#include "sysmem-enum-types.h"
#include "sysmem-image-format-constraints-private.h"

/**
 * SysmemSettings:
 *
 * What a negotiation settled: how many buffers, how large, of which memory, holding what images.
 * It is the same for every participant, and never changes.
 *
 * Since: 1.0
 */
struct _SysmemSettings
{
  GObject parent_instance;

  GVariant *info;  /* a{sv} */
  GVariant *image; /* a{sv}, its image_format_constraints; NULL: raw bytes */
  SysmemImageFormatConstraints *image_constraints;
};

enum
{
  PROP_BUFFER_COLLECTION_ID = 1,
  PROP_BUFFER_COUNT,
  PROP_SIZE_BYTES,
  PROP_RAW_SIZE_BYTES,
  PROP_HEAP,
  PROP_BUFFER_TYPE,
  PROP_COHERENCY_DOMAIN,
  PROP_IS_PHYSICALLY_CONTIGUOUS,
  PROP_IS_SECURE,
  PROP_WRITE_PROTECTION,
  PROP_USAGE,
  PROP_PIXEL_FORMAT,
  PROP_COLOR_SPACE,
  PROP_IMAGE_FORMAT_CONSTRAINTS,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (SysmemSettings, sysmem_settings, G_TYPE_OBJECT)

static void
sysmem_settings_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SysmemSettings *self = SYSMEM_SETTINGS (object);

  switch (id)
    {
    case PROP_BUFFER_COLLECTION_ID:
      g_value_set_uint64 (value, sysmem_settings_get_buffer_collection_id (self));
      break;
    case PROP_BUFFER_COUNT:
      g_value_set_uint (value, sysmem_settings_get_buffer_count (self));
      break;
    case PROP_SIZE_BYTES:
      g_value_set_uint64 (value, sysmem_settings_get_size_bytes (self));
      break;
    case PROP_RAW_SIZE_BYTES:
      g_value_set_uint64 (value, sysmem_settings_get_raw_size_bytes (self));
      break;
    case PROP_HEAP:
      g_value_set_string (value, sysmem_settings_get_heap (self));
      break;
    case PROP_BUFFER_TYPE:
      g_value_set_enum (value, (gint)sysmem_settings_get_buffer_type (self));
      break;
    case PROP_COHERENCY_DOMAIN:
      g_value_set_flags (value, sysmem_settings_get_coherency_domain (self));
      break;
    case PROP_IS_PHYSICALLY_CONTIGUOUS:
      g_value_set_boolean (value, sysmem_settings_get_is_physically_contiguous (self));
      break;
    case PROP_IS_SECURE:
      g_value_set_boolean (value, sysmem_settings_get_is_secure (self));
      break;
    case PROP_WRITE_PROTECTION:
      g_value_set_enum (value, (gint)sysmem_settings_get_write_protection (self));
      break;
    case PROP_USAGE:
      g_value_set_flags (value, sysmem_settings_get_usage (self));
      break;
    case PROP_PIXEL_FORMAT:
      g_value_set_string (value, sysmem_settings_get_pixel_format (self));
      break;
    case PROP_COLOR_SPACE:
      g_value_set_string (value, sysmem_settings_get_color_space (self));
      break;
    case PROP_IMAGE_FORMAT_CONSTRAINTS:
      g_value_set_object (value, self->image_constraints);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
sysmem_settings_finalize (GObject *object)
{
  SysmemSettings *self = SYSMEM_SETTINGS (object);

  g_clear_pointer (&self->info, g_variant_unref);
  g_clear_pointer (&self->image, g_variant_unref);
  g_clear_object (&self->image_constraints);
  G_OBJECT_CLASS (sysmem_settings_parent_class)->finalize (object);
}

/**
 * SysmemSettings:buffer-collection-id:
 *
 * The number of the collection, unique until the next boot; 0 if unknown, as in a dry run.
 *
 * Since: 1.0
 */

/**
 * SysmemSettings:buffer-count:
 *
 * How many buffers there are.
 *
 * Since: 1.0
 */

/**
 * SysmemSettings:size-bytes:
 *
 * What images may use of a buffer, in bytes; not page aligned.
 *
 * Since: 1.0
 */

/**
 * SysmemSettings:raw-size-bytes:
 *
 * The size of a buffer's file, in bytes.
 *
 * Since: 1.0
 */

/**
 * SysmemSettings:heap:
 *
 * The heap the memory is from, such as `system`.
 *
 * Since: 1.0
 */

/**
 * SysmemSettings:buffer-type:
 *
 * What kind of file a buffer is.
 *
 * Since: 1.0
 */

/**
 * SysmemSettings:coherency-domain:
 *
 * The coherency domain everybody works in; one of them.
 *
 * Since: 1.0
 */

/**
 * SysmemSettings:is-physically-contiguous:
 *
 * Whether each buffer is physically contiguous.
 *
 * Since: 1.0
 */

/**
 * SysmemSettings:is-secure:
 *
 * Whether the memory is out of reach for normal software.
 *
 * Since: 1.0
 */

/**
 * SysmemSettings:write-protection:
 *
 * What a read-only file descriptor is worth.
 *
 * Since: 1.0
 */

/**
 * SysmemSettings:usage:
 *
 * What all participants together do with the buffers.
 *
 * Since: 1.0
 */

/**
 * SysmemSettings:pixel-format:
 *
 * The pixel format, with its modifier, such as `NV12:0x0`; %NULL for raw bytes.
 *
 * Since: 1.0
 */

/**
 * SysmemSettings:color-space:
 *
 * The color space, such as `rec709`; %NULL for raw bytes.
 *
 * Since: 1.0
 */

/**
 * SysmemSettings:image-format-constraints:
 *
 * Everything that was agreed upon about images: bounds and alignments of sizes and rows; %NULL
 * for raw bytes.
 *
 * Since: 1.0
 */

static void
make_properties (void)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  properties[PROP_BUFFER_COLLECTION_ID] =
    g_param_spec_uint64 ("buffer-collection-id", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_BUFFER_COUNT] =
    g_param_spec_uint ("buffer-count", NULL, NULL, 0, G_MAXUINT32, 0, flags);
  properties[PROP_SIZE_BYTES] =
    g_param_spec_uint64 ("size-bytes", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_RAW_SIZE_BYTES] =
    g_param_spec_uint64 ("raw-size-bytes", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  properties[PROP_HEAP] = g_param_spec_string ("heap", NULL, NULL, NULL, flags);
  properties[PROP_BUFFER_TYPE] = g_param_spec_enum (
    "buffer-type", NULL, NULL, SYSMEM_TYPE_BUFFER_TYPE, SYSMEM_BUFFER_MEMFD, flags);
  properties[PROP_COHERENCY_DOMAIN] =
    g_param_spec_flags ("coherency-domain", NULL, NULL, SYSMEM_TYPE_COHERENCY_DOMAINS, 0, flags);
  properties[PROP_IS_PHYSICALLY_CONTIGUOUS] =
    g_param_spec_boolean ("is-physically-contiguous", NULL, NULL, FALSE, flags);
  properties[PROP_IS_SECURE] = g_param_spec_boolean ("is-secure", NULL, NULL, FALSE, flags);
  properties[PROP_WRITE_PROTECTION] =
    g_param_spec_enum ("write-protection", NULL, NULL, SYSMEM_TYPE_WRITE_PROTECTION,
                       SYSMEM_WRITE_PROTECTION_ENFORCED, flags);
  properties[PROP_USAGE] = g_param_spec_flags ("usage", NULL, NULL, SYSMEM_TYPE_USAGE, 0, flags);
  properties[PROP_PIXEL_FORMAT] = g_param_spec_string ("pixel-format", NULL, NULL, NULL, flags);
  properties[PROP_COLOR_SPACE] = g_param_spec_string ("color-space", NULL, NULL, NULL, flags);
  properties[PROP_IMAGE_FORMAT_CONSTRAINTS] = g_param_spec_object (
    "image-format-constraints", NULL, NULL, SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS, flags);
}

static void
sysmem_settings_class_init (SysmemSettingsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = sysmem_settings_get_property;
  object_class->finalize = sysmem_settings_finalize;
  make_properties ();
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
sysmem_settings_init (SysmemSettings *self)
{
}

/* The settled image has one format and one color space where constraints have lists. */
static SysmemImageFormatConstraints *
read_image (GVariant *image)
{
  GVariantDict dict;
  const char *one;
  g_autoptr (GVariant) lists = NULL;

  g_variant_dict_init (&dict, image);
  if (g_variant_dict_lookup (&dict, "pixel_format", "&s", &one))
    g_variant_dict_insert_value (&dict, "pixel_formats", g_variant_new_strv (&one, 1));
  if (g_variant_dict_lookup (&dict, "color_space", "&s", &one))
    g_variant_dict_insert_value (&dict, "color_spaces", g_variant_new_strv (&one, 1));
  lists = g_variant_ref_sink (g_variant_dict_end (&dict));
  return sysmem_image_format_constraints_new_from_dict (lists);
}

/* The bundle is a file descriptor of one delivery. */
static GVariant *
without_bundle (GVariant *info)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, info);
  g_variant_dict_remove (&dict, "bundle");
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

GVariant *
sysmem_settings_peek_info (SysmemSettings *self)
{
  return self->info;
}

GVariant *
sysmem_settings_peek_image (SysmemSettings *self)
{
  return self->image;
}

SysmemSettings *
sysmem_settings_new_from_variant (GVariant *info)
{
  SysmemSettings *self = g_object_new (SYSMEM_TYPE_SETTINGS, NULL);

  self->info = without_bundle (info);
  self->image = g_variant_lookup_value (info, "image_format_constraints", G_VARIANT_TYPE_VARDICT);
  if (self->image != NULL)
    self->image_constraints = read_image (self->image);
  return self;
}

/**
 * sysmem_settings_get_image_format_constraints: (get-property image-format-constraints)
 * @self: settings
 *
 * Gets everything that was agreed upon about images.
 *
 * Returns: (transfer none) (nullable): the constraints, or %NULL for raw bytes
 *
 * Since: 1.0
 */
SysmemImageFormatConstraints *
sysmem_settings_get_image_format_constraints (SysmemSettings *self)
{
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), NULL);

  return self->image_constraints;
}

/**
 * sysmem_settings_to_variant:
 * @self: settings
 *
 * Spells the settings out as the D-Bus contract does.
 *
 * Returns: (transfer full): an `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
sysmem_settings_to_variant (SysmemSettings *self)
{
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), NULL);

  return g_variant_ref (self->info);
}

/* The order of a dictionary's keys means nothing. */
static gboolean
has_all_of (GVariant *dict, GVariant *other)
{
  GVariantIter iter;
  const char *key;
  GVariant *value;
  gboolean same = TRUE;

  g_variant_iter_init (&iter, other);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &value))
    {
      g_autoptr (GVariant) mine = g_variant_lookup_value (dict, key, g_variant_get_type (value));
      gboolean is_dict = g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT);

      if (g_strcmp0 (key, "buffer_collection_id") != 0)
        same = same && mine != NULL
               && (is_dict ? has_all_of (mine, value) && has_all_of (value, mine)
                           : g_variant_equal (mine, value));
      g_variant_unref (value);
    }
  return same;
}

/**
 * sysmem_settings_equal:
 * @self: settings
 * @other: other settings
 *
 * Compares all that is settled, the number of the collection aside.
 *
 * Returns: whether both are the same
 *
 * Since: 1.0
 */
gboolean
sysmem_settings_equal (SysmemSettings *self, SysmemSettings *other)
{
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (self), FALSE);
  g_return_val_if_fail (SYSMEM_IS_SETTINGS (other), FALSE);

  return has_all_of (self->info, other->info) && has_all_of (other->info, self->info);
}
