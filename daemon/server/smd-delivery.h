/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Making what a participant gets of each buffer (03 §9, §10): an fd of its own with its rights,
 * close_weak_asap for a weak one, a lease where the kernel cannot tell strong holders. */

#pragma once

#include "server/smd-collection.h"

G_BEGIN_DECLS

/* In the order of the bits of a bundle's records. */
typedef enum
{
  SMD_DELIVERED_BUFFER,
  SMD_DELIVERED_CLOSE_WEAK,
  SMD_DELIVERED_LEASE,
} SmdDeliveredFd;

#define SMD_N_DELIVERED (SMD_DELIVERED_LEASE + 1)

typedef struct
{
  guint index;
  SmdFd fds[SMD_N_DELIVERED]; /* -1: not for this participant, or the buffer is gone */
} SmdDelivered;

/* An array of SmdDelivered that closes the fds not stolen. */
GArray *smd_delivered_new (void);

/* The buffers from @first on, at most @count and as many as fit in @max_fds. */
gboolean smd_deliver (
  SmdNode *node, guint first, guint count, guint max_fds, GArray *delivered, GError **error);
/* May this node be given buffers from @first on now? PROTOCOL_DEVIATION, PENDING. */
gboolean smd_node_check_deliverable (SmdNode *node, guint first, GError **error);

/* All of them in a bundle. */
gboolean smd_deliver_bundle (SmdNode *node, SmdClient *client, SmdFd *client_end, GError **error);

G_END_DECLS
