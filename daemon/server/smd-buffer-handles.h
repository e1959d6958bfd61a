/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who was given a buffer gets a handle with it: close_weak_asap, or a lease where the kernel cannot
 * tell strong holders (03 §9, §10). Both are asked for as often as somebody likes, so each asker
 * may have MaxHandlesPerBuffer of one buffer open. */

#pragma once

#include "server/smd-buffer.h"

G_BEGIN_DECLS

/* A node; or, by GetBufferInfo, which needs none, a user. */
guint64 smd_asker_of_node (const SmdNode *node);
guint64 smd_asker_of_uid (uid_t uid);

/* Hands one end of a new close_weak_asap / lease out. LIMIT_EXCEEDED. */
gboolean smd_buffer_add_close_weak (SmdBuffer *buffer,
                                    guint64 asker,
                                    SmdFd *client_end,
                                    GError **error);
gboolean smd_buffer_add_lease (SmdBuffer *buffer, guint64 asker, SmdFd *client_end, GError **error);

G_END_DECLS
