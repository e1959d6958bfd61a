/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the server does about what consumers say. All in its own thread. */

#pragma once

#include "gstsysmemserver.h"

G_BEGIN_DECLS

void gst_sysmem_server_hear (GstSysmemServer *self,
                             GstSysmemConsumer *consumer,
                             const GstSysmemMessage *message);
/* With the lock held: it gets frames of the current generation from now on, unless it claims more
 * than is there, or takes something else by now. */
void gst_sysmem_server_welcome (GstSysmemServer *self, GstSysmemConsumer *consumer);
/* With the lock held: tells it and the element why, the latter by a message of this name. */
void gst_sysmem_server_send_away (GstSysmemServer *self,
                                  GstSysmemConsumer *consumer,
                                  const char *message,
                                  const char *reason);
/* With the lock held: for having broken the protocol. */
void gst_sysmem_server_expel (GstSysmemServer *self,
                              GstSysmemConsumer *consumer,
                              const char *reason);

G_END_DECLS
