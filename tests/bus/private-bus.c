/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "private-bus.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>

static const char config[] =
  "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\"\n"
  " \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
  "<busconfig>\n"
  "  <type>system</type>\n"
  "  <auth>EXTERNAL</auth>\n"
  "  <listen>%s</listen>\n"
  "  <policy context=\"default\">\n"
  "    <allow user=\"*\"/>\n"
  "    <allow own=\"*\"/>\n"
  "    <allow send_destination=\"*\"/>\n"
  "    <allow receive_sender=\"*\"/>\n"
  "  </policy>\n"
  "</busconfig>\n";

static void
die (const char *what, const GError *error)
{
  g_printerr ("%s: %s\n", what, error != NULL ? error->message : "it ended at once");
  exit (EXIT_FAILURE);
}

/* Returns the path of its configuration. */
static char *
make_directory (PrivateBus *bus)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  char *path;

  bus->directory = g_dir_make_tmp ("sysmem-bus-XXXXXX", &error);
  if (bus->directory == NULL)
    die ("cannot make a directory", error);
  (void)g_chmod (bus->directory, 0755); /* other users connect, too */
  bus->address = g_strdup_printf ("unix:path=%s/bus", bus->directory);
  path = g_build_filename (bus->directory, "bus.conf", NULL);
  text = g_strdup_printf (config, bus->address);
  if (!g_file_set_contents (path, text, -1, &error))
    die (path, error);
  return path;
}

static void
end_with_parent (gpointer data)
{
  (void)prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* It prints its address once it listens. */
static void
await_address (PrivateBus *bus)
{
  g_autoptr (GDataInputStream) output =
    g_data_input_stream_new (g_subprocess_get_stdout_pipe (bus->process));
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, &error);

  if (line == NULL)
    die ("dbus-daemon", error);
}

void
private_bus_start (PrivateBus *bus)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *path = make_directory (bus);
  g_autofree char *option = g_strdup_printf ("--config-file=%s", path);
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
  bus->process = g_subprocess_launcher_spawn (launcher, &error, "dbus-daemon", "--nofork",
                                              "--nopidfile", "--print-address", option, NULL);
  if (bus->process == NULL)
    die ("dbus-daemon", error);
  await_address (bus);
}

void
private_bus_stop (PrivateBus *bus)
{
  g_autofree char *socket = g_build_filename (bus->directory, "bus", NULL);
  g_autofree char *path = g_build_filename (bus->directory, "bus.conf", NULL);

  g_subprocess_send_signal (bus->process, SIGTERM);
  (void)g_subprocess_wait (bus->process, NULL, NULL);
  g_clear_object (&bus->process);
  (void)g_unlink (socket);
  (void)g_unlink (path);
  (void)g_rmdir (bus->directory);
  g_clear_pointer (&bus->directory, g_free);
  g_clear_pointer (&bus->address, g_free);
}

GDBusConnection *
private_bus_connect (const char *address)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection = g_dbus_connection_new_for_address_sync (
    address,
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, &error);

  if (connection == NULL)
    die ("cannot connect to the bus", error);
  return connection;
}
