/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The one list of errors. The engine, the daemon and the library use these codes; the bus layers
 * of both sides register them with GDBus under the names sysmem_error_get_dbus_name () gives. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SYSMEM_ERROR (sysmem_error_quark ())
#define SYSMEM_ERROR_DBUS_PREFIX "org.sysmem.Sysmem1.Error."

/**
 * SysmemError:
 * @SYSMEM_ERROR_UNSPECIFIED: somebody else's closing, or an internal fault: not the caller's doing
 * @SYSMEM_ERROR_PROTOCOL_DEVIATION: malformed, missing, contradictory in itself, or out of order
 * @SYSMEM_ERROR_NOT_FOUND: no such node of yours, token, buffer or node ref
 * @SYSMEM_ERROR_HANDLE_ACCESS_DENIED: the fd lacks the rights for this
 * @SYSMEM_ERROR_NO_MEMORY: settings were found, memory was not
 * @SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY: the participants cannot agree, nothing can serve
 *   them, or another group child was chosen
 * @SYSMEM_ERROR_PENDING: not tried yet
 * @SYSMEM_ERROR_TOO_MANY_GROUP_CHILD_COMBINATIONS: more than 64 combinations would have to be tried
 * @SYSMEM_ERROR_NO_MORE_STRONG_HANDLES: no strong holder of the buffer is left
 * @SYSMEM_ERROR_LIMIT_EXCEEDED: a quota or a documented cap of the daemon, named in the message
 *
 * Why a call or a node failed.
 *
 * Since: 1.0
 */
typedef enum
{
  SYSMEM_ERROR_UNSPECIFIED,
  SYSMEM_ERROR_PROTOCOL_DEVIATION,
  SYSMEM_ERROR_NOT_FOUND,
  SYSMEM_ERROR_HANDLE_ACCESS_DENIED,
  SYSMEM_ERROR_NO_MEMORY,
  SYSMEM_ERROR_CONSTRAINTS_INTERSECTION_EMPTY,
  SYSMEM_ERROR_PENDING,
  SYSMEM_ERROR_TOO_MANY_GROUP_CHILD_COMBINATIONS,
  SYSMEM_ERROR_NO_MORE_STRONG_HANDLES,
  SYSMEM_ERROR_LIMIT_EXCEEDED,
} SysmemError;

#define SYSMEM_N_ERRORS (SYSMEM_ERROR_LIMIT_EXCEEDED + 1)

GQuark sysmem_error_quark (void);

/* The full D-Bus error name of @code, a static string. */
const char *sysmem_error_get_dbus_name (SysmemError code);

G_END_DECLS
