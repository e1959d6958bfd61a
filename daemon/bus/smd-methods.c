/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-methods.h"

static const SmdMethod *const tables[SMD_N_INTERFACES] = {
  [SMD_INTERFACE_ALLOCATOR] = smd_allocator_methods,
  [SMD_INTERFACE_INSPECTOR] = smd_inspector_methods,
  [SMD_INTERFACE_NODE] = smd_node_methods,
  [SMD_INTERFACE_TOKEN] = smd_token_methods,
  [SMD_INTERFACE_GROUP] = smd_group_methods,
  [SMD_INTERFACE_COLLECTION] = smd_collection_methods,
};

GHashTable *
smd_methods_index (void)
{
  GHashTable *index = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < SMD_N_INTERFACES; i++)
    for (const SmdMethod *method = tables[i]; method->name != NULL; method++)
      {
        GDBusMethodInfo *info =
          g_dbus_interface_info_lookup_method (smd_interface_get_info (i), method->name);

        g_assert (info != NULL);
        g_hash_table_insert (index, info, (gpointer)method);
      }
  return index;
}
