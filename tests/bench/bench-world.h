/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a benchmark runs in: a private bus with its default limits, a daemon, and beside it a
 * do-nothing GDBus service as the reference; all on one CPU, and ahead of whatever else the machine
 * does if we may say so. */

#pragma once

#include <gio/gio.h>

#include "private-bus.h"

G_BEGIN_DECLS

typedef struct
{
  PrivateBus bus;
  GSubprocess *daemon;
  GSubprocess *noop;
  GDBusConnection *peer; /* the benchmark's own */
} BenchWorld;

/* Before any world. */
void bench_use_one_cpu (void);

/* @sysmemd NULL: a daemon with the same libraries whose memory is stubbed. */
void bench_world_start (BenchWorld *world, const char *sysmemd);
void bench_world_stop (BenchWorld *world);

/* A call without arguments to the do-nothing service. */
void bench_noop (BenchWorld *world);
#define BENCH_NOOP_NAME "org.sysmem.Bench"
#define BENCH_NOOP_PATH "/org/sysmem/Bench"
#define BENCH_NOOP_METHOD "Nothing"

/* Nanoseconds of CPU that all threads of a process have used. */
guint64 bench_cpu_ns (GSubprocess *process);

/* Another process: this program with other arguments, and @fd (-1: none) as its fd 3. */
GSubprocess *bench_spawn_self (int fd, const char *role, const char *address);

/* The processes that are the services. */
void bench_noop_main (const char *address);
void bench_stubbed_main (const char *address);

G_END_DECLS
