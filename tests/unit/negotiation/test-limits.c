/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* 03 §13: the limits of one participant's pixel formats and of the work that goes into one
 * negotiation and one conflict search. */

#include "case.h"

#include "case-policy.h"
#include "common/smc-codec.h"
#include "common/smc-format.h"
#include "common/smc-limits.h"
#include "engine/sme-trail.h"

#include <string.h>

/* Pixel formats */

/* @n_entries entries of @n_formats pairs each, all different and unknown. */
static char *
make_many_pairs (guint n_entries, guint n_formats)
{
  GString *text = g_string_new (ONE_BUFFER ", 'image_format_constraints': <[");

  for (guint i = 0; i < n_entries; i++)
    {
      g_string_append_printf (text, "%s{'color_spaces': <['srgb']>, 'pixel_formats': <[",
                              i > 0 ? ", " : "");
      for (guint j = 0; j < n_formats; j++)
        g_string_append_printf (text, "%s'XR24:0x%x'", j > 0 ? ", " : "",
                                0x10000 + i * n_formats + j);
      g_string_append (text, "]>}");
    }
  g_string_append (text, "]>");
  return g_string_free (text, FALSE);
}

static SmePrepared *
prepare (const char *inside, GError **error)
{
  g_autofree char *text = g_strdup_printf ("{%s}", inside);
  g_autoptr (GVariant) dict = case_parse (text);
  g_autoptr (GError) bad_case = NULL;
  g_autoptr (SmcConstraints) constraints = smc_constraints_from_variant (dict, &bad_case);

  g_assert_no_error (bad_case);
  return sme_prepared_new (constraints, error);
}

static void
test_512_pairs (void)
{
  g_autofree char *text = make_many_pairs (8, 64);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmePrepared) prepared = prepare (text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (prepared);
}

static void
test_513_pairs (void)
{
  g_autofree char *text = make_many_pairs (27, 19);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmePrepared) prepared = prepare (text, &error);

  g_assert_null (prepared);
  g_assert_error (error, SYSMEM_ERROR, (gint)SYSMEM_ERROR_LIMIT_EXCEEDED);
  g_assert_nonnull (strstr (error->message, "MaxPixelFormatPairs"));
}

/* Work */

/* A participant that offers @n known pairs of RGB, from the first or from the last. */
static SmePrepared *
make_offering (guint n, gboolean from_the_last)
{
  g_autoptr (SmcConstraints) constraints = smc_constraints_new ();
  SmcImageEntry *entry = smc_image_entry_new ();
  SmcColorSpace passthrough = SMC_COLOR_SPACE_PASSTHROUGH;
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (SmcPixelFormat));
  g_autoptr (GError) error = NULL;

  for (guint i = 0; smc_format_nth (i) != NULL; i++)
    {
      guint64 modifiers[64];
      SmcPixelFormat format = { .fourcc = smc_format_nth (i)->fourcc };
      guint n_modifiers =
        smc_format_list_modifiers (format.fourcc, modifiers, G_N_ELEMENTS (modifiers));
      for (guint j = 0; j < n_modifiers; j++)
        {
          format.modifier = modifiers[j];
          g_array_append_val (all, format);
        }
    }
  g_assert_cmpuint (n, <=, all->len);
  g_array_append_vals (entry->pixel_formats,
                       &g_array_index (all, SmcPixelFormat, from_the_last ? all->len - n : 0), n);
  g_array_append_val (entry->color_spaces, passthrough);
  entry->bounds.min_size = (SmcSize){ 16, 16 };
  constraints->is_empty = FALSE;
  constraints->usage = SMC_USAGE_CPU_READ;
  constraints->min_buffer_count_for_camping = 0;
  constraints->min_buffer_count = 1;
  constraints->image_entries =
    g_ptr_array_new_with_free_func ((GDestroyNotify)smc_image_entry_free);
  g_ptr_array_add (constraints->image_entries, entry);
  SmePrepared *prepared = sme_prepared_new (constraints, &error);
  g_assert_no_error (error);
  return prepared;
}

/* As many combinations as one trail allows; each costs what was counted for the first. */
static void
test_work_limit_over_all_attempts (void)
{
  enum
  {
    N_PARTICIPANTS = 64,
    N_PAIRS = 400
  };
  g_autoptr (SmePolicy) policy = sme_policy_new ();
  g_autoptr (SmePrepared) offering = make_offering (N_PAIRS, FALSE);
  SmeParticipant participants[N_PARTICIPANTS];
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (GError) error = NULL;
  guint n_attempts = 0;

  g_ptr_array_add (policy->heaps, case_heap_new ("system"));
  for (guint i = 0; i < N_PARTICIPANTS; i++)
    participants[i] = (SmeParticipant){ .name = "p", .id = i, .prepared = offering };

  for (;;)
    {
      g_autoptr (SmcSettings) settings = NULL;
      if (!sme_negotiate (participants, N_PARTICIPANTS, policy, NULL, trail, &settings, &error))
        break;
      n_attempts++;
    }
  g_assert_error (error, SYSMEM_ERROR, (gint)SYSMEM_ERROR_LIMIT_EXCEEDED);
  g_assert_nonnull (strstr (error->message, "MaxEntryMerges"));
  g_assert_cmpuint (n_attempts, ==, SMC_MAX_ENTRY_MERGES / (N_PARTICIPANTS * (N_PAIRS + 1)));
}

