/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One try of a pruned subtree (03 §4.4): its group combinations one after the other, until one
 * works or none is left, or 64 did not. All of them share one trail, and so one work limit. Where
 * none works, the first one explains it best: it is what the participants wanted most.
 *
 * A combination that works can still come back: when the heaps find, laying the image out, that
 * they cannot make what was agreed. Then the try goes on with the next one. */

#include "engine/sme-trail.h"
#include "engine/sme-tree-private.h"

SmeTry *
sme_try_new (SmeNode *top)
{
  SmeTry *try = g_new0 (SmeTry, 1);

  try->top = top;
  try->trail = sme_trail_new ();
  return try;
}

void
sme_try_free (SmeTry *try)
{
  g_clear_pointer (&try->trail, sme_trail_unref);
  g_clear_pointer (&try->participants, g_array_unref);
  g_clear_error (&try->error);
  g_clear_error (&try->verdict);
  g_free (try);
}

/* Participants */

void
sme_try_append_participant (GArray *participants, const SmeNode *node)
{
  SmeParticipant participant = {
    .name = node->name,
    .id = node->id,
    .prepared = node->prepared,
  };

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

static GArray *
list_participants (const SmeTry *try)
{
  gboolean late = try->top->parent != NULL;

  return late ? sme_late_list_participants (try->top) : sme_try_list_participants (try->top);
}

/* The try may go on in another event. By then names may have changed, what was said will not have. */
static void
keep_names (const SmeTry *try)
{
  for (guint i = 0; i < try->participants->len; i++)
    {
      SmeParticipant *participant = &g_array_index (try->participants, SmeParticipant, i);

      participant->name = g_string_chunk_insert_const (try->trail->names, participant->name);
    }
}

/* The present combination failed of @error. */
static void
record_failure (SmeTry *try, GArray *participants, const GError *error)
{
  g_autofree char *choice = sme_groups_describe_choice (try->top);

  if (choice != NULL)
    sme_trail_add (try->trail, SME_REJECTED_GROUP_CHOICE, choice, error->message);
  if (try->error != NULL)
    return;
  try->participants = g_array_ref (participants);
  keep_names (try);
  try->error = g_error_copy (error);
}

/* FALSE: there is none, or it is not to be tried. */
static gboolean
next_combination (SmeTry *try)
{
  if (!sme_groups_advance (try->top))
    {
      if (try->n_tried > 1)
        g_set_error (&try->verdict, SYSMEM_ERROR, SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
                     "none of the %u combinations of group children works", try->n_tried);
      return FALSE;
    }
  if (try->n_tried == SMC_MAX_GROUP_COMBINATIONS)
    {
      g_set_error (&try->verdict, SYSMEM_ERROR, SYSMEM_ERROR_TOO_MANY_GROUP_CHILD_COMBINATIONS,
                   "more than %u combinations of group children would have to be tried",
                   SMC_MAX_GROUP_COMBINATIONS);
      return FALSE;
    }
  return TRUE;
}

/* NULL: none works from the present one on, as @try tells. */
static SmcSettings *
try_combinations (SmeTry *try)
{
  do
    {
      g_autoptr (GArray) participants = list_participants (try);
      SmcSettings *settings = NULL;
      g_autoptr (GError) error = NULL;

      ++try->n_tried;
      if (sme_negotiate ((const SmeParticipant *)participants->data, participants->len,
                         try->top->tree->policy, NULL, try->trail, &settings, &error))
        return settings;

      record_failure (try, participants, error);
      if (g_error_matches (error, SYSMEM_ERROR, SYSMEM_ERROR_LIMIT_EXCEEDED))
        {
          if (try->n_tried > 1)
            try->verdict = g_steal_pointer (&error);
          return NULL;
        }
    }
  while (next_combination (try));
  return NULL;
}

static SmeExplanation *
explain_failure (const SmeTry *try)
{
  SmeExplanation *explanation =
    sme_explain_failed ((const SmeParticipant *)try->participants->data, try->participants->len,
                        try->top->tree->policy, try->trail, try->error);

  if (try->verdict != NULL)
    {
      g_autofree char *sentence = explanation->message;

      explanation->error = (SysmemError)try->verdict->code;
      explanation->message =
        g_strdup_printf ("%s; the first combination failed: %s", try->verdict->message, sentence);
    }
  return explanation;
}

SmcSettings *
sme_try_start (SmeTry *try, SmeExplanation **failure)
{
  SmcSettings *settings = try_combinations (try);

  if (settings == NULL)
    *failure = explain_failure (try);
  return settings;
}

SmcSettings *
sme_try_go_on (SmeTry *try, const GError *error, SmeExplanation **failure)
{
  g_autoptr (GArray) participants = list_participants (try);
  SmcSettings *settings = NULL;

  record_failure (try, participants, error);
  if (next_combination (try))
    settings = try_combinations (try);
  if (settings == NULL)
    *failure = explain_failure (try);
  return settings;
}
