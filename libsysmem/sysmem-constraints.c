/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-constraints.h"

#include "common/smc-codec.h"
#include "sysmem-fields.h"
#include "sysmem-image-format-constraints-private.h"
#include "sysmem-json.h"
#include "sysmem-memory-constraints-private.h"

/**
 * SysmemConstraints:
 *
 * What one participant can live with: what it does with the buffers, how many of them it needs,
 * in what memory, holding images of which formats.
 *
 * A property that was not set is not said, which leaves others free. Constraints that say nothing
 * at all are valid, too: such a participant takes part without buffers.
 *
 * Constraints are copied when they are submitted; changing them afterwards changes nothing.
 *
 * ```c
 * g_autoptr (SysmemConstraints) constraints =
 *   g_object_new (SYSMEM_TYPE_CONSTRAINTS, "usage", SYSMEM_USAGE_CPU_WRITE,
 *                 "min-buffer-count-for-camping", 3, NULL);
 * ```
 *
 * Since: 1.0
 */
struct _SysmemConstraints
{
  GObject parent_instance;

  SysmemFields fields;
  SysmemMemoryConstraints *memory; /* nullable */
  GListStore *images;              /* of SysmemImageFormatConstraints */
  char *name;
};

/* The first ones are the places in smc_constraints_fields, from 1. */
enum
{
  PROP_MEMORY = 7,
  PROP_IMAGES,
  PROP_NAME,
};

G_DEFINE_FINAL_TYPE (SysmemConstraints, sysmem_constraints, G_TYPE_OBJECT)

static void
set_images (SysmemConstraints *self, GListModel *images)
{
  guint n = images != NULL ? g_list_model_get_n_items (images) : 0;

  g_list_store_remove_all (self->images);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (images, i);

      if (SYSMEM_IS_IMAGE_FORMAT_CONSTRAINTS (item))
        g_list_store_append (self->images, item);
      else
        g_warning ("image-format-constraints: a %s is no SysmemImageFormatConstraints",
                   G_OBJECT_TYPE_NAME (item));
    }
}

static void
sysmem_constraints_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SysmemConstraints *self = SYSMEM_CONSTRAINTS (object);

  switch (id)
    {
    case PROP_MEMORY:
      g_value_set_object (value, self->memory);
      break;
    case PROP_IMAGES:
      g_value_set_object (value, self->images);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    default:
      sysmem_fields_get (&self->fields, id, value, pspec);
      break;
    }
}

static void
sysmem_constraints_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SysmemConstraints *self = SYSMEM_CONSTRAINTS (object);

  switch (id)
    {
    case PROP_MEMORY:
      g_set_object (&self->memory, g_value_get_object (value));
      break;
    case PROP_IMAGES:
      set_images (self, g_value_get_object (value));
      break;
    case PROP_NAME:
      g_free (self->name);
      self->name = g_value_dup_string (value);
      break;
    default:
      sysmem_fields_set (&self->fields, smc_constraints_fields, id, value);
      break;
    }
}

static void
sysmem_constraints_finalize (GObject *object)
{
  SysmemConstraints *self = SYSMEM_CONSTRAINTS (object);

  sysmem_fields_clear (&self->fields);
  g_clear_object (&self->memory);
  g_clear_object (&self->images);
  g_free (self->name);
  G_OBJECT_CLASS (sysmem_constraints_parent_class)->finalize (object);
}

static void
install_own_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  /**
   * SysmemConstraints:buffer-memory-constraints:
   *
   * What this participant can live with in memory; %NULL if it does not say.
   *
   * Since: 1.0
   */
  g_object_class_install_property (object_class, PROP_MEMORY,
                                   g_param_spec_object ("buffer-memory-constraints", NULL, NULL,
                                                        SYSMEM_TYPE_MEMORY_CONSTRAINTS, flags));
  /**
   * SysmemConstraints:image-format-constraints:
   *
   * A list of [class@Sysmem.ImageFormatConstraints], at most 64; empty for raw bytes. What is set
   * is copied into the object's own list.
   *
   * Since: 1.0
   */
  g_object_class_install_property (
    object_class, PROP_IMAGES,
    g_param_spec_object ("image-format-constraints", NULL, NULL, G_TYPE_LIST_MODEL, flags));
  /**
   * SysmemConstraints:name:
   *
   * Who says this, for the explanations of dry runs. It is not sent otherwise: there a node's
   * debug identity counts.
   *
   * Since: 1.0
   */
  g_object_class_install_property (object_class, PROP_NAME,
                                   g_param_spec_string ("name", NULL, NULL, NULL, flags));
}

/**
 * SysmemConstraints:usage:
 *
 * What this participant does with the buffers. Required unless nothing at all is said.
 *
 * Since: 1.0
 */

