/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A departure is served in its turn: after what the client had sent, and before what others sent
 * when they had heard of it. Each case stops the daemon's loop at the one point where GDBus would
 * hand the messages out in another order. */

#include "bus-calls.h"
#include "bus-fixture.h"
#include "bus-raw.h"

#define DBUS_NAME "org.freedesktop.DBus"
#define DBUS_PATH "/org/freedesktop/DBus"

static void
ask_bus (GDBusConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) id =
    g_dbus_connection_call_sync (connection, DBUS_NAME, DBUS_PATH, DBUS_NAME, "GetId", NULL, NULL,
                                 G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
}

/* Returns when all that @peer has sent is in the daemon's main context: the bus has passed on what
 * came before its answer to @peer, and GDBus's thread what came before the answer to the daemon. */
static void
await_delivery (BusWorld *world, GDBusConnection *peer)
{
  ask_bus (peer);
  ask_bus (world->exported->connection);
}

static void
note_departure (GDBusConnection *peer,
                const char *sender,
                const char *path,
                const char *interface,
                const char *signal,
                GVariant *parameters,
                gpointer departed)
{
  *(gboolean *)departed = TRUE;
}

/* Returns when the bus has told everybody, the daemon included. */
static void
leave (GDBusConnection *witness, BusRaw *raw)
{
  gboolean departed = FALSE;
  guint subscription = g_dbus_connection_signal_subscribe (
    witness, DBUS_NAME, DBUS_NAME, "NameOwnerChanged", DBUS_PATH, bus_raw_get_name (raw),
    G_DBUS_SIGNAL_FLAGS_NONE, note_departure, &departed, NULL);

  ask_bus (witness); /* now the bus knows of the subscription */
  bus_raw_close (raw);
  while (!departed)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  g_dbus_connection_signal_unsubscribe (witness, subscription);
}

/* A client that has turned the token in. */
static BusRaw *
connect_owner (BusWorld *world, const BusToken *token)
{
  BusRaw *raw = bus_raw_connect (world->address);

  bus_raw_send (raw, BUS_ROOT, "Allocator.BindSharedCollection",
                g_variant_new ("(ha{sv})", 0, NULL), token->handle);
  bus_raw_await_answer (raw);
  return raw;
}

static gboolean
is_alone (SmdServer *server, gpointer data)
{
  return g_hash_table_size (server->clients) == 1;
}

static void
test_after_earlier_calls (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) root = bus_allocate_shared (peer);
  g_auto (BusToken) token = bus_duplicate (peer, root.path);
  BusRaw *owner = connect_owner (world, &token);
  BusFreeze *freeze = bus_freeze_while_looking (world);
  g_autofree char *state = NULL;

  bus_raw_send (owner, token.path, "Node.Release", NULL, -1);
  leave (peer, owner);
  await_delivery (world, peer);
  bus_thaw (freeze);
  bus_await (world, is_alone, NULL);
  state = bus_get_state (peer, root.path);
  g_assert_cmpstr (state, ==, "waiting");
  bus_release (peer, root.path);
}

static void
test_before_later_calls (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) root = bus_allocate_shared (peer);
  g_auto (BusToken) token = bus_duplicate (peer, root.path);
  BusRaw *owner = connect_owner (world, &token);
  BusFreeze *freeze = bus_freeze (world);
  BusPending *sync;

  leave (peer, owner);
  sync = bus_start (peer, root.path, "Node.Sync", NULL, -1);
  await_delivery (world, peer);
  bus_thaw (freeze);
  bus_finish_refused (sync, SYSMEM_ERROR_UNSPECIFIED, "");
  bus_release (peer, root.path);
}

int
main (int argc, char **argv)
{
  bus_test_init (&argc, &argv, NULL);
  bus_test_add ("/turns/a-departure-comes-after-earlier-calls", test_after_earlier_calls);
  bus_test_add ("/turns/a-departure-comes-before-later-calls", test_before_later_calls);
  return g_test_run ();
}
