/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A daemon that nobody needs leaves the bus, and nobody's call is lost by that: what the bus has
 * let through is answered, the rest starts another daemon. */

#include <gio/gio.h>
#include <poll.h>

#include "bus-calls.h"
#include "bus-fixture.h"
#include "bus-raw.h"
#include "bus/smd-name.h"

static gboolean
is_served (GDBusConnection *peer)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
    peer, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
    g_variant_new ("(s)", BUS_NAME), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  gboolean served = FALSE;

  g_variant_get (reply, "(b)", &served);
  return served;
}

/* A client that calls when the daemon has decided to leave, and before the bus has heard of it. */
typedef struct
{
  BusWorld *world;
  GDBusConnection *caller; /* NULL: nobody calls */
  const char *method;
  GVariant *parameters;
  gboolean has_left;
  gboolean is_served;
  BusPending *pending;
} Leaving;

static void
leave (SmdServer *server, gpointer data)
{
  Leaving *leaving = data;

  leaving->has_left = smd_bus_leave (leaving->world->exported);
}

/* While the daemon does nothing, the bus puts the call into its socket, as an answer of the bus to
 * the same client shows. The errand comes before what the daemon reads when it goes on. */
static void
call_and_leave (Leaving *leaving)
{
  BusFreeze *freeze = bus_freeze (leaving->world);

  if (leaving->caller != NULL)
    {
      leaving->pending =
        bus_start (leaving->caller, BUS_ROOT, leaving->method, leaving->parameters, -1);
      g_assert_true (is_served (leaving->caller));
    }
  bus_thaw (freeze);
  bus_on_daemon (leaving->world, leave, leaving);
}

static void
finish (Leaving *leaving)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply = bus_finish (leaving->pending, &fds, &error);

  g_assert_no_error (error);
  leaving->is_served = is_served (leaving->caller);
}

static void
test_nobody (BusWorld *world)
{
  Leaving leaving = { .world = world };

  call_and_leave (&leaving);
  g_assert_true (leaving.has_left);
  g_assert_false (is_served (bus_connect (world)));
}

static void
test_not_while_it_holds_something (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  g_auto (BusToken) token = bus_allocate_shared (peer);
  Leaving leaving = { .world = world };

  call_and_leave (&leaving);
  g_assert_false (leaving.has_left);
  g_assert_true (is_served (peer));
}

static void
test_not_while_it_has_to_remember (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);
  Leaving leaving = { .world = world };

  g_variant_unref (bus_call (peer, BUS_ROOT, "Allocator.SetDebugClientInfo",
                             g_variant_new ("(st)", "camera", G_GUINT64_CONSTANT (5))));
  call_and_leave (&leaving);
  g_assert_false (leaving.has_left);
  bus_disconnect (world, peer);
}

/* Whose credentials are known, so that nothing has to be asked. */
static GDBusConnection *
connect_known (BusWorld *world)
{
  GDBusConnection *peer = bus_connect (world);

  g_variant_unref (bus_call (peer, BUS_ROOT, "Allocator.ListHeaps", NULL));
  return peer;
}

static void
test_a_late_question_is_answered (BusWorld *world)
{
  Leaving leaving = { .world = world,
                      .caller = connect_known (world),
                      .method = "Allocator.ListHeaps" };

  call_and_leave (&leaving);
  g_assert_true (leaving.has_left);
  finish (&leaving);
  g_assert_false (leaving.is_served);
}

static void
test_a_late_collection_keeps_it (BusWorld *world)
{
  Leaving leaving = { .world = world,
                      .caller = connect_known (world),
                      .method = "Allocator.AllocateNonSharedCollection",
                      .parameters = g_variant_new_parsed ("(@a{sv} {},)") };

  call_and_leave (&leaving);
  g_assert_false (leaving.has_left);
  finish (&leaving);
  g_assert_true (leaving.is_served);
}

/* Who that is has to be asked first; whether the daemon stays for it depends on how soon the bus
 * says so. */
static void
test_a_late_stranger_is_answered (BusWorld *world)
{
  Leaving leaving = { .world = world,
                      .caller = bus_connect (world),
                      .method = "Allocator.ListHeaps" };

  call_and_leave (&leaving);
  finish (&leaving);
  g_assert_cmpint (leaving.is_served, ==, !leaving.has_left);
}

/* Sends a call when the daemon gives its name up, and lets it do so when the call has come. */
static GDBusMessage *
call_at_release (GDBusConnection *connection,
                 GDBusMessage *message,
                 gboolean incoming,
                 gpointer raw)
{
  GSocketConnection *stream = G_SOCKET_CONNECTION (g_dbus_connection_get_stream (connection));
  struct pollfd arrived = { g_socket_get_fd (g_socket_connection_get_socket (stream)), POLLIN, 0 };

  if (incoming || g_strcmp0 (g_dbus_message_get_member (message), "ReleaseName") != 0)
    return message;
  bus_raw_send (raw, BUS_ROOT, "Allocator.ListHeaps", NULL, -1);
  g_assert_cmpint (poll (&arrived, 1, -1), ==, 1);
  return message;
}

static void
test_a_call_in_the_last_moment_keeps_it (BusWorld *world)
{
  BusRaw *raw = bus_raw_connect (world->address);
  Leaving leaving = { .world = world };
  GDBusConnection *connection = world->exported->connection;
  guint filter;

  bus_raw_send (raw, BUS_ROOT, "Allocator.ListHeaps", NULL, -1);
  bus_raw_await_answer (raw);
  filter = g_dbus_connection_add_filter (connection, call_at_release, raw, NULL);
  call_and_leave (&leaving);
  g_dbus_connection_remove_filter (connection, filter);
  g_assert_false (leaving.has_left);
  g_assert_true (is_served (bus_connect (world)));
  bus_raw_await_answer (raw);
  bus_raw_close (raw);
}

int
main (int argc, char **argv)
{
  bus_test_init (&argc, &argv, NULL);
  bus_test_add ("/leaving/nobody", test_nobody);
  bus_test_add ("/leaving/not-while-it-holds-something", test_not_while_it_holds_something);
  bus_test_add ("/leaving/not-while-it-has-to-remember", test_not_while_it_has_to_remember);
  bus_test_add ("/leaving/a-late-question-is-answered", test_a_late_question_is_answered);
  bus_test_add ("/leaving/a-late-collection-keeps-it", test_a_late_collection_keeps_it);
  bus_test_add ("/leaving/a-late-stranger-is-answered", test_a_late_stranger_is_answered);
  bus_test_add ("/leaving/a-call-in-the-last-moment-keeps-it",
                test_a_call_in_the_last_moment_keeps_it);
  return g_test_run ();
}
