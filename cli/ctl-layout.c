/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-layout.h"

#include "ctl-json.h"

static JsonArray *
list_planes (GPtrArray *planes)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < planes->len; i++)
    {
      const SysmemPlane *plane = planes->pdata[i];
      JsonObject *object = json_object_new ();

      json_object_set_int_member (object, "offset", (gint64)plane->offset);
      json_object_set_int_member (object, "stride", (gint64)plane->stride);
      json_object_set_int_member (object, "rows", (gint64)plane->rows);
      json_array_add_object_element (array, object);
    }
  return array;
}

/* The size that the heap laid images out for, or else the smallest that was agreed on. */
static gboolean
find_size (GVariant *settings, guint32 *width, guint32 *height)
{
  g_autoptr (GVariant) image = NULL;

  if (g_variant_lookup (settings, "image_size", "(uu)", width, height))
    return TRUE;
  image = g_variant_lookup_value (settings, "image_format_constraints", G_VARIANT_TYPE_VARDICT);
  return image != NULL && g_variant_lookup (image, "min_size", "(uu)", width, height);
}

static void
add_image (JsonObject *layout, SysmemSettings *settings, GVariant *dict)
{
  g_autoptr (GPtrArray) planes = NULL;
  guint32 width;
  guint32 height;
  JsonObject *image;

  if (find_size (dict, &width, &height))
    planes = sysmem_settings_get_planes (settings, width, height, NULL);
  if (planes == NULL)
    return;
  image = json_object_new ();
  json_object_set_string_member (image, "pixel_format",
                                 sysmem_settings_get_pixel_format (settings));
  json_object_set_int_member (image, "width", width);
  json_object_set_int_member (image, "height", height);
  json_object_set_array_member (image, "planes", list_planes (planes));
  json_object_set_object_member (layout, "image", image);
}

static JsonArray *
list_buffers (guint n, int first_fd)
{
  JsonArray *buffers = json_array_new ();

  for (guint i = 0; i < n; i++)
    {
      JsonObject *buffer = json_object_new ();

      json_object_set_int_member (buffer, "index", i);
      json_object_set_int_member (buffer, "fd", first_fd + (gint64)i);
      json_array_add_object_element (buffers, buffer);
    }
  return buffers;
}

char *
ctl_layout_format (SysmemCollection *collection, int first_fd)
{
  SysmemSettings *settings = sysmem_collection_get_settings (collection);
  g_autoptr (GVariant) dict = sysmem_settings_to_variant (settings);
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *layout = json_object_new ();

  json_object_set_array_member (
    layout, "buffers",
    list_buffers (g_list_model_get_n_items (G_LIST_MODEL (collection)), first_fd));
  add_image (layout, settings, dict);
  json_object_set_member (layout, "settings", ctl_json_from_variant (dict));
  json_node_take_object (root, layout);
  return json_to_string (root, FALSE);
}