/**
 * SysmemConstraints:min-buffer-count-for-camping:
 *
 * How many buffers this participant holds at the same time; added over all participants.
 *
 * Since: 1.0
 */

/**
 * SysmemConstraints:min-buffer-count-for-dedicated-slack:
 *
 * How many more it wants for speed, of its own; added over all participants.
 *
 * Since: 1.0
 */

/**
 * SysmemConstraints:min-buffer-count-for-shared-slack:
 *
 * How many more it wants for speed, which may be shared; the largest of all participants
 * counts.
 *
 * Since: 1.0
 */

/**
 * SysmemConstraints:min-buffer-count:
 *
 * How many buffers there have to be at least in all.
 *
 * Since: 1.0
 */

/**
 * SysmemConstraints:max-buffer-count:
 *
 * How many buffers there may be at most in all, at least 1; no maximum unless said.
 *
 * Since: 1.0
 */

static void
sysmem_constraints_class_init (SysmemConstraintsClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  g_autoptr (SmcConstraints) neutral = smc_constraints_new ();

  object_class->get_property = sysmem_constraints_get_property;
  object_class->set_property = sysmem_constraints_set_property;
  object_class->finalize = sysmem_constraints_finalize;

  sysmem_fields_install (object_class, smc_constraints_fields, neutral);
  install_own_properties (object_class);
}

static void
sysmem_constraints_init (SysmemConstraints *self)
{
  self->images = g_list_store_new (SYSMEM_TYPE_IMAGE_FORMAT_CONSTRAINTS);
}

/**
 * sysmem_constraints_new:
 * @usage: what the participant does with the buffers, or 0 to say nothing
 *
 * Makes constraints that say no more than @usage yet.
 *
 * Returns: (transfer full): new constraints
 *
 * Since: 1.0
 */
SysmemConstraints *
sysmem_constraints_new (SysmemUsage usage)
{
  return g_object_new (SYSMEM_TYPE_CONSTRAINTS, "usage", usage, NULL);
}

static void
read_dictionaries (SysmemConstraints *self, GVariant *dict)
{
  g_autoptr (GVariant) memory =
    g_variant_lookup_value (dict, SMC_KEY_MEMORY, G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) images = g_variant_lookup_value (dict, SMC_KEY_IMAGE, NULL);
  gsize n = images != NULL ? g_variant_n_children (images) : 0;

  if (memory != NULL)
    self->memory = sysmem_memory_constraints_new_from_dict (memory);
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (images, i);
      g_autoptr (SysmemImageFormatConstraints) image =
        sysmem_image_format_constraints_new_from_dict (entry);

      g_list_store_append (self->images, image);
    }
}

/**
 * sysmem_constraints_new_from_variant:
 * @dict: an `a{sv}` as the D-Bus contract has it
 * @error: return location for an error
 *
 * Reads constraints.
 *
 * Returns: (transfer full): new constraints, or %NULL with %SYSMEM_ERROR_PROTOCOL_DEVIATION or
 *   %SYSMEM_ERROR_LIMIT_EXCEEDED naming the key that is unknown, missing, given twice, of another
 *   type or too long
 *
 * Since: 1.0
 */
SysmemConstraints *
sysmem_constraints_new_from_variant (GVariant *dict, GError **error)
{
  g_autoptr (SmcConstraints) model = NULL;
  SysmemConstraints *self;

  g_return_val_if_fail (dict != NULL && g_variant_is_of_type (dict, G_VARIANT_TYPE_VARDICT), NULL);

  model = smc_constraints_from_variant (dict, error);
  if (model == NULL)
    return NULL;
  self = g_object_new (SYSMEM_TYPE_CONSTRAINTS, NULL);
  sysmem_fields_read (&self->fields, smc_constraints_fields, dict);
  read_dictionaries (self, dict);
  return self;
}

/**
 * sysmem_constraints_new_from_json:
 * @json: a JSON object with the keys of the D-Bus contract, and optionally `name`
 * @error: return location for an error
 *
 * Reads constraints from JSON: numbers, booleans and strings as such, sizes as `[width, height]`.
 *
 * Returns: (transfer full): new constraints, or %NULL with %SYSMEM_ERROR_PROTOCOL_DEVIATION, or
 *   with an error of the JSON parser
 *
 * Since: 1.0
 */
SysmemConstraints *
sysmem_constraints_new_from_json (const char *json, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) dict = NULL;
  SysmemConstraints *self;

  g_return_val_if_fail (json != NULL, NULL);

  dict = sysmem_json_to_constraints (json, &name, error);
  if (dict == NULL)
    return NULL;
  self = sysmem_constraints_new_from_variant (dict, error);
  if (self != NULL)
    self->name = g_steal_pointer (&name);
  return self;
}

