/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sysmem-json.h"

#include "common/smc-schema.h"
#include "sysmem-error.h"
#include <json-glib/json-glib.h>
#include <string.h>

static GVariant *read_dict (JsonNode *node,
                            const SmcField *fields,
                            const char *where,
                            GError **error);

static GVariant *
read_entries (JsonNode *node, const char *key, GError **error)
{
  g_autoptr (GVariantBuilder) list = g_variant_builder_new (G_VARIANT_TYPE ("aa{sv}"));
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL)
    {
      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION, "%s: not an array", key);
      return NULL;
    }
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autofree char *where = g_strdup_printf ("%s[%u].", key, i);
      GVariant *entry =
        read_dict (json_array_get_element (array, i), smc_entry_fields, where, error);

      if (entry == NULL)
        return NULL;
      g_variant_builder_add_value (list, entry);
      g_variant_unref (entry);
    }
  return g_variant_ref_sink (g_variant_builder_end (list));
}

/* The parser of json-glib wraps numbers that are too large and cuts fractions off: then the value
 * does not write itself as it was read. */
static GVariant *
read_exactly (JsonNode *node, const char *type)
{
  g_autoptr (GVariant) value = json_gvariant_deserialize (node, type, NULL);
  g_autoptr (JsonNode) again = NULL;

  if (value == NULL)
    return NULL;
  g_variant_ref_sink (value);
  again = json_gvariant_serialize (value);
  return json_node_equal (node, again) ? g_steal_pointer (&value) : NULL;
}

/* Returns: (transfer full) */
static GVariant *
read_value (JsonNode *node, const SmcField *field, const char *where, GError **error)
{
  GVariant *value;

  if (g_str_equal (field->kind->type, "a{sv}"))
    return read_dict (node, smc_memory_fields, SMC_KEY_MEMORY ".", error);
  if (g_str_equal (field->kind->type, "aa{sv}"))
    return read_entries (node, field->key, error);
  value = read_exactly (node, field->kind->type);
  if (value == NULL)
    {
      g_autofree char *found = json_to_string (node, FALSE);

      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION,
                   "%s%s: %s does not read as D-Bus type %s", where, field->key, found,
                   field->kind->type);
    }
  return value;
}

/* @where: what the messages begin with, empty or ending in a dot. Returns: (transfer full) */
static GVariant *
read_dict (JsonNode *node, const SmcField *fields, const char *where, GError **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  JsonObjectIter iter;
  const char *key;
  JsonNode *member;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      const char *what = *where != '\0' ? where : "constraints.";

      g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION, "%.*s: not a JSON object",
                   (int)strlen (what) - 1, what);
      return NULL;
    }
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &key, &member))
    {
      const SmcField *field = smc_fields_find (fields, key);
      GVariant *value;

      if (field == NULL)
        {
          g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION, "%s%s: unknown key",
                       where, key);
          return NULL;
        }
      value = read_value (member, field, where, error);
      if (value == NULL)
        return NULL;
      g_variant_dict_insert_value (&dict, key, value);
      g_variant_unref (value);
    }
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static char *
take_name (JsonNode *root)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  const char *said =
    object != NULL ? json_object_get_string_member_with_default (object, "name", NULL) : NULL;
  char *name = g_strdup (said);

  if (name != NULL)
    json_object_remove_member (object, "name");
  return name;
}

GVariant *
sysmem_json_to_constraints (const char *json, char **name, GError **error)
{
  g_autoptr (JsonNode) root = json_from_string (json, error);

  if (root == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, SYSMEM_ERROR, SYSMEM_ERROR_PROTOCOL_DEVIATION, "the JSON is empty");
      return NULL;
    }
  *name = take_name (root);
  return read_dict (root, smc_constraints_fields, "", error);
}

char *
sysmem_json_from_variant (GVariant *dict, const char *name)
{
  g_autoptr (JsonNode) root = json_gvariant_serialize (dict);

  if (name != NULL)
    json_object_set_string_member (json_node_get_object (root), "name", name);
  return json_to_string (root, TRUE);
}
