/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the server does about what consumers say. All in its own thread. */

#pragma once

#include "gstsysmemserver.h"

G_BEGIN_DECLS

void gst_sysmem_server_hear (GstSysmemServer *self,
                             GstSysmemConsumer *consumer,
                             const GstSysmemMessage *message);
/* For having broken the protocol. */
void gst_sysmem_server_expel (GstSysmemServer *self,
                              GstSysmemConsumer *consumer,
                              const char *reason);

G_END_DECLS
