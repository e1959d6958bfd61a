/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-fields.h"

#include "common/smc-names.h"
#include "sysmem-enum-types.h"
#include "sysmem-size.h"

static gboolean
is_dictionary (const SmcField *field)
{
  return g_str_equal (field->kind->type, "a{sv}") || g_str_equal (field->kind->type, "aa{sv}");
}

/* What @pspec's default should be is at @member. */
static GParamSpec *
make_pspec (const SmcField *field, gconstpointer member)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_NICK | G_PARAM_STATIC_BLURB;
  g_autofree char *name = g_strdelimit (g_strdup (field->key), "_", '-');
  const char *type = field->kind->type;

  if (field->kind == &smc_kind_usage)
    return g_param_spec_flags (name, NULL, NULL, SYSMEM_TYPE_USAGE, 0, flags);
  if (g_str_equal (type, "u"))
    return g_param_spec_uint (name, NULL, NULL, 0, G_MAXUINT32, *(const guint32 *)member, flags);
  if (g_str_equal (type, "t"))
    return g_param_spec_uint64 (name, NULL, NULL, 0, G_MAXUINT64, *(const guint64 *)member, flags);
  if (g_str_equal (type, "b"))
    return g_param_spec_boolean (name, NULL, NULL, FALSE, flags);
  if (g_str_equal (type, "(uu)"))
    return g_param_spec_boxed (name, NULL, NULL, SYSMEM_TYPE_SIZE, flags);
  if (g_str_equal (type, "as"))
    return g_param_spec_boxed (name, NULL, NULL, G_TYPE_STRV, flags);
  return g_param_spec_variant (name, NULL, NULL, G_VARIANT_TYPE (type), NULL, flags);
}

void
sysmem_fields_install (GObjectClass *class, const SmcField *fields, gconstpointer neutral)
{
  for (guint i = 0; fields[i].key != NULL; i++)
    if (!is_dictionary (&fields[i]))
      g_object_class_install_property (
        class, i + 1, make_pspec (&fields[i], (const char *)neutral + fields[i].offset));
}

static guint
usage_from_names (GVariant *names)
{
  GVariantIter iter;
  const char *name;
  guint usage = 0;
  SmcUsage bit;

  g_variant_iter_init (&iter, names);
  while (g_variant_iter_next (&iter, "&s", &name))
    if (smc_usage_parse (name, &bit))
      usage |= bit;
  return usage;
}

static GVariant *
usage_to_names (guint usage)
{
  GVariantBuilder names;

  g_variant_builder_init (&names, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint bit = 1; bit != 0 && bit <= SMC_USAGE_ALL; bit <<= 1)
    if ((usage & bit) != 0)
      g_variant_builder_add (&names, "s", smc_usage_get_name (bit));
  return g_variant_builder_end (&names);
}

void
sysmem_fields_get (const SysmemFields *self, guint id, GValue *value, GParamSpec *pspec)
{
  GVariant *said = self->values[id - 1];

  if (said == NULL)
    g_param_value_set_default (pspec, value);
  else if (G_VALUE_HOLDS_FLAGS (value))
    g_value_set_flags (value, usage_from_names (said));
  else if (G_VALUE_HOLDS_UINT (value))
    g_value_set_uint (value, g_variant_get_uint32 (said));
  else if (G_VALUE_HOLDS_UINT64 (value))
    g_value_set_uint64 (value, g_variant_get_uint64 (said));
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    g_value_set_boolean (value, g_variant_get_boolean (said));
  else if (G_VALUE_HOLDS (value, SYSMEM_TYPE_SIZE))
    {
      SysmemSize size;

      g_variant_get (said, "(uu)", &size.width, &size.height);
      g_value_set_boxed (value, &size);
    }
  else if (G_VALUE_HOLDS (value, G_TYPE_STRV))
    g_value_take_boxed (value, g_variant_dup_strv (said, NULL));
  else
    g_value_set_variant (value, said);
}

/* Returns: (transfer floating) (nullable): NULL where the value says nothing */
static GVariant *
to_variant (const GValue *value)
{
  if (G_VALUE_HOLDS_FLAGS (value))
    return g_value_get_flags (value) != 0 ? usage_to_names (g_value_get_flags (value)) : NULL;
  if (G_VALUE_HOLDS_UINT (value))
    return g_variant_new_uint32 (g_value_get_uint (value));
  if (G_VALUE_HOLDS_UINT64 (value))
    return g_variant_new_uint64 (g_value_get_uint64 (value));
  if (G_VALUE_HOLDS_BOOLEAN (value))
    return g_variant_new_boolean (g_value_get_boolean (value));
  if (G_VALUE_HOLDS (value, SYSMEM_TYPE_SIZE))
    {
      const SysmemSize *size = g_value_get_boxed (value);

      return size != NULL ? g_variant_new ("(uu)", size->width, size->height) : NULL;
    }
  if (G_VALUE_HOLDS (value, G_TYPE_STRV))
    {
      const char *const *list = g_value_get_boxed (value);

      return list != NULL ? g_variant_new_strv (list, -1) : NULL;
    }
  return g_value_get_variant (value);
}

void
sysmem_fields_set (SysmemFields *self, const SmcField *fields, guint id, const GValue *value)
{
  GVariant *said = to_variant (value);

  g_clear_pointer (&self->values[id - 1], g_variant_unref);
  self->values[id - 1] = said != NULL ? g_variant_ref_sink (said) : NULL;
}

void
sysmem_fields_clear (SysmemFields *self)
{
  for (guint i = 0; i < SMC_MAX_FIELDS; i++)
    g_clear_pointer (&self->values[i], g_variant_unref);
}

void
sysmem_fields_add (const SysmemFields *self, const SmcField *fields, GVariantDict *dict)
{
  for (guint i = 0; fields[i].key != NULL; i++)
    if (self->values[i] != NULL)
      g_variant_dict_insert_value (dict, fields[i].key, self->values[i]);
}

void
sysmem_fields_read (SysmemFields *self, const SmcField *fields, GVariant *dict)
{
  for (guint i = 0; fields[i].key != NULL; i++)
    if (!is_dictionary (&fields[i]))
      {
        g_clear_pointer (&self->values[i], g_variant_unref);
        self->values[i] =
          g_variant_lookup_value (dict, fields[i].key, G_VARIANT_TYPE (fields[i].kind->type));
      }
}
