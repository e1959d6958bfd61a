/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What must hold for all participants, tried on some by chance. The seed is printed first;
 * --seed takes it again. */

#include "case-policy.h"
#include "chance.h"
#include "conflict-check.h"
#include "random-participants.h"

#define N_ROUNDS 3000
#define MAX_PARTICIPANTS 5
/* By the way the participants are made, this many in a hundred rounds succeed, and fail, at least:
 * a test that sees only one kind proves nothing about the other. */
#define MIN_PERCENT 10

static SmePolicy *
make_policy (void)
{
  static const char *const heaps[] = { "system", "udmabuf", "dma-heap:cma", "gbm:renderD128" };
  SmePolicy *policy = sme_policy_new ();

  for (guint i = 0; i < G_N_ELEMENTS (heaps); i++)
    g_ptr_array_add (policy->heaps, case_heap_new (heaps[i]));
  return policy;
}

static guint
random_number (void)
{
  return (guint)g_test_rand_int_range (1, MAX_PARTICIPANTS + 1);
}

/* NULL: they do not agree. */
static SmcSettings *
negotiate (const SmeParticipant *participants, guint n_participants, const SmePolicy *policy)
{
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (GError) error = NULL;
  SmcSettings *settings = NULL;

  if (sme_negotiate (participants, n_participants, policy, NULL, trail, &settings, &error))
    return settings;
  g_assert_error (error, SYSMEM_ERROR, (gint)SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY);
  return NULL;
}

static const SmeParticipant *
get_participants (const GArray *participants)
{
  return (const SmeParticipant *)participants->data;
}

static void
assert_share (guint n_of_them, guint n_rounds)
{
  g_test_message ("%u of %u rounds agreed", n_of_them, n_rounds);
  g_assert_cmpuint (n_of_them * 100, >, n_rounds * MIN_PERCENT);
  g_assert_cmpuint ((n_rounds - n_of_them) * 100, >, n_rounds * MIN_PERCENT);
}

/* "Order has no effect except heap preference" (§6). */
static void
test_order_has_no_effect (void)
{
  g_autoptr (SmePolicy) policy = make_policy ();
  guint n_agreed = 0;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      g_autoptr (GArray) all = random_participants_new_heapless (random_number ());
      g_autofree SmeParticipant *shuffled = g_memdup2 (all->data, all->len * sizeof *shuffled);
      g_autoptr (SmcSettings) settings = negotiate (get_participants (all), all->len, policy);

      for (guint j = all->len; j > 1; j--)
        {
          guint other = (guint)g_test_rand_int_range (0, (gint32)j);
          SmeParticipant kept = shuffled[j - 1];
          shuffled[j - 1] = shuffled[other];
          shuffled[other] = kept;
        }
      g_autoptr (SmcSettings) again = negotiate (shuffled, all->len, policy);

      g_assert_true ((settings == NULL) == (again == NULL));
      if (settings == NULL)
        continue;
      n_agreed++;
      g_assert_true (smc_settings_equal (settings, again, FALSE, FALSE));
      g_assert_cmphex (settings->usage, ==, again->usage);
    }
  assert_share (n_agreed, N_ROUNDS);
}

/* Pinning what came out changes nothing (§8), with the participants or without, and each of them
 * would accept it. */
static void
test_pinning_is_a_fixed_point (void)
{
  g_autoptr (SmePolicy) policy = make_policy ();
  guint n_agreed = 0;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      g_autoptr (GArray) all = random_participants_new (random_number ());
      g_autoptr (SmcSettings) settings = negotiate (get_participants (all), all->len, policy);

      if (settings == NULL)
        continue;
      n_agreed++;

      SmeParticipant pin = { .name = g_strdup ("pin"),
                             .prepared = sme_prepared_new_pinning (settings, TRUE, NULL) };
      g_array_append_val (all, pin);
      g_autoptr (SmcSettings) pinned = negotiate (get_participants (all), all->len, policy);
      g_assert_nonnull (pinned);
      g_assert_true (smc_settings_equal (settings, pinned, FALSE, FALSE));

      for (guint j = 0; j < all->len; j++)
        {
          g_autoptr (GError) error = NULL;
          sme_prepared_accepts (g_array_index (all, SmeParticipant, j).prepared, settings, policy,
                                &error);
          g_assert_no_error (error);
        }
    }
  assert_share (n_agreed, N_ROUNDS);
}

