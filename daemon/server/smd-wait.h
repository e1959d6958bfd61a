/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A pending WaitForAllBuffersAllocated. It ends exactly once: with the allocation, the failure,
 * Pending in time, or because something else took its place. */

#pragma once

#include "server/smd-server.h"

G_BEGIN_DECLS

/* @error NULL: the node is allocated. Called from smd_server_flush (). */
typedef void (*SmdWaitDone) (gpointer data, const GError *error);

struct _SmdWait
{
  SmdNode *node;     /* NULL once ended */
  SmdClient *client; /* NULL once it left, or ended */
  SmdTimer *timer;
  SmdWaitDone done;
  gpointer data;
  GError *error;
};

/* After smd_wait_check_order () said yes. Ends a wait of the same node with Pending first.
 * LIMIT_EXCEEDED beyond MaxWaitsPerConnection. */
gboolean smd_wait_start (
  SmdNode *node, SmdClient *client, SmdWaitDone done, gpointer data, GError **error);
/* The node's wait, if any, ends. @error (nullable) is copied. */
void smd_wait_end (SmdNode *node, const GError *error);
/* Its caller left the bus: nobody is answered. */
void smd_wait_drop (SmdWait *wait);
void smd_wait_free (SmdWait *wait);
/* PROTOCOL_DEVIATION before SetConstraints, or on a weak node that is not weak_ok. */
gboolean smd_wait_check_order (SmdNode *node, GError **error);
/* Room for one more that waits? LIMIT_EXCEEDED beyond MaxWaitsPerConnection. */
gboolean smd_wait_check_count (SmdClient *client, GError **error);
/* Success, the failure (the gate did that), or PENDING. */
gboolean smd_node_check_allocated (SmdNode *node, GError **error);

G_END_DECLS
