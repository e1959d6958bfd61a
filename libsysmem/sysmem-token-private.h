/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sysmem-node-private.h"
#include "sysmem-token.h"

G_BEGIN_DECLS

/* For a reply that begins with (oh). */
SysmemToken *sysmem_token_new_from_reply (SysmemClient *client,
                                          GDBusMessage *reply,
                                          GError **error);
/* For an a(oh) of a reply. */
GPtrArray *sysmem_tokens_new_from_reply (SysmemClient *client,
                                         GDBusMessage *reply,
                                         GVariant *list,
                                         GError **error);
/* (au) */
GVariant *sysmem_token_make_masks (const SysmemRights *rights, gsize n_rights);
/* -1: it was stolen, or the token is closed */
int sysmem_token_peek_handle (SysmemNode *self);

G_END_DECLS
