/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Buffers as they come from the daemon: in a bundle, or in messages. */

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

/* Reads all that is in a bundle; never blocks. */
gboolean sysmem_delivered_read_bundle (GArray *delivered, int bundle, GError **error);
/* Reads the aa{sv} of a message and its file descriptors. */
gboolean sysmem_delivered_read_message (GArray *delivered,
                                        GVariant *buffers,
                                        GDBusMessage *message,
                                        GError **error);

G_END_DECLS
