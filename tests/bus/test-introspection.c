/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a node shows of itself, to whom, and when: exactly Node and the interface of its kind, to
 * its owner, in turn with the other calls. */

#include <string.h>

#include "bus-calls.h"
#include "bus-fixture.h"

#define INTROSPECT "org.freedesktop.DBus.Introspectable.Introspect"
#define GET "org.freedesktop.DBus.Properties.Get"
#define GET_ALL "org.freedesktop.DBus.Properties.GetAll"
#define SET "org.freedesktop.DBus.Properties.Set"

static GDBusNodeInfo *
parse (GVariant *reply)
{
  g_autoptr (GError) error = NULL;
  const char *xml;
  GDBusNodeInfo *info;

  g_variant_get (reply, "(&s)", &xml);
  info = g_dbus_node_info_new_for_xml (xml, &error);
  g_assert_no_error (error);
  return info;
}

static GDBusNodeInfo *
introspect (GDBusConnection *peer, const char *path)
{
  g_autoptr (GVariant) reply = bus_call (peer, path, INTROSPECT, NULL);

  return parse (reply);
}

/* The project's interfaces of a node, with spaces between. */
static char *
list_interfaces (GDBusNodeInfo *info)
{
  GString *list = g_string_new (NULL);

  for (GDBusInterfaceInfo **i = info->interfaces; *i != NULL; i++)
    if (g_str_has_prefix ((*i)->name, BUS_NAME "."))
      g_string_append_printf (list, "%s%s", list->len > 0 ? " " : "",
                              (*i)->name + strlen (BUS_NAME "."));
  return g_string_free (list, FALSE);
}

static void
assert_interfaces (GDBusConnection *peer, const char *path, const char *expected)
{
  g_autoptr (GDBusNodeInfo) info = introspect (peer, path);
  g_autofree char *list = list_interfaces (info);

  g_assert_cmpstr (list, ==, expected);
}

static char *
new_group (GDBusConnection *peer, const char *token)
{
  g_autoptr (GVariant) reply =
    bus_call (peer, token, "Token.CreateBufferCollectionTokenGroup", NULL);
  char *path;

  g_variant_get (reply, "(o)", &path);
  return path;
}

static void
test_kinds (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) token = bus_allocate_shared (peer);
  g_autofree char *group = new_group (peer, token.path);
  g_autofree char *path = NULL;

  assert_interfaces (peer, token.path, "Node Token");
  assert_interfaces (peer, group, "Node Group");
  path = bus_bind (peer, &token, NULL);
  assert_interfaces (peer, path, "Node Collection");
}

static void
test_documentation (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) token = bus_allocate_shared (peer);
  g_autoptr (GDBusNodeInfo) info = introspect (peer, token.path);
  GDBusInterfaceInfo *interface = g_dbus_node_info_lookup_interface (info, BUS_NAME ".Node");

  for (GDBusMethodInfo **method = interface->methods; *method != NULL; method++)
    g_assert_nonnull (
      g_dbus_annotation_info_lookup ((*method)->annotations, "org.gtk.GDBus.DocString"));
}

static void
test_root (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) token = bus_allocate_shared (peer);
  g_autoptr (GDBusNodeInfo) nodes = introspect (peer, BUS_ROOT "/node");
  g_autoptr (GDBusNodeInfo) above = introspect (peer, "/org/sysmem");

  assert_interfaces (peer, BUS_ROOT, "Allocator Inspector");
  g_assert_null (nodes->nodes[0]); /* whatever there is */
  g_assert_cmpstr (above->nodes[0]->path, ==, "Sysmem1");
}

/* Before and after Bind, sent in one go. */
static void
test_pipelined (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);

  for (guint round = 0; round < 50; round++)
    {
      g_auto (BusToken) token = bus_allocate_shared (peer);
      BusPending *before = bus_start (peer, token.path, INTROSPECT, NULL, -1);
      BusPending *bind = bus_start (peer, token.path, "Token.Bind", bus_no_options (), -1);
      BusPending *after = bus_start (peer, token.path, INTROSPECT, NULL, -1);
      g_autoptr (GVariant) first = bus_finish (before, NULL, NULL);
      g_autoptr (GVariant) second = bus_finish (bind, NULL, NULL);
      g_autoptr (GVariant) third = bus_finish (after, NULL, NULL);
      g_autoptr (GDBusNodeInfo) as_token = parse (first);
      g_autoptr (GDBusNodeInfo) as_collection = parse (third);
      g_autofree char *list_before = list_interfaces (as_token);
      g_autofree char *list_after = list_interfaces (as_collection);

      g_assert_nonnull (second);
      g_assert_cmpstr (list_before, ==, "Node Token");
      g_assert_cmpstr (list_after, ==, "Node Collection");
      bus_release (peer, token.path);
    }
}

static GVariant *
get_all (GDBusConnection *peer, const char *path, const char *interface)
{
  g_autofree char *full = g_strconcat (BUS_NAME ".", interface, NULL);
  g_autoptr (GVariant) reply = bus_call (peer, path, GET_ALL, g_variant_new ("(s)", full));

  return g_variant_get_child_value (reply, 0);
}

