/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Buffers as they come from the daemon: in a bundle, or in messages. Either way they come one after
 * the other from index 0 on. What comes in another shape is refused with SYSMEM_ERROR_UNSPECIFIED
 * and a sentence that names what is wrong with it; the file descriptors that came with it are
 * closed. */

#pragma once

#include "sysmem-fd.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/* What may come with a buffer, as bits of a record and as keys of a message, in this order. */
enum
{
  SYSMEM_DELIVERED_BUFFER,
  SYSMEM_DELIVERED_CLOSE_WEAK_ASAP,
  SYSMEM_DELIVERED_LEASE,
  SYSMEM_N_DELIVERED
};

typedef struct
{
  guint32 index;
  SysmemFd fds[SYSMEM_N_DELIVERED];
} SysmemDelivered;

/* An empty list that owns the file descriptors. (element-type SysmemDelivered) */
GArray *sysmem_delivered_new (void);

/* Reads all that is in a bundle, which has to be the @n_buffers there are; never blocks. */
gboolean sysmem_delivered_read_bundle (GArray *delivered,
                                       guint n_buffers,
                                       int bundle,
                                       GError **error);
/* Reads the aa{sv} of a message and its file descriptors: some more of the @n_buffers there are. */
gboolean sysmem_delivered_read_message (
  GArray *delivered, guint n_buffers, GVariant *buffers, GDBusMessage *message, GError **error);

G_END_DECLS
