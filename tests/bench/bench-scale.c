/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The same calls with 10,000 live nodes as with 10, and the hang-up of one token among them. Every
 * token is an fd of ours and one of the daemon's. */

#include "bench-targets.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "bus-calls.h"
#include "server/smd-rlimit.h"

#define N_NODES 10000
#define N_FEW 10
#define PER_TREE 500
#define SPARE_FDS 200
#define N_RUNS 60

/* A daemon with many nodes, of which @token is one. */
typedef struct
{
  BenchWorld *world;
  BusToken token;
  GArray *handles; /* of all others */
} Crowd;

static void
add_tree (Crowd *crowd, guint n_nodes)
{
  GDBusConnection *peer = crowd->world->peer;
  g_auto (BusToken) root = bus_allocate_shared (peer);
  int handle = smd_fd_steal (&root.handle);

  g_array_append_val (crowd->handles, handle);
  for (guint i = 1; i < n_nodes; i++)
    {
      g_auto (BusToken) token = bus_duplicate (peer, root.path);

      handle = smd_fd_steal (&token.handle);
      g_array_append_val (crowd->handles, handle);
    }
}

static void
crowd_init (Crowd *crowd, BenchWorld *world, guint n_nodes)
{
  crowd->world = world;
  crowd->handles = g_array_new (FALSE, FALSE, sizeof (int));
  g_array_set_clear_func (crowd->handles, (GDestroyNotify)smd_fd_clear);
  for (guint n = 0; n < n_nodes; n += PER_TREE)
    add_tree (crowd, MIN (PER_TREE, n_nodes - n));
  crowd->token = bus_allocate_shared (world->peer);
}

static void
crowd_clear (Crowd *crowd)
{
  bus_token_clear (&crowd->token);
  g_array_unref (crowd->handles);
}

static void
call_sync (gpointer data)
{
  Crowd *crowd = data;

  g_variant_unref (bus_call (crowd->world->peer, crowd->token.path, "Node.Sync", NULL));
}

static void
read_property (gpointer data)
{
  Crowd *crowd = data;

  g_variant_unref (bus_get_property (crowd->world->peer, crowd->token.path, "State"));
}

static void
allocate_and_release (gpointer data)
{
  Crowd *crowd = data;
  g_auto (BusToken) token = bus_allocate_shared (crowd->world->peer);

  bus_release (crowd->world->peer, token.path);
}

static void
compare_calls (Bench *bench, Crowd *many, Crowd *few)
{
  static const struct
  {
    const char *name;
    BenchFunc func;
  } calls[] = {
    { "Sync with 10,000 nodes / with 10", call_sync },
    { "reading a property with 10,000 nodes / with 10", read_property },
    { "allocate, release with 10,000 nodes / with 10", allocate_and_release },
  };

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      const BenchSubject ours = { NULL, calls[i].func, NULL, many };
      const BenchSubject reference = { NULL, calls[i].func, NULL, few };
      BenchRatio ratio = bench_compare (&ours, &reference, N_RUNS);

      bench_report_add (bench->report, calls[i].name, 1.2, &ratio, NULL);
    }
}

/* One token more, whose place is tracked: when its handle is closed, the tracker hangs up. */
typedef struct
{
  GDBusConnection *peer;
  BusToken token;
  SmdFd tracker;
} HangUp;

static void
prepare_hang_up (gpointer data)
{
  HangUp *hang_up = data;

  hang_up->token = bus_allocate_shared (hang_up->peer);
  hang_up->tracker =
    bus_call_for_fd (hang_up->peer, hang_up->token.path, "Node.AttachNodeTracking", NULL);
}

static void
run_hang_up (gpointer data)
{
  HangUp *hang_up = data;
  struct pollfd wait = { .fd = hang_up->tracker };

  smd_fd_clear (&hang_up->token.handle);
  if (poll (&wait, 1, -1) != 1)
    g_error ("poll: %m");
}

static void
finish_hang_up (gpointer data)
{
  HangUp *hang_up = data;

  bus_release (hang_up->peer, hang_up->token.path); /* the failed node */
  bus_token_clear (&hang_up->token);
  smd_fd_clear (&hang_up->tracker);
}

void
bench_pong_main (const char *unused)
{
  char byte;

  while (read (3, &byte, 1) == 1)
    if (write (3, &byte, 1) != 1)
      return;
}

static void
ping (gpointer data)
{
  int fd = GPOINTER_TO_INT (data);
  char byte = 0;

  if (write (fd, &byte, 1) != 1 || read (fd, &byte, 1) != 1)
    g_error ("ping: %m");
}

static void
compare_hang_up (Bench *bench, Crowd *many)
{
  HangUp hang_up = { many->world->peer, { NULL, -1 }, -1 };
  const BenchSubject ours = { prepare_hang_up, run_hang_up, finish_hang_up, &hang_up };
  g_autoptr (GSubprocess) pong = NULL;
  BenchRatio ratio;
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    g_error ("socketpair: %m");
  pong = bench_spawn_self (ends[1], "--pong", "");
  ratio = bench_compare (
    &ours, &(const BenchSubject){ NULL, ping, NULL, GINT_TO_POINTER (ends[0]) }, N_RUNS);
  bench_report_add (bench->report, "hang-up of one of 10,000 tokens / raw ping-pong", 15, &ratio,
                    NULL);
  (void)close (ends[0]);
  (void)g_subprocess_wait (pong, NULL, NULL);
}

void
bench_scale (Bench *bench)
{
  BenchWorld crowded = { 0 };
  Crowd many;
  Crowd few;

  if (smd_rlimit_raise_nofile (NULL) < N_NODES + SPARE_FDS)
    {
      bench_report_skip (bench->report, "10,000 nodes",
                         "the hard limit of open files (ulimit -Hn) is too low for them");
      return;
    }
  bench_world_start (&crowded, bench->sysmemd);
  crowd_init (&few, &bench->real, N_FEW);
  crowd_init (&many, &crowded, N_NODES);
  compare_calls (bench, &many, &few);
  compare_hang_up (bench, &many);
  crowd_clear (&many);
  crowd_clear (&few);
  bench_world_stop (&crowded);
}
