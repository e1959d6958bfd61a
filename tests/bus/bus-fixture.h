/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The daemon in process, on a private bus, with heaps and limits of the test's choice. The daemon
 * runs on the main thread, as it does in sysmemd; the test's body runs in a thread of its own, where
 * it calls the daemon over connections of its own.
 *
 * After every test the fixture looks for leaks by itself: once the test's connections are closed,
 * the daemon must hold no client, tree or buffer, charge nobody for anything, and the process must
 * have as many fds as before. So a test closes what it was given. */

#pragma once

#include "bus/smd-bus.h"
#include "heaps/smd-fake-heap.h"
#include "private-bus.h"

G_BEGIN_DECLS

typedef struct _BusWorld BusWorld;

typedef struct
{
  const char *heaps;                  /* of fake heaps, with spaces between; NULL: "system" */
  void (*adjust) (SmcLimits *limits); /* NULL: the default limits */
} BusOptions;

struct _BusWorld
{
  const char *address;
  SmdHeap **heaps; /* may be asked from any thread */

  /*< private >*/
  PrivateBus bus;
  SmdServer *server; /* this and what it has: on the main thread, by bus_on_daemon () */
  SmdBus *exported;
  GPtrArray *heap_list;
  GPtrArray *peers;
  GMainContext *context; /* of the test's thread */
  GMainLoop *loop;
  guint n_fds;
  void (*body) (BusWorld *world);
};

typedef void (*BusTest) (BusWorld *world);

/* What a child process does, see bus-child.h. */
typedef struct
{
  const char *name;
  void (*func) (const char *address);
} BusRole;

/* Call it first. @roles (nullable) ends with one whose name is NULL. */
void bus_test_init (int *argc, char ***argv, const BusRole *roles);
void bus_test_add (const char *path, BusTest test);
void bus_test_add_with (const char *path, const BusOptions *options, BusTest test);

/* A new connection of the test's thread. It is the world's; whatever is left at the end is closed
 * then. */
GDBusConnection *bus_connect (BusWorld *world);
void bus_disconnect (BusWorld *world, GDBusConnection *peer);

/* Calls @func on the daemon's thread and waits for it. */
typedef void (*BusFunc) (SmdServer *server, gpointer data);
void bus_on_daemon (BusWorld *world, BusFunc func, gpointer data);

/* Waits until @predicate holds, which is asked on the daemon's thread whenever something has
 * happened there. */
typedef gboolean (*BusPredicate) (SmdServer *server, gpointer data);
void bus_await (BusWorld *world, BusPredicate predicate, gpointer data);

/* Between the two the daemon does nothing: whatever arrives meanwhile piles up. */
typedef struct _BusFreeze BusFreeze;
BusFreeze *bus_freeze (BusWorld *world);
void bus_thaw (BusFreeze *freeze);
/* The same while the daemon's loop looks for what is ready: it has seen that nothing urgent is, and
 * goes on from there when it is thawed. */
BusFreeze *bus_freeze_while_looking (BusWorld *world);

/* The daemon stops, as at SIGTERM; the test goes on without it. */
void bus_stop_daemon (BusWorld *world);

/* How many there are in the daemon. */
typedef struct
{
  guint clients, collections, nodes, buffers;
} BusCounts;

BusCounts bus_count (BusWorld *world);

/* The fds of this process, without those that GLib's threads make for a call or a child, and give up
 * some time later. */
guint bus_count_fds (void);

G_END_DECLS