/**
 * sysmem_constraints_new_from_file:
 * @path: (type filename): a file with JSON
 * @error: return location for an error
 *
 * As [ctor@Sysmem.Constraints.new_from_json], from a file. Where the file says no name it is the
 * file's own, without a suffix.
 *
 * Returns: (transfer full): new constraints, or %NULL with an error as above or of %G_FILE_ERROR
 *
 * Since: 1.0
 */
SysmemConstraints *
sysmem_constraints_new_from_file (const char *path, GError **error)
{
  g_autofree char *json = NULL;
  SysmemConstraints *self;

  g_return_val_if_fail (path != NULL, NULL);

  if (!g_file_get_contents (path, &json, NULL, error))
    return NULL;
  self = sysmem_constraints_new_from_json (json, error);
  if (self == NULL)
    g_prefix_error (error, "%s: ", path);
  else if (self->name == NULL)
    {
      char *dot;

      self->name = g_path_get_basename (path);
      dot = strrchr (self->name, '.');
      if (dot != NULL && dot != self->name)
        *dot = '\0';
    }
  return self;
}

/**
 * sysmem_constraints_get_name: (get-property name)
 * @self: constraints
 *
 * Gets who says this.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL
 *
 * Since: 1.0
 */
const char *
sysmem_constraints_get_name (SysmemConstraints *self)
{
  g_return_val_if_fail (SYSMEM_IS_CONSTRAINTS (self), NULL);

  return self->name;
}

/**
 * sysmem_constraints_add_image_format:
 * @self: constraints
 * @image_format: what holds for some pixel formats
 *
 * Adds pixel formats this participant can work with. The order does not matter.
 *
 * Since: 1.0
 */
void
sysmem_constraints_add_image_format (SysmemConstraints *self,
                                     SysmemImageFormatConstraints *image_format)
{
  g_return_if_fail (SYSMEM_IS_CONSTRAINTS (self));
  g_return_if_fail (SYSMEM_IS_IMAGE_FORMAT_CONSTRAINTS (image_format));

  g_list_store_append (self->images, image_format);
}

static GVariant *
images_to_variant (SysmemConstraints *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->images));
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SysmemImageFormatConstraints) image =
        g_list_model_get_item (G_LIST_MODEL (self->images), i);

      g_variant_builder_add_value (&list, sysmem_image_format_constraints_to_variant (image));
    }
  return g_variant_builder_end (&list);
}

/**
 * sysmem_constraints_to_variant:
 * @self: constraints
 *
 * Spells out what was said as the D-Bus contract does.
 *
 * Returns: (transfer floating): an `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
sysmem_constraints_to_variant (SysmemConstraints *self)
{
  GVariantDict dict;

  g_return_val_if_fail (SYSMEM_IS_CONSTRAINTS (self), NULL);

  g_variant_dict_init (&dict, NULL);
  sysmem_fields_add (&self->fields, smc_constraints_fields, &dict);
  if (self->memory != NULL)
    g_variant_dict_insert_value (&dict, SMC_KEY_MEMORY,
                                 sysmem_memory_constraints_to_variant (self->memory));
  if (g_list_model_get_n_items (G_LIST_MODEL (self->images)) > 0)
    g_variant_dict_insert_value (&dict, SMC_KEY_IMAGE, images_to_variant (self));
  return g_variant_dict_end (&dict);
}

/**
 * sysmem_constraints_to_string:
 * @self: constraints
 *
 * Tells what was said, for people and for files: JSON that
 * [ctor@Sysmem.Constraints.new_from_json] reads.
 *
 * Returns: (transfer full): indented JSON
 *
 * Since: 1.0
 */
char *
sysmem_constraints_to_string (SysmemConstraints *self)
{
  g_autoptr (GVariant) dict = NULL;

  g_return_val_if_fail (SYSMEM_IS_CONSTRAINTS (self), NULL);

  dict = g_variant_ref_sink (sysmem_constraints_to_variant (self));
  return sysmem_json_from_variant (dict, self->name);
}

/**
 * sysmem_constraints_validate:
 * @self: constraints
 * @error: return location for an error
 *
 * Checks whether everything said is spelled as the D-Bus contract has it. Rules between fields are
 * for the daemon, or [func@Sysmem.Constraints.solve].
 *
 * Returns: %TRUE if so, %FALSE with %SYSMEM_ERROR_PROTOCOL_DEVIATION or
 *   %SYSMEM_ERROR_LIMIT_EXCEEDED naming the key
 *
 * Since: 1.0
 */
gboolean
sysmem_constraints_validate (SysmemConstraints *self, GError **error)
{
  g_autoptr (SmcConstraints) model = NULL;
  g_autoptr (GVariant) dict = NULL;

  g_return_val_if_fail (SYSMEM_IS_CONSTRAINTS (self), FALSE);

  dict = g_variant_ref_sink (sysmem_constraints_to_variant (self));
  model = smc_constraints_from_variant (dict, error);
  return model != NULL;
}
