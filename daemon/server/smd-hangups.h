/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* All socket ends the daemon keeps, watched by one GSource however many they are (08, "Tokens").
 * Says when the last copy of the other end is closed, anywhere; a holder that merely shuts its end
 * down is told apart and not reported. */

#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

typedef struct _SmdHangups SmdHangups;

typedef void (*SmdHangupFunc) (gpointer user_data);

/* Dispatched in @context (NULL: the default one) at G_PRIORITY_DEFAULT, a bounded number at a time.
 * Where the kernel refuses it, every smd_hangups_add () says so. */
SmdHangups *smd_hangups_new (GMainContext *context);
void smd_hangups_free (SmdHangups *hangups); /* nothing is watched any more */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmdHangups, smd_hangups_free)

/* Calls @func once, when the last copy of @client_end is closed, and forgets the watch. @payer is
 * who is charged for it: where ends have to be asked, all payers get the same share. @daemon_end is shut for reading and stays open while it is watched. @client_end is still open
 * here; it may be given away and closed right after. Returns the watch's id; 0: LIMIT_EXCEEDED. */
guint64 smd_hangups_add (SmdHangups *hangups,
                         uid_t payer,
                         int daemon_end,
                         int client_end,
                         SmdHangupFunc func,
                         gpointer user_data,
                         GError **error);

/* Calls @func whenever the peer of @daemon_end has taken something out of its queue, and when it is
 * gone, until removed: then ask. For bundles. */
guint64 smd_hangups_add_drain (
  SmdHangups *hangups, int daemon_end, SmdHangupFunc func, gpointer user_data, GError **error);

/* Never called back after this, also when called from within any callback. An id that is 0 or no
 * longer watched is fine. Call it before the daemon end is closed. */
void smd_hangups_remove (SmdHangups *hangups, guint64 id);

guint smd_hangups_count (const SmdHangups *hangups);

G_END_DECLS
