/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The commands that ask something. */

#include "script-private.h"

typedef char *(*Ask) (Script *script, SmeNode *node);

/* One answer per node; with the node's name where there may be several. */
static char *
ask_each (Script *script, char **words, Ask ask)
{
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *answer = ask (script, script_get_node (script, words[i]));

      g_ptr_array_add (answers, g_strdup_printf ("%s=%s", words[i], answer));
    }
  g_ptr_array_add (answers, NULL);
  return g_strjoinv (" ", (char **)answers->pdata);
}

static char *
say (gboolean yes)
{
  return g_strdup (yes ? "yes" : "no");
}

static char *
get_state (Script *script, SmeNode *node)
{
  static const char *const names[] = {
    [SME_STATE_WAITING] = "waiting",     [SME_STATE_READY] = "ready",
    [SME_STATE_ALLOCATED] = "allocated", [SME_STATE_FAILED] = "failed",
    [SME_STATE_RELEASED] = "released",
  };

  return g_strdup (names[sme_node_get_state (node)]);
}

static char *
get_rights (Script *script, SmeNode *node)
{
  return g_strconcat (node->rights & SMC_RIGHT_READ ? "r" : "",
                      node->rights & SMC_RIGHT_WRITE ? "w" : "", NULL);
}

static char *
get_weak (Script *script, SmeNode *node)
{
  return say (node->weak);
}

static char *
get_weak_ok (Script *script, SmeNode *node)
{
  return say (sme_node_is_weak_ok (node));
}

static char *
run_state (Script *script, char **words)
{
  return ask_each (script, words, get_state);
}

static char *
run_rights (Script *script, char **words)
{
  return ask_each (script, words, get_rights);
}

static char *
run_is_weak (Script *script, char **words)
{
  return ask_each (script, words, get_weak);
}

static char *
run_is_weak_ok (Script *script, char **words)
{
  return ask_each (script, words, get_weak_ok);
}

/* Explanations: of a failed node as the event had it, else as the tree tells it. */

static SmeExplanation *
explain (Script *script, const char *name)
{
  SmeExplanation *explanation = g_hash_table_lookup (script->explanations, name);

  if (explanation != NULL)
    return sme_explanation_ref (explanation);
  return sme_node_explain (script_get_node (script, name));
}

static void
append_parties (GString *text, const GPtrArray *parties)
{
  for (guint i = 0; i < parties->len; i++)
    {
      const SmeParty *party = g_ptr_array_index (parties, i);

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", party->name);
    }
}

static char *
run_waiting (Script *script, char **words)
{
  g_autoptr (SmeExplanation) explanation = explain (script, words[0]);
  GString *text = g_string_new (NULL);

  g_assert_cmpint (explanation->outcome, ==, SME_OUTCOME_PENDING);
  append_parties (text, explanation->waiting_for);
  return g_string_free (text, FALSE);
}

static char *
run_why (Script *script, char **words)
{
  g_autoptr (SmeExplanation) explanation = explain (script, words[0]);

  g_assert_cmpint (explanation->outcome, ==, SME_OUTCOME_FAILED);
  return g_strdup (explanation->message);
}

static char *
run_conflicts (Script *script, char **words)
{
  g_autoptr (SmeExplanation) explanation = explain (script, words[0]);
  g_autoptr (GPtrArray) conflicts = sme_explanation_list_conflicts (explanation);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < conflicts->len; i++)
    {
      const SmeConflict *conflict = g_ptr_array_index (conflicts, i);

      g_string_append_printf (text, "%s%s(", i > 0 ? " " : "", conflict->field);
      append_parties (text, conflict->parties);
      g_string_append_c (text, ')');
    }
  return g_string_free (text, FALSE);
}

static char *
run_rejected (Script *script, char **words)
{
  g_autoptr (SmeExplanation) explanation = explain (script, words[0]);
  guint n_more;
  g_autoptr (GPtrArray) rejected = sme_explanation_list_rejected (explanation, &n_more);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < rejected->len; i++)
    {
      const SmeRejection *rejection = g_ptr_array_index (rejected, i);

      g_string_append_printf (text, "%s%s(%s)", i > 0 ? " " : "",
                              sme_rejection_kind_get_name (rejection->kind), rejection->candidate);
    }
  return g_string_free (text, FALSE);
}

/* The tree */

static char *
run_alternate (Script *script, char **words)
{
  return say (sme_node_is_alternate_for (script_get_node (script, words[0]),
                                         script_get_node (script, words[1])));
}

static char *
run_strong (Script *script, char **words)
{
  return say (sme_tree_has_connected_strong_node (script->tree));
}

static char *
run_allocating (Script *script, char **words)
{
  return say (sme_tree_is_allocating (script->tree));
}

static char *
run_nodes (Script *script, char **words)
{
  g_autoptr (GPtrArray) nodes = sme_tree_list_nodes (script->tree);
  GString *text = g_string_new (NULL);

  g_assert_cmpuint (nodes->len, ==, sme_tree_get_n_nodes (script->tree));
  for (guint i = 0; i < nodes->len; i++)
    {
      const SmeNode *node = g_ptr_array_index (nodes, i);

      g_string_append_printf (text, "%s%s", i > 0 ? " " : "", node->name);
    }
  return g_string_free (text, FALSE);
}

static char *
run_settings (Script *script, char **words)
{
  const SmcSettings *settings = sme_tree_get_settings (script->tree);

  return settings != NULL ? script_describe_settings (settings) : g_strdup ("none");
}

const ScriptCommand script_queries[] = {
  { "state", 1, run_state },           { "rights", 1, run_rights },
  { "is-weak", 1, run_is_weak },       { "is-weak-ok", 1, run_is_weak_ok },
  { "waiting", 1, run_waiting },       { "why", 1, run_why },
  { "conflicts", 1, run_conflicts },   { "rejected", 1, run_rejected },
  { "alternate", 2, run_alternate },   { "strong", 0, run_strong },
  { "allocating", 0, run_allocating }, { "nodes", 0, run_nodes },
  { "settings", 0, run_settings },     { NULL, 0, NULL },
};
