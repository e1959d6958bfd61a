/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-explanation.h"

#include "ctl-dict.h"
#include "ctl-table.h"
#include "ctl-text.h"
#include <glib/gi18n.h>

static const CtlColumn rejected_columns[] = {
  { N_ ("DROPPED"), FALSE },
  { N_ ("CANDIDATE"), FALSE },
  { N_ ("BECAUSE"), FALSE },
  { NULL },
};

static const CtlColumn party_columns[] = {
  { N_ ("PARTICIPANT"), FALSE },
  { N_ ("SAYS"), FALSE },
  { NULL },
};

char *
ctl_explanation_join_parties (GVariant *parties)
{
  g_autoptr (GString) names = g_string_new (NULL);
  GVariantIter iter;
  const char *name;
  guint64 id;

  g_variant_iter_init (&iter, parties);
  while (g_variant_iter_next (&iter, "(&st)", &name, &id))
    {
      g_autofree char *party = ctl_text_format_party (name, id);

      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", party);
    }
  return g_strdup (names->str);
}

static void
print_conflict (GVariant *conflict)
{
  g_autoptr (GVariant) parties = ctl_dict_get_list (conflict, "participants", "a(sts)");
  g_autoptr (CtlTable) table = ctl_table_new (party_columns);
  GVariantIter iter;
  const char *name;
  const char *value;
  guint64 id;

  ctl_print ("\n%s: %s\n", ctl_dict_get_string (conflict, "field"),
             ctl_dict_get_string (conflict, "detail"));
  g_variant_iter_init (&iter, parties);
  while (g_variant_iter_next (&iter, "(&st&s)", &name, &id, &value))
    {
      g_autofree char *party = ctl_text_format_party (name, id);

      ctl_table_add (table, party, value);
    }
  if (ctl_table_get_n_rows (table) > 0)
    ctl_table_print (table);
}

static void
print_rejected (GVariant *rejected)
{
  g_autoptr (CtlTable) table = ctl_table_new (rejected_columns);
  GVariantIter iter;
  GVariant *one;

  g_variant_iter_init (&iter, rejected);
  while (g_variant_iter_loop (&iter, "@a{sv}", &one))
    ctl_table_add (table, ctl_dict_get_string (one, "kind"), ctl_dict_get_string (one, "candidate"),
                   ctl_dict_get_string (one, "reason"));
  if (ctl_table_get_n_rows (table) == 0)
    return;
  g_print ("\n");
  ctl_table_print (table);
}

void
ctl_explanation_print_reasons (GVariant *explanation)
{
  g_autoptr (GVariant) conflicts = ctl_dict_get_list (explanation, "conflicts", "aa{sv}");
  g_autoptr (GVariant) rejected = ctl_dict_get_list (explanation, "rejected", "aa{sv}");
  GVariantIter iter;
  GVariant *conflict;

  g_variant_iter_init (&iter, conflicts);
  while (g_variant_iter_loop (&iter, "@a{sv}", &conflict))
    print_conflict (conflict);
  print_rejected (rejected);
}

void
ctl_explanation_print (GVariant *explanation)
{
  g_autoptr (GVariant) missing = ctl_dict_get_list (explanation, "waiting_for", "a(st)");
  g_autofree char *names = ctl_explanation_join_parties (missing);
  const char *message = ctl_dict_get_string (explanation, "message");

  if (*names != '\0')
    ctl_print (_ ("%s: waiting for %s\n"), ctl_dict_get_string (explanation, "outcome"), names);
  else if (*message != '\0')
    ctl_print ("%s: %s\n", ctl_dict_get_string (explanation, "outcome"), message);
  else
    ctl_print ("%s\n", ctl_dict_get_string (explanation, "outcome"));
  ctl_explanation_print_reasons (explanation);
}