static void
test_properties (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) token = bus_allocate_shared (peer);
  g_autofree char *group = new_group (peer, token.path);
  g_autoptr (GVariant) id = bus_call (peer, token.path, "Node.GetBufferCollectionId", NULL);
  g_autoptr (GVariant) all = NULL;
  g_autoptr (GVariant) none = NULL;
  g_autoptr (GVariant) kind = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *printed = NULL;
  guint64 number;

  g_variant_get (id, "(t)", &number);
  g_variant_unref (bus_call (peer, token.path, "Node.SetName", g_variant_new ("(us)", 1, "film")));
  g_variant_unref (
    bus_call (peer, token.path, "Node.SetDebugClientInfo", g_variant_new ("(st)", "camera", 7)));
  all = get_all (peer, token.path, "Node");
  printed = g_variant_print (all, TRUE);
  expected = g_strdup_printf ("{'Kind': <'token'>, 'State': <'waiting'>, 'BufferCollectionId': "
                              "<uint64 %" G_GUINT64_FORMAT
                              ">, 'Name': <'film'>, 'DebugClientInfo': <('camera', uint64 7)>}",
                              number);
  g_assert_cmpstr (printed, ==, expected);
  none = get_all (peer, token.path, "Token");
  g_assert_cmpuint (g_variant_n_children (none), ==, 0);
  kind = bus_get_property (peer, group, "Kind");
  g_assert_cmpstr (g_variant_get_string (kind, NULL), ==, "group");
}

/* The bus's own errors, which are not the project's. */
static void
assert_bus_error (GDBusConnection *peer,
                  const char *path,
                  const char *method,
                  GVariant *parameters,
                  GDBusError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = bus_try (peer, path, method, parameters, -1, NULL, &error);

  g_assert_null (reply);
  g_assert_error (error, G_DBUS_ERROR, (int)code);
}

static void
test_unknown_methods (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) token = bus_allocate_shared (peer);
  g_autofree char *group = new_group (peer, token.path);
  g_autofree char *path = NULL;
  const char *const on_token[] = { "Group.AllChildrenPresent",
                                   "Collection.CheckAllBuffersAllocated", "Node.NoSuchMethod" };
  const char *const on_collection[] = { "Token.SetDispensable", "Group.AllChildrenPresent" };

  for (guint i = 0; i < G_N_ELEMENTS (on_token); i++)
    assert_bus_error (peer, token.path, on_token[i], NULL, G_DBUS_ERROR_UNKNOWN_METHOD);
  assert_bus_error (peer, group, "Token.SetDispensable", NULL, G_DBUS_ERROR_UNKNOWN_METHOD);
  assert_bus_error (peer, BUS_ROOT, "Node.Sync", NULL, G_DBUS_ERROR_UNKNOWN_METHOD);
  assert_bus_error (peer, token.path, "Allocator.ListHeaps", NULL, G_DBUS_ERROR_UNKNOWN_METHOD);
  assert_bus_error (peer, token.path, "Token.Duplicate", g_variant_new ("(s)", "1"),
                    G_DBUS_ERROR_INVALID_ARGS);
  path = bus_bind (peer, &token, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (on_collection); i++)
    assert_bus_error (peer, path, on_collection[i], NULL, G_DBUS_ERROR_UNKNOWN_METHOD);
}

static void
test_bad_properties (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) token = bus_allocate_shared (peer);

  assert_bus_error (peer, token.path, GET, g_variant_new ("(ss)", BUS_NAME ".Node", "Colour"),
                    G_DBUS_ERROR_INVALID_ARGS);
  assert_bus_error (peer, token.path, GET, g_variant_new ("(ss)", BUS_NAME ".Token", "Kind"),
                    G_DBUS_ERROR_INVALID_ARGS);
  assert_bus_error (
    peer, token.path, SET,
    g_variant_new ("(ssv)", BUS_NAME ".Node", "Name", g_variant_new_string ("film")),
    G_DBUS_ERROR_INVALID_ARGS);
  g_variant_unref (bus_call (peer, token.path, "Node.Sync", NULL));
}

static void
assert_not_there (GDBusConnection *peer, const char *path)
{
  bus_refused (peer, path, INTROSPECT, NULL, SYSMEM_ERROR_NOT_FOUND, path);
  bus_refused (peer, path, "Node.Sync", NULL, SYSMEM_ERROR_NOT_FOUND, path);
  bus_refused (peer, path, "Token.Duplicate", g_variant_new ("(u)", 0), SYSMEM_ERROR_NOT_FOUND,
               path);
  bus_refused (peer, path, GET, g_variant_new ("(ss)", BUS_NAME ".Node", "Kind"),
               SYSMEM_ERROR_NOT_FOUND, path);
  bus_refused (peer, path, GET_ALL, g_variant_new ("(s)", BUS_NAME ".Node"), SYSMEM_ERROR_NOT_FOUND,
               path);
}

/* Somebody else's node is as one that never was. */
static void
test_foreign_nodes (BusWorld *world)
{
  static const char *const paths[] = { BUS_ROOT "/node/0",
                                       BUS_ROOT "/node/1",
                                       BUS_ROOT "/node/18446744073709551615",
                                       BUS_ROOT "/node/18446744073709551616",
                                       BUS_ROOT "/node/x",
                                       BUS_ROOT "/node/_1" };
  GDBusConnection *peer = bus_connect (world);
  GDBusConnection *other = bus_connect (world);
  g_auto (BusToken) token = bus_allocate_shared (peer);

  assert_not_there (other, token.path);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    assert_not_there (peer, paths[i]);
  bus_release (peer, token.path);
  assert_not_there (peer, token.path);
}

int
main (int argc, char **argv)
{
  bus_test_init (&argc, &argv, NULL);
  bus_test_add ("/introspection/kinds", test_kinds);
  bus_test_add ("/introspection/documentation", test_documentation);
  bus_test_add ("/introspection/root", test_root);
  bus_test_add ("/introspection/pipelined", test_pipelined);
  bus_test_add ("/introspection/properties", test_properties);
  bus_test_add ("/introspection/unknown-methods", test_unknown_methods);
  bus_test_add ("/introspection/bad-properties", test_bad_properties);
  bus_test_add ("/introspection/foreign-nodes", test_foreign_nodes);
  return g_test_run ();
}
