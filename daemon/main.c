/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* sysmemd: options, the bus connection, and the way out. */

#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "bus/smd-bus.h"
#include "heaps/smd-memory-pressure.h"
#include "bus/smd-name.h"
#include "server/smd-config.h"
#include "server/smd-dump.h"
#include "server/smd-idle.h"
#include "server/smd-rlimit.h"
#include "smd-notify.h"

#define MAX_IDLE_EXIT_S 86400
/* How much longer than until the next look the service manager has to wait for us to end. */
#define EXTRA_TIME_US (10 * G_USEC_PER_SEC)

typedef struct
{
  GMainLoop *loop;
  int status;
  SmcLimits defaults;
  SmdServer *server; /* NULL until it serves, as is the bus */
  SmdBus *bus;
  guint64 last_id; /* at the last look for idleness: it grows with every node */
  gboolean said_stopping;
} Daemon;

static gboolean use_system;
static gboolean use_session;
static gboolean show_version;
static char *address;
static char *config_path;
static double idle_exit_s;

static const GOptionEntry options[] = {
  { "system", 0, 0, G_OPTION_ARG_NONE, &use_system, "Serve the system bus (the default)", NULL },
  { "session", 0, 0, G_OPTION_ARG_NONE, &use_session, "Serve the session bus", NULL },
  { "address", 0, 0, G_OPTION_ARG_STRING, &address, "Serve the message bus at ADDRESS", "ADDRESS" },
  { "config", 0, 0, G_OPTION_ARG_FILENAME, &config_path, "Read FILE instead of " SYSMEM_CONFIG,
    "FILE" },
  { "idle-exit", 0, 0, G_OPTION_ARG_DOUBLE, &idle_exit_s,
    "End when nothing has been held for SECONDS; the bus must be able to start us again",
    "SECONDS" },
  { "version", 0, 0, G_OPTION_ARG_NONE, &show_version, "Print the version and exit", NULL },
  G_OPTION_ENTRY_NULL,
};

/* GLib's own writer drops what is less than a message. The journal keeps outcomes of collections,
 * too: it is made for searching. */
static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  if ((level & G_LOG_LEVEL_INFO) && g_log_writer_is_journald (STDERR_FILENO))
    return g_log_writer_journald (level, fields, n_fields, data);
  return g_log_writer_default (level, fields, n_fields, data);
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
  if (!(idle_exit_s >= 0 && idle_exit_s <= MAX_IDLE_EXIT_S))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--idle-exit: %g is no number of seconds between 0 and %d", idle_exit_s,
                   MAX_IDLE_EXIT_S);
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

static char **
find_config (void)
{
  return smd_config_find_files (config_path != NULL ? config_path : SYSMEM_CONFIG);
}

static void
log_all (const GPtrArray *complaints)
{
  for (guint i = 0; i < complaints->len; i++)
    g_message ("%s", (const char *)complaints->pdata[i]);
}

static void
follow_memory_pressure (SmdServer *server)
{
  g_autoptr (GError) error = NULL;
  int pressure = smd_memory_pressure_open (&error);

  if (pressure >= 0)
    smd_heap_set_follow_pressure (server->heaps, pressure);
  else
    g_debug ("Heaps give back what they keep only when they find no memory: %s", error->message);
}

static SmdServer *
make_server (const SmcLimits *defaults)
{
  g_autoptr (SmePolicy) policy = sme_policy_new ();
  g_autoptr (GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) files = find_config ();
  g_autofree const char **heap_paths = smd_heaps_list_paths ();
  SmcLimits limits = *defaults;
  SmdServer *server;

  if (config_path != NULL && !g_file_test (config_path, G_FILE_TEST_EXISTS))
    g_message ("%s: there is no such file; the defaults hold", config_path);
  (void)smd_config_load ((const char *const *)files, &limits, policy, complaints);
  log_all (complaints);
  server = smd_server_new (&limits, g_steal_pointer (&policy), smd_heaps_probe ());
  smd_heap_set_follow_devices (server->heaps, heap_paths, smd_heaps_probe);
  follow_memory_pressure (server);
  return server;
}

