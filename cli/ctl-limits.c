/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-command.h"
#include "ctl-dict.h"
#include "ctl-json.h"
#include "ctl-table.h"

#include <glib/gi18n.h>

static const CtlColumn columns[] = {
  { N_ ("LIMIT"), FALSE },
  { N_ ("VALUE"), TRUE },
  { NULL },
};

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (CtlTable) table = ctl_table_new (columns);
  g_autoptr (GVariant) limits = NULL;
  GVariantIter iter;
  const char *key;

  if (!ctl_context_connect (context, error))
    return FALSE;
  limits = sysmem_client_get_limits (context->client);
  if (context->json)
    {
      ctl_json_print (ctl_json_from_variant (limits));
      return TRUE;
    }
  g_variant_iter_init (&iter, limits);
  while (g_variant_iter_next (&iter, "{&sv}", &key, NULL))
    {
      ctl_table_add_cell (table, "%s", key);
      ctl_table_add_cell (table, "%" G_GUINT64_FORMAT, ctl_dict_get_number (limits, key));
    }
  ctl_table_print (table);
  return TRUE;
}

const CtlCommand ctl_limits = {
  .name = "limits",
  .summary = N_ ("List every limit in force, by its name in sysmem.conf"),
  .run = run,
};
