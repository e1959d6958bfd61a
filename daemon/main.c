/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* sysmemd: options, the bus connection, and the way out. */

#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

#include "bus/smd-bus.h"
#include "server/smd-config.h"
#include "server/smd-rlimit.h"

typedef struct
{
  GMainLoop *loop;
  int status;
} Daemon;

static gboolean use_system;
static gboolean use_session;
static gboolean show_version;
static char *address;
static char *config_path;

static const GOptionEntry options[] = {
  { "system", 0, 0, G_OPTION_ARG_NONE, &use_system, "Serve the system bus (the default)", NULL },
  { "session", 0, 0, G_OPTION_ARG_NONE, &use_session, "Serve the session bus", NULL },
  { "address", 0, 0, G_OPTION_ARG_STRING, &address, "Serve the message bus at ADDRESS", "ADDRESS" },
  { "config", 0, 0, G_OPTION_ARG_FILENAME, &config_path, "Read FILE instead of " SYSMEM_CONFIG,
    "FILE" },
  { "version", 0, 0, G_OPTION_ARG_NONE, &show_version, "Print the version and exit", NULL },
  G_OPTION_ENTRY_NULL,
};

static void
notify (const char *state)
{
#ifdef HAVE_SYSTEMD
  (void)sd_notify (0, state);
#endif
}

static gboolean
parse_options (int argc, char **argv, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (
    context, "Agrees on buffers that several programs can share, allocates them once, and hands "
             "them out.");
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (argc > 1 || use_system + use_session + (address != NULL) > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                   "give one of --system, --session and --address, and nothing else");
      return FALSE;
    }
  return TRUE;
}

static GDBusConnection *
connect_bus (GError **error)
{
  g_autofree char *found = g_strdup (address);
  GDBusConnection *connection;

  if (found == NULL)
    found = g_dbus_address_get_for_bus_sync (use_session ? G_BUS_TYPE_SESSION : G_BUS_TYPE_SYSTEM,
                                             NULL, error);
  if (found == NULL)
    return NULL;
  connection = g_dbus_connection_new_for_address_sync (
    found,
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL, NULL, error);
  if (connection == NULL)
    g_prefix_error (error, "%s: ", found);
  return connection;
}

static SmdServer *
make_server (void)
{
  g_autoptr (SmePolicy) policy = sme_policy_new ();
  g_autoptr (GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) files = smd_config_find_files (config_path != NULL ? config_path : SYSMEM_CONFIG);
  g_autofree const char **heap_paths = smd_heaps_list_paths ();
  guint64 page = (guint64)sysconf (_SC_PAGESIZE);
  SmcLimits limits;
  SmdServer *server;

  if (config_path != NULL && !g_file_test (config_path, G_FILE_TEST_EXISTS))
    g_message ("%s: there is no such file; the defaults hold", config_path);
  smc_limits_init (&limits, (guint64)sysconf (_SC_PHYS_PAGES) * page);
  (void)smd_config_load ((const char *const *)files, &limits, policy, complaints);
  for (guint i = 0; i < complaints->len; i++)
    g_message ("%s", (const char *)complaints->pdata[i]);
  server = smd_server_new (&limits, g_steal_pointer (&policy), smd_heaps_probe ());
  smd_heap_set_follow_devices (server->heaps, heap_paths, smd_heaps_probe);
  return server;
}

static gboolean
on_terminate (gpointer data)
{
  Daemon *daemon = data;

  g_main_loop_quit (daemon->loop);
  return G_SOURCE_CONTINUE;
}

static void
on_bus_closed (GDBusConnection *connection, gboolean vanished, GError *error, gpointer data)
{
  Daemon *daemon = data;

  g_message ("The bus went away: %s", error != NULL ? error->message : "it closed the connection");
  daemon->status = EXIT_FAILURE;
  g_main_loop_quit (daemon->loop);
}

static void
on_name_acquired (GDBusConnection *connection, const char *name, gpointer data)
{
  notify ("READY=1");
  g_info ("Serving %s", name);
}

static void
on_name_lost (GDBusConnection *connection, const char *name, gpointer data)
{
  Daemon *daemon = data;

  if (connection == NULL || g_dbus_connection_is_closed (connection))
    return; /* on_bus_closed () says that */
  g_message ("%s is served by somebody else, or the bus does not let us", name);
  daemon->status = EXIT_FAILURE;
  g_main_loop_quit (daemon->loop);
}

static void
serve (Daemon *daemon, GDBusConnection *connection)
{
  gulong closed = g_signal_connect (connection, "closed", G_CALLBACK (on_bus_closed), daemon);
  guint name =
    g_bus_own_name_on_connection (connection, SMD_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE,
                                  on_name_acquired, on_name_lost, daemon, NULL);

  g_main_loop_run (daemon->loop);
  notify ("STOPPING=1");
  g_signal_handler_disconnect (connection, closed);
  g_bus_unown_name (name);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (SmdServer) server = NULL;
  g_autoptr (SmdBus) bus = NULL;
  g_autoptr (GMainLoop) loop = NULL;
  Daemon daemon = { NULL, EXIT_SUCCESS };

  setlocale (LC_ALL, "");
  g_set_prgname ("sysmemd");
  if (!parse_options (argc, argv, &error))
    {
      g_printerr ("sysmemd: %s\n", error->message);
      return 2;
    }
  if (show_version)
    {
      g_print ("sysmemd %s\n", SYSMEM_VERSION);
      return EXIT_SUCCESS;
    }
  /* From here on: whoever starts us may change its mind before we serve anybody. */
  daemon.loop = loop = g_main_loop_new (NULL, FALSE);
  (void)g_unix_signal_add (SIGTERM, on_terminate, &daemon);
  (void)g_unix_signal_add (SIGINT, on_terminate, &daemon);
  (void)signal (SIGPIPE, SIG_IGN);
  (void)signal (SIGIO, SIG_IGN); /* a client opening a buffer during a lease test (05) */
  if (smd_rlimit_raise_nofile (&error) == 0)
    g_message ("%s", error->message);
  g_clear_error (&error);
  connection = connect_bus (&error);
  if (connection != NULL)
    {
      server = make_server ();
      bus = smd_bus_new (server, connection, &error);
    }
  if (bus == NULL)
    {
      g_printerr ("sysmemd: %s\n", error->message);
      return EXIT_FAILURE;
    }
  serve (&daemon, connection);
  return daemon.status;
}
