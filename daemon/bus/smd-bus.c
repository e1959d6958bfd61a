/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-bus.h"

#include "bus/smd-authority.h"
#include "bus/smd-introspect.h"
#include "bus/smd-methods.h"
#include "bus/smd-path.h"
#include "bus/smd-senders.h"
#include "bus/smd-turns.h"
#include "server/smd-client.h"
#include "server/smd-node.h"

#define ROOT_PARENT "/org/sysmem"
#define ROOT_NAME "Sysmem1"
#define PROPERTIES "org.freedesktop.DBus.Properties"

static gboolean
is_root (const char *path)
{
  return g_str_equal (path, SMD_ROOT_PATH);
}

/* Properties are read through the same gate; only Allocator and Node have some. */
static GVariant *
get_property (SmdCall *call, const char *interface, const char *name)
{
  if (call->node == NULL)
    return g_str_has_suffix (interface, ".Allocator")
             ? smd_allocator_get_property (call->server, name)
             : NULL;
  return g_str_has_suffix (interface, ".Node") ? smd_node_get_property (call->node, name) : NULL;
}

static GVariant *
get_all_properties (SmdCall *call, const char *interface)
{
  GDBusInterfaceInfo *info =
    smd_interface_get_info (call->node == NULL ? SMD_INTERFACE_ALLOCATOR : SMD_INTERFACE_NODE);
  GVariantBuilder all;

  g_variant_builder_init (&all, G_VARIANT_TYPE_VARDICT);
  for (GDBusPropertyInfo **p = info->properties; *p != NULL; p++)
    {
      GVariant *value = get_property (call, interface, (*p)->name);

      if (value != NULL)
        g_variant_builder_add (&all, "{sv}", (*p)->name, value);
    }
  return g_variant_new ("(a{sv})", &all);
}

/* A node has Node and the interface of its kind; what GDBus let through for another is unknown. */
static gboolean
has_interface (SmdNode *node, const char *interface)
{
  GDBusInterfaceInfo *own = smd_interface_get_info (SMD_INTERFACE_TOKEN + node->sme->kind);

  return g_str_equal (interface, own->name)
         || g_str_equal (interface, smd_interface_get_info (SMD_INTERFACE_NODE)->name);
}

static GVariant *
call_properties (SmdCall *call, const char *method, GError **error)
{
  const char *interface;
  const char *name;

  if (g_str_equal (method, "GetAll"))
    {
      g_variant_get (call->parameters, "(&s)", &interface);
      if (call->node == NULL || has_interface (call->node, interface))
        return get_all_properties (call, interface);
      g_set_error (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE,
                   "This node is a %s and has no %s", smd_node_get_kind_name (call->node),
                   interface);
      return NULL;
    }
  g_variant_get (call->parameters, "(&s&s)", &interface, &name); /* GDBus refused Set already */
  return g_variant_new ("(v)", get_property (call, interface, name));
}

static gboolean
check_permissions (const SmdCall *call, GError **error)
{
  guint missing = call->denied & SMD_PERMISSIONS_REQUIRED;
  SmdPermission first = (SmdPermission)(missing & -missing);

  if (missing == 0)
    return TRUE;
  g_set_error (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED,
               "buffer_memory_constraints: you ask for %s, which needs the authorization %s",
               smd_permission_get_meaning (first), smd_permission_get_action (first));
  return FALSE;
}

static GVariant *
call_method (SmdCall *call, GError **error)
{
  const char *interface = g_dbus_method_invocation_get_interface_name (call->invocation);
  const char *name = g_dbus_method_invocation_get_method_name (call->invocation);
  const SmdMethod *method = g_hash_table_lookup (
    call->bus->methods, g_dbus_method_invocation_get_method_info (call->invocation));
  SmdNode *node = call->node;

  if (node != NULL && !has_interface (node, interface))
    g_set_error (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD,
                 "This node is a %s and has no %s.%s", smd_node_get_kind_name (node), interface,
                 name);
  else if (method == NULL)
    g_set_error (error, G_DBUS_ERROR, G_DBUS_ERROR_NOT_SUPPORTED, "%s.%s is not there yet",
                 interface, name);
  else if (node != NULL && node->failure != NULL && !method->on_failed)
    g_propagate_error (error, g_error_copy (node->failure));
  else if (check_permissions (call, error))
    return method->func (call, error);
  return NULL;
}

