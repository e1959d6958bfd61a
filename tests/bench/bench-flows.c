/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One negotiation of two participants against as many empty calls; then with real memory, and with
 * many buffers. */

#include "bench-targets.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "bus-buffers.h"

#define N_RUNS 40
#define PAGE 4096
#define LARGE (8 * 1024 * 1024)
#define N_BUFFERS 4

/* Two participants on one connection, who want half of the buffers each. */
typedef struct
{
  BenchWorld *world;
  guint64 bytes;
  BusToken tokens[2];
  char *paths[2];
} Flow;

static GVariant *
constraints (const Flow *flow)
{
  return bus_constraints (N_BUFFERS / 2, flow->bytes);
}

static void
make_tokens (gpointer data)
{
  Flow *flow = data;

  flow->tokens[0] = bus_allocate_shared (flow->world->peer);
  flow->tokens[1] = bus_duplicate (flow->world->peer, flow->tokens[0].path);
}

static void
bind_and_constrain (gpointer data)
{
  Flow *flow = data;

  for (guint i = 0; i < 2; i++)
    {
      flow->paths[i] = bus_bind (flow->world->peer, &flow->tokens[i], NULL);
      bus_set_constraints (flow->world->peer, flow->paths[i], constraints (flow));
    }
}

static void
bind_with_constraints (gpointer data)
{
  Flow *flow = data;

  for (guint i = 0; i < 2; i++)
    flow->paths[i] = bus_bind (flow->world->peer, &flow->tokens[i], constraints (flow));
}

static void
wait_for_buffers (gpointer data)
{
  Flow *flow = data;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GArray) buffers = bus_wait (flow->world->peer, flow->paths[i]);

      g_assert_cmpuint (buffers->len, ==, N_BUFFERS);
    }
}

static void
release (gpointer data)
{
  Flow *flow = data;

  for (guint i = 0; i < 2; i++)
    {
      bus_release (flow->world->peer, flow->paths[i]);
      g_clear_pointer (&flow->paths[i], g_free);
    }
}

static void
whole_flow (gpointer data)
{
  Flow *flow = data;

  make_tokens (flow);
  g_variant_unref (bus_call (flow->world->peer, flow->tokens[0].path, "Node.Sync", NULL));
  bind_and_constrain (flow);
  wait_for_buffers (flow);
  release (flow);
}

static void
core (gpointer data)
{
  bind_and_constrain (data);
  wait_for_buffers (data);
}

static void
short_core (gpointer data)
{
  bind_with_constraints (data);
  wait_for_buffers (data);
}

/* To the end of the buffers: the reference closes its memory, too. */
static void
short_core_and_release (gpointer data)
{
  short_core (data);
  release (data);
}

static void
make_memory (void)
{
  for (guint i = 0; i < N_BUFFERS; i++)
    {
      g_auto (SmdFd) fd = memfd_create ("bench", MFD_CLOEXEC);

      if (fd < 0 || ftruncate (fd, LARGE) != 0 || fallocate (fd, 0, 0, LARGE) != 0)
        g_error ("no memory for the reference: %m");
    }
}

static void
short_core_beside_memory (gpointer data)
{
  short_core_and_release (data);
  make_memory ();
}

static void
eleven_calls (gpointer data)
{
  for (guint i = 0; i < 11; i++)
    bench_noop (data);
}

static void
six_calls (gpointer data)
{
  for (guint i = 0; i < 6; i++)
    bench_noop (data);
}

static void
compare_flows (Bench *bench)
{
  Flow flow = { .world = &bench->stubbed, .bytes = PAGE };
  const BenchSubject whole = { NULL, whole_flow, NULL, &flow };
  const BenchSubject eleven = { NULL, eleven_calls, NULL, &bench->stubbed };
  const BenchSubject both = { make_tokens, core, release, &flow };
  const BenchSubject both_short = { make_tokens, short_core, release, &flow };
  const BenchSubject six = { NULL, six_calls, NULL, &bench->stubbed };
  BenchRatio ratio;

  ratio = bench_compare (&whole, &eleven, N_RUNS);
  bench_report_add (bench->report, "whole flow / 11 empty calls", 1.5, &ratio, NULL);
  ratio = bench_compare (&both, &six, N_RUNS);
  bench_report_add (bench->report, "2 x (bind, constraints, wait) / 6 empty calls", 1.8, &ratio,
                    NULL);
  ratio = bench_compare (&both_short, &six, N_RUNS);
  bench_report_add (bench->report, "2 x (bind with constraints, wait) / 6 empty calls", 1.3, &ratio,
                    NULL);
}

static void
compare_memory (Bench *bench)
{
  Flow real = { .world = &bench->real, .bytes = LARGE };
  Flow stubbed = { .world = &bench->stubbed, .bytes = PAGE };
  const BenchSubject ours = { make_tokens, short_core_and_release, NULL, &real };
  const BenchSubject sum = { make_tokens, short_core_beside_memory, NULL, &stubbed };
  BenchRatio ratio = bench_compare (&ours, &sum, N_RUNS / 4);

  bench_report_add (bench->report, "the same, 4 x 8 MiB / stubbed + making as much", 1.2, &ratio,
                    NULL);
}

/* Handing an allocated collection's buffers out once more, all in one bundle. */
typedef struct
{
  GDBusConnection *peer;
  char *path;
  guint n_buffers;
  GArray *buffers; /* what came */
} Delivery;

static void
deliver (gpointer data)
{
  Delivery *delivery = data;
  g_auto (SmdFd) bundle = bus_wait_for_bundle (delivery->peer, delivery->path);

  delivery->buffers = bus_bundle_read (bundle);
}

/* Closing them is the client's own affair. */
static void
close_buffers (gpointer data)
{
  Delivery *delivery = data;

  g_assert_cmpuint (delivery->buffers->len, ==, delivery->n_buffers);
  g_clear_pointer (&delivery->buffers, g_array_unref);
}

static void
compare_deliveries (Bench *bench)
{
  GDBusConnection *peer = bench->real.peer;
  Delivery many = { peer, bus_allocate_single (peer, bus_constraints (128, PAGE)), 128, NULL };
  Delivery few = { peer, bus_allocate_single (peer, bus_constraints (4, PAGE)), 4, NULL };
  const BenchSubject ours = { NULL, deliver, close_buffers, &many };
  const BenchSubject reference = { NULL, deliver, close_buffers, &few };
  BenchRatio ratio = bench_compare (&ours, &reference, N_RUNS);

  bench_report_add (bench->report, "128 buffers delivered / 4 buffers", 2, &ratio, NULL);
  bus_release (peer, many.path);
  bus_release (peer, few.path);
  g_free (many.path);
  g_free (few.path);
}

void
bench_flows (Bench *bench)
{
  compare_flows (bench);
  compare_memory (bench);
  compare_deliveries (bench);
}
