/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-tree.h"

#include "ctl-dict.h"
#include "ctl-table.h"
#include "ctl-text.h"
#include "sysmem.h"
#include <glib/gi18n.h>

#define MAX_FORMATS_SHOWN 4

static const CtlColumn columns[] = {
  { N_ ("NODE"), FALSE },   { N_ ("KIND"), FALSE },     { N_ ("STATE"), FALSE },
  { N_ ("WHO"), FALSE },    { N_ ("PID"), TRUE },       { N_ ("USER"), FALSE },
  { N_ ("RIGHTS"), FALSE }, { N_ ("ASKS FOR"), FALSE }, { NULL },
};

/* The formats of all entries, the first few of them: NV12:0x0 XR24:0x0 … */
static char *
join_formats (GVariant *constraints)
{
  g_autoptr (GVariant) entries =
    ctl_dict_get_list (constraints, "image_format_constraints", "aa{sv}");
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = 0;

  for (gsize i = 0; i < g_variant_n_children (entries); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (entries, i);
      g_autoptr (GVariant) formats = ctl_dict_get_list (entry, "pixel_formats", "as");
      g_autofree const char **names = g_variant_get_strv (formats, NULL);

      for (guint j = 0; names[j] != NULL && n <= MAX_FORMATS_SHOWN; j++, n++)
        g_string_append_printf (text, " %s", n < MAX_FORMATS_SHOWN ? names[j] : "…");
    }
  return g_strdup (text->str);
}

static char *
summarize_constraints (GVariant *node)
{
  g_autoptr (GVariant) constraints =
    g_variant_lookup_value (node, "constraints", G_VARIANT_TYPE_VARDICT);
  g_autofree char *usage = NULL;
  g_autofree char *formats = NULL;

  if (ctl_dict_get_number (node, "constraints_left_out") != 0)
    return g_strdup ("…");
  if (constraints == NULL)
    return g_strdup ("");
  usage = ctl_dict_join (constraints, "usage", " ");
  formats = join_formats (constraints);
  if (*usage == '\0')
    return g_strdup (_ ("nothing"));
  return g_strconcat (usage, *formats != '\0' ? ";" : "", formats, NULL);
}

/* What a node is: token, collection (weak, attached). */
static char *
format_kind (GVariant *node)
{
  const char *mode = ctl_dict_get_string (node, "failure_mode");
  g_autoptr (GString) kind = g_string_new (ctl_dict_get_string (node, "kind"));

  if (ctl_dict_get_number (node, "weak") != 0)
    g_string_append_printf (kind, ", %s", _ ("weak"));
  if (g_str_equal (mode, "propagate-before-allocation"))
    g_string_append_printf (kind, ", %s", _ ("dispensable"));
  if (g_str_equal (mode, "isolate") && ctl_dict_get_number (node, "parent") != 0)
    g_string_append_printf (kind, ", %s", _ ("attached"));
  return g_strdup (kind->str);
}

static char *
format_party (GVariant *node)
{
  return ctl_text_format_party (ctl_dict_get_string (node, "name"),
                                ctl_dict_get_number (node, "id"));
}

static void
add_node (CtlTable *table, GVariant *node, guint depth)
{
  g_autofree char *kind = format_kind (node);
  g_autofree char *who = format_party (node);
  g_autofree char *user = ctl_text_format_user (ctl_dict_get_number (node, "uid"));
  g_autofree char *asks = summarize_constraints (node);
  guint64 pid = ctl_dict_get_number (node, "pid");
  gboolean may_write = (ctl_dict_get_number (node, "rights") & SYSMEM_RIGHTS_WRITE) != 0;

  ctl_table_add_cell (table, "%*s%" G_GUINT64_FORMAT, (int)(2 * depth), "",
                      ctl_dict_get_number (node, "node"));
  ctl_table_add_cell (table, "%s", kind);
  ctl_table_add_cell (table, "%s", ctl_dict_get_string (node, "state"));
  ctl_table_add_cell (table, "%s", who);
  if (pid != 0)
    ctl_table_add_cell (table, "%" G_GUINT64_FORMAT, pid);
  else
    ctl_table_add_cell (table, "%s", "");
  ctl_table_add_cell (table, "%s", user);
  ctl_table_add_cell (table, "%s", may_write ? "rw" : "r");
  ctl_table_add_cell (table, "%s", asks);
}

