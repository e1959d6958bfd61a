/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The targets of 08 ("Targets"), in files of like ones. */

#pragma once

#include "bench-measure.h"
#include "bench-world.h"

G_BEGIN_DECLS

typedef struct
{
  const char *sysmemd; /* its path */
  BenchReport *report;
  BenchWorld real;    /* with sysmemd */
  BenchWorld stubbed; /* with a daemon that makes no memory */
} Bench;

/* What one negotiation takes. */
void bench_flows (Bench *bench);
/* What a call costs the daemon, and how many it manages. */
void bench_calls (Bench *bench);
/* What 10,000 nodes cost everybody. */
void bench_scale (Bench *bench);
/* What a user costs others who does not read. */
void bench_hostile (Bench *bench);

/* The child processes of the last two. */
void bench_pong_main (const char *unused);
void bench_hostile_main (const char *address);

G_END_DECLS
