/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-permissions.h"

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

/* A heap that somebody names is one that he asks for. */
static guint
get_permissions_of_heaps (SmdServer *server, GVariant *memory)
{
  g_autofree const char **names = NULL;
  guint permissions = 0;

  if (!g_variant_lookup (memory, "permitted_heaps", "^a&s", &names))
    return 0;
  for (guint i = 0; names[i] != NULL; i++)
    {
      const SmeHeap *heap = sme_policy_find_heap (server->policy, names[i]);

      if (heap != NULL && heap->physically_contiguous)
        permissions |= SMD_PERMISSION_CONTIGUOUS;
      if (heap != NULL && heap->secure)
        permissions |= SMD_PERMISSION_SECURE;
    }
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
  return constraints != NULL ? get_permissions_of_constraints (server, constraints) : 0;
}
