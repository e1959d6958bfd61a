/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* How long something takes compared with its reference. Machines are never quiet, so the two take
 * turns, one run each: what disturbs one disturbs the other. A round's ratio is that of their
 * medians; of several rounds the median counts, and the best and the worst are told with it. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef void (*BenchFunc) (gpointer data);

/* Only run () is measured. */
typedef struct
{
  BenchFunc prepare; /* nullable */
  BenchFunc run;
  BenchFunc finish; /* nullable */
  gpointer data;
} BenchSubject;

typedef struct
{
  double ours, reference; /* of the median round */
  double ratio, lowest, highest;
} BenchRatio;

#define BENCH_ROUNDS 7

/* In microseconds. */
BenchRatio bench_compare (const BenchSubject *ours,
                          const BenchSubject *reference,
                          guint runs_per_round);
/* From one pair of numbers per round. */
BenchRatio bench_ratio_of_rounds (const double ours[BENCH_ROUNDS],
                                  const double reference[BENCH_ROUNDS]);

/* Prints a table as it grows, or JSON at its end. */
typedef struct _BenchReport BenchReport;

BenchReport *bench_report_new (gboolean json);
/* @target > 0: at most that; < 0: at least its absolute value. @note (nullable). */
void bench_report_add (
  BenchReport *report, const char *name, double target, const BenchRatio *ratio, const char *note);
void bench_report_skip (BenchReport *report, const char *name, const char *reason);
void bench_report_end (BenchReport *report);

G_END_DECLS
