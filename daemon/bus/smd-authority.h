/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Asks polkit, where there is one, what a caller may do; where there is none, only root and the
 * daemon's own user may. Calls of a connection about which something is being asked wait, in order;
 * nobody else's do. */

#pragma once

#include "bus/smd-permissions.h"

G_BEGIN_DECLS

typedef struct _SmdAuthority SmdAuthority;

/* @denied: those of smd_permissions_of_call () that the caller has not. */
typedef void (*SmdAdmittedFunc) (SmdBus *bus,
                                 SmdClient *client,
                                 GDBusMethodInvocation *invocation,
                                 guint denied);

SmdAuthority *smd_authority_new (SmdBus *bus, SmdAdmittedFunc admitted);
void smd_authority_free (SmdAuthority *authority);

/* Takes @invocation. Admits it at once, unless there is something to ask or to wait for. */
void smd_authority_admit (SmdAuthority *authority,
                          SmdClient *client,
                          GDBusMethodInvocation *invocation);
/* A connection has left: its waiting calls are dropped. */
void smd_authority_forget (SmdAuthority *authority, const char *name);
/* Is anything being asked? */
gboolean smd_authority_is_asking (const SmdAuthority *authority);

G_END_DECLS
