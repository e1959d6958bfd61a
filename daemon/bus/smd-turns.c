/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus/smd-turns.h"

/* Shared with GDBus's thread, which reads nothing but @choose. */
struct _SmdTurns
{
  SmdBus *bus; /* NULL once nobody is served any more */
  SmdTurnsChooseFunc choose;
  SmdTurnsServeFunc serve;
  guint filter;
};

typedef struct
{
  SmdTurns *turns;
  GDBusMessage *message;
} Turn;

static void
turn_free (gpointer data)
{
  Turn *turn = data;

  g_atomic_rc_box_release (turn->turns);
  g_object_unref (turn->message);
  g_free (turn);
}

static gboolean
on_turn (gpointer data)
{
  const Turn *turn = data;

  if (turn->turns->bus != NULL)
    turn->turns->serve (turn->turns->bus, turn->message);
  return G_SOURCE_REMOVE;
}

static gboolean
on_first_step (gpointer turn)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, on_turn, turn, turn_free);
  return G_SOURCE_REMOVE;
}

/* In GDBus's thread. */
static GDBusMessage *
filter (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  SmdTurns *turns = data;
  Turn *turn;

  if (!incoming || !turns->choose (message))
    return message;
  turn = g_new0 (Turn, 1);
  turn->turns = g_atomic_rc_box_acquire (turns);
  turn->message = message;
  g_idle_add_full (G_PRIORITY_HIGH, on_first_step, turn, NULL);
  return NULL;
}

SmdTurns *
smd_turns_new (SmdBus *bus, SmdTurnsChooseFunc choose, SmdTurnsServeFunc serve)
{
  SmdTurns *turns = g_atomic_rc_box_new0 (SmdTurns);

  turns->bus = bus;
  turns->choose = choose;
  turns->serve = serve;
  turns->filter = g_dbus_connection_add_filter (
    bus->connection, filter, g_atomic_rc_box_acquire (turns), g_atomic_rc_box_release);
  return turns;
}

void
smd_turns_free (SmdTurns *turns)
{
  g_dbus_connection_remove_filter (turns->bus->connection, turns->filter);
  turns->bus = NULL;
  g_atomic_rc_box_release (turns);
}
