/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-permissions.h"

#include "bus/smd-call.h"
#include "server/smd-buffer-info.h"

/* In the order of their bits. */
static const struct
{
  const char *action, *meaning;
} infos[SMD_N_PERMISSIONS] = {
  { "org.sysmem.Sysmem1.use-contiguous-memory", "physically contiguous memory" },
  { "org.sysmem.Sysmem1.use-secure-memory", "secure memory" },
  { "org.sysmem.Sysmem1.inspect-others", "a look at other users' collections" },
};

const char *
smd_permission_get_action (SmdPermission permission)
{
  return infos[g_bit_nth_lsf (permission, -1)].action;
}

const char *
smd_permission_get_meaning (SmdPermission permission)
{
  return infos[g_bit_nth_lsf (permission, -1)].meaning;
}

static guint
get_permissions_of_heap (SmdServer *server, const char *name)
{
  const SmeHeap *heap = sme_policy_find_heap (server->policy, name);

  if (heap == NULL)
    return 0;
  return (heap->physically_contiguous ? SMD_PERMISSION_CONTIGUOUS : 0)
         | (heap->secure ? SMD_PERMISSION_SECURE : 0);
}

/* A heap that somebody names is one that he asks for. */
static guint
get_permissions_of_heaps (SmdServer *server, GVariant *memory)
{
  g_autofree const char **names = NULL;
  guint permissions = 0;

  if (!g_variant_lookup (memory, "permitted_heaps", "^a&s", &names))
    return 0;
  for (guint i = 0; names[i] != NULL; i++)
    permissions |= get_permissions_of_heap (server, names[i]);
  return permissions;
}

static guint
get_permissions_of_constraints (SmdServer *server, GVariant *constraints)
{
  g_autoptr (GVariant) memory =
    g_variant_lookup_value (constraints, "buffer_memory_constraints", G_VARIANT_TYPE_VARDICT);
  gboolean contiguous = FALSE;
  gboolean secure = FALSE;

  if (memory == NULL)
    return 0;
  (void)g_variant_lookup (memory, "physically_contiguous_required", "b", &contiguous);
  (void)g_variant_lookup (memory, "secure_required", "b", &secure);
  return (contiguous ? SMD_PERMISSION_CONTIGUOUS : 0) | (secure ? SMD_PERMISSION_SECURE : 0)
         | get_permissions_of_heaps (server, memory);
}

/* Where constraints are: an argument, or an option of this name in it. */
static const struct
{
  const char *method;
  guint argument;
  const char *option;
} constraints_places[] = {
  { "SetConstraints", 0, NULL },
  { "AllocateBuffers", 0, NULL },
  { "AllocateNonSharedCollection", 0, "constraints" },
  { "BindSharedCollection", 1, "constraints" },
  { "Bind", 0, "constraints" },
};

static GVariant *
find_constraints (GDBusMethodInvocation *invocation)
{
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  GVariant *parameters = g_dbus_method_invocation_get_parameters (invocation);

  for (guint i = 0; i < G_N_ELEMENTS (constraints_places); i++)
    {
      g_autoptr (GVariant) argument = NULL;

      if (!g_str_equal (constraints_places[i].method, method))
        continue;
      argument = g_variant_get_child_value (parameters, constraints_places[i].argument);
      if (constraints_places[i].option == NULL)
        return g_steal_pointer (&argument);
      return g_variant_lookup_value (argument, constraints_places[i].option,
                                     G_VARIANT_TYPE_VARDICT);
    }
  return NULL;
}

/* Who wants the same as a buffer asks for its heap. What is no buffer of ours is refused later. */
static guint
get_permissions_of_must_match (SmdServer *server, GDBusMethodInvocation *invocation)
{
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  GVariant *parameters = g_dbus_method_invocation_get_parameters (invocation);
  g_autoptr (GVariant) options = NULL;
  const SmdBuffer *buffer;
  SmdFdIdentity identity;
  gint32 handle;
  int fd;

  if (!g_str_equal (method, "SetConstraints"))
    return 0;
  options = g_variant_get_child_value (parameters, 1);
  if (!g_variant_lookup (options, "must_match", "h", &handle)
      || !smd_invocation_get_fd (invocation, handle, &fd, NULL))
    return 0;
  buffer = smd_buffer_of_fd (server, fd, &identity, NULL);
  return buffer != NULL ? get_permissions_of_heap (server, buffer->collection->settings->heap) : 0;
}

guint
smd_permissions_of_call (SmdServer *server, GDBusMethodInvocation *invocation)
{
  const char *interface = g_dbus_method_invocation_get_interface_name (invocation);
  g_autoptr (GVariant) constraints = NULL;

  if (g_str_equal (interface, SMD_INTERFACE_PREFIX "Inspector"))
    return SMD_PERMISSION_INSPECT;
  if (!g_str_has_prefix (interface, SMD_INTERFACE_PREFIX))
    return 0;
  constraints = find_constraints (invocation);
  if (constraints == NULL)
    return 0;
  return get_permissions_of_constraints (server, constraints)
         | get_permissions_of_must_match (server, invocation);
}
