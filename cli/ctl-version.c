/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-command.h"
#include "ctl-json.h"
#include "ctl-text.h"

#include <glib/gi18n.h>

static void
print_json (const char *daemon)
{
  JsonObject *versions = json_object_new ();
  JsonNode *root = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (versions, "sysmemctl", SYSMEM_VERSION);
  json_object_set_string_member (versions, "sysmemd", daemon);
  json_node_take_object (root, versions);
  ctl_json_print (root);
}

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  gboolean connected;

  /* One's own version is worth knowing without a daemon, too. */
  connected = ctl_context_connect (context, error);
  if (!context->json)
    g_print ("sysmemctl %s\n", SYSMEM_VERSION);
  if (!connected)
    return FALSE;
  if (context->json)
    print_json (sysmem_client_get_version (context->client));
  else
    ctl_print ("sysmemd %s\n", sysmem_client_get_version (context->client));
  return TRUE;
}

const CtlCommand ctl_version = {
  .name = "version",
  .summary = N_ ("Print the versions of this tool and of the daemon"),
  .run = run,
};
