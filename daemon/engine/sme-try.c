/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One try of a pruned subtree (03 §4.4): its group combinations one after the other, until one
 * works or none is left, or 64 did not. All of them share one trail, and so one work limit. Where
 * none works, the first one explains it best: it is what the participants wanted most. */

#include "engine/sme-tree-private.h"

typedef struct
{
  SmeNode *top;
  gboolean late;
  SmePolicy policy; /* a shallow copy */
  SmeTrail *trail;

  /* The first combination that failed: */
  GArray *participants;
  guint n_existing;   /* late: how many of them have buffers already */
  const char *change; /* late: they agreed, but to change this field of what exists */
  GError *error;

  GError *verdict; /* what ended the try before all combinations were tried */
} SmeTry;

static void
try_init (SmeTry *try, SmeNode *top)
{
  *try = (SmeTry){ .top = top, .late = top->parent != NULL, .trail = sme_trail_new () };
  if (try->late)
    sme_late_init_policy (top->tree, &try->policy);
  else
    try->policy = *top->tree->policy;
}

static void
try_clear (SmeTry *try)
{
  g_clear_pointer (&try->trail, sme_trail_free);
  g_clear_pointer (&try->participants, g_array_unref);
  g_clear_error (&try->error);
  g_clear_error (&try->verdict);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmeTry, try_clear)

/* Participants */

void
sme_try_append_participant (GArray *participants, const SmeNode *node)
{
  SmeParticipant participant = { node->name, node->id, node->prepared };

  if (node->prepared != NULL)
    g_array_append_val (participants, participant);
  participant.prepared = node->must_match;
  if (node->must_match != NULL)
    g_array_append_val (participants, participant);
}

GArray *
sme_try_list_participants (SmeNode *top)
{
  GArray *participants = g_array_new (FALSE, FALSE, sizeof (SmeParticipant));
  g_autoptr (GPtrArray) nodes = sme_walk_breadth_first (top, SME_WALK_VISIBLE);

  for (guint i = 0; i < nodes->len; i++)
    sme_try_append_participant (participants, g_ptr_array_index (nodes, i));
  return participants;
}

/* Combinations */

static gboolean
negotiate (SmeTry *try, GArray *participants, SmcSettings **settings, GError **error)
{
  return sme_negotiate ((const SmeParticipant *)participants->data, participants->len, &try->policy,
                        NULL, try->trail, settings, error);
}

static void
record_failed_combination (SmeTry *try, const GError *error)
{
  g_autofree char *choice = sme_groups_describe_choice (try->top);

  if (choice != NULL)
    sme_trail_add (try->trail, SME_REJECTED_GROUP_CHOICE, choice, error->message);
}

/* Tries what the groups choose at present. */
static gboolean
try_combination (SmeTry *try, SmcSettings **settings, GError **error)
{
  guint n_existing = 0;
  const char *change = NULL;
  g_autoptr (GArray) participants = try->late ? sme_late_list_participants (try->top, &n_existing)
                                              : sme_try_list_participants (try->top);
  g_autoptr (SmcSettings) found = NULL;
  g_autoptr (GError) failure = NULL;

  if (negotiate (try, participants, &found, &failure))
    {
      if (try->late)
        change = sme_late_find_change (try->top->tree, found);
      if (change == NULL)
        {
          *settings = g_steal_pointer (&found);
          return TRUE;
        }
      g_set_error (&failure, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
                   "the buffers exist already, and the newcomers would change their %s", change);
    }

  record_failed_combination (try, failure);
  if (try->error == NULL)
    {
      try->participants = g_steal_pointer (&participants);
      try->n_existing = n_existing;
      try->change = change;
      try->error = g_error_copy (failure);
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* NULL: none works, as @try tells. */
static SmcSettings *
try_combinations (SmeTry *try)
{
  for (guint n = 1; n <= SMC_MAX_GROUP_COMBINATIONS; n++)
    {
      SmcSettings *settings = NULL;
      g_autoptr (GError) error = NULL;

      if (try_combination (try, &settings, &error))
        return settings;
      if (g_error_matches (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED))
        {
          try->verdict = g_steal_pointer (&error);
          return NULL;
        }
      if (!sme_groups_advance (try->top))
        return NULL;
    }
  g_set_error (&try->verdict, SYSMEM_ERROR, SYSMEM_ERROR_TOO_MANY_GROUP_CHILD_COMBINATIONS,
               "more than %u combinations of group children would have to be tried; the first one "
               "failed: %s",
               SMC_MAX_GROUP_COMBINATIONS, try->error->message);
  return NULL;
}

/* Explaining a failure */

/* Everybody agreed, so there is no conflict to search for. */
static SmeExplanation *
explain_change (const SmeTry *try)
{
  SmeExplanation *explanation = sme_explain_end_with_trail (
    (SysmemError)try->error->code, g_strdup (try->error->message), try->trail);
  SmeConflict *conflict = g_new0 (SmeConflict, 1);
  guint pin = try->participants->len - 1;

  conflict->field = g_strdup (try->change);
  conflict->detail = g_strdup ("the buffers exist already and cannot change");
  conflict->parties = g_ptr_array_new_with_free_func ((GDestroyNotify)sme_party_free);
  for (guint i = try->n_existing; i < pin; i++)
    {
      const SmeParticipant *newcomer = &g_array_index (try->participants, SmeParticipant, i);

      g_ptr_array_add (conflict->parties, sme_party_new (newcomer->name, newcomer->id, ""));
    }
  g_ptr_array_add (explanation->conflicts, conflict);
  return explanation;
}

static SmeExplanation *
explain_failure (const SmeTry *try)
{
  SmeExplanation *explanation =
    try->change != NULL
      ? explain_change (try)
      : sme_explain_failed ((const SmeParticipant *)try->participants->data, try->participants->len,
                            &try->policy, try->trail, try->error);

  if (try->verdict != NULL)
    {
      explanation->error = (SysmemError)try->verdict->code;
      g_free (explanation->message);
      explanation->message = g_strdup (try->verdict->message);
    }
  return explanation;
}

SmcSettings *
sme_try (SmeNode *top, SmeTrail **trail, SmeExplanation **failure)
{
  g_auto (SmeTry) try = { 0 };
  g_autoptr (SmcSettings) settings = NULL;

  try_init (&try, top);
  settings = try_combinations (&try);
  if (settings != NULL)
    *trail = g_steal_pointer (&try.trail);
  else
    *failure = explain_failure (&try);
  return g_steal_pointer (&settings);
}
