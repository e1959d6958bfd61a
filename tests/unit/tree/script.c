/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-private.h"

#include <string.h>

/* Results as text */

const char *
script_get_code_name (SysmemError code)
{
  return sysmem_error_get_dbus_name (code) + strlen (SYSMEM_ERROR_DBUS_PREFIX);
}

/* The word that begins a list of nodes; NULL: the event stands alone. */
static const char *
get_list_word (const SmeEvent *event)
{
  switch (event->type)
    {
    case SME_EVENT_NODE_ALLOCATED:
      return "allocated";
    case SME_EVENT_NODE_FAILED:
      return script_get_code_name (event->explanation->error);
    case SME_EVENT_NODE_GONE:
      return "gone";
    case SME_EVENT_ALLOCATE:
    case SME_EVENT_CANCEL:
    case SME_EVENT_TREE_ENDED:
      return NULL;
    }
  g_assert_not_reached ();
}

char *
script_describe_settings (const SmcSettings *settings)
{
  return g_strdup_printf ("%ux%" G_GUINT64_FORMAT "@%s", settings->buffer_count,
                          settings->size_bytes, settings->heap);
}

static void
append_single (GString *text, const SmeEvent *event)
{
  g_autofree char *settings = NULL;

  if (event->type == SME_EVENT_ALLOCATE)
    {
      settings = script_describe_settings (event->settings);
      g_string_append_printf (text, "allocate(%s)", settings);
    }
  else
    {
      g_string_append (text, event->type == SME_EVENT_CANCEL ? "cancel" : "ended");
    }
}

static gboolean
belongs_to_list (const SmeEvent *event, const SmeEvent *last)
{
  return last != NULL && last->type == event->type && last->explanation == event->explanation;
}

static char *
describe_events (const GPtrArray *events)
{
  GString *text = g_string_new (NULL);
  const SmeEvent *last = NULL;

  for (guint i = 0; i < events->len; i++)
    {
      const SmeEvent *event = g_ptr_array_index (events, i);
      const char *word = get_list_word (event);

      if (word != NULL && belongs_to_list (event, last))
        g_string_truncate (text, text->len - 1); /* the list goes on */
      if (text->len > 0)
        g_string_append_c (text, ' ');
      if (word != NULL && !belongs_to_list (event, last))
        g_string_append_printf (text, "%s(", word);
      if (word != NULL)
        g_string_append_printf (text, "%s)", event->node->name);
      else
        append_single (text, event);
      last = event;
    }
  return g_string_free (text, FALSE);
}

/* What the server would do with events, as far as the tests ask. */
char *
script_take_events (Script *script, GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++)
    {
      const SmeEvent *event = g_ptr_array_index (events, i);

      if (event->type == SME_EVENT_ALLOCATE)
        {
          g_clear_pointer (&script->wanted, smc_settings_free);
          script->wanted = smc_settings_copy (event->settings);
        }
      if (event->explanation != NULL)
        g_hash_table_insert (script->explanations, g_strdup (event->node->name),
                             sme_explanation_ref (event->explanation));
    }
  return describe_events (events);
}

char *
script_take_refusal (GError *error)
{
  char *text;

  g_assert_nonnull (error);
  g_assert_true (error->domain == SYSMEM_ERROR);
  text = g_strdup_printf ("refused(%s)", script_get_code_name ((SysmemError)error->code));
  g_error_free (error);
  return text;
}

/* Nodes by name */

SmeNode *
script_get_node (Script *script, const char *name)
{
  SmeNode *node = g_hash_table_lookup (script->nodes, name);

  if (node == NULL)
    g_error ("no node is called \"%s\"", name);
  return node;
}

void
script_add_node (Script *script, SmeNode *node, const char *name)
{
  g_assert_false (g_hash_table_contains (script->nodes, name));
  sme_node_set_debug_info (node, name, g_hash_table_size (script->nodes));
  g_hash_table_insert (script->nodes, g_strdup (name), sme_node_ref (node));
}

/* Scripts */

Script *
script_new (void)
{
  Script *script = g_new0 (Script, 1);

  script->policy = sme_policy_new ();
  script->nodes =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)sme_node_unref);
  script->explanations =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)sme_explanation_unref);
  script_add_heap (script, "system");
  script->tree = sme_tree_new (script->policy, "", 0);
  script_add_node (script, sme_tree_get_root (script->tree), "root");
  return script;
}

void
script_free (Script *script)
{
  sme_tree_free (script->tree);
  g_hash_table_unref (script->nodes);
  g_hash_table_unref (script->explanations);
  g_clear_pointer (&script->wanted, smc_settings_free);
  sme_policy_free (script->policy);
  g_free (script);
}

static const ScriptCommand *
find_command (const ScriptCommand *commands, const char *name)
{
  for (; commands->name != NULL; commands++)
    {
      if (g_str_equal (commands->name, name))
        return commands;
    }
  return NULL;
}

char *
script_run (Script *script, const char *command)
{
  g_auto (GStrv) words = g_strsplit (command, " ", -1);
  const ScriptCommand *found = find_command (script_changes, words[0]);

  if (found == NULL)
    found = find_command (script_queries, words[0]);
  if (found == NULL)
    g_error ("no command is called \"%s\"", words[0]);
  if (g_strv_length (words) <= found->n_words)
    g_error ("a word is missing in \"%s\"", command);
  return found->run (script, words + 1);
}

void
script_step (Script *script, const char *format, ...)
{
  g_autofree char *step = NULL;
  g_autofree char *result = NULL;
  g_auto (GStrv) parts = NULL;
  const char *expected;
  va_list arguments;

  va_start (arguments, format);
  step = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  parts = g_strsplit (step, " : ", 2);
  expected = parts[1] != NULL ? parts[1] : "";
  result = script_run (script, parts[0]);
  if (!g_str_equal (result, expected))
    g_error ("%s\n  expected: %s\n  result:   %s", parts[0], expected, result);
}

static void
run_case (gconstpointer data)
{
  const ScriptCase *test = data;
  g_autoptr (Script) script = script_new ();

  for (guint i = 0; test->steps[i] != NULL; i++)
    script_step (script, "%s", test->steps[i]);
}

void
script_cases_add (const ScriptCase *cases, gsize n_cases)
{
  for (gsize i = 0; i < n_cases; i++)
    g_test_add_data_func (cases[i].path, &cases[i], run_case);
}