static void
handle_call (SmdBus *bus, SmdClient *client, GDBusMethodInvocation *invocation, guint denied)
{
  const char *interface = g_dbus_method_invocation_get_interface_name (invocation);
  const char *path = g_dbus_method_invocation_get_object_path (invocation);
  g_autoptr (GArray) reply_fds = smd_reply_fds_new ();
  g_autoptr (GError) error = NULL;
  SmdCall call = {
    .bus = bus,
    .server = bus->server,
    .client = client,
    .invocation = invocation,
    .parameters = g_dbus_method_invocation_get_parameters (invocation),
    .reply_fds = reply_fds,
    .denied = denied,
  };
  GVariant *reply = NULL;

  if (client == NULL)
    g_set_error (&error, SYSMEM_ERROR, SYSMEM_ERROR_UNSPECIFIED,
                 "the bus does not tell who you are");
  else if (!is_root (path))
    call.node = smd_find_node (bus->server, client, path, &error);
  if (error == NULL && g_str_equal (interface, PROPERTIES))
    reply = call_properties (&call, g_dbus_method_invocation_get_method_name (invocation), &error);
  else if (error == NULL)
    reply = call_method (&call, &error);
  if (!call.deferred)
    smd_call_complete (bus, invocation, reply, reply_fds, error);
  smd_server_flush (bus->server);
}

static void
on_identified (SmdBus *bus, SmdClient *client, gpointer invocation)
{
  smd_authority_admit (bus->authority, client, invocation);
}

static void
on_method_call (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *method,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer data)
{
  SmdBus *bus = data;

  smd_senders_identify (bus->senders, sender, on_identified, invocation, g_object_unref);
}

/* Reads of properties come as method calls too: get_property is not set. */
static const GDBusInterfaceVTable interface_vtable = { .method_call = on_method_call };

static char **
enumerate_root (GDBusConnection *connection, const char *sender, const char *path, gpointer data)
{
  const char *const children[] = { ROOT_NAME, NULL };

  return g_strdupv ((char **)children);
}

static char **
enumerate_nodes (GDBusConnection *connection, const char *sender, const char *path, gpointer data)
{
  return g_new0 (char *, 1); /* what there is, the Inspector tells to those who may know */
}

static GDBusInterfaceInfo **
list_interfaces (SmdInterface first, SmdInterface last)
{
  GDBusInterfaceInfo **infos = g_new0 (GDBusInterfaceInfo *, last - first + 2);

  for (SmdInterface i = first; i <= last; i++)
    infos[i - first] = g_dbus_interface_info_ref (smd_interface_get_info (i));
  return infos;
}

static GDBusInterfaceInfo **
introspect_root (GDBusConnection *connection,
                 const char *sender,
                 const char *path,
                 const char *node,
                 gpointer data)
{
  if (g_strcmp0 (node, ROOT_NAME) != 0)
    return NULL;
  return list_interfaces (SMD_INTERFACE_ALLOCATOR, SMD_INTERFACE_INSPECTOR);
}

/* Asked before earlier calls were handled, so it cannot say more than what a node may have; which
 * it has is decided when the call's turn has come. */
static GDBusInterfaceInfo **
introspect_node (GDBusConnection *connection,
                 const char *sender,
                 const char *path,
                 const char *node,
                 gpointer data)
{
  return node != NULL ? list_interfaces (SMD_INTERFACE_NODE, SMD_INTERFACE_COLLECTION) : NULL;
}

static const GDBusInterfaceVTable *
dispatch (GDBusConnection *connection,
          const char *sender,
          const char *path,
          const char *interface,
          const char *node,
          gpointer *out_user_data,
          gpointer data)
{
  *out_user_data = data;
  return &interface_vtable;
}

