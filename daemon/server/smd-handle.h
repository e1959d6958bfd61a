/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The daemon's half of a socket pair that a client holds: a token handle, a tracker, a node ref, a
 * close_weak_asap or a lease (02, "Nodes, owners and lifetimes"). Closing the daemon's end hangs
 * the client's up, and the other way round. */

#pragma once

#include "heaps/smd-fd.h"
#include "server/smd-hangups.h"

G_BEGIN_DECLS

/* May be moved by assignment, also while it is watched. */
typedef struct
{
  SmdFd daemon_end;
  guint64 cookie; /* of the client end; 0: no handle */
  SmdHangups *hangups;
  guint64 hangup_id;
} SmdHandle;

#define SMD_HANDLE_INIT \
  { \
    .daemon_end = -1 \
  }

/* Makes a pair. The client cannot write to the daemon's end, so it never holds anything. The
 * client's end is the caller's, to give away. On failure *handle is SMD_HANDLE_INIT and *client_end
 * is -1; LIMIT_EXCEEDED when fds ran out. Overwrites @handle and @client_end. */
gboolean smd_handle_new (SmdHandle *handle, SmdFd *client_end, GError **error);

/* Calls @func once when the last copy of the client end is closed, unless the handle is cleared
 * before; @func may clear it. @payer: see smd_hangups_add (). Call it before the client end is given away. */
gboolean smd_handle_watch (SmdHandle *handle,
                           SmdHangups *hangups,
                           uid_t payer,
                           int client_end,
                           SmdHangupFunc func,
                           gpointer user_data,
                           GError **error);

/* Hangs the client end up and stops watching. Safe on SMD_HANDLE_INIT and twice. */
void smd_handle_clear (SmdHandle *handle);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmdHandle, smd_handle_clear)

/* The cookie by which a handle shown to us is known; never reused while the machine runs.
 * FALSE: @fd is no socket. */
gboolean smd_cookie_of_fd (int fd, guint64 *cookie);

G_END_DECLS