/* Children below their parent, in order of creation. Trees are at most 512 nodes deep. */
static void
add_children (CtlTable *table, GVariant *tree, guint64 parent, guint depth)
{
  GVariantIter iter;
  GVariant *node;

  g_variant_iter_init (&iter, tree);
  while (g_variant_iter_loop (&iter, "@a{sv}", &node))
    if (ctl_dict_get_number (node, "parent") == parent)
      {
        add_node (table, node, depth);
        add_children (table, tree, ctl_dict_get_number (node, "node"), depth + 1);
      }
}

void
ctl_tree_print (GVariant *tree)
{
  g_autoptr (CtlTable) table = ctl_table_new (columns);

  add_children (table, tree, 0, 0);
  ctl_table_print (table);
}

/* Within the quotes of Graphviz, where \n is a line break. */
static char *
quote (const char *text)
{
  g_autofree char *clean = ctl_text_clean (text);
  GString *quoted = g_string_new (clean);

  g_string_replace (quoted, "\\", "\\\\", 0);
  g_string_replace (quoted, "\"", "\\\"", 0);
  return g_string_free (quoted, FALSE);
}

static const char *
choose_shape (const char *kind)
{
  if (g_str_equal (kind, "group"))
    return "diamond";
  return g_str_equal (kind, "token") ? "ellipse" : "box";
}

static const char *
choose_color (const char *state)
{
  if (g_str_equal (state, "failed"))
    return "red";
  return g_str_equal (state, "waiting") ? "orange" : "black";
}

static void
print_dot_node (GVariant *node)
{
  g_autofree char *who = format_party (node);
  g_autofree char *name = quote (who);
  g_autofree char *asks = summarize_constraints (node);
  g_autofree char *said = quote (asks);
  g_autofree char *kind = format_kind (node);
  guint64 number = ctl_dict_get_number (node, "node");
  guint64 parent = ctl_dict_get_number (node, "parent");
  gboolean attached = g_str_equal (ctl_dict_get_string (node, "failure_mode"), "isolate");

  g_print ("  n%" G_GUINT64_FORMAT " [label=\"%s\\n%" G_GUINT64_FORMAT
           " %s\\n%s%s%s\", shape=%s, color=%s, style=%s];\n",
           number, name, number, kind, ctl_dict_get_string (node, "state"),
           *said != '\0' ? "\\n" : "", said, choose_shape (ctl_dict_get_string (node, "kind")),
           choose_color (ctl_dict_get_string (node, "state")),
           ctl_dict_get_number (node, "connected") != 0 ? "solid" : "dashed");
  if (parent != 0)
    g_print ("  n%" G_GUINT64_FORMAT " -> n%" G_GUINT64_FORMAT " [style=%s];\n", parent, number,
             attached ? "dashed" : "solid");
}

void
ctl_tree_print_dot (GVariant *description)
{
  g_autoptr (GVariant) tree = ctl_dict_get_list (description, "tree", "aa{sv}");
  g_autofree char *name = quote (ctl_dict_get_string (description, "name"));
  guint64 id = ctl_dict_get_number (description, "id");
  GVariantIter iter;
  GVariant *node;

  g_print ("digraph collection_%" G_GUINT64_FORMAT " {\n", id);
  g_print ("  label=\"%" G_GUINT64_FORMAT "%s%s: %s\";\n", id, *name != '\0' ? " " : "", name,
           ctl_dict_get_string (description, "state"));
  g_variant_iter_init (&iter, tree);
  while (g_variant_iter_loop (&iter, "@a{sv}", &node))
    print_dot_node (node);
  g_print ("}\n");
}
