/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The calls that make tokens below a node: of tokens, groups and collections alike. */

#pragma once

#include "sysmem-token-private.h"

G_BEGIN_DECLS

/* Answered (oh): one token. */
SysmemCall sysmem_new_token_make_call (const char *interface,
                                       const char *method,
                                       SysmemRights rights);
SysmemToken *sysmem_new_token_call_sync (gpointer parent,
                                         const SysmemCall *call,
                                         GCancellable *cancellable,
                                         GError **error);
SysmemToken *sysmem_new_token_call_finish (gpointer parent,
                                           GAsyncResult *result,
                                           gpointer tag,
                                           GError **error);

/* Answered (a(oh)): several. */
SysmemCall sysmem_new_tokens_make_call (const char *interface,
                                        const char *method,
                                        const SysmemRights *rights,
                                        gsize n_rights);
GPtrArray *sysmem_new_tokens_call_sync (gpointer parent,
                                        const SysmemCall *call,
                                        GCancellable *cancellable,
                                        GError **error);
GPtrArray *sysmem_new_tokens_call_finish (gpointer parent,
                                          GAsyncResult *result,
                                          gpointer tag,
                                          GError **error);

G_END_DECLS
