/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The commands that do something. */

#include <string.h>

#include "script-private.h"

/* Making nodes */

static char *
add_tokens (Script *script, const char *parent, char **names, guint32 mask)
{
  g_autoptr (GPtrArray) children = g_ptr_array_new ();
  g_autoptr (GArray) masks = g_array_new (FALSE, FALSE, sizeof mask);
  GError *error = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    g_array_append_val (masks, mask);
  if (!sme_node_add_tokens (script_get_node (script, parent), (guint32 *)masks->data, masks->len,
                            children, &error))
    {
      g_assert_cmpuint (children->len, ==, 0);
      return script_take_refusal (error);
    }
  g_assert_cmpuint (children->len, ==, masks->len);
  for (guint i = 0; names[i] != NULL; i++)
    script_add_node (script, g_ptr_array_index (children, i), names[i]);
  return g_strdup ("");
}

static char *
run_dup (Script *script, char **words)
{
  return add_tokens (script, words[0], words + 1, 0x80000000);
}

static char *
run_mask (Script *script, char **words)
{
  char *names[] = { words[1], NULL };

  return add_tokens (script, words[0], names, (guint32)g_ascii_strtoull (words[2], NULL, 16));
}

static char *
run_group (Script *script, char **words)
{
  GError *error = NULL;
  SmeNode *group = sme_node_add_group (script_get_node (script, words[0]), &error);

  if (group == NULL)
    return script_take_refusal (error);
  script_add_node (script, group, words[1]);
  return g_strdup ("");
}

/* What a node is told about itself */

static char *
run_bind (Script *script, char **words)
{
  for (guint i = 0; words[i] != NULL; i++)
    sme_node_bind (script_get_node (script, words[i]));
  return g_strdup ("");
}

static char *
run_dispensable (Script *script, char **words)
{
  sme_node_set_dispensable (script_get_node (script, words[0]));
  return g_strdup ("");
}

static char *
run_rename (Script *script, char **words)
{
  SmeNode *node = script_get_node (script, words[0]);

  sme_node_set_debug_info (node, words[1], node->id);
  return g_strdup ("");
}

static char *
run_weak (Script *script, char **words)
{
  g_autoptr (GPtrArray) events = sme_events_new ();
  GError *error = NULL;

  if (!sme_node_set_weak (script_get_node (script, words[0]), events, &error))
    return script_take_refusal (error);
  return script_take_events (script, events);
}

static char *
run_weak_ok (Script *script, char **words)
{
  sme_node_set_weak_ok (script_get_node (script, words[0]), FALSE);
  return g_strdup ("");
}

static char *
run_weak_ok_for_children (Script *script, char **words)
{
  sme_node_set_weak_ok (script_get_node (script, words[0]), TRUE);
  return g_strdup ("");
}

/* What participants say */

/* The settings of other buffers, for must_match: one participant with these words. */
static SmcSettings *
make_other_settings (Script *script, const char *words)
{
  g_auto (GStrv) split = g_strsplit (words, ",", -1);
  g_autoptr (SmePrepared) prepared = script_constraints_new ((const char *const *)split, NULL);
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  SmeParticipant participant = { .name = "other", .prepared = prepared };
  SmcSettings *settings = NULL;

  g_assert_true (sme_negotiate (&participant, 1, script->policy, NULL, trail, &settings, NULL));
  return settings;
}

/* "match=WORDS", the words separated by commas, is must_match. */
static char *
run_set (Script *script, char **words)
{
  g_autoptr (GPtrArray) events = sme_events_new ();
  g_autoptr (SmcSettings) must_match = NULL;
  g_autoptr (SmePrepared) prepared = NULL;
  char **constraints = words + 1;
  GError *error = NULL;

  if (*constraints != NULL && g_str_has_prefix (*constraints, "match="))
    must_match = make_other_settings (script, *constraints++ + strlen ("match="));
  prepared = script_constraints_new ((const char *const *)constraints, &error);
  if (prepared == NULL
      || !sme_node_set_constraints (script_get_node (script, words[0]), prepared, must_match,
                                    events, &error))
    return script_take_refusal (error);
  return script_take_events (script, events);
}

static char *
run_present (Script *script, char **words)
{
  g_autoptr (GPtrArray) events = sme_events_new ();
  GError *error = NULL;

  if (!sme_node_all_children_present (script_get_node (script, words[0]), events, &error))
    return script_take_refusal (error);
  return script_take_events (script, events);
}

/* The ends of nodes */

