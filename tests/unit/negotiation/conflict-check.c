/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "conflict-check.h"

#include "engine/sme-attempt.h"

static gboolean
can_agree (const GArray *participants, const SmePolicy *policy)
{
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (SmcSettings) settings = NULL;
  g_auto (SmeFailure) failure = { 0 };

  return sme_attempt ((const SmeParticipant *)participants->data, participants->len, policy, NULL,
                      SME_NEGOTIATE_LENIENTLY, trail, &settings, &failure);
}

static GArray *
list_listed (const GArray *all, const SmeConflict *conflict)
{
  GArray *listed = g_array_new (FALSE, FALSE, sizeof (SmeParticipant));

  for (guint i = 0; i < conflict->parties->len; i++)
    {
      const SmeParty *party = g_ptr_array_index (conflict->parties, i);
      g_array_append_val (listed, g_array_index (all, SmeParticipant, party->id));
    }
  return listed;
}

static void
check_minimal (const GArray *listed, const SmePolicy *policy)
{
  g_assert_false (can_agree (listed, policy));
  for (guint i = 0; i < listed->len; i++)
    {
      g_autoptr (GArray) rest = g_array_copy ((GArray *)listed);
      g_array_remove_index (rest, i);
      g_assert_true (can_agree (rest, policy));
    }
}

static void
check_found_by_deletion (const GArray *all, const GArray *listed, const SmePolicy *policy)
{
  g_autoptr (GArray) left = g_array_copy ((GArray *)all);

  for (guint i = left->len; i > 0; i--)
    {
      g_autoptr (GArray) rest = g_array_copy (left);
      g_array_remove_index (rest, i - 1);
      if (!can_agree (rest, policy))
        g_array_remove_index (left, i - 1);
    }
  g_assert_cmpuint (left->len, ==, listed->len);
  for (guint i = 0; i < left->len; i++)
    g_assert_true (g_array_index (left, SmeParticipant, i).prepared
                   == g_array_index (listed, SmeParticipant, i).prepared);
}

gboolean
conflict_check (const SmeConflict *conflict, const GArray *all, const SmePolicy *policy)
{
  g_autoptr (GArray) listed = list_listed (all, conflict);

  if (can_agree (all, policy))
    return FALSE;
  check_minimal (listed, policy);
  check_found_by_deletion (all, listed, policy);
  return TRUE;
}
