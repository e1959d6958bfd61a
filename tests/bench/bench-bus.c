/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Is it as quick as the bus lets it be? Each target as the ratio to its reference in the same run.
 * The numbers depend on the machine and on what else it does: this never fails because of them.
 *
 *   bench-bus SYSMEMD [--json] [PART …]     parts: flows calls scale hostile */

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "bench-targets.h"

static const struct
{
  const char *name;
  void (*run) (Bench *bench);
} parts[] = {
  { "flows", bench_flows },
  { "calls", bench_calls },
  { "scale", bench_scale },
  { "hostile", bench_hostile },
};

/* Returns only in the benchmark itself. */
static void
maybe_run_child (int argc, char **argv)
{
  static const struct
  {
    const char *option;
    void (*run) (const char *address);
  } roles[] = {
    { "--noop", bench_noop_main },
    { "--stubbed", bench_stubbed_main },
    { "--hostile", bench_hostile_main },
    { "--pong", bench_pong_main },
  };

  for (guint i = 0; argc == 3 && i < G_N_ELEMENTS (roles); i++)
    if (strcmp (argv[1], roles[i].option) == 0)
      {
        roles[i].run (argv[2]);
        exit (EXIT_SUCCESS);
      }
}

int
main (int argc, char **argv)
{
  gboolean json = argc > 2 && strcmp (argv[2], "--json") == 0;
  char **wanted = argv + (json ? 3 : 2);
  Bench bench = { 0 };

  maybe_run_child (argc, argv);
  if (argc < 2)
    {
      g_printerr ("usage: bench-bus SYSMEMD [--json] [flows] [calls] [scale] [hostile]\n");
      return 2;
    }
  (void)signal (SIGPIPE, SIG_IGN);
  bench_use_one_cpu ();
  bench.sysmemd = argv[1];
  bench.report = bench_report_new (json);
  bench_world_start (&bench.real, bench.sysmemd);
  bench_world_start (&bench.stubbed, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (*wanted == NULL || g_strv_contains ((const char *const *)wanted, parts[i].name))
      parts[i].run (&bench);
  bench_world_stop (&bench.real);
  bench_world_stop (&bench.stubbed);
  bench_report_end (bench.report);
  return EXIT_SUCCESS;
}
