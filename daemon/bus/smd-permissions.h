/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What not everybody may do: use memory that is scarce or protected, see what is of others. Everything
 * else is decided by who owns a node and by quotas. */

#pragma once

#include "bus/smd-bus.h"

G_BEGIN_DECLS

typedef enum
{
  SMD_PERMISSION_CONTIGUOUS = 1 << 0, /* ask for physically contiguous memory */
  SMD_PERMISSION_SECURE = 1 << 1,     /* ask for secure memory */
  SMD_PERMISSION_INSPECT = 1 << 2,    /* see other users' collections and clients */
} SmdPermission;

#define SMD_N_PERMISSIONS 3u
/* A call without them is refused; without the others it is only told less. */
#define SMD_PERMISSIONS_REQUIRED (SMD_PERMISSION_CONTIGUOUS | SMD_PERMISSION_SECURE)

/* The permissions that a call makes use of, as flags. */
guint smd_permissions_of_call (SmdServer *server, GDBusMethodInvocation *invocation);

/* Of one permission: its action in polkit's terms, and what it allows, for sentences. */
const char *smd_permission_get_action (SmdPermission permission);
const char *smd_permission_get_meaning (SmdPermission permission);

G_END_DECLS
