/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-collection.h"
#include "sysmem-delivery.h"
#include "sysmem-node-private.h"

G_BEGIN_DECLS

/* A collection that is to come: it listens already. @said: its constraints come with it. */
SysmemCollection *sysmem_collection_new (SysmemClient *client, gboolean said);
void sysmem_collection_set_place_from_reply (SysmemCollection *self, GDBusMessage *reply);
/* The options of a call that makes a collection: a{sv}, floating. @constraints is nullable. */
GVariant *sysmem_collection_make_options (SysmemConstraints *constraints);
/* The buffers are here. Keeps the first delivery: a second one is the same buffers again. */
void sysmem_collection_take_buffers (SysmemCollection *self,
                                     SysmemSettings *settings,
                                     GArray *delivered);

G_END_DECLS
