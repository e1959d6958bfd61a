/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* bench-gst SYSMEMD [--json]
 *
 * What it costs to carry frames of 1080p NV12 from one process to another: CPU time of both, and
 * latency, compared with the other elements of GStreamer that do it. They take turns, frames are
 * the same, and nobody draws. */

#include <stdlib.h>
#include <string.h>

#include "bench-gst-end.h"
#include "bench-measure.h"
#include "gst-world.h"

static void
compare (BenchReport *report, const BenchTransport *reference)
{
  double cpu[2][BENCH_ROUNDS];
  double latency[2][BENCH_ROUNDS];
  g_autofree char *cpu_name = g_strdup_printf ("CPU time of a frame, against %s", reference->name);
  g_autofree char *latency_name = g_strdup_printf ("latency, against %s", reference->name);
  BenchRatio ratio;

  if (!bench_transport_is_there (reference))
    {
      bench_report_skip (report, cpu_name, "this GStreamer has no such element");
      return;
    }
  for (guint i = 0; i < BENCH_ROUNDS; i++)
    {
      const BenchFrame ours = bench_carry (&bench_ours);
      const BenchFrame theirs = bench_carry (reference);

      cpu[0][i] = ours.cpu;
      cpu[1][i] = theirs.cpu;
      latency[0][i] = ours.latency;
      latency[1][i] = theirs.latency;
    }
  ratio = bench_ratio_of_rounds (cpu[0], cpu[1]);
  bench_report_add (report, cpu_name, 1, &ratio, NULL);
  ratio = bench_ratio_of_rounds (latency[0], latency[1]);
  bench_report_add (report, latency_name, 1, &ratio, NULL);
}

int
main (int argc, char *argv[])
{
  BenchReport *report;
  GstWorld world;

  if (argc == 4 && g_str_equal (argv[1], "--produce"))
    {
      gst_init (NULL, NULL);
      bench_produce_main (argv[2], argv[3]);
      return EXIT_SUCCESS;
    }
  if (argc == 4 && g_str_equal (argv[1], "--consume"))
    {
      gst_init (NULL, NULL);
      bench_consume_main (argv[2], argv[3]);
      return EXIT_SUCCESS;
    }
  if (argc < 2)
    {
      g_printerr ("usage: bench-gst SYSMEMD [--json]\n");
      return 2;
    }
  gst_init (NULL, NULL);
  gst_world_start_daemon (&world, argv[1]);
  (void)g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", world.bus.address, TRUE);
  report = bench_report_new (argc > 2 && g_str_equal (argv[2], "--json"));
  compare (report, &bench_shm);
  compare (report, &bench_unixfd);
  bench_report_end (report);
  gst_world_stop_daemon (&world);
  return EXIT_SUCCESS;
}
