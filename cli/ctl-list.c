/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-command.h"
#include "ctl-dict.h"
#include "ctl-json.h"
#include "ctl-table.h"
#include "ctl-text.h"

#include <glib/gi18n.h>

static const CtlColumn columns[] = {
  { N_ ("ID"), TRUE },      { N_ ("NAME"), FALSE },
  { N_ ("STATE"), FALSE },  { N_ ("HEAP"), FALSE },
  { N_ ("BUFFERS"), TRUE }, { N_ ("BYTES"), TRUE },
  { N_ ("NODES"), TRUE },   { N_ ("AGE"), TRUE },
  { N_ ("USER"), FALSE },   { NULL },
};

static void
add_collection (CtlTable *table, GVariant *collection)
{
  g_autofree char *bytes = ctl_text_format_bytes (ctl_dict_get_number (collection, "size_bytes"));
  g_autofree char *age = ctl_text_format_age (ctl_dict_get_number (collection, "age_usec"));
  g_autofree char *user = ctl_text_format_user (ctl_dict_get_number (collection, "uid"));

  ctl_table_add_cell (table, "%" G_GUINT64_FORMAT, ctl_dict_get_number (collection, "id"));
  ctl_table_add_cell (table, "%s", ctl_dict_get_string (collection, "name"));
  ctl_table_add_cell (table, "%s", ctl_dict_get_string (collection, "state"));
  ctl_table_add_cell (table, "%s", ctl_dict_get_string (collection, "heap"));
  ctl_table_add_cell (table, "%" G_GUINT64_FORMAT,
                      ctl_dict_get_number (collection, "buffer_count"));
  ctl_table_add_cell (table, "%s", bytes);
  ctl_table_add_cell (table, "%" G_GUINT64_FORMAT, ctl_dict_get_number (collection, "nodes"));
  ctl_table_add_cell (table, "%s", age);
  ctl_table_add_cell (table, "%s", user);
}

static void
print (GVariant *collections)
{
  g_autoptr (CtlTable) table = ctl_table_new (columns);
  GVariantIter iter;
  GVariant *collection;

  g_variant_iter_init (&iter, collections);
  while (g_variant_iter_loop (&iter, "@a{sv}", &collection))
    add_collection (table, collection);
  if (ctl_table_get_n_rows (table) > 0)
    ctl_table_print (table);
  else
    ctl_print ("%s\n", _ ("There is no collection that you may see."));
}

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) collections = NULL;

  reply = ctl_context_call (context, CTL_INSPECTOR, "ListCollections", NULL, "(aa{sv})", error);
  if (reply == NULL)
    return FALSE;
  collections = g_variant_get_child_value (reply, 0);
  if (context->json)
    ctl_json_print (ctl_json_from_variant (collections));
  else
    print (collections);
  return TRUE;
}

const CtlCommand ctl_list = {
  .name = "list",
  .summary = N_ ("List the collections, oldest first"),
  .run = run,
};
