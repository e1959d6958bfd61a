/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A user with 200 connections asks on all of them for bundles of buffers and reads none of them.
 * How long do calls of another user take meanwhile, and do all their fds arrive? */

#include "bench-targets.h"

#include <grp.h>
#include <stdio.h>
#include <stdlib.h>

#include "bus-buffers.h"
#include "bus-raw.h"

#define NAME "another user's call, 200 do not read / undisturbed"
#define NOBODY 65534
#define N_CONNECTIONS 200
#define N_CALLS 10 /* of each */
#define N_RUNS 60
#define N_DELIVERIES 100

void
bench_hostile_main (const char *address)
{
  g_autoptr (GVariant) parameters = g_variant_ref_sink (g_variant_new (
    "(@a{sv}@a{sv})", bus_constraints (4, 4096), g_variant_new_parsed ("{'bundle': <true>}")));
  BusRaw *connections[N_CONNECTIONS];

  if (setgroups (0, NULL) != 0 || setgid (NOBODY) != 0 || setuid (NOBODY) != 0)
    g_error ("cannot become another user: %m");
  for (guint i = 0; i < N_CONNECTIONS; i++)
    connections[i] = bus_raw_connect (address);
  for (guint call = 0; call < N_CALLS; call++)
    for (guint i = 0; i < N_CONNECTIONS; i++)
      bus_raw_send (connections[i], BUS_ROOT, "Allocator.AllocateBuffers", parameters, -1);
  (void)puts ("sent");
  (void)fflush (stdout);
  (void)getchar (); /* until we are killed */
}

typedef struct
{
  GDBusConnection *peer;
  BusToken token;
} Victim;

static void
call_sync (gpointer data)
{
  Victim *victim = data;

  g_variant_unref (bus_call (victim->peer, victim->token.path, "Node.Sync", NULL));
}

/* How many of these answers lack an fd? */
static guint
count_lost (GDBusConnection *peer)
{
  guint n_lost = 0;

  for (guint i = 0; i < N_DELIVERIES; i++)
    {
      g_autoptr (GUnixFDList) fds = NULL;
      g_autoptr (GVariant) reply =
        bus_try (peer, BUS_ROOT, "Allocator.AllocateBuffers",
                 g_variant_new ("(@a{sv}a{sv})", bus_constraints (4, 4096), NULL), -1, &fds, NULL);

      n_lost += reply == NULL || g_unix_fd_list_get_length (fds) != 4;
    }
  return n_lost;
}

static void
await_line (GSubprocess *process)
{
  g_autoptr (GDataInputStream) output =
    g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, NULL);

  if (line == NULL)
    g_error ("the hostile clients ended at once");
}

static void
compare (Bench *bench, BenchWorld *disturbed)
{
  Victim victim = { disturbed->peer, bus_allocate_shared (disturbed->peer) };
  Victim other = { bench->real.peer, bus_allocate_shared (bench->real.peer) };
  g_autoptr (GSubprocess) hostile = bench_spawn_self (-1, "--hostile", disturbed->bus.address);
  g_autofree char *note = NULL;
  BenchRatio ratio;

  await_line (hostile);
  ratio = bench_compare (&(const BenchSubject){ NULL, call_sync, NULL, &victim },
                         &(const BenchSubject){ NULL, call_sync, NULL, &other }, N_RUNS);
  note = g_strdup_printf ("(%u of %u answers lost)", count_lost (disturbed->peer), N_DELIVERIES);
  bench_report_add (bench->report, NAME, 4, &ratio, note);
  g_subprocess_force_exit (hostile);
  (void)g_subprocess_wait (hostile, NULL, NULL);
  bus_token_clear (&victim.token);
  bus_token_clear (&other.token);
}

void
bench_hostile (Bench *bench)
{
  BenchWorld disturbed = { 0 };

  if (getuid () != 0)
    {
      bench_report_skip (bench->report, NAME, "only root can be another user");
      return;
    }
  bench_world_start (&disturbed, bench->sysmemd);
  compare (bench, &disturbed);
  bench_world_stop (&disturbed);
}
