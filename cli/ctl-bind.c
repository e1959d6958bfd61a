/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A participant without a program: its node lingers, for scripts that go on with other calls. The
 * library has no such nodes, so the calls are made here. */

#include "ctl-command.h"
#include "ctl-json.h"
#include "ctl-token.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>
#include <unistd.h>

/* Returns: floating */
static GVariant *
make_options (SysmemConstraints *constraints)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "linger", "b", TRUE);
  g_variant_dict_insert_value (&dict, "constraints", sysmem_constraints_to_variant (constraints));
  return g_variant_dict_end (&dict);
}

static GVariant *
bind_path (CtlContext *context, const char *path, SysmemConstraints *constraints, GError **error)
{
  return ctl_context_call_at (context, path, CTL_TOKEN, "Bind",
                              g_variant_new ("(@a{sv})", make_options (constraints)), "(o)", error);
}

static GVariant *
bind_inherited (CtlContext *context,
                const char *number,
                SysmemConstraints *constraints,
                GError **error)
{
  int token = ctl_token_take (context, number, error);
  g_autoptr (GUnixFDList) fds = NULL;
  GVariant *reply;

  if (token < 0)
    return NULL;
  fds = g_unix_fd_list_new_from_array (&token, 1);
  reply = g_dbus_connection_call_with_unix_fd_list_sync (
    sysmem_client_get_connection (context->client), CTL_BUS_NAME, CTL_ROOT_PATH, CTL_ALLOCATOR,
    "BindSharedCollection", g_variant_new ("(h@a{sv})", 0, make_options (constraints)),
    G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1, fds, NULL, NULL, error);
  if (reply == NULL && error != NULL)
    g_dbus_error_strip_remote_error (*error);
  return reply;
}

static void
print (CtlContext *context, const char *path)
{
  JsonObject *result;
  JsonNode *root;

  if (!context->json)
    {
      g_print ("%s\n", path);
      return;
    }
  result = json_object_new ();
  root = json_node_new (JSON_NODE_OBJECT);
  json_object_set_string_member (result, "collection", path);
  json_node_take_object (root, result);
  ctl_json_print (root);
}

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (SysmemConstraints) constraints = NULL;
  g_autoptr (GVariant) reply = NULL;
  const char *path;

  constraints = sysmem_constraints_new_from_file (arguments[1], error);
  if (constraints == NULL || !ctl_context_connect (context, error)
      || !sysmem_client_set_debug_client_info (
        context->client, sysmem_constraints_get_name (constraints), 0, NULL, error))
    return FALSE;
  reply = ctl_token_is_path (arguments[0])
            ? bind_path (context, arguments[0], constraints, error)
            : bind_inherited (context, arguments[0], constraints, error);
  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(&o)", &path);
  print (context, path);
  return TRUE;
}

const CtlCommand ctl_bind = {
  .name = "bind",
  .usage = N_ ("TOKEN FILE"),
  .summary = N_ ("Turn a token in for a participant that lingers, and print its node"),
  .argument = CTL_ARGUMENT_TOKEN_THEN_FILE,
  .min_arguments = 2,
  .max_arguments = 2,
  .run = run,
};
