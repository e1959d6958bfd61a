/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Frames that come back from consumers, by their return paths.
 *
 * To wake a thread for each of them would cost more than all else that is done for a frame, so nobody
 * listens there as long as there are buffers enough. Who lacks one, or finds that a consumer holds all
 * it may, collects what has come back; only if that does not help, the server's thread listens until
 * nobody waits any more. */

#pragma once

#include "gstsysmemserver.h"

G_BEGIN_DECLS

/* With the lock held, which is given up if frames have come back: their buffers may go to pools of
 * upstream's. FALSE: none have. */
gboolean gst_sysmem_server_collect (GstSysmemServer *self);
/* As above, but no more than consumers that hold all they may need to get another frame. */
gboolean gst_sysmem_server_make_room (GstSysmemServer *self);
/* Has a consumer not given this frame back yet? */
gboolean gst_sysmem_server_is_held (GstSysmemServer *self, guint32 generation, guint32 index);
/* With the lock held, before there is another generation: sends those away who keep frames of too many
 * already, since all memory of these stays for it. */
void gst_sysmem_server_expel_hoarders (GstSysmemServer *self);
/* With the lock held. If somebody waits for a change or a buffer, or if frames of earlier generations
 * are out, frames that come back are heard of as soon as they do, until nothing of that is true any
 * more. */
void gst_sysmem_server_await_returns (GstSysmemServer *self);
/* With the lock held, in the server's thread or after its end. */
void gst_sysmem_server_ignore_returns (GstSysmemConsumer *consumer);
/* With the lock held. Whoever finds this pool empty collects, and waits for returns. */
void gst_sysmem_server_serve_pool (GstSysmemServer *self, GstSysmemBufferPool *pool);
/* While pools are flushing nobody waits for a buffer of any generation. */
void gst_sysmem_server_set_pools_flushing (GstSysmemServer *self, gboolean flushing);

G_END_DECLS
