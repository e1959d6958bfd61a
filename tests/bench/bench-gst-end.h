/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The two processes between which frames are carried. Frames are 1920x1080 NV12, and nobody draws
 * them: each gets a number and the time at which it left. They come more often than those of any
 * camera, so that it is carrying them that is measured, not what everything else on the machine
 * leaves of the caches meanwhile. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Elements that carry frames, as descriptions of pipelines; %s stands for the path of the socket. */
typedef struct
{
  const char *name;
  const char *plugin; /* where the sink is from */
  const char *sink, *source;
} BenchTransport;

extern const BenchTransport bench_ours, bench_shm, bench_unixfd;

gboolean bench_transport_is_there (const BenchTransport *transport);

/* Roles of this program, with the transport's name and the socket's path. Each prints what it
 * measured of itself; the producer says before that it listens, and ends with its standard input. */
void bench_produce_main (const char *transport, const char *path);
void bench_consume_main (const char *transport, const char *path);

/* In microseconds per frame. */
typedef struct
{
  double cpu;     /* of both processes */
  double latency; /* from one to the other, the median */
} BenchFrame;

/* Starts both and waits for them. */
BenchFrame bench_carry (const BenchTransport *transport);

G_END_DECLS
