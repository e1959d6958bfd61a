/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-command.h"
#include "ctl-text.h"

#include <glib/gi18n.h>
#include <locale.h>

/* Options stand before the command or behind it, so both are parsed with the same entries. */
static GOptionContext *
new_option_context (CtlContext *context, const char *parameters)
{
  const GOptionEntry entries[] = {
    { "bus", 0, 0, G_OPTION_ARG_STRING, &context->bus,
      N_ ("Where sysmemd is: system (default), session, or the address of a bus"), N_ ("BUS") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &context->json, N_ ("Print JSON, as sysmemctl(1) has it"),
      NULL },
    { "all", 'a', 0, G_OPTION_ARG_NONE, &context->all,
      N_ ("Also what other users have; you may be asked for a password"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  GOptionContext *options = g_option_context_new (parameters);

  g_option_context_set_translation_domain (options, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (options, entries, GETTEXT_PACKAGE);
  return options;
}

/* @arguments: (transfer none): the strings stay their owner's */
static gboolean
parse_in_place (GOptionContext *options, char ***arguments, GError **error)
{
  int n = (int)g_strv_length (*arguments);

  return g_option_context_parse (options, &n, arguments, error);
}

static char *
describe_commands (void)
{
  GString *text = g_string_new (_ ("Commands:"));

  g_string_append_c (text, '\n');
  for (guint i = 0; ctl_commands[i] != NULL; i++)
    if (!ctl_commands[i]->is_hidden)
      g_string_append_printf (text, "  %-10s %s\n", ctl_commands[i]->name,
                              _ (ctl_commands[i]->summary));
  g_string_append_printf (text, "\n%s", _ ("'sysmemctl COMMAND --help' tells about one of them."));
  return g_string_free (text, FALSE);
}

/* Takes the options before the command, and the command, out of @arguments. */
static gboolean
parse_command (CtlContext *context, char ***arguments, GError **error)
{
  g_autoptr (GOptionContext) options = new_option_context (context, N_ ("[COMMAND [ARGUMENT…]]"));
  g_autofree char *commands = describe_commands ();
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, N_ ("Print the version of this tool"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  const char *name = "list";

  g_option_context_set_strict_posix (options, TRUE);
  g_option_context_set_description (options, commands);
  g_option_context_add_main_entries (options, entries, GETTEXT_PACKAGE);
  if (!parse_in_place (options, arguments, error))
    return FALSE;
  if ((*arguments)[1] != NULL)
    name = (*arguments)[1];
  context->command = ctl_command_find (version ? "version" : name);
  if (context->command == NULL)
    ctl_set_usage_error (error, _ ("there is no command “%s”; 'sysmemctl --help' lists them"),
                         name);
  return context->command != NULL;
}

/* Cuts @arguments off at "--" where a program follows it. */
static void
split_program (CtlContext *context, char **arguments)
{
  for (guint i = 1; context->command->runs_program && arguments[i] != NULL; i++)
    if (g_str_equal (arguments[i], "--"))
      {
        context->program = arguments[i + 1] != NULL ? arguments + i + 1 : NULL;
        arguments[i] = NULL;
        return;
      }
}

static gboolean
parse_arguments (CtlContext *context, char ***arguments, GError **error)
{
  const CtlCommand *command = context->command;
  g_autofree char *parameters = NULL;
  g_autoptr (GOptionContext) options = NULL;
  guint n;

  parameters = g_strdup_printf ("%s%s%s", command->name, command->usage != NULL ? " " : "",
                                command->usage != NULL ? _ (command->usage) : "");
  options = new_option_context (context, parameters);
  g_option_context_set_summary (options, _ (command->summary));
  if (command->options != NULL)
    g_option_context_add_main_entries (options, command->options, GETTEXT_PACKAGE);
  if (!parse_in_place (options, arguments, error))
    return FALSE;
  n = g_strv_length (*arguments) - 1;
  if (n >= command->min_arguments && n <= command->max_arguments)
    return TRUE;
  ctl_set_usage_error (error, _ ("usage: sysmemctl %s; 'sysmemctl %s --help' tells more"),
                       parameters, command->name);
  return FALSE;
}

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  g_autofree char **mine = g_memdup2 (arguments, (g_strv_length (arguments) + 1) * sizeof *mine);
  char **rest;

  if (!parse_command (context, &mine, error))
    return FALSE;
  /* GOption takes the first word for the program's name: here it is the command's. */
  rest = mine[1] != NULL ? mine + 1 : mine;
  split_program (context, rest);
  return parse_arguments (context, &rest, error)
         && context->command->run (context, rest + 1, error);
}

int
main (int argc, char *argv[])
{
  CtlContext context = { 0 };
  g_autoptr (GError) error = NULL;
  int status;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("sysmemctl");

  if (run (&context, argv, &error))
    status = context.status;
  else
    {
      g_autofree char *message = ctl_text_clean (error->message);

      g_printerr ("sysmemctl: %s\n", message);
      status = (int)ctl_exit_for_error (error);
    }
  ctl_context_clear (&context);
  return status;
}
