/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A collection begins with tokens. Either they linger, and their paths are printed; or a program
 * inherits them as file descriptors, in place of this one: the handle alone is a token's life. */

#include "ctl-command.h"
#include "ctl-json.h"
#include "ctl-token.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>
#include <unistd.h>

#define NAME_PRIORITY 1

static char *name;

static const GOptionEntry options[] = {
  { "name", 0, 0, G_OPTION_ARG_STRING, &name, N_ ("What to call the buffers"), N_ ("NAME") },
  G_OPTION_ENTRY_NULL,
};

/* The root token is the first participant's, the others get duplicates of it. */
static GVariant *
make_options (guint n_tokens, gboolean linger)
{
  GVariantBuilder masks;
  GVariantDict dict;

  g_variant_builder_init (&masks, G_VARIANT_TYPE ("au"));
  for (guint i = 1; i < n_tokens; i++)
    g_variant_builder_add (&masks, "u", (guint32)CTL_SAME_RIGHTS);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "linger", "b", linger);
  g_variant_dict_insert_value (&dict, "rights_attenuation_masks", g_variant_builder_end (&masks));
  return g_variant_new ("(@a{sv})", g_variant_dict_end (&dict));
}

/* Returns: (transfer full): the root's path and the others', as an `ao` */
static GVariant *
list_paths (GVariant *reply)
{
  g_autoptr (GVariant) duplicates = g_variant_get_child_value (reply, 2);
  GVariantBuilder paths;
  GVariantIter iter;
  const char *path;

  g_variant_builder_init (&paths, G_VARIANT_TYPE ("ao"));
  g_variant_get_child (reply, 0, "&o", &path);
  g_variant_builder_add (&paths, "o", path);
  g_variant_iter_init (&iter, duplicates);
  while (g_variant_iter_next (&iter, "(&oh)", &path, NULL))
    g_variant_builder_add (&paths, "o", path);
  return g_variant_ref_sink (g_variant_builder_end (&paths));
}

static gboolean
print (CtlContext *context, GVariant *paths, GError **error)
{
  g_autofree const char **list = g_variant_get_objv (paths, NULL);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) result = NULL;
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  guint64 id;

  reply =
    ctl_context_call_at (context, list[0], CTL_NODE, "GetBufferCollectionId", NULL, "(t)", error);
  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(t)", &id);
  g_variant_dict_insert (&dict, "id", "t", id);
  g_variant_dict_insert_value (&dict, "tokens", paths);
  result = g_variant_ref_sink (g_variant_dict_end (&dict));
  if (context->json)
    ctl_json_print (ctl_json_from_variant (result));
  for (guint i = 0; !context->json && list[i] != NULL; i++)
    g_print ("%s\n", list[i]);
  return TRUE;
}

/* Becomes the program; returns only if that fails. */
static gboolean
run_program (CtlContext *context, GUnixFDList *fds, GError **error)
{
  g_autoptr (GString) numbers = g_string_new (NULL);
  g_autofree int *handles = NULL;
  int n;

  handles = g_unix_fd_list_steal_fds (fds, &n);
  for (int i = 0; i < n; i++)
    {
      (void)fcntl (handles[i], F_SETFD, 0);
      g_string_append_printf (numbers, "%s%d", i > 0 ? " " : "", handles[i]);
    }
  (void)g_setenv ("SYSMEM_TOKENS", numbers->str, TRUE);
  (void)execvp (context->program[0], context->program);
  g_set_error (error, G_IO_ERROR, (gint)g_io_error_from_errno (errno), _ ("cannot run %s: %s"),
               context->program[0], g_strerror (errno));
  return FALSE;
}

/* Until they are turned in, tokens are called as those they are meant for. */
static gboolean
set_names (CtlContext *context, GVariant *paths, char **participants, GError **error)
{
  g_autofree const char **list = g_variant_get_objv (paths, NULL);
  g_autoptr (GVariant) named = NULL;

  for (guint i = 0; list[i] != NULL; i++)
    {
      g_autoptr (GVariant) reply =
        ctl_context_call_at (context, list[i], CTL_NODE, "SetDebugClientInfo",
                             g_variant_new ("(st)", participants[i], (guint64)0), "()", error);

      if (reply == NULL)
        return FALSE;
    }
  if (name == NULL)
    return TRUE;
  named = ctl_context_call_at (context, list[0], CTL_NODE, "SetName",
                               g_variant_new ("(us)", NAME_PRIORITY, name), "()", error);
  return named != NULL;
}

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  gboolean linger = context->program == NULL;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) paths = NULL;

  if (!ctl_context_connect (context, error))
    return FALSE;
  reply = g_dbus_connection_call_with_unix_fd_list_sync (
    sysmem_client_get_connection (context->client), CTL_BUS_NAME, CTL_ROOT_PATH, CTL_ALLOCATOR,
    "AllocateSharedCollection", make_options (g_strv_length (arguments), linger),
    G_VARIANT_TYPE ("(oha(oh))"), G_DBUS_CALL_FLAGS_NONE, -1, NULL, &fds, NULL, error);
  if (reply == NULL)
    {
      if (error != NULL)
        g_dbus_error_strip_remote_error (*error);
      return FALSE;
    }
  paths = list_paths (reply);
  if (!set_names (context, paths, arguments, error))
    return FALSE;
  return linger ? print (context, paths, error) : run_program (context, fds, error);
}

const CtlCommand ctl_create = {
  .name = "create",
  .usage = N_ ("PARTICIPANT… [-- PROGRAM [ARGUMENT…]]"),
  .summary = N_ ("Begin a collection: print a token for each, or run a program that inherits them"),
  .options = options,
  .min_arguments = 1,
  .max_arguments = 64,
  .runs_program = TRUE,
  .run = run,
};
