/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every call of the library whose answer says something, blocking, with nothing else around it. */

#pragma once

#include <sysmem.h>

G_BEGIN_DECLS

/* What the call returns is dropped. FALSE: it has failed, or its answer was dropped. */
typedef gboolean (*EveryCallFunc) (SysmemClient *client, GError **error);

typedef struct
{
  const char *method; /* on the bus */
  EveryCallFunc call;
} EveryCall;

/* Ends with a NULL method. */
extern const EveryCall every_call[];

gboolean call_allocate_shared (SysmemClient *client, GError **error);
gboolean call_allocate_many (SysmemClient *client, GError **error);
gboolean call_allocate_non_shared (SysmemClient *client, GError **error);
gboolean call_open_token (SysmemClient *client, GError **error);
gboolean call_bind_token (SysmemClient *client, GError **error);
gboolean call_duplicate (SysmemClient *client, GError **error);
gboolean call_duplicate_many (SysmemClient *client, GError **error);
gboolean call_create_group (SysmemClient *client, GError **error);
gboolean call_create_child (SysmemClient *client, GError **error);
gboolean call_create_children (SysmemClient *client, GError **error);
gboolean call_wait_for_buffers (SysmemClient *client, GError **error);
gboolean call_attach_token (SysmemClient *client, GError **error);
gboolean call_attach_lifetime_tracking (SysmemClient *client, GError **error);
gboolean call_attach_node_tracking (SysmemClient *client, GError **error);
gboolean call_get_node_ref (SysmemClient *client, GError **error);
gboolean call_is_alternate_for (SysmemClient *client, GError **error);
gboolean call_get_id (SysmemClient *client, GError **error);
gboolean call_explain (SysmemClient *client, GError **error);
gboolean call_validate_token (SysmemClient *client, GError **error);
gboolean call_get_buffer_info (SysmemClient *client, GError **error);
gboolean call_check_constraints (SysmemClient *client, GError **error);
gboolean call_list_heaps (SysmemClient *client, GError **error);
gboolean call_connect_again (SysmemClient *client, GError **error);

G_END_DECLS
