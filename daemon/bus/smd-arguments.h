/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Decoding and checking arguments that several methods share. */

#pragma once

#include "bus/smd-call.h"

G_BEGIN_DECLS

/* Constraints, decoded and valid in themselves (03 §6.1). NULL: refused. */
SmePrepared *smd_arguments_prepare (GVariant *constraints, GError **error);

/* The options of calls that make a collection node. */
typedef struct
{
  SmePrepared *prepared; /* NULL: constraints come later */
  gboolean linger;
} SmdBinding;

gboolean smd_binding_init (SmdBinding *binding, GVariant *options, GError **error);
void smd_binding_clear (SmdBinding *binding);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmdBinding, smd_binding_clear)

/* A name of at most @max bytes; @field is what to call it, @limit_key the cap's key. */
gboolean smd_arguments_check_name (
  const char *name, const char *field, guint max, const char *limit_key, GError **error);
/* How many new tokens' handles one reply can carry, @reserved being taken. */
gboolean smd_arguments_check_masks (
  SmdServer *server, const char *field, gsize n_masks, guint reserved, GError **error);
gboolean smd_arguments_check_debug_info (const char *name, GError **error);

G_END_DECLS
