/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-command.h"
#include "ctl-dict.h"
#include "ctl-json.h"
#include "ctl-table.h"

#include <glib/gi18n.h>

static const CtlColumn columns[] = {
  { N_ ("HEAP"), FALSE },       { N_ ("TYPE"), FALSE },    { N_ ("DOMAINS"), FALSE },
  { N_ ("CONTIGUOUS"), FALSE }, { N_ ("SECURE"), FALSE },  { N_ ("CPU"), FALSE },
  { N_ ("READ-ONLY"), FALSE },  { N_ ("FORMATS"), FALSE }, { NULL },
};

static const char *
yes_or_no (GVariant *heap, const char *key)
{
  return ctl_dict_get_number (heap, key) != 0 ? _ ("yes") : _ ("no");
}

static void
add_heap (CtlTable *table, const char *name, GVariant *heap)
{
  g_autofree char *domains = ctl_dict_join (heap, "coherency_domains", " ");
  g_autofree char *formats = ctl_dict_join (heap, "formats", " ");

  ctl_table_add (table, name, ctl_dict_get_string (heap, "buffer_type"), domains,
                 yes_or_no (heap, "physically_contiguous"), yes_or_no (heap, "secure"),
                 yes_or_no (heap, "cpu_mappable"), ctl_dict_get_string (heap, "write_protection"),
                 *formats != '\0' ? formats : _ ("any linear"));
}

static void
print (GVariant *heaps)
{
  g_autoptr (CtlTable) table = ctl_table_new (columns);
  GVariantIter iter;
  const char *name;
  GVariant *heap;

  g_variant_iter_init (&iter, heaps);
  while (g_variant_iter_loop (&iter, "(&s@a{sv})", &name, &heap))
    add_heap (table, name, heap);
  ctl_table_print (table);
}

/* One flat object for each. */
static void
print_json (GVariant *heaps)
{
  JsonArray *array = json_array_new ();
  JsonNode *root = json_node_new (JSON_NODE_ARRAY);
  GVariantIter iter;
  const char *name;
  GVariant *heap;

  g_variant_iter_init (&iter, heaps);
  while (g_variant_iter_loop (&iter, "(&s@a{sv})", &name, &heap))
    {
      JsonNode *node = ctl_json_from_variant (heap);

      json_object_set_string_member (json_node_get_object (node), "name", name);
      json_array_add_element (array, node);
    }
  json_node_take_array (root, array);
  ctl_json_print (root);
}

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) heaps = NULL;

  reply = ctl_context_call (context, CTL_ALLOCATOR, "ListHeaps", NULL, "(a(sa{sv}))", error);
  if (reply == NULL)
    return FALSE;
  heaps = g_variant_get_child_value (reply, 0);
  if (context->json)
    print_json (heaps);
  else
    print (heaps);
  return TRUE;
}

const CtlCommand ctl_heaps = {
  .name = "heaps",
  .summary = N_ ("List the kinds of memory there are"),
  .run = run,
};
