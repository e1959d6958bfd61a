/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-json.h"

#include <stdio.h>

/* Tuples whose members have no names on the bus. All others are arrays, sizes above all. */
static const struct
{
  const char *type;
  const char *members[4];
} tuples[] = {
  { "(us)", { "pid", "name" } },          /* holders */
  { "(st)", { "name", "id" } },           /* waiting_for */
  { "(sts)", { "name", "id", "value" } }, /* participants */
  { "(tu)", { "offset", "stride" } },     /* planes */
};

static const char *const *
find_members (GVariant *value)
{
  for (guint i = 0; i < G_N_ELEMENTS (tuples); i++)
    if (g_str_equal (g_variant_get_type_string (value), tuples[i].type))
      return tuples[i].members;
  return NULL;
}

/* JSON knows no limit, but its readers do: json-glib's is this. What is larger is a string. */
static JsonNode *
from_number (guint64 number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, number);

  if (number <= G_MAXINT64)
    return json_node_init_int (json_node_alloc (), (gint64)number);
  return json_node_init_string (json_node_alloc (), digits);
}

static JsonNode *
from_dict (GVariant *dict)
{
  g_autoptr (JsonObject) object = json_object_new ();
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_iter_init (&iter, dict);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    json_object_set_member (object, key, ctl_json_from_variant (value));
  return json_node_init_object (json_node_alloc (), object);
}

static JsonNode *
from_container (GVariant *value)
{
  const char *const *members = find_members (value);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonArray) array = json_array_new ();

  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
      JsonNode *node = ctl_json_from_variant (child);

      if (members != NULL)
        json_object_set_member (object, members[i], node);
      else
        json_array_add_element (array, node);
    }
  if (members != NULL)
    return json_node_init_object (json_node_alloc (), object);
  return json_node_init_array (json_node_alloc (), array);
}

JsonNode *
ctl_json_from_variant (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
    return from_dict (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    return from_number (g_variant_get_uint64 (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    return from_number (g_variant_get_uint32 (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return json_node_init_boolean (json_node_alloc (), g_variant_get_boolean (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING)
      || g_variant_is_of_type (value, G_VARIANT_TYPE_OBJECT_PATH))
    return json_node_init_string (json_node_alloc (), g_variant_get_string (value, NULL));
  return from_container (value);
}

void
ctl_json_print (JsonNode *node)
{
  g_autofree char *text = json_to_string (node, TRUE);

  (void)puts (text);
  json_node_unref (node);
}

void
ctl_json_print_line (JsonNode *node)
{
  g_autofree char *text = json_to_string (node, FALSE);

  (void)puts (text);
  (void)fflush (stdout);
  json_node_unref (node);
}
