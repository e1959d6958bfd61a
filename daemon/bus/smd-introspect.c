/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-introspect.h"

#include "bus/smd-interfaces.h"
#include "bus/smd-path.h"
#include "bus/smd-senders.h"
#include "server/smd-node.h"

#define INTROSPECTABLE "org.freedesktop.DBus.Introspectable"
#define DOCTYPE \
  "<!DOCTYPE node PUBLIC \"-//freedesktop//DTD D-BUS Object Introspection 1.0//EN\"\n" \
  "                      \"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd\">\n"

static char *
make_xml (SmdNode *node)
{
  static const char standard[] = "  <interface name=\"" INTROSPECTABLE "\">\n"
                                 "    <method name=\"Introspect\">\n"
                                 "      <arg type=\"s\" name=\"xml_data\" direction=\"out\"/>\n"
                                 "    </method>\n"
                                 "  </interface>\n";
  GString *xml = g_string_new (DOCTYPE "<node>\n");

  g_string_append (xml, standard);
  g_dbus_interface_info_generate_xml (smd_interface_get_info (SMD_INTERFACE_NODE), 2, xml);
  g_dbus_interface_info_generate_xml (
    smd_interface_get_info (SMD_INTERFACE_TOKEN + node->sme->kind), 2, xml);
  g_string_append (xml, "</node>\n");
  return g_string_free (xml, FALSE);
}

static void
answer (SmdBus *bus, SmdClient *client, gpointer data)
{
  g_autoptr (GDBusMessage) question = data;
  g_autoptr (GDBusMessage) reply = NULL;
  g_autoptr (GError) error = NULL;
  const char *path = g_dbus_message_get_path (question);
  SmdNode *node = client != NULL ? smd_find_node (bus->server, client, path, &error) : NULL;

  if (node == NULL)
    reply = g_dbus_message_new_method_error_literal (
      question, SYSMEM_ERROR_DBUS_PREFIX "NotFound",
      error != NULL ? error->message : "the bus does not tell who you are");
  else
    {
      g_autofree char *xml = make_xml (node);

      reply = g_dbus_message_new_method_reply (question);
      g_dbus_message_set_body (reply, g_variant_new ("(s)", xml));
    }
  (void)g_dbus_connection_send_message (bus->connection, reply, G_DBUS_SEND_MESSAGE_FLAGS_NONE,
                                        NULL, NULL);
}

static void
serve (SmdBus *bus, GDBusMessage *message)
{
  smd_senders_identify (bus->senders, g_dbus_message_get_sender (message), answer,
                        g_object_ref (message), g_object_unref);
}

static gboolean
choose (GDBusMessage *message)
{
  return g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL
         && g_strcmp0 (g_dbus_message_get_interface (message), INTROSPECTABLE) == 0
         && g_strcmp0 (g_dbus_message_get_member (message), "Introspect") == 0
         && g_str_has_prefix (g_dbus_message_get_path (message), SMD_NODE_PATH "/");
}

SmdTurns *
smd_introspect_new (SmdBus *bus)
{
  return smd_turns_new (bus, choose, serve);
}
