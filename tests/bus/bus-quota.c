/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus-quota.h"

void
bus_be_stingy (SmcLimits *limits)
{
  limits->max_collections_per_uid = BUS_MAX_COLLECTIONS;
  limits->max_nodes_per_uid = BUS_MAX_NODES;
  limits->max_fds_per_uid = BUS_MAX_FDS;
  limits->max_bytes_per_uid = BUS_MAX_BYTES;
}

typedef struct
{
  SmdResource resource;
  guint64 use;
} Use;

static guint64
get_use (SmdServer *server, SmdResource resource)
{
  return smd_accounts_get_use (server->accounts, bus_ordinary_uid (), resource);
}

static void
read_use (SmdServer *server, gpointer data)
{
  Use *use = data;

  use->use = get_use (server, use->resource);
}

guint64
bus_count_use (BusWorld *world, SmdResource resource)
{
  Use use = { resource, 0 };

  bus_on_daemon (world, read_use, &use);
  return use.use;
}

static gboolean
is_use (SmdServer *server, gpointer data)
{
  const Use *use = data;

  return get_use (server, use->resource) == use->use;
}

void
bus_await_use (BusWorld *world, SmdResource resource, guint64 use)
{
  bus_await (world, is_use, &(Use){ resource, use });
}

void
bus_await_no_use (BusWorld *world)
{
  for (guint i = 0; i < SMD_N_RESOURCES; i++)
    bus_await_use (world, i, 0);
}

BusChild *
bus_child_start_and_expect_use (BusWorld *world,
                                const char *role,
                                SmdResource resource,
                                guint64 use)
{
  BusChild *child = bus_child_start (world, role, bus_ordinary_uid ());

  bus_child_expect (child, "ready");
  g_assert_cmpuint (bus_count_use (world, resource), ==, use);
  bus_child_tell (child, "go on");
  return child;
}

void
bus_child_end_and_expect_no_use (BusWorld *world, BusChild *child)
{
  bus_child_end (child);
  bus_await_no_use (world);
}

void
bus_child_report (void)
{
  bus_parent_tell ("ready");
  bus_parent_expect ("go on");
}
