/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who is calling: credentials asked of the bus once per connection, and its leaving. Calls of a
 * connection whose credentials are on their way wait, in order; those of one that has left are
 * dropped. */

#pragma once

#include "bus/smd-bus.h"

G_BEGIN_DECLS

typedef void (*SmdKnownFunc) (SmdBus *bus, SmdClient *client, gpointer data);

SmdSenders *smd_senders_new (SmdBus *bus, GError **error);
void smd_senders_free (SmdSenders *senders);

/* Calls @func when @sender is known, at once if it is already, with NULL if the bus will not tell; @data is freed with @destroy instead
 * if it leaves before. */
void smd_senders_identify (SmdSenders *senders,
                           const char *sender,
                           SmdKnownFunc func,
                           gpointer data,
                           GDestroyNotify destroy);

/* Does anybody's call wait until it is known who that is? */
gboolean smd_senders_are_asked_about (const SmdSenders *senders);

G_END_DECLS