static gboolean
on_reload (gpointer data)
{
  Daemon *daemon = data;
  g_autoptr (GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) files = NULL;
  gboolean taken;

  if (daemon->server == NULL)
    return G_SOURCE_CONTINUE; /* it is about to read the files anyway */
  smd_notify_reloading ();
  files = find_config ();
  taken = smd_config_reload ((const char *const *)files, &daemon->defaults, &daemon->server->limits,
                             daemon->server->policy, complaints);
  log_all (complaints);
  g_message (taken ? "The configuration was read again"
                   : "The configuration stays as it was: a file of it could not be read");
  smd_notify ("READY=1");
  return G_SOURCE_CONTINUE;
}

static gboolean
on_dump (gpointer data)
{
  Daemon *daemon = data;

  if (daemon->server != NULL)
    smd_dump_server (daemon->server);
  return G_SOURCE_CONTINUE;
}

/* What is not held at two looks, with nothing made in between, was not held for that long. */
static gboolean
on_look_for_idleness (gpointer data)
{
  Daemon *daemon = data;
  g_autofree char *more_time =
    g_strdup_printf ("EXTEND_TIMEOUT_USEC=%" G_GINT64_FORMAT,
                     (gint64)(idle_exit_s * G_USEC_PER_SEC) + EXTRA_TIME_US);

  if (daemon->said_stopping) /* and then somebody needed us */
    smd_notify (more_time);
  if (daemon->last_id != daemon->server->next_id || !smd_server_is_idle (daemon->server))
    {
      daemon->last_id = daemon->server->next_id;
      return G_SOURCE_CONTINUE;
    }
  if (!daemon->said_stopping)
    smd_notify_and_wait ("STOPPING=1");
  daemon->said_stopping = TRUE;
  if (!smd_bus_leave (daemon->bus))
    return G_SOURCE_CONTINUE;
  g_info ("Nobody needs this daemon; the bus will start another one for whoever calls");
  g_main_loop_quit (daemon->loop);
  return G_SOURCE_REMOVE;
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

static gboolean
serve (Daemon *daemon, GError **error)
{
  gulong closed =
    g_signal_connect (daemon->bus->connection, "closed", G_CALLBACK (on_bus_closed), daemon);
  gboolean served = smd_bus_take_name (daemon->bus, error);

  if (served)
    {
      if (idle_exit_s > 0)
        (void)g_timeout_add ((guint)(idle_exit_s * 1000), on_look_for_idleness, daemon);
      smd_notify_start_watchdog ();
      smd_notify ("READY=1");
      g_main_loop_run (daemon->loop);
      smd_notify ("STOPPING=1");
    }
  g_signal_handler_disconnect (daemon->bus->connection, closed);
  return served;
}

/* From the start on: whoever starts us may change its mind before we serve anybody. */
static void
handle_signals (Daemon *daemon)
{
  (void)g_unix_signal_add (SIGTERM, on_terminate, daemon);
  (void)g_unix_signal_add (SIGINT, on_terminate, daemon);
  (void)g_unix_signal_add (SIGHUP, on_reload, daemon);
  (void)g_unix_signal_add (SIGUSR1, on_dump, daemon);
  (void)signal (SIGPIPE, SIG_IGN);
  (void)signal (SIGIO, SIG_IGN); /* a client opening a buffer during a lease test (05) */
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (SmdServer) server = NULL;
  g_autoptr (SmdBus) bus = NULL;
  g_autoptr (GMainLoop) loop = NULL;
  Daemon daemon = { .status = EXIT_SUCCESS };

  setlocale (LC_ALL, "");
  g_set_prgname ("sysmemd");
  g_log_set_writer_func (write_log, NULL, NULL);
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
  daemon.loop = loop = g_main_loop_new (NULL, FALSE);
  handle_signals (&daemon);
  if (smd_rlimit_raise_nofile (&error) == 0)
    g_message ("%s", error->message);
  g_clear_error (&error);
  smc_limits_init (&daemon.defaults,
                   (guint64)sysconf (_SC_PHYS_PAGES) * (guint64)sysconf (_SC_PAGESIZE));
  connection = connect_bus (&error);
  if (connection != NULL)
    {
      daemon.server = server = make_server (&daemon.defaults);
      daemon.bus = bus = smd_bus_new (server, connection, &error);
    }
  if (bus == NULL || !serve (&daemon, &error))
    {
      g_printerr ("sysmemd: %s\n", error->message);
      return EXIT_FAILURE;
    }
  return daemon.status;
}
