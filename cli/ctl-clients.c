/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-command.h"
#include "ctl-dict.h"
#include "ctl-json.h"
#include "ctl-table.h"
#include "ctl-text.h"

#include <glib/gi18n.h>

static const CtlColumn columns[] = {
  { N_ ("CONNECTION"), FALSE }, { N_ ("CALLED"), FALSE },       { N_ ("PID"), TRUE },
  { N_ ("USER"), FALSE },       { N_ ("NODES"), TRUE },         { N_ ("TREES"), TRUE },
  { N_ ("WAITS"), TRUE },       { N_ ("BYTES OF USER"), TRUE }, { NULL },
};

/* What a user pays for, of what it may; who has no limit shows none. */
static char *
format_quota (GVariant *client)
{
  guint64 limit = ctl_dict_get_number (client, "bytes_limit");
  g_autofree char *use = ctl_text_format_bytes (ctl_dict_get_number (client, "bytes"));
  g_autofree char *may = ctl_text_format_bytes (limit);

  return limit != 0 ? g_strdup_printf ("%s / %s", use, may) : g_steal_pointer (&use);
}

static void
add_client (CtlTable *table, GVariant *client)
{
  g_autofree char *user = ctl_text_format_user (ctl_dict_get_number (client, "uid"));
  g_autofree char *quota = format_quota (client);

  ctl_table_add_cell (table, "%s", ctl_dict_get_string (client, "name"));
  ctl_table_add_cell (table, "%s", ctl_dict_get_string (client, "debug_name"));
  ctl_table_add_cell (table, "%" G_GUINT64_FORMAT, ctl_dict_get_number (client, "pid"));
  ctl_table_add_cell (table, "%s", user);
  ctl_table_add_cell (table, "%" G_GUINT64_FORMAT, ctl_dict_get_number (client, "nodes"));
  ctl_table_add_cell (table, "%" G_GUINT64_FORMAT, ctl_dict_get_number (client, "trees"));
  ctl_table_add_cell (table, "%" G_GUINT64_FORMAT, ctl_dict_get_number (client, "waits"));
  ctl_table_add_cell (table, "%s", quota);
}

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (CtlTable) table = ctl_table_new (columns);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) clients = NULL;
  GVariantIter iter;
  GVariant *client;

  reply = ctl_context_call (context, CTL_INSPECTOR, "ListClients", NULL, "(aa{sv})", error);
  if (reply == NULL)
    return FALSE;
  clients = g_variant_get_child_value (reply, 0);
  if (context->json)
    {
      ctl_json_print (ctl_json_from_variant (clients));
      return TRUE;
    }
  g_variant_iter_init (&iter, clients);
  while (g_variant_iter_loop (&iter, "@a{sv}", &client))
    add_client (table, client);
  ctl_table_print (table);
  return TRUE;
}

const CtlCommand ctl_clients = {
  .name = "clients",
  .summary = N_ ("List who uses the daemon, and what their users pay for"),
  .run = run,
};
