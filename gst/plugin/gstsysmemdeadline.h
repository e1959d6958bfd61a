/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a consumer has to say in time: HELLO when it has connected; when it was invited to buffers
 * that exist, BOUND and READY. One that does not is sent away, since it could keep its connection,
 * its place and its token for ever. (New buffers are waited for in the streaming thread.)
 *
 * And one that takes something else than upstream shows: upstream is asked for that, and has as much
 * time. If it goes on all the same, the consumer is told so and sent away, rather than that it waits
 * for frames that never come. */

#pragma once

#include "gstsysmemserver.h"

G_BEGIN_DECLS

/* For what it is to say next, from now on. With the lock held. */
void gst_sysmem_deadline_set (GstSysmemServer *server, GstSysmemConsumer *consumer);
/* With the lock held: gives time to all whom upstream leaves out and who have none yet. */
void gst_sysmem_deadline_set_for_left_out (GstSysmemServer *server);
/* With the lock held: there is more patience now, or less. */
void gst_sysmem_deadline_renew (GstSysmemServer *server, GstSysmemConsumer *consumer);
/* With the lock held, in the server's thread or after its end: it has gone. */
void gst_sysmem_deadline_drop (GstSysmemConsumer *consumer);

G_END_DECLS
