/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-command.h"
#include "ctl-describe.h"
#include "ctl-dict.h"
#include "ctl-explanation.h"
#include "ctl-holders.h"
#include "ctl-json.h"
#include "ctl-settings.h"
#include "ctl-text.h"
#include "ctl-tree.h"

#include <glib/gi18n.h>

static gboolean dot;

static const GOptionEntry options[] = {
  { "dot", 0, 0, G_OPTION_ARG_NONE, &dot, N_ ("Draw the tree in the language of Graphviz"), NULL },
  G_OPTION_ENTRY_NULL,
};

static const CtlColumn buffer_columns[] = {
  { N_ ("BUFFER"), TRUE },
  { N_ ("INODE"), TRUE },
  { N_ ("HELD BY"), FALSE },
  { NULL },
};

static void
print_facts (GVariant *description)
{
  g_autoptr (CtlTable) facts = ctl_facts_new ();
  g_autoptr (GVariant) missing = ctl_dict_get_list (description, "waiting_for", "a(st)");
  g_autoptr (GVariant) settings =
    g_variant_lookup_value (description, "settings", G_VARIANT_TYPE_VARDICT);
  g_autofree char *bytes = ctl_text_format_bytes (ctl_dict_get_number (description, "size_bytes"));
  g_autofree char *age = ctl_text_format_age (ctl_dict_get_number (description, "age_usec"));
  g_autofree char *user = ctl_text_format_user (ctl_dict_get_number (description, "uid"));
  g_autofree char *names = ctl_explanation_join_parties (missing);

  ctl_table_add_cell (facts, "%s", _ ("Collection"));
  ctl_table_add_cell (facts, "%" G_GUINT64_FORMAT " %s", ctl_dict_get_number (description, "id"),
                      ctl_dict_get_string (description, "name"));
  ctl_table_add (facts, _ ("State"), ctl_dict_get_string (description, "state"));
  if (*names != '\0')
    ctl_table_add (facts, _ ("Waiting for"), names);
  ctl_table_add (facts, _ ("Age"), age);
  ctl_table_add (facts, _ ("Paid by"), user);
  ctl_table_add (facts, _ ("Memory"), bytes);
  if (settings != NULL)
    ctl_facts_add_settings (facts, settings, ctl_dict_get_number (description, "buffer_count"));
  ctl_table_print (facts);
}

/* Nothing where it is not for the caller to know. */
static char *
format_holders (GVariant *buffer)
{
  g_autoptr (GVariant) visible = g_variant_lookup_value (buffer, "holders", NULL);
  g_autofree char *holders = ctl_holders_join (buffer);

  if (ctl_dict_get_number (buffer, "exists") == 0)
    return g_strdup (_ ("gone"));
  if (visible != NULL && *holders == '\0')
    return g_strdup (_ ("nobody but sysmemd"));
  return g_steal_pointer (&holders);
}

static void
print_buffers (GVariant *buffers)
{
  g_autoptr (CtlTable) table = ctl_table_new (buffer_columns);
  GVariantIter iter;
  GVariant *buffer;

  g_variant_iter_init (&iter, buffers);
  while (g_variant_iter_loop (&iter, "@a{sv}", &buffer))
    {
      g_autofree char *holders = format_holders (buffer);

      ctl_table_add_cell (table, "%" G_GUINT64_FORMAT, ctl_dict_get_number (buffer, "index"));
      ctl_table_add_cell (table, "%" G_GUINT64_FORMAT, ctl_dict_get_number (buffer, "inode"));
      ctl_table_add_cell (table, "%s", holders);
    }
  ctl_table_print (table);
}

static void
print (GVariant *description)
{
  g_autoptr (GVariant) tree = ctl_dict_get_list (description, "tree", "aa{sv}");
  g_autoptr (GVariant) buffers = ctl_dict_get_list (description, "buffers", "aa{sv}");

  print_facts (description);
  if (g_variant_n_children (tree) > 0)
    {
      g_print ("\n");
      ctl_tree_print (tree);
    }
  if (g_variant_n_children (buffers) > 0)
    {
      g_print ("\n");
      print_buffers (buffers);
    }
}

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (GVariant) description = NULL;
  guint64 id;

  if (!ctl_parse_id (arguments[0], &id, error))
    return FALSE;
  description = ctl_describe (context, id, error);
  if (description == NULL)
    return FALSE;
  if (dot)
    ctl_tree_print_dot (description);
  else if (context->json)
    ctl_json_print (ctl_json_from_variant (description));
  else
    print (description);
  return TRUE;
}

const CtlCommand ctl_info = {
  .name = "info",
  .usage = N_ ("ID"),
  .summary = N_ ("Show all about one collection: settings, tree, buffers and their holders"),
  .options = options,
  .argument = CTL_ARGUMENT_ID,
  .min_arguments = 1,
  .max_arguments = 1,
  .run = run,
};
