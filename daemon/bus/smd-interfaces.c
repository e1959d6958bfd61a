/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-interfaces.h"

#include "sysmem-introspection-resources.h"

static const char *const files[SMD_N_INTERFACES] = {
  [SMD_INTERFACE_ALLOCATOR] = "org.sysmem.Sysmem1.Allocator.xml",
  [SMD_INTERFACE_INSPECTOR] = "org.sysmem.Sysmem1.Inspector.xml",
  [SMD_INTERFACE_NODE] = "org.sysmem.Sysmem1.Node.xml",
  [SMD_INTERFACE_TOKEN] = "org.sysmem.Sysmem1.Token.xml",
  [SMD_INTERFACE_GROUP] = "org.sysmem.Sysmem1.Group.xml",
  [SMD_INTERFACE_COLLECTION] = "org.sysmem.Sysmem1.Collection.xml",
};

static GDBusInterfaceInfo *
parse (const char *file)
{
  g_autofree char *path = g_strconcat ("/org/sysmem/Sysmem1/", file, NULL);
  g_autoptr (GBytes) xml = NULL;
  g_autoptr (GDBusNodeInfo) node = NULL;
  g_autoptr (GError) error = NULL;

  xml = g_resource_lookup_data (sysmem_introspection_get_resource (), path,
                                G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  if (xml != NULL)
    node = g_dbus_node_info_new_for_xml (g_bytes_get_data (xml, NULL), &error);
  if (node == NULL)
    g_error ("The contract %s is damaged: %s", file, error->message);
  g_dbus_interface_info_cache_build (node->interfaces[0]);
  return g_dbus_interface_info_ref (node->interfaces[0]);
}

GDBusInterfaceInfo *
smd_interface_get_info (SmdInterface which)
{
  static GDBusInterfaceInfo *infos[SMD_N_INTERFACES];

  if (infos[which] == NULL)
    infos[which] = parse (files[which]);
  return infos[which];
}