static guint
count_work (const SmePolicy *policy, SmePrepared *first, SmePrepared *second)
{
  const SmeParticipant participants[] = {
    { .name = "first", .prepared = first },
    { .name = "second", .prepared = second },
  };
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (SmcSettings) settings = NULL;
  g_autoptr (GError) error = NULL;

  sme_negotiate (participants, G_N_ELEMENTS (participants), policy, NULL, trail, &settings, &error);
  g_assert_no_error (error);
  return trail->work.negotiating;
}

/* Formats without a partner are no merges, but they have to be walked along. */
static void
test_the_walk_is_work (void)
{
  g_autoptr (SmePolicy) policy = sme_policy_new ();
  g_autoptr (SmePrepared) one = make_offering (1, FALSE);
  g_autoptr (SmePrepared) many = make_offering (400, FALSE);

  g_ptr_array_add (policy->heaps, case_heap_new ("system"));
  g_assert_cmpuint (count_work (policy, one, many), >=, 400);
  g_assert_cmpuint (count_work (policy, many, one), >=, 400);
}

/* So are formats that have to be looked up in a heap's long list. */
static void
test_looking_up_is_work (void)
{
  g_autoptr (SmePolicy) policy = sme_policy_new ();
  g_autoptr (SmePrepared) many = make_offering (400, FALSE);
  SmeHeap *heap = case_heap_new ("system");
  guint work_without, work_with;

  g_ptr_array_add (policy->heaps, heap);
  work_without = count_work (policy, many, many);
  heap->formats = g_array_new (FALSE, FALSE, sizeof (SmcPixelFormat));
  for (guint i = 0; i < 400; i++)
    g_array_append_val (heap->formats, sme_pairs_get (many->pairs, i)->pixel_format);
  work_with = count_work (policy, many, many);
  g_assert_cmpuint (work_with - work_without, >, 400 * 400 / 32);
}

#define N_CROWD 512

static SmeExplanation *
explain_crowd (SmePrepared *crowd, SmePrepared *first, SmePrepared *last)
{
  g_autoptr (SmePolicy) policy = sme_policy_new ();
  g_autofree SmeParticipant *participants = g_new0 (SmeParticipant, N_CROWD);
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (SmcSettings) settings = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (policy->heaps, case_heap_new ("system"));
  for (guint i = 0; i < N_CROWD; i++)
    participants[i] = (SmeParticipant){
      .name = "",
      .id = i,
      .prepared = i == N_CROWD / 3   ? first
                  : i == N_CROWD - 2 ? last
                                     : crowd,
    };
  g_assert_false (sme_negotiate (participants, N_CROWD, policy, NULL, trail, &settings, &error));
  return sme_explain_failed (participants, N_CROWD, policy, trail, error);
}

/* Two of 512 who cannot agree are found, though each attempt takes thousands of merges. */
static void
test_two_in_a_crowd (void)
{
  g_autoptr (SmePrepared) crowd = make_offering (64, FALSE);
  g_autoptr (SmePrepared) first = make_offering (32, FALSE);
  g_autoptr (SmePrepared) last = make_offering (32, TRUE);
  g_autoptr (SmeExplanation) explanation = explain_crowd (crowd, first, last);

  g_assert_cmpuint (explanation->conflict_members->len, ==, 2);
  g_assert_null (strstr (explanation->conflict_detail, "work limit"));
}

static SmePrepared *
make_camping (guint n_buffers)
{
  g_autoptr (SmcConstraints) constraints = smc_constraints_new ();
  g_autoptr (GError) error = NULL;

  constraints->is_empty = FALSE;
  constraints->usage = SMC_USAGE_CPU_READ;
  constraints->min_buffer_count_for_camping = n_buffers;
  SmePrepared *prepared = sme_prepared_new (constraints, &error);
  g_assert_no_error (error);
  return prepared;
}

static void
test_search_at_its_limit_says_so (void)
{
  g_autoptr (SmePrepared) crowd = make_offering (457, FALSE);
  g_autoptr (SmePrepared) first = make_camping (100);
  g_autoptr (SmePrepared) last = make_camping (29);
  g_autoptr (SmeExplanation) explanation = explain_crowd (crowd, first, last);

  g_assert_cmpuint (explanation->conflict_members->len, >, 2);
  g_assert_nonnull (strstr (explanation->conflict_detail, "MaxEntryMerges"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/limits/512-pairs", test_512_pairs);
  g_test_add_func ("/limits/513-pairs", test_513_pairs);
  g_test_add_func ("/limits/work-of-all-attempts", test_work_limit_over_all_attempts);
  g_test_add_func ("/limits/the-walk-is-work", test_the_walk_is_work);
  g_test_add_func ("/limits/looking-up-is-work", test_looking_up_is_work);
  g_test_add_func ("/limits/two-in-a-crowd", test_two_in_a_crowd);
  g_test_add_func ("/limits/search-at-its-limit-says-so", test_search_at_its_limit_says_so);

  return g_test_run ();
}
