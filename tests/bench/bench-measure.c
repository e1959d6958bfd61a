/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench-measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct _BenchReport
{
  gboolean json;
  guint n_rows;
};

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a;
  double y = *(const double *)b;

  return x < y ? -1 : x > y;
}

static double
median (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return values[n / 2];
}

static double
time_run (const BenchSubject *subject)
{
  gint64 start;
  gint64 end;

  if (subject->prepare != NULL)
    subject->prepare (subject->data);
  start = g_get_monotonic_time ();
  subject->run (subject->data);
  end = g_get_monotonic_time ();
  if (subject->finish != NULL)
    subject->finish (subject->data);
  return (double)(end - start);
}

BenchRatio
bench_ratio_of_rounds (const double ours[BENCH_ROUNDS], const double reference[BENCH_ROUNDS])
{
  BenchRatio result = { 0 };
  double ratios[BENCH_ROUNDS];

  for (guint i = 0; i < BENCH_ROUNDS; i++)
    ratios[i] = ours[i] / reference[i];
  result.ratio = median (ratios, BENCH_ROUNDS);
  result.lowest = ratios[0];
  result.highest = ratios[BENCH_ROUNDS - 1];
  for (guint i = 0; i < BENCH_ROUNDS; i++)
    if (ours[i] / reference[i] == result.ratio)
      {
        result.ours = ours[i];
        result.reference = reference[i];
      }
  return result;
}

BenchRatio
bench_compare (const BenchSubject *ours, const BenchSubject *reference, guint runs_per_round)
{
  g_autofree double *of_ours = g_new (double, runs_per_round);
  g_autofree double *of_reference = g_new (double, runs_per_round);
  double ours_medians[BENCH_ROUNDS];
  double reference_medians[BENCH_ROUNDS];

  for (guint round = 0; round < BENCH_ROUNDS; round++)
    {
      for (guint i = 0; i < runs_per_round; i++)
        {
          of_ours[i] = time_run (ours);
          of_reference[i] = time_run (reference);
        }
      ours_medians[round] = median (of_ours, runs_per_round);
      reference_medians[round] = median (of_reference, runs_per_round);
    }
  return bench_ratio_of_rounds (ours_medians, reference_medians);
}

BenchReport *
bench_report_new (gboolean json)
{
  BenchReport *report = g_new0 (BenchReport, 1);

  report->json = json;
  if (json)
    g_print ("[");
  else
    g_print ("%-50s %7s %15s %8s %7s  %s\n", "", "ratio", "rounds", "target", "", "us / us");
  return report;
}

/* Ready for the next row. */
static void
begin_row (BenchReport *report)
{
  if (report->json)
    g_print ("%s\n  ", report->n_rows > 0 ? "," : "");
  report->n_rows++;
}

void
bench_report_add (
  BenchReport *report, const char *name, double target, const BenchRatio *ratio, const char *note)
{
  gboolean at_least = target < 0;
  gboolean met = at_least ? ratio->ratio >= -target : ratio->ratio <= target;

  begin_row (report);
  if (note == NULL)
    note = "";
  if (report->json)
    g_print ("{\"name\": \"%s\", \"ratio\": %.3f, \"lowest\": %.3f, \"highest\": %.3f, "
             "\"target\": %.2f, \"at_least\": %s, \"met\": %s, \"ours\": %.2f, "
             "\"reference\": %.2f, \"note\": \"%s\"}",
             name, ratio->ratio, ratio->lowest, ratio->highest, fabs (target),
             at_least ? "true" : "false", met ? "true" : "false", ratio->ours, ratio->reference,
             note);
  else
    g_print ("%-50s %7.2f %6.2f - %-6.2f %s %5.2f %7s  %.1f / %.1f %s\n", name, ratio->ratio,
             ratio->lowest, ratio->highest, at_least ? ">=" : "<=", fabs (target),
             met ? "met" : "missed", ratio->ours, ratio->reference, note);
}

void
bench_report_skip (BenchReport *report, const char *name, const char *reason)
{
  begin_row (report);
  if (report->json)
    g_print ("{\"name\": \"%s\", \"skipped\": \"%s\"}", name, reason);
  else
    g_print ("%-50s skipped: %s\n", name, reason);
}

void
bench_report_end (BenchReport *report)
{
  if (report->json)
    g_print ("\n]\n");
  g_free (report);
}
