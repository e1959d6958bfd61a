/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a consumer has to say in time: HELLO when it has connected; when it was invited to buffers
 * that exist, BOUND and READY. One that does not is sent away, since it could keep its connection,
 * its place and its token for ever. (New buffers are waited for in the streaming thread.) */

#pragma once

#include "gstsysmemserver.h"

G_BEGIN_DECLS

/* For what it is to say next, from now on. With the lock held. */
void gst_sysmem_deadline_set (GstSysmemServer *server, GstSysmemConsumer *consumer);
/* With the lock held, in the server's thread or after its end: it has gone. */
void gst_sysmem_deadline_drop (GstSysmemConsumer *consumer);

G_END_DECLS
