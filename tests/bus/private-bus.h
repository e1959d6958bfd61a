/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A dbus-daemon of our own: of type system, open to every user, with its default limits. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  char *directory;
  char *address;
  GSubprocess *process;
} PrivateBus;

/* Returns once it listens; exits with a message when it cannot be started. It ends with the thread
 * that starts it. */
void private_bus_start (PrivateBus *bus);
void private_bus_stop (PrivateBus *bus);

GDBusConnection *private_bus_connect (const char *address);

G_END_DECLS
