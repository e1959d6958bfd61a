/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "every-call.h"

#include <fcntl.h>

static const SysmemRights two_rights[] = { SYSMEM_RIGHTS_SAME, SYSMEM_RIGHTS_READ };

static SysmemToken *
get_token (SysmemClient *client)
{
  return sysmem_token_new_from_fd (client, open ("/dev/null", O_RDWR | O_CLOEXEC));
}

static SysmemGroup *
get_group (SysmemClient *client)
{
  g_autoptr (SysmemToken) token = get_token (client);

  return sysmem_token_create_group (token, NULL, NULL);
}

static SysmemCollection *
get_collection (SysmemClient *client)
{
  return sysmem_client_allocate_non_shared (client, NULL, NULL, NULL);
}

static gboolean
drop (gpointer object)
{
  g_clear_object (&object);
  return FALSE;
}

static gboolean
drop_array (GPtrArray *array)
{
  g_clear_pointer (&array, g_ptr_array_unref);
  return FALSE;
}

gboolean
call_allocate_shared (SysmemClient *client, GError **error)
{
  return drop (sysmem_client_allocate_shared (client, NULL, error));
}

gboolean
call_allocate_many (SysmemClient *client, GError **error)
{
  return drop_array (sysmem_client_allocate_shared_many (client, two_rights, 2, NULL, error));
}

gboolean
call_allocate_non_shared (SysmemClient *client, GError **error)
{
  return drop (sysmem_client_allocate_non_shared (client, NULL, NULL, error));
}

gboolean
call_open_token (SysmemClient *client, GError **error)
{
  g_autoptr (SysmemToken) token = get_token (client);

  return sysmem_node_sync (SYSMEM_NODE (token), NULL, error);
}

gboolean
call_bind_token (SysmemClient *client, GError **error)
{
  g_autoptr (SysmemToken) token = get_token (client);

  return drop (sysmem_token_bind (token, NULL, NULL, error));
}

gboolean
call_duplicate (SysmemClient *client, GError **error)
{
  g_autoptr (SysmemToken) token = get_token (client);

  return drop (sysmem_token_duplicate (token, SYSMEM_RIGHTS_SAME, NULL, error));
}

gboolean
call_duplicate_many (SysmemClient *client, GError **error)
{
  g_autoptr (SysmemToken) token = get_token (client);

  return drop_array (sysmem_token_duplicate_many (token, two_rights, 2, NULL, error));
}

gboolean
call_create_group (SysmemClient *client, GError **error)
{
  g_autoptr (SysmemToken) token = get_token (client);

  return drop (sysmem_token_create_group (token, NULL, error));
}

gboolean
call_create_child (SysmemClient *client, GError **error)
{
  g_autoptr (SysmemGroup) group = get_group (client);

  return drop (sysmem_group_create_child (group, SYSMEM_RIGHTS_SAME, NULL, error));
}

gboolean
call_create_children (SysmemClient *client, GError **error)
{
  g_autoptr (SysmemGroup) group = get_group (client);

  return drop_array (sysmem_group_create_children (group, two_rights, 2, NULL, error));
}

gboolean
call_wait_for_buffers (SysmemClient *client, GError **error)
{
  g_autoptr (SysmemCollection) collection = get_collection (client);

  return sysmem_collection_wait (collection, NULL, error);
}

gboolean
call_attach_token (SysmemClient *client, GError **error)
{
  g_autoptr (SysmemCollection) collection = get_collection (client);

  return drop (sysmem_collection_attach_token (collection, SYSMEM_RIGHTS_SAME, NULL, error));
}

gboolean
call_attach_lifetime_tracking (SysmemClient *client, GError **error)
{
  g_autoptr (SysmemCollection) collection = get_collection (client);

  return sysmem_collection_attach_lifetime_tracking (collection, 0, NULL, error) >= 0;
}

gboolean
call_attach_node_tracking (SysmemClient *client, GError **error)
{
  g_autoptr (SysmemCollection) collection = get_collection (client);

  return sysmem_node_attach_node_tracking (SYSMEM_NODE (collection), NULL, error) >= 0;
}

gboolean
call_get_node_ref (SysmemClient *client, GError **error)
{
  g_autoptr (SysmemCollection) collection = get_collection (client);

  return sysmem_node_get_node_ref (SYSMEM_NODE (collection), NULL, error) >= 0;
}

gboolean
call_is_alternate_for (SysmemClient *client, GError **error)
{
  g_autoptr (SysmemCollection) collection = get_collection (client);

  return sysmem_node_is_alternate_for (SYSMEM_NODE (collection), 0, NULL, error);
}

gboolean
call_get_id (SysmemClient *client, GError **error)
{
  g_autoptr (SysmemCollection) collection = get_collection (client);

  return sysmem_node_get_buffer_collection_id (SYSMEM_NODE (collection), NULL, error) != 0;
}

gboolean
call_explain (SysmemClient *client, GError **error)
{
  g_autoptr (SysmemCollection) collection = get_collection (client);

  return drop (sysmem_node_explain (SYSMEM_NODE (collection), NULL, error));
}

gboolean
call_validate_token (SysmemClient *client, GError **error)
{
  return sysmem_client_validate_token (client, 0, NULL, error);
}

gboolean
call_get_buffer_info (SysmemClient *client, GError **error)
{
  return drop (sysmem_client_get_buffer_info (client, 0, SYSMEM_BUFFER_INFO_NEED_SETTINGS, NULL, -1,
                                              NULL, error));
}

gboolean
call_check_constraints (SysmemClient *client, GError **error)
{
  return drop (sysmem_client_check_constraints (client, NULL, 0, NULL, error));
}

gboolean
call_list_heaps (SysmemClient *client, GError **error)
{
  return drop_array (sysmem_client_list_heaps (client, NULL, error));
}

gboolean
call_connect_again (SysmemClient *client, GError **error)
{
  return drop (
    sysmem_client_new_for_connection (sysmem_client_get_connection (client), NULL, error));
}

/* Every call whose answer says something. */
const EveryCall every_call[] = {
  { "GetAll", call_connect_again },
  { "AllocateSharedCollection", call_allocate_shared },
  { "AllocateNonSharedCollection", call_allocate_non_shared },
  { "BindSharedCollection", call_bind_token },
  { "OpenToken", call_open_token },
  { "ValidateBufferCollectionToken", call_validate_token },
  { "GetBufferInfo", call_get_buffer_info },
  { "CheckConstraints", call_check_constraints },
  { "ListHeaps", call_list_heaps },
  { "GetNodeRef", call_get_node_ref },
  { "IsAlternateFor", call_is_alternate_for },
  { "GetBufferCollectionId", call_get_id },
  { "AttachNodeTracking", call_attach_node_tracking },
  { "Explain", call_explain },
  { "Duplicate", call_duplicate },
  { "DuplicateSync", call_duplicate_many },
  { "CreateBufferCollectionTokenGroup", call_create_group },
  { "CreateChild", call_create_child },
  { "CreateChildrenSync", call_create_children },
  { "WaitForAllBuffersAllocated", call_wait_for_buffers },
  { "AttachToken", call_attach_token },
  { "AttachLifetimeTracking", call_attach_lifetime_tracking },
  { NULL, NULL },
};
