/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Small quotas, and what an ordinary user's processes use of them: root is exempt. */

#pragma once

#include "bus-child.h"
#include "bus-fixture.h"

G_BEGIN_DECLS

#define BUS_MAX_COLLECTIONS 4
#define BUS_MAX_NODES 10
#define BUS_MAX_FDS 16
#define BUS_LARGE (128 * 1024) /* made in a worker thread */
#define BUS_MAX_BYTES (2 * BUS_LARGE)

/* For BusOptions. */
void bus_be_stingy (SmcLimits *limits);

guint64 bus_count_use (BusWorld *world, SmdResource resource);
void bus_await_use (BusWorld *world, SmdResource resource, guint64 use);
void bus_await_no_use (BusWorld *world); /* of anything */

/* A child that has come to bus_child_report (), and uses exactly this; it goes on. */
BusChild *bus_child_start_and_expect_use (BusWorld *world,
                                          const char *role,
                                          SmdResource resource,
                                          guint64 use);
/* Asserts that it ended well, and awaits that nothing of it is left. */
void bus_child_end_and_expect_no_use (BusWorld *world, BusChild *child);

/* The child's side: says that it is ready and waits until it may go on. */
void bus_child_report (void);

G_END_DECLS