static char *
run_release (Script *script, char **words)
{
  g_autoptr (GPtrArray) events = sme_events_new ();

  sme_node_release (script_get_node (script, words[0]), events);
  return script_take_events (script, events);
}

static char *
run_fail (Script *script, char **words)
{
  g_autoptr (GPtrArray) events = sme_events_new ();

  sme_node_fail (script_get_node (script, words[0]), "its connection left the bus", events);
  return script_take_events (script, events);
}

static SysmemError
find_code (const char *name)
{
  guint code = 0;

  while (!g_str_equal (script_get_code_name ((SysmemError)code), name))
    g_assert_cmpuint (++code, <, SYSMEM_N_ERRORS);
  return (SysmemError)code;
}

static char *
run_end (Script *script, char **words)
{
  g_autoptr (GPtrArray) events = sme_events_new ();

  sme_tree_fail (script->tree, find_code (words[0]), "the test says so", events);
  return script_take_events (script, events);
}

/* Memory */

static char *
finish (Script *script, const SmcSettings *settings, const GError *error)
{
  g_autoptr (GPtrArray) events = sme_events_new ();

  sme_tree_memory_done (script->tree, settings, error, events);
  return script_take_events (script, events);
}

static char *
run_done (Script *script, char **words)
{
  g_autoptr (SmcSettings) settings = NULL;

  if (words[0] == NULL)
    return finish (script, NULL, NULL);

  g_assert_true (g_str_has_prefix (words[0], "size="));
  settings = smc_settings_copy (script->wanted);
  settings->size_bytes = g_ascii_strtoull (words[0] + strlen ("size="), NULL, 10);
  settings->raw_size_bytes = settings->size_bytes;
  settings->planes = g_array_new (FALSE, TRUE, sizeof (SmcPlane));
  g_array_set_size (settings->planes, 2);
  return finish (script, settings, NULL);
}

static char *
run_no_memory (Script *script, char **words)
{
  g_autoptr (GError) error =
    g_error_new_literal (SYSMEM_ERROR, SYSMEM_ERROR_NO_MEMORY, "the shelf is empty");

  return finish (script, NULL, error);
}

static char *
run_no_fit (Script *script, char **words)
{
  g_autoptr (GError) error = g_error_new_literal (
    SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY, "its rows are too long");

  return finish (script, NULL, error);
}

static char *
run_quota (Script *script, char **words)
{
  g_autoptr (GError) error =
    g_error_new_literal (SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED, "MaxBytesPerUid: enough");

  return finish (script, NULL, error);
}

/* The world */

void
script_add_heap (Script *script, const char *name)
{
  SmeHeap *heap = sme_heap_new (name);

  heap->buffer_type = SMC_BUFFER_MEMFD;
  heap->domains = SMC_DOMAIN_CPU | SMC_DOMAIN_RAM | SMC_DOMAIN_INACCESSIBLE;
  heap->cpu_mappable = TRUE;
  heap->write_protection = SMC_WRITE_PROTECTION_ENFORCED;
  g_ptr_array_add (script->policy->heaps, heap);
}

static char *
run_heap (Script *script, char **words)
{
  script_add_heap (script, words[0]);
  return g_strdup ("");
}

static char *
run_unplug (Script *script, char **words)
{
  const SmeHeap *heap = sme_policy_find_heap (script->policy, words[0]);

  g_assert_true (g_ptr_array_remove (script->policy->heaps, (gpointer)heap));
  return g_strdup ("");
}

static char *
run_cap (Script *script, char **words)
{
  script->policy->max_collection_size = g_ascii_strtoull (words[0], NULL, 10);
  return g_strdup ("");
}

const ScriptCommand script_changes[] = {
  { "dup", 1, run_dup },
  { "mask", 3, run_mask },
  { "group", 2, run_group },
  { "bind", 1, run_bind },
  { "dispensable", 1, run_dispensable },
  { "weak", 1, run_weak },
  { "weak-ok", 1, run_weak_ok },
  { "weak-ok-for-children", 1, run_weak_ok_for_children },
  { "set", 1, run_set },
  { "present", 1, run_present },
  { "rename", 2, run_rename },
  { "release", 1, run_release },
  { "fail", 1, run_fail },
  { "end", 1, run_end },
  { "done", 0, run_done },
  { "no-memory", 0, run_no_memory },
  { "no-fit", 0, run_no_fit },
  { "quota", 0, run_quota },
  { "heap", 1, run_heap },
  { "unplug", 1, run_unplug },
  { "cap", 1, run_cap },
  { NULL, 0, NULL },
};
