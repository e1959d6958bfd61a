/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-describe.h"

#include <glib/gi18n.h>

gboolean
ctl_parse_id (const char *text, guint64 *id, GError **error)
{
  if (g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT64, id, NULL))
    return TRUE;
  ctl_set_usage_error (error,
                       _ ("“%s” is not the id of a collection: a number, as 'sysmemctl list' shows "
                          "it"),
                       text);
  return FALSE;
}

GVariant *
ctl_describe (CtlContext *context, guint64 id, GError **error)
{
  g_autoptr (GVariant) reply = ctl_context_call (context, CTL_INSPECTOR, "DescribeCollection",
                                                 g_variant_new ("(t)", id), "(a{sv})", error);

  return reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;
}
