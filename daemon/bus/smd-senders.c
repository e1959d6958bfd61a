/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-senders.h"

#include "bus/smd-authority.h"
#include "bus/smd-turns.h"
#include "server/smd-client.h"

#define DBUS_NAME "org.freedesktop.DBus"
#define DBUS_PATH "/org/freedesktop/DBus"

/* Only disconnects: with every name's every change we would wake for the whole bus. */
#define LEAVE_RULE \
  "type='signal',sender='" DBUS_NAME "',interface='" DBUS_NAME "',path='" DBUS_PATH "'," \
  "member='NameOwnerChanged',arg2=''"

typedef struct
{
  SmdKnownFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Waiting;

/* A connection whose credentials are being asked for. */
typedef struct
{
  SmdSenders *senders; /* NULL once it left */
  char *name;
  GQueue waiting;
} Unknown;

struct _SmdSenders
{
  SmdBus *bus;
  GHashTable *unknown; /* unique name → Unknown */
  SmdTurns *departures;
};

static void
waiting_free (Waiting *waiting)
{
  waiting->destroy (waiting->data);
  g_free (waiting);
}

static void
unknown_free (Unknown *unknown)
{
  g_queue_clear_full (&unknown->waiting, (GDestroyNotify)waiting_free);
  g_free (unknown->name);
  g_free (unknown);
}

/* The bus answers for it no longer: what waits is dropped now, the rest when the answer comes. */
static void
unknown_left (Unknown *unknown)
{
  g_queue_clear_full (&unknown->waiting, (GDestroyNotify)waiting_free);
  g_queue_init (&unknown->waiting);
  unknown->senders = NULL;
}

static void
serve_waiting (Unknown *unknown, SmdBus *bus, SmdClient *client)
{
  Waiting *waiting;

  while ((waiting = g_queue_pop_head (&unknown->waiting)) != NULL)
    {
      waiting->func (bus, client, waiting->data);
      g_free (waiting);
    }
}

/* NULL: the bus does not say. */
static SmdClient *
make_client (SmdServer *server, const char *name, GVariant *reply)
{
  g_autoptr (GVariant) credentials = NULL;
  guint32 uid;
  guint32 pid = 0;

  if (reply == NULL)
    return NULL;
  credentials = g_variant_get_child_value (reply, 0);
  if (!g_variant_lookup (credentials, "UnixUserID", "u", &uid))
    return NULL;
  (void)g_variant_lookup (credentials, "ProcessID", "u", &pid);
  return smd_client_new (server, name, uid, (pid_t)pid);
}

static void
on_credentials (GObject *source, GAsyncResult *result, gpointer data)
{
  Unknown *unknown = data;
  SmdSenders *senders = unknown->senders;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  if (senders != NULL)
    {
      g_hash_table_steal (senders->unknown, unknown->name);
      serve_waiting (unknown, senders->bus,
                     make_client (senders->bus->server, unknown->name, reply));
    }
  unknown_free (unknown);
}

static Unknown *
ask (SmdSenders *senders, const char *sender)
{
  Unknown *unknown = g_new0 (Unknown, 1);

  unknown->senders = senders;
  unknown->name = g_strdup (sender);
  g_queue_init (&unknown->waiting);
  g_hash_table_insert (senders->unknown, unknown->name, unknown);
  g_dbus_connection_call (senders->bus->connection, DBUS_NAME, DBUS_PATH, DBUS_NAME,
                          "GetConnectionCredentials", g_variant_new ("(s)", sender),
                          G_VARIANT_TYPE ("(a{sv})"), G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          on_credentials, unknown);
  return unknown;
}

void
smd_senders_identify (
  SmdSenders *senders, const char *sender, SmdKnownFunc func, gpointer data, GDestroyNotify destroy)
{
  SmdClient *client = smd_client_lookup (senders->bus->server, sender);
  Unknown *unknown;
  Waiting *waiting;

  if (client != NULL)
    {
      func (senders->bus, client, data);
      return;
    }
  unknown = g_hash_table_lookup (senders->unknown, sender);
  if (unknown == NULL)
    unknown = ask (senders, sender);
  waiting = g_new0 (Waiting, 1);
  waiting->func = func;
  waiting->data = data;
  waiting->destroy = destroy;
  g_queue_push_tail (&unknown->waiting, waiting);
}

gboolean
smd_senders_are_asked_about (const SmdSenders *senders)
{
  return g_hash_table_size (senders->unknown) > 0;
}

static void
on_departure (SmdBus *bus, GDBusMessage *message)
{
  const char *name = g_dbus_message_get_arg0 (message);
  SmdClient *client = smd_client_lookup (bus->server, name);
  Unknown *unknown = g_hash_table_lookup (bus->senders->unknown, name);

  if (unknown != NULL)
    {
      g_hash_table_steal (bus->senders->unknown, name);
      unknown_left (unknown);
    }
  smd_authority_forget (bus->authority, name);
  if (client != NULL)
    {
      smd_client_leave (client);
      smd_server_flush (bus->server);
    }
}

/* Only the bus itself can be that sender. */
static gboolean
is_departure (GDBusMessage *message)
{
  GVariant *body = g_dbus_message_get_body (message);
  const char *name;
  const char *new_owner;

  if (g_dbus_message_get_message_type (message) != G_DBUS_MESSAGE_TYPE_SIGNAL
      || g_strcmp0 (g_dbus_message_get_sender (message), DBUS_NAME) != 0
      || g_strcmp0 (g_dbus_message_get_member (message), "NameOwnerChanged") != 0 || body == NULL
      || !g_variant_is_of_type (body, G_VARIANT_TYPE ("(sss)")))
    return FALSE;
  g_variant_get (body, "(&s&s&s)", &name, NULL, &new_owner);
  return *name == ':' && *new_owner == '\0';
}

static gboolean
add_match (GDBusConnection *connection, GError **error)
{
  g_autoptr (GVariant) reply = NULL;

  reply = g_dbus_connection_call_sync (connection, DBUS_NAME, DBUS_PATH, DBUS_NAME, "AddMatch",
                                       g_variant_new ("(s)", LEAVE_RULE), NULL,
                                       G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
  return reply != NULL;
}

SmdSenders *
smd_senders_new (SmdBus *bus, GError **error)
{
  SmdSenders *senders;

  if (!add_match (bus->connection, error))
    return NULL;
  senders = g_new0 (SmdSenders, 1);
  senders->bus = bus;
  senders->unknown =
    g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)unknown_left);
  senders->departures = smd_turns_new (bus, is_departure, on_departure);
  return senders;
}

void
smd_senders_free (SmdSenders *senders)
{
  smd_turns_free (senders->departures);
  g_hash_table_unref (senders->unknown);
  g_free (senders);
}
