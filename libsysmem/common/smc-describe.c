/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "common/smc-codec.h"
#include "common/smc-schema.h"

/* Explanations have a line for each participant, not a page. */
#define MAX_BYTES 2048

/* The field's value in every entry; entries that say the same are told once. */
static void
describe_in_entries (const GPtrArray *entries, const SmcField *field, GString *out)
{
  const char *separator = field->kind == &smc_kind_pixel_formats ? ", " : "; ";
  g_autoptr (SmcImageEntry) neutral = smc_image_entry_new ();
  g_autoptr (GString) previous = g_string_new (NULL);

  for (guint i = 0; i < entries->len; i++)
    {
      g_autoptr (GString) value = g_string_new (NULL);

      smc_field_describe (field, g_ptr_array_index (entries, i), neutral, value);
      if (g_string_equal (value, previous))
        continue;
      if (out->len + value->len > MAX_BYTES && out->len > 0)
        {
          g_string_append_printf (out, "%s… (%u more entries)", separator, entries->len - i);
          return;
        }

      g_string_append (out, out->len > 0 ? separator : "");
      g_string_append_len (out, value->str, (gssize)value->len);
      g_string_assign (previous, value->str);
    }
}

/* Everything the dictionary says. */
static void
describe_dict (const SmcField *fields, gconstpointer base, gconstpointer neutral, GString *out)
{
  for (const SmcField *field = fields; field->key != NULL; field++)
    {
      if (smc_field_is_absent (field, base, neutral))
        continue;
      g_string_append_printf (out, "%s%s ", out->len > 0 ? ", " : "", field->key);
      smc_field_describe (field, base, neutral, out);
    }
}

/* What follows "@key." in a dotted name, NULL if it begins otherwise. */
static const char *
name_inside (const char *name, const char *key)
{
  gsize length = strlen (key);

  return strncmp (name, key, length) == 0 && name[length] == '.' ? name + length + 1 : NULL;
}

static void
describe_image_field (const SmcConstraints *constraints, const char *key, GString *out)
{
  const SmcField *field = smc_fields_find (smc_entry_fields, key);

  if (field != NULL && constraints->image_entries != NULL)
    describe_in_entries (constraints->image_entries, field, out);
}

static void
describe_plain_field (
  const SmcField *fields, const char *key, gconstpointer base, gconstpointer neutral, GString *out)
{
  const SmcField *field = smc_fields_find (fields, key);

  if (field != NULL)
    smc_field_describe (field, base, neutral, out);
}

static void
describe (const SmcConstraints *constraints, const char *name, GString *out)
{
  g_autoptr (SmcConstraints) neutral = smc_constraints_new_neutral (constraints);
  const char *memory_key = name_inside (name, SMC_KEY_MEMORY);
  const char *image_key = name_inside (name, SMC_KEY_IMAGE);

  if (memory_key != NULL)
    describe_plain_field (smc_memory_fields, memory_key, &constraints->memory, &neutral->memory,
                          out);
  else if (image_key != NULL)
    describe_image_field (constraints, image_key, out);
  else if (strcmp (name, SMC_KEY_MEMORY) == 0)
    describe_dict (smc_memory_fields, &constraints->memory, &neutral->memory, out);
  else if (strcmp (name, SMC_KEY_IMAGE) == 0)
    describe_image_field (constraints, "pixel_formats", out);
  else
    describe_plain_field (smc_constraints_fields, name, constraints, neutral, out);
}

char *
smc_constraints_field_to_string (const SmcConstraints *constraints, const char *field)
{
  GString *out = g_string_new (NULL);

  if (!constraints->is_empty)
    describe (constraints, field, out);
  if (out->len == 0)
    g_string_append (out, "absent");
  return g_string_free (out, FALSE);
}
