/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every method of the contract and its handler. A method without a handler answers NotSupported. */

#pragma once

#include "bus/smd-call.h"
#include "bus/smd-interfaces.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  SmdMethodFunc func;
  gboolean on_failed; /* may be called on a node that has failed */
} SmdMethod;

/* Ends with a NULL name. */
extern const SmdMethod smd_allocator_methods[];
extern const SmdMethod smd_inspector_methods[];
extern const SmdMethod smd_node_methods[];
extern const SmdMethod smd_token_methods[];
extern const SmdMethod smd_group_methods[];
extern const SmdMethod smd_collection_methods[];

/* One new token below call->node, with the rights of argument 0: its path and handle. */
GVariant *smd_method_new_token (SmdCall *call, GError **error);
/* Makes @token the caller's collection node: its path. */
GVariant *smd_method_bind (SmdCall *call, SmdNode *token, GVariant *options, GError **error);

/* GDBusMethodInfo → SmdMethod, for all interfaces. */
GHashTable *smd_methods_index (void);

/* Property reads: a value, or NULL for a name the interface does not have. Floating. */
GVariant *smd_allocator_get_property (SmdServer *server, const char *name);
GVariant *smd_node_get_property (SmdNode *node, const char *name);

G_END_DECLS
