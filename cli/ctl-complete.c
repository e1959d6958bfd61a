/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What may come next on a command line, for the completions of all shells: they hand the words over
 * up to the cursor, the last one as far as it is typed, and get lines of a candidate, a tab, and
 * what it is. Two lines stand for what shells know better: ":files" and ":program". */

#include "ctl-command.h"
#include "ctl-dict.h"
#include "ctl-text.h"

#include <glib/gi18n.h>

static void
offer (const char *prefix, const char *candidate, const char *description)
{
  g_autofree char *clean = ctl_text_clean (description);

  if (g_str_has_prefix (candidate, prefix))
    g_print ("%s\t%s\n", candidate, clean);
}

static void
offer_option (const char *prefix, const GOptionEntry *option)
{
  g_autofree char *candidate =
    g_strconcat ("--", option->long_name, option->arg_description != NULL ? "=" : "", NULL);

  offer (prefix, candidate, _ (option->description));
}

static void
offer_options (const CtlCommand *command, const char *prefix)
{
  if (g_str_has_prefix (prefix, "--bus="))
    {
      offer (prefix, "--bus=system", _ ("the system bus"));
      offer (prefix, "--bus=session", _ ("the session bus"));
      return;
    }
  offer (prefix,
         "--bus=", _ ("Where sysmemd is: system (default), session, or the address of a bus"));
  offer (prefix, "--json", _ ("Print JSON, as sysmemctl(1) has it"));
  offer (prefix, "--all", _ ("Also what other users have; you may be asked for a password"));
  offer (prefix, "--help", _ ("Tell about options and arguments"));
  if (command == NULL)
    offer (prefix, "--version", _ ("Print the version of this tool"));
  for (guint i = 0;
       command != NULL && command->options != NULL && command->options[i].long_name != NULL; i++)
    offer_option (prefix, &command->options[i]);
}

static void
offer_commands (const char *prefix)
{
  for (guint i = 0; ctl_commands[i] != NULL; i++)
    if (!ctl_commands[i]->is_hidden)
      offer (prefix, ctl_commands[i]->name, _ (ctl_commands[i]->summary));
}

/* Without a daemon there are none. */
static void
offer_ids (CtlContext *context, const char *prefix)
{
  g_autoptr (GVariant) reply =
    ctl_context_call (context, CTL_INSPECTOR, "ListCollections", NULL, "(aa{sv})", NULL);
  g_autoptr (GVariant) list = reply != NULL ? g_variant_get_child_value (reply, 0) : NULL;

  for (gsize i = 0; list != NULL && i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) collection = g_variant_get_child_value (list, i);
      const char *name = ctl_dict_get_string (collection, "name");
      g_autofree char *id =
        g_strdup_printf ("%" G_GUINT64_FORMAT, ctl_dict_get_number (collection, "id"));
      g_autofree char *description = g_strconcat (ctl_dict_get_string (collection, "state"),
                                                  *name != '\0' ? " " : "", name, NULL);

      offer (prefix, id, description);
    }
}

/* @n: how many arguments stand before it */
static void
offer_argument (CtlContext *context, const CtlCommand *command, guint n, const char *prefix)
{
  if (n >= command->max_arguments)
    return;
  switch (command->argument)
    {
    case CTL_ARGUMENT_NONE:
      break;
    case CTL_ARGUMENT_ID:
      offer_ids (context, prefix);
      break;
    case CTL_ARGUMENT_FILE:
      g_print (":files\n");
      break;
    case CTL_ARGUMENT_TOKEN_THEN_FILE:
      if (n == 1)
        g_print (":files\n");
      break;
    }
}

/* The bus that is asked is the one that the line so far names. */
static void
take_bus (CtlContext *context, const char *word)
{
  if (!g_str_has_prefix (word, "--bus="))
    return;
  g_free (context->bus);
  context->bus = g_strdup (word + strlen ("--bus="));
}

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  const CtlCommand *command = NULL;
  const char *last = "";
  guint n = 0;

  for (char **word = context->program; word != NULL && *word != NULL; word++)
    {
      last = *word;
      if (word[1] == NULL)
        break;
      if (g_str_equal (last, "--") && command != NULL && command->runs_program)
        {
          g_print (":program\n");
          return TRUE;
        }
      take_bus (context, last);
      if (*last == '-')
        continue;
      if (command != NULL)
        n++;
      else if ((command = ctl_command_find (last)) == NULL)
        return TRUE;
    }
  if (*last == '-')
    offer_options (command, last);
  else if (command == NULL)
    offer_commands (last);
  else
    offer_argument (context, command, n, last);
  return TRUE;
}

const CtlCommand ctl_complete = {
  .name = "complete",
  .usage = N_ ("-- [WORD…]"),
  .summary = N_ ("Tell a shell what may come next"),
  .runs_program = TRUE,
  .is_hidden = TRUE,
  .run = run,
};
