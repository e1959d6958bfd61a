/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-field.h"

#include <string.h>

static gboolean
read_required (const SmcField *fields, GVariant **values, const SmcPath *path, GError **error)
{
  for (guint i = 0; fields[i].key != NULL; i++)
    if (fields[i].required && values[i] == NULL)
      {
        SmcPath missing = { path, fields[i].key, -1 };
        return smc_path_fail (&missing, SYSMEM_ERROR_PROTOCOL_DEVIATION, error,
                              "missing; this key is required");
      }
  return TRUE;
}

static gboolean
read_values (const SmcField *fields,
             GVariant **values,
             const SmcPath *path,
             const SmcConstraints *constraints,
             gpointer base,
             guint32 *given,
             GError **error)
{
  for (guint i = 0; fields[i].key != NULL; i++)
    {
      const SmcField *field = &fields[i];
      SmcPath here = { path, field->key, -1 };
      gpointer member = G_STRUCT_MEMBER_P (base, field->offset);

      if (values[i] == NULL)
        continue;
      if (!field->kind->read (field, values[i], &here, constraints, member, error))
        return FALSE;
      if (field->has_offset != 0)
        G_STRUCT_MEMBER (gboolean, base, field->has_offset) = TRUE;
      *given |= 1u << i;
    }
  return TRUE;
}

gboolean
smc_fields_read (const SmcField *fields,
                 GVariant *dict,
                 const SmcPath *path,
                 const SmcConstraints *constraints,
                 gpointer base,
                 guint32 *given,
                 GError **error)
{
  SmcDictKey keys[SMC_MAX_FIELDS] = { { NULL, NULL } };
  GVariant *values[SMC_MAX_FIELDS] = { NULL };
  guint n_keys = 0;

  *given = 0;
  for (; fields[n_keys].key != NULL; n_keys++)
    {
      g_assert (n_keys < SMC_MAX_FIELDS);
      keys[n_keys] = (SmcDictKey){ fields[n_keys].key, fields[n_keys].kind->type };
    }

  gboolean is_good = smc_dict_read (dict, path, keys, n_keys, values, error)
                     && read_required (fields, values, path, error)
                     && read_values (fields, values, path, constraints, base, given, error);

  for (guint i = 0; i < n_keys; i++)
    g_clear_pointer (&values[i], g_variant_unref);
  return is_good;
}

gboolean
smc_field_is_absent (const SmcField *field, gconstpointer base, gconstpointer neutral)
{
  if (field->required)
    return FALSE;
  if (field->has_offset != 0)
    return !G_STRUCT_MEMBER (const gboolean, base, field->has_offset);
  if (neutral == NULL)
    return FALSE;
  return field->kind->equal (field, (const char *)base + field->offset,
                             (const char *)neutral + field->offset);
}

void
smc_fields_write (const SmcField *fields,
                  gconstpointer base,
                  gconstpointer neutral,
                  GVariantBuilder *builder)
{
  for (const SmcField *field = fields; field->key != NULL; field++)
    {
      if (field->kind->write == NULL || smc_field_is_absent (field, base, neutral))
        continue;

      GVariant *value = field->kind->write (field, (const char *)base + field->offset);
      if (value != NULL)
        g_variant_builder_add (builder, "{sv}", field->key, value);
    }
}

void
smc_field_describe (const SmcField *field, gconstpointer base, gconstpointer neutral, GString *out)
{
  if (smc_field_is_absent (field, base, neutral))
    g_string_append (out, "absent");
  else
    field->kind->describe (field, (const char *)base + field->offset, out);
}

const SmcField *
smc_fields_find (const SmcField *fields, const char *key)
{
  for (const SmcField *field = fields; field->key != NULL; field++)
    if (strcmp (field->key, key) == 0)
      return field;
  return NULL;
}

guint32
smc_field_get_mask (const SmcField *fields, const char *key)
{
  const SmcField *field = smc_fields_find (fields, key);

  g_return_val_if_fail (field != NULL, 0);
  return 1u << (field - fields);
}
