/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The engine alone (08, last target): aggregating and settling 8 participants of 64 formats each
 * takes less than 100 µs, and time grows linearly with participants × formats. Prints a table and
 * one line of JSON; fails where the target is missed. */

#include "common/smc-format.h"
#include "engine/sme-negotiation.h"

#include <stdlib.h>
#include <time.h>

#define N_ROUNDS 9
#define TARGET_PARTICIPANTS 8
#define TARGET_FORMATS 64
#define TARGET_MICROSECONDS 100.0
/* Time per participant and format, the largest case against the target's. */
#define MAX_GROWTH 2.0

static const struct
{
  guint n_participants, n_formats;
} sizes[] = {
  { 1, 64 }, { 2, 64 }, { 4, 64 }, { 8, 64 },  { 16, 64 }, { 64, 64 },
  { 8, 8 },  { 8, 16 }, { 8, 32 }, { 8, 128 }, { 8, 400 },
};

static SmePrepared *
make_participant (guint n_formats)
{
  g_autoptr (SmcConstraints) constraints = smc_constraints_new ();
  SmcImageEntry *entry = smc_image_entry_new ();
  SmcColorSpace color_space = SMC_COLOR_SPACE_PASSTHROUGH;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; smc_format_nth (i) != NULL; i++)
    {
      SmcPixelFormat format = { .fourcc = smc_format_nth (i)->fourcc };
      guint64 modifiers[64];
      guint n = smc_format_list_modifiers (format.fourcc, modifiers, G_N_ELEMENTS (modifiers));
      for (guint j = 0; j < n && entry->pixel_formats->len < n_formats; j++)
        {
          format.modifier = modifiers[j];
          g_array_append_val (entry->pixel_formats, format);
        }
    }
  g_assert_cmpuint (entry->pixel_formats->len, ==, n_formats);
  g_array_append_val (entry->color_spaces, color_space);
  entry->bounds.min_size = (SmcSize){ 1920, 1080 };
  entry->bounds.bytes_per_row_divisor = 64;

  constraints->is_empty = FALSE;
  constraints->usage = SMC_USAGE_CPU_READ;
  constraints->min_buffer_count_for_camping = 1;
  constraints->image_entries =
    g_ptr_array_new_with_free_func ((GDestroyNotify)smc_image_entry_free);
  g_ptr_array_add (constraints->image_entries, entry);

  SmePrepared *prepared = sme_prepared_new (constraints, &error);
  g_assert_no_error (error);
  return prepared;
}

static SmePolicy *
make_policy (void)
{
  SmePolicy *policy = sme_policy_new ();
  SmeHeap *heap = sme_heap_new ("system");

  heap->domains = SMC_DOMAIN_CPU | SMC_DOMAIN_RAM | SMC_DOMAIN_INACCESSIBLE;
  heap->cpu_mappable = TRUE;
  policy->max_collection_size = G_MAXUINT64;
  g_ptr_array_add (policy->heaps, heap);
  return policy;
}

static void
negotiate (const SmeParticipant *participants, guint n_participants, const SmePolicy *policy)
{
  g_autoptr (SmeTrail) trail = sme_trail_new ();
  g_autoptr (SmcSettings) settings = NULL;
  g_autoptr (GError) error = NULL;

  sme_negotiate (participants, n_participants, policy, NULL, trail, &settings, &error);
  g_assert_no_error (error);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double left = *(const double *)a, right = *(const double *)b;

  return left < right ? -1 : left > right;
}

/* Of this process, in microseconds: what others do on the machine is not the engine's doing. */
static double
get_cpu_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* The median of several rounds, in microseconds. */
static double
measure (guint n_participants, guint n_formats)
{
  g_autoptr (SmePolicy) policy = make_policy ();
  g_autofree SmeParticipant *participants = g_new0 (SmeParticipant, n_participants);
  guint n_calls = 20000 / (n_participants * n_formats) + 10;
  double rounds[N_ROUNDS];

  for (guint i = 0; i < n_participants; i++)
    participants[i] = (SmeParticipant){ .name = "p", .prepared = make_participant (n_formats) };

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      double start = get_cpu_time ();
      for (guint i = 0; i < n_calls; i++)
        negotiate (participants, n_participants, policy);
      rounds[round] = (get_cpu_time () - start) / n_calls;
    }
  qsort (rounds, N_ROUNDS, sizeof *rounds, compare_doubles);

  for (guint i = 0; i < n_participants; i++)
    sme_prepared_unref (participants[i].prepared);
  return rounds[N_ROUNDS / 2];
}

int
main (void)
{
  g_autoptr (GString) json = g_string_new ("{\"engine\": [");
  double at_target = 0, per_pair_at_target = 0, worst_per_pair = 0;

  g_print ("%12s %8s %10s %18s\n", "participants", "formats", "us", "ns per pair");
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      guint n_pairs = sizes[i].n_participants * sizes[i].n_formats;
      double time = measure (sizes[i].n_participants, sizes[i].n_formats);
      double per_pair = time * 1000 / n_pairs;

      g_print ("%12u %8u %10.1f %18.1f\n", sizes[i].n_participants, sizes[i].n_formats, time,
               per_pair);
      g_string_append_printf (json, "%s{\"participants\": %u, \"formats\": %u, \"us\": %.1f}",
                              i > 0 ? ", " : "", sizes[i].n_participants, sizes[i].n_formats, time);
      if (sizes[i].n_participants == TARGET_PARTICIPANTS && sizes[i].n_formats == TARGET_FORMATS)
        {
          at_target = time;
          per_pair_at_target = per_pair;
        }
      if (n_pairs > TARGET_PARTICIPANTS * TARGET_FORMATS)
        worst_per_pair = MAX (worst_per_pair, per_pair);
    }

  double growth = worst_per_pair / per_pair_at_target;
  gboolean met = at_target < TARGET_MICROSECONDS && growth < MAX_GROWTH;
  g_string_append_printf (json, "], \"growth\": %.2f, \"met\": %s}", growth,
                          met ? "true" : "false");
  g_print ("target: %u x %u in less than %.0f us: %.1f; growth per pair beyond: %.2f\n%s\n",
           TARGET_PARTICIPANTS, TARGET_FORMATS, TARGET_MICROSECONDS, at_target, growth, json->str);
  return met ? EXIT_SUCCESS : EXIT_FAILURE;
}