/* As the tree does it: the pin first, and what the others offer besides is no candidate. */
static SmcSettings *
join (const SmeParticipant *pin,
      const GArray *settled,
      const GArray *newcomers,
      const SmePolicy *policy)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (SmeParticipant));

  g_array_append_vals (all, pin, 1);
  g_array_append_vals (all, settled->data, settled->len);
  for (guint i = 1; i < all->len; i++)
    g_array_index (all, SmeParticipant, i).settled = TRUE;
  g_array_append_vals (all, newcomers->data, newcomers->len);
  return negotiate (get_participants (all), all->len, policy);
}

/* A newcomer that is let in changes nothing; whoever said the same before is let in, if its
 * buffers are there. */
static void
test_newcomers_change_nothing (void)
{
  g_autoptr (SmePolicy) policy = make_policy ();
  guint n_agreed = 0, n_tried = 0;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      g_autoptr (GArray) all = random_participants_new (random_number ());
      g_autoptr (GArray) newcomers = random_participants_new (1);
      g_autoptr (SmcSettings) settings = negotiate (get_participants (all), all->len, policy);

      if (settings == NULL)
        continue;
      n_tried++;
      g_autoptr (SmePrepared) pinning = sme_prepared_new_pinning (settings, TRUE, NULL);
      g_autoptr (GArray) with_pin = g_array_new (FALSE, FALSE, sizeof (SmeParticipant));
      SmeParticipant pin = { .name = "pin", .prepared = pinning };
      g_array_append_vals (with_pin, all->data, all->len);
      g_array_append_vals (with_pin, newcomers->data, newcomers->len);
      g_array_append_val (with_pin, pin);

      g_autoptr (SmcSettings) late = negotiate (get_participants (with_pin), with_pin->len, policy);
      g_autoptr (SmcSettings) joined = join (&pin, all, newcomers, policy);
      g_assert_true ((late == NULL) == (joined == NULL));
      if (late == NULL)
        continue;
      n_agreed++;
      g_assert_true (smc_settings_equal (settings, late, FALSE, FALSE));
    }
  g_test_message ("%u of %u newcomers were let in", n_agreed, n_tried);
  g_assert_cmpuint (n_agreed, >, 0);
  g_assert_cmpuint (n_agreed, <, n_tried);
}

static void
test_conflicts_are_minimal (void)
{
  g_autoptr (SmePolicy) policy = make_policy ();
  guint n_searched = 0, n_of_several = 0;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      g_autoptr (GArray) all = random_participants_new (random_number ());
      g_autoptr (SmeTrail) trail = sme_trail_new ();
      g_autoptr (SmcSettings) settings = NULL;
      g_autoptr (SmeExplanation) explanation = NULL;
      g_autoptr (GError) error = NULL;

      if (sme_negotiate (get_participants (all), all->len, policy, NULL, trail, &settings, &error))
        continue;
      explanation = sme_explain_failed (get_participants (all), all->len, policy, trail, error);
      g_autoptr (GPtrArray) conflicts = sme_explanation_list_conflicts (explanation);
      g_assert_cmpuint (conflicts->len, ==, 1);
      const SmeConflict *conflict = g_ptr_array_index (conflicts, 0);
      g_assert_cmpstr (conflict->field, !=, "");
      g_assert_cmpstr (conflict->detail, !=, "");
      g_assert_true (g_str_has_prefix (explanation->message, conflict->detail));
      if (!conflict_check (conflict, all, policy))
        continue; /* somebody has to say something, and everybody is named */
      n_searched++;
      n_of_several += conflict->parties->len > 1;
    }
  g_test_message ("%u conflicts, %u of several participants", n_searched, n_of_several);
  g_assert_cmpuint (n_of_several, >, N_ROUNDS / MIN_PERCENT);
}

int
main (int argc, char **argv)
{
  chance_test_init (&argc, &argv);

  g_test_add_func ("/random/order-has-no-effect", test_order_has_no_effect);
  g_test_add_func ("/random/pinning-is-a-fixed-point", test_pinning_is_a_fixed_point);
  g_test_add_func ("/random/newcomers-change-nothing", test_newcomers_change_nothing);
  g_test_add_func ("/random/conflicts-are-minimal", test_conflicts_are_minimal);

  return g_test_run ();
}
