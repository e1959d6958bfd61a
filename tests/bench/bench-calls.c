/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The daemon's part of a call against that of a service that does nothing. */

#include "bench-targets.h"
#include "bus-calls.h"

#define N_CALLS 400
#define DEPTH 16

/* A method without arguments, of either service. */
typedef struct
{
  GDBusConnection *peer;
  GSubprocess *server;
  const char *name;
  const char *path;
  const char *interface;
  const char *method;
  guint n_sent, n_answered;
} Call;

static void
call_once (const Call *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_sync (call->peer, call->name, call->path, call->interface, call->method,
                                 NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  if (reply == NULL)
    g_error ("%s.%s: %s", call->interface, call->method, error->message);
}

static double
measure_cpu (const Call *call)
{
  guint64 before = bench_cpu_ns (call->server);

  for (guint i = 0; i < N_CALLS; i++)
    call_once (call);
  return (double)(bench_cpu_ns (call->server) - before) / 1000 / N_CALLS;
}

static void send_one (Call *call);

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    g_error ("%s.%s: %s", call->interface, call->method, error->message);
  call->n_answered++;
  if (call->n_sent < N_CALLS)
    send_one (call);
}

static void
send_one (Call *call)
{
  call->n_sent++;
  g_dbus_connection_call (call->peer, call->name, call->path, call->interface, call->method, NULL,
                          NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_answered, call);
}

/* With always 16 on their way. */
static double
measure_rate (Call *call)
{
  gint64 start = g_get_monotonic_time ();

  call->n_sent = call->n_answered = 0;
  for (guint i = 0; i < DEPTH; i++)
    send_one (call);
  while (call->n_answered < N_CALLS)
    g_main_context_iteration (NULL, TRUE);
  return N_CALLS * 1e6 / (double)(g_get_monotonic_time () - start);
}

void
bench_calls (Bench *bench)
{
  BenchWorld *world = &bench->real;
  g_auto (BusToken) token = bus_allocate_shared (world->peer);
  Call ours = { world->peer, world->daemon, BUS_NAME, token.path, BUS_NAME ".Node", "Sync", 0, 0 };
  Call noop = { world->peer,
                world->noop,
                BENCH_NOOP_NAME,
                BENCH_NOOP_PATH,
                BENCH_NOOP_NAME,
                BENCH_NOOP_METHOD,
                0,
                0 };
  double of_ours[BENCH_ROUNDS];
  double of_noop[BENCH_ROUNDS];
  BenchRatio ratio;

  for (guint i = 0; i < BENCH_ROUNDS; i++)
    {
      of_ours[i] = measure_cpu (&ours);
      of_noop[i] = measure_cpu (&noop);
    }
  ratio = bench_ratio_of_rounds (of_ours, of_noop);
  bench_report_add (bench->report, "server CPU per call / no-op server", 1.4, &ratio, NULL);

  for (guint i = 0; i < BENCH_ROUNDS; i++)
    {
      of_ours[i] = measure_rate (&ours);
      of_noop[i] = measure_rate (&noop);
    }
  ratio = bench_ratio_of_rounds (of_ours, of_noop);
  bench_report_add (bench->report, "calls per second at depth 16 / no-op server", -0.75, &ratio,
                    "(calls/s)");
  bus_release (world->peer, token.path);
}
