/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The daemon on a bus: exports the objects of 02 over one connection and turns calls into calls of
 * the server's functions, in the order they were sent. */

#pragma once

#include <gio/gio.h>

#include "bus/smd-path.h"

G_BEGIN_DECLS

#define SMD_BUS_NAME "org.sysmem.Sysmem1"
#define SMD_INTERFACE_PREFIX "org.sysmem.Sysmem1."

typedef struct _SmdBus SmdBus;
typedef struct _SmdSenders SmdSenders;
typedef struct _SmdAuthority SmdAuthority;
typedef struct _SmdTurns SmdTurns;

struct _SmdBus
{
  SmdServer *server;
  GDBusConnection *connection;
  SmdSenders *senders;
  SmdAuthority *authority;
  SmdTurns *introspections;
  GHashTable *methods; /* GDBusMethodInfo → SmdMethod */
  guint root_subtree;
  guint node_subtree;
};

/* Exports everything on @connection, which must be a message bus; the name is not asked for yet. */
SmdBus *smd_bus_new (SmdServer *server, GDBusConnection *connection, GError **error);
/* Fails all trees, sends what is still to be said, and withdraws the objects. */
void smd_bus_free (SmdBus *bus);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdBus, smd_bus_free)

G_END_DECLS