static const GDBusSubtreeVTable root_vtable = { enumerate_root, introspect_root, dispatch, { 0 } };
static const GDBusSubtreeVTable node_vtable = { enumerate_nodes, introspect_node, dispatch, { 0 } };

static void
emit (SmdBus *bus,
      const char *destination,
      const char *path,
      SmdInterface interface,
      const char *signal,
      GVariant *parameters)
{
  (void)g_dbus_connection_emit_signal (bus->connection, destination, path,
                                       smd_interface_get_info (interface)->name, signal, parameters,
                                       NULL);
}

static void
on_node_allocated (SmdNode *node, const char *destination, gpointer data)
{
  g_autofree char *path = smd_node_path (node);

  emit (data, destination, path, SMD_INTERFACE_NODE, "Allocated", NULL);
}

static void
on_node_failed (SmdNode *node, const char *destination, gpointer data)
{
  g_autofree char *path = smd_node_path (node);

  emit (data, destination, path, SMD_INTERFACE_NODE, "Failed",
        g_variant_new ("(ss)", sysmem_error_get_dbus_name ((SysmemError)node->failure->code),
                       node->failure->message));
}

static void
on_collection_changed (guint64 id, const char *what, const char *destination, gpointer data)
{
  emit (data, destination, SMD_ROOT_PATH, SMD_INTERFACE_INSPECTOR, "CollectionChanged",
        g_variant_new ("(ts)", id, what));
}

static const SmdListener listener = { on_node_allocated, on_node_failed, on_collection_changed };

static void
register_errors (void)
{
  for (guint code = 0; code < SYSMEM_N_ERRORS; code++)
    (void)g_dbus_error_register_error (SYSMEM_ERROR, (int)code,
                                       sysmem_error_get_dbus_name ((SysmemError)code));
}

static gboolean export(SmdBus *bus, GError **error)
{
  /* One kind of export for all objects: GDBus hands calls of different kinds out in different
   * order (08). */
  bus->root_subtree = g_dbus_connection_register_subtree (
    bus->connection, ROOT_PARENT, &root_vtable, G_DBUS_SUBTREE_FLAGS_DISPATCH_TO_UNENUMERATED_NODES,
    bus, NULL, error);
  if (bus->root_subtree == 0)
    return FALSE;
  bus->node_subtree = g_dbus_connection_register_subtree (
    bus->connection, SMD_NODE_PATH, &node_vtable,
    G_DBUS_SUBTREE_FLAGS_DISPATCH_TO_UNENUMERATED_NODES, bus, NULL, error);
  return bus->node_subtree != 0;
}

SmdBus *
smd_bus_new (SmdServer *server, GDBusConnection *connection, GError **error)
{
  g_autoptr (SmdBus) bus = g_new0 (SmdBus, 1);

  register_errors ();
  bus->server = server;
  bus->connection = g_object_ref (connection);
  bus->methods = smd_methods_index ();
  bus->authority = smd_authority_new (bus, handle_call);
  bus->senders = smd_senders_new (bus, error);
  if (bus->senders == NULL || !export(bus, error))
    return NULL;
  bus->introspections = smd_introspect_new (bus);
  smd_server_set_listener (server, &listener, bus);
  return g_steal_pointer (&bus);
}

void
smd_bus_free (SmdBus *bus)
{
  g_clear_pointer (&bus->introspections, smd_turns_free);
  if (bus->root_subtree != 0)
    (void)g_dbus_connection_unregister_subtree (bus->connection, bus->root_subtree);
  if (bus->node_subtree != 0)
    (void)g_dbus_connection_unregister_subtree (bus->connection, bus->node_subtree);
  smd_server_shut_down (bus->server);
  smd_server_set_listener (bus->server, NULL, NULL);
  g_clear_pointer (&bus->senders, smd_senders_free);
  smd_authority_free (bus->authority);
  (void)g_dbus_connection_flush_sync (bus->connection, NULL, NULL);
  g_hash_table_unref (bus->methods);
  g_object_unref (bus->connection);
  g_free (bus);
}
