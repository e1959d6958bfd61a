/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Goal: participants who together cannot agree, while without any one of them the others can. Of
 * the many such sets there may be, the one that is left when participants are struck out one by
 * one, the last first, each as long as the rest still cannot agree.
 *
 * Rules that ask for something nobody said are not applied here: whoever says it would resolve the
 * conflict, so striking out would be no guide. With the other rules, who cannot agree cannot be
 * helped by more company. (Not quite: somebody's smaller max_size can shrink the block padding that
 * another's buffers are too large with, and the pin of buffers that exist exempts from caps. Then a
 * member too many may be found, which the set can live with.) So striking out from the end until it would help is the same as finding
 * the shortest beginning of the list that cannot agree, which takes halving instead of counting
 * down. Its last member belongs to the set; with it kept, the same goes for the list before it:
 *
 *   A B C D E F G H     A..H cannot agree; nor A..F; but A..E can:  F is kept
 *   A B C D E | F       nor A..C with F; but A..B with F can:       C is kept
 *   A B | C F           C and F alone cannot: done, the set is C, F
 *
 * Limits: SMC_MAX_ENTRY_MERGES for all attempts of one search, and of all searches of one event of a
 * tree; it takes about log2 (n) attempts for each member found. When the limit is hit, what is left
 * by then is the answer. */

#include "engine/sme-conflict.h"

#include "engine/sme-attempt.h"

typedef struct
{
  const SmeParticipant *participants;
  const SmePolicy *policy;
  SmeTrail *trail;    /* counts the work */
  GArray *candidates; /* of guint: who contributes anything */
  GArray *kept;       /* of guint: found members, the last first */
  gboolean exhausted;
} Search;

void
sme_conflict_set_clear (SmeConflictSet *set)
{
  g_clear_pointer (&set->members, g_array_unref);
  sme_failure_clear (&set->failure);
}

static void
search_clear (Search *search)
{
  g_clear_pointer (&search->trail, sme_trail_unref);
  g_clear_pointer (&search->candidates, g_array_unref);
  g_clear_pointer (&search->kept, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static void
append_participants (GArray *list, const Search *search, const GArray *indices, guint n_indices)
{
  for (guint i = 0; i < n_indices; i++)
    {
      guint index = g_array_index (indices, guint, i);
      g_array_append_val (list, search->participants[index]);
    }
}

/* The first @n_first candidates and everybody kept, in the order of the negotiation. */
static GArray *
list_participants (const Search *search, guint n_first)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (SmeParticipant));

  append_participants (list, search, search->candidates, n_first);
  for (guint i = search->kept->len; i > 0; i--)
    {
      guint index = g_array_index (search->kept, guint, i - 1);
      g_array_append_val (list, search->participants[index]);
    }
  return list;
}

/* FALSE also if there was no work left to find out. */
static gboolean
cannot_agree (Search *search, const GArray *participants)
{
  g_autoptr (SmcSettings) settings = NULL;
  g_auto (SmeFailure) failure = { .silent = TRUE };

  if (search->exhausted
      || sme_attempt ((const SmeParticipant *)participants->data, participants->len, search->policy,
                      NULL, SME_NEGOTIATE_LENIENTLY, search->trail, &settings, &failure))
    return FALSE;
  search->exhausted = failure.code == SYSMEM_ERROR_LIMIT_EXCEEDED;
  return !search->exhausted;
}

static gboolean
beginning_cannot_agree (Search *search, guint n_first)
{
  g_autoptr (GArray) list = list_participants (search, n_first);

  return cannot_agree (search, list);
}

/* The shortest beginning of the candidates that cannot agree with those kept. It is known that
 * @n_first of them cannot. */
static guint
find_shortest (Search *search, guint n_first)
{
  guint can = 0, cannot = n_first;

  if (beginning_cannot_agree (search, 0))
    return 0;
  while (cannot - can > 1 && !search->exhausted)
    {
      guint middle = can + (cannot - can) / 2;
      if (beginning_cannot_agree (search, middle))
        cannot = middle;
      else
        can = middle;
    }
  return cannot;
}

/* What is left in the search, as an answer. */
static GArray *
list_members (const Search *search, guint n_first)
{
  GArray *members = g_array_new (FALSE, FALSE, sizeof (guint));

  g_array_append_vals (members, search->candidates->data, n_first);
  for (guint i = search->kept->len; i > 0; i--)
    g_array_append_val (members, g_array_index (search->kept, guint, i - 1));
  return members;
}

static GArray *
find_members (Search *search)
{
  guint n_first = search->candidates->len;

  while (n_first > 0)
    {
      n_first = find_shortest (search, n_first);
      if (n_first == 0 || search->exhausted)
        break;
      guint member = g_array_index (search->candidates, guint, n_first - 1);
      g_array_append_val (search->kept, member);
      n_first--;
    }
  return list_members (search, n_first);
}

/* What exactly the members fail on: the same attempt once more, with words. */
static void
describe_failure (const Search *search, SmeConflictSet *set, SmeNegotiateFlags flags)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (SmeParticipant));
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (SmcSettings) settings = NULL;

  append_participants (list, search, set->members, set->members->len);
  sme_attempt ((const SmeParticipant *)list->data, list->len, search->policy, NULL, flags, trail,
               &settings, &set->failure);
}

static gboolean
conflicts_only_by_silence (Search *search, SmeConflictSet *set)
{
  set->everybody = TRUE;
  set->members = list_members (search, search->candidates->len);
  describe_failure (search, set, SME_NEGOTIATE_NORMALLY);
  return set->failure.detail != NULL;
}

gboolean
sme_conflict_find (SmeConflictSet *set,
                   const SmeParticipant *participants,
                   guint n_participants,
                   const SmePolicy *policy,
                   guint *work)
{
  g_auto (Search) search = {
    .participants = participants,
    .policy = policy,
    .trail = sme_trail_new_silent (),
    .candidates = g_array_new (FALSE, FALSE, sizeof (guint)),
    .kept = g_array_new (FALSE, FALSE, sizeof (guint)),
  };

  *set = (SmeConflictSet){ 0 };
  search.trail->work.negotiating = *work;
  for (guint i = 0; i < n_participants; i++)
    if (participants[i].prepared != NULL && participants[i].prepared->contributes)
      g_array_append_val (search.candidates, i);

  gboolean conflict = beginning_cannot_agree (&search, search.candidates->len) || search.exhausted;
  if (conflict)
    set->members = find_members (&search);
  *work = search.trail->work.negotiating;
  if (!conflict)
    return conflicts_only_by_silence (&search, set);

  set->incomplete = search.exhausted;
  describe_failure (&search, set, SME_NEGOTIATE_LENIENTLY);
  return TRUE;
}
