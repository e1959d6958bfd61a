/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "common/smc-dict.h"

#include <stdarg.h>
#include <string.h>

#include "common/smc-text.h"

static void
append_path (GString *out, const SmcPath *path)
{
  if (path->parent != NULL)
    {
      append_path (out, path->parent);
      g_string_append_c (out, '.');
    }
  g_string_append (out, path->key);
  if (path->index >= 0)
    g_string_append_printf (out, "[%d]", path->index);
}

char *
smc_path_to_string (const SmcPath *path)
{
  GString *out = g_string_new (NULL);

  append_path (out, path);
  return g_string_free (out, FALSE);
}

gboolean
smc_path_fail (const SmcPath *path, SysmemError code, GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *problem = g_strdup_vprintf (format, args);
  va_end (args);

  g_autofree char *where = smc_path_to_string (path);
  g_set_error (error, SYSMEM_ERROR, (gint)code, "%s: %s", where, problem);
  return FALSE;
}

gboolean
smc_path_check_limit (
  const SmcPath *path, guint64 number, const char *limit_key, guint64 limit, GError **error)
{
  if (number <= limit)
    return TRUE;
  return smc_path_fail (path, SYSMEM_ERROR_LIMIT_EXCEEDED, error,
                        "%" G_GUINT64_FORMAT " is more than %s, which is %" G_GUINT64_FORMAT,
                        number, limit_key, limit);
}

static gboolean
check_type (GVariant *value, const SmcPath *path, const char *type, GError **error)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE (type)))
    return TRUE;

  g_autofree char *found = smc_text_escape (g_variant_get_type_string (value));
  return smc_path_fail (path, SYSMEM_ERROR_PROTOCOL_DEVIATION, error, "wanted type %s, found %s",
                        type, found);
}

static gboolean
find_key (const SmcDictKey *keys, guint n_keys, const char *key, guint *index)
{
  for (guint i = 0; i < n_keys; i++)
    if (strcmp (keys[i].key, key) == 0)
      {
        *index = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_entry (GVariant *entry,
            const SmcPath *path,
            const SmcDictKey *keys,
            guint n_keys,
            GVariant **values,
            GError **error)
{
  g_autoptr (GVariant) value = NULL;
  const char *key;
  guint index;

  g_variant_get (entry, "{&sv}", &key, &value);
  if (!find_key (keys, n_keys, key, &index))
    {
      g_autofree char *name = *key != '\0' ? smc_text_escape (key) : smc_text_quote (key);
      SmcPath unknown = { path, name, -1 };
      return smc_path_fail (&unknown, SYSMEM_ERROR_PROTOCOL_DEVIATION, error, "unknown key");
    }

  SmcPath known = { path, keys[index].key, -1 };
  if (values[index] != NULL)
    return smc_path_fail (&known, SYSMEM_ERROR_PROTOCOL_DEVIATION, error, "key given twice");
  if (!check_type (value, &known, keys[index].type, error))
    return FALSE;

  values[index] = g_steal_pointer (&value);
  return TRUE;
}

gboolean
smc_dict_read (GVariant *dict,
               const SmcPath *path,
               const SmcDictKey *keys,
               guint n_keys,
               GVariant **values,
               GError **error)
{
  static const SmcPath top = { NULL, "constraints", -1 };
  const SmcPath *where = path != NULL ? path : &top;

  if (!check_type (dict, where, "a{sv}", error))
    return FALSE;
  /* Bytes that are not what they claim to be would still be readable, as defaults nobody sent. */
  if (!g_variant_is_normal_form (dict))
    return smc_path_fail (where, SYSMEM_ERROR_PROTOCOL_DEVIATION, error,
                          "not a well-formed serialised value");

  /* An entry too many is an unknown key or one given twice, so a long dictionary ends early. */
  gsize n_entries = g_variant_n_children (dict);
  for (gsize i = 0; i < n_entries; i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (dict, i);
      if (!read_entry (entry, path, keys, n_keys, values, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
smc_dict_check (GVariant *dict, const char *what, const SmcDictKey *keys, GError **error)
{
  SmcPath path = { NULL, what, -1 };
  guint n_keys = 0;

  while (keys[n_keys].key != NULL)
    n_keys++;

  g_autofree GVariant **values = g_new0 (GVariant *, n_keys);
  gboolean is_good = smc_dict_read (dict, &path, keys, n_keys, values, error);

  for (guint i = 0; i < n_keys; i++)
    g_clear_pointer (&values[i], g_variant_unref);
  return is_good;
}
