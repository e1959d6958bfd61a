/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Many fds behind one: a SOCK_SEQPACKET socket that already holds all of them, as 02 ("Conventions")
 * lays out. Fill, seal, send the client end, keep the bundle until it was read. */

#pragma once

#include "heaps/smd-fd.h"
#include "server/smd-hangups.h"

G_BEGIN_DECLS

typedef struct _SmdBundle SmdBundle;

/* Which fds a record has, in this order. */
typedef enum
{
  SMD_BUNDLE_BUFFER = 1 << 0,
  SMD_BUNDLE_CLOSE_WEAK_ASAP = 1 << 1,
  SMD_BUNDLE_LEASE = 1 << 2,
} SmdBundleWhich;

#define SMD_BUNDLE_MAX_FDS_PER_RECORD 3

SmdBundle *smd_bundle_new (void);
void smd_bundle_free (SmdBundle *bundle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdBundle, smd_bundle_free)

/* One buffer: as many fds as @which has bits, in bit order, moved out of @fds (which are -1 then).
 * A buffer without fds is a record too. */
void smd_bundle_add (SmdBundle *bundle, guint32 index, guint32 which, SmdFd *fds);

/* Puts all records into a new socket and gives up the fds. Once. LIMIT_EXCEEDED when the kernel
 * takes no more fds in flight (ETOOMANYREFS) or has none left (EMFILE, ENFILE). */
gboolean smd_bundle_seal (SmdBundle *bundle, SmdFd *client_end, GError **error);

/* Calls @func once when the sealed bundle was read or its reader is gone; it may free the bundle.
 * Without a watch, ask smd_bundle_is_read (). */
gboolean smd_bundle_watch (
  SmdBundle *bundle, SmdHangups *hangups, SmdHangupFunc func, gpointer user_data, GError **error);

/* Has the client taken everything out, or closed the last copy of its end? */
gboolean smd_bundle_is_read (const SmdBundle *bundle);

G_END_DECLS
