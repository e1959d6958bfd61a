/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-command.h"
#include "ctl-json.h"
#include "ctl-screen.h"
#include "ctl-snapshot.h"
#include "ctl-text.h"
#include "ctl-watch.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <unistd.h>

/* Milliseconds. What changes one after the other is shown together. */
#define SETTLE_TIME 100

static gboolean once;
static double interval = 2;

static const GOptionEntry options[] = {
  { "once", '1', 0, G_OPTION_ARG_NONE, &once, N_ ("Print one table and end"), NULL },
  { "interval", 'i', 0, G_OPTION_ARG_DOUBLE, &interval,
    N_ ("How often to look if nothing is heard (2)"), N_ ("SECONDS") },
  G_OPTION_ENTRY_NULL,
};

typedef struct
{
  CtlContext *context;
  CtlScreen *screen; /* NULL: what is shown is printed */
  GMainLoop *loop;
  gboolean daemon_runs;
  guint settling; /* a source's id */
  GError *failure;
} Top;

static JsonNode *
make_json (GVariant *snapshot)
{
  JsonObject *object = json_object_new ();
  JsonNode *root = json_node_new (JSON_NODE_OBJECT);

  json_object_set_int_member (object, "size_bytes", (gint64)ctl_snapshot_sum_bytes (snapshot));
  json_object_set_member (object, "collections", ctl_json_from_variant (snapshot));
  json_node_take_object (root, object);
  return root;
}

static char *
make_title (Top *top, GVariant *snapshot)
{
  g_autofree char *bytes = ctl_text_format_bytes (ctl_snapshot_sum_bytes (snapshot));
  guint n = (guint)g_variant_n_children (snapshot);

  return g_strdup_printf (
    ngettext ("sysmemd %s: %u collection, %s", "sysmemd %s: %u collections, %s", n),
    sysmem_client_get_version (top->context->client), n, bytes);
}

static void
show (Top *top, GVariant *snapshot)
{
  g_autofree char *title = make_title (top, snapshot);
  g_autoptr (CtlTable) table = ctl_snapshot_make_table (snapshot);
  g_auto (GStrv) lines = ctl_table_format (table);

  if (top->screen != NULL)
    ctl_screen_show (top->screen, title, (const char *const *)lines);
  else if (top->context->json && once)
    ctl_json_print (make_json (snapshot));
  else if (top->context->json)
    ctl_json_print_line (make_json (snapshot));
  else
    {
      ctl_print ("%s\n", title);
      ctl_table_print (table);
    }
}

static gboolean
look (Top *top, GError **error)
{
  guint n_detailed = top->screen != NULL ? ctl_screen_get_n_lines (top->screen) : G_MAXUINT;
  g_autoptr (GVariant) snapshot = ctl_snapshot_take (top->context, n_detailed, error);

  if (snapshot != NULL)
    show (top, snapshot);
  return snapshot != NULL;
}

/* Nobody to ask: asking would start another daemon. */
static void
show_absence (Top *top)
{
  const char *const nothing[] = { NULL };

  if (top->screen != NULL)
    ctl_screen_show (top->screen, _ ("sysmemd has left the bus; waiting for it"), nothing);
}

/* It leaves, or has left; then its name says so, too, and is yet to be heard. */
static gboolean
has_left (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER);
}

static gboolean
on_interval (gpointer data)
{
  Top *top = data;
  g_autoptr (GError) error = NULL;

  if (top->daemon_runs && !look (top, &error) && !has_left (error))
    {
      g_propagate_error (&top->failure, g_steal_pointer (&error));
      g_main_loop_quit (top->loop);
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
on_settled (gpointer data)
{
  Top *top = data;

  top->settling = 0;
  (void)on_interval (top);
  return G_SOURCE_REMOVE;
}

static void
on_change (const char *what, guint64 id, gpointer data)
{
  Top *top = data;

  if (id == 0)
    top->daemon_runs = g_str_equal (what, "started");
  if (!top->daemon_runs)
    show_absence (top);
  else if (top->settling == 0)
    top->settling = g_timeout_add (SETTLE_TIME, on_settled, top);
}

static gboolean
on_interrupt (gpointer data)
{
  g_main_loop_quit (((Top *)data)->loop);
  return G_SOURCE_CONTINUE;
}

static void
on_key (int key, gpointer data)
{
  if (key == 'q' || key == 'Q')
    g_main_loop_quit (((Top *)data)->loop);
}

static void
run_live (Top *top)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (CtlWatch) watch = ctl_watch_new (top->context->client, on_change, top);
  guint timer = g_timeout_add ((guint)(interval * 1000), on_interval, top);

  top->loop = loop;
  g_unix_signal_add (SIGINT, on_interrupt, top);
  g_unix_signal_add (SIGTERM, on_interrupt, top);
  if (isatty (STDOUT_FILENO) && isatty (STDIN_FILENO) && !top->context->json)
    top->screen = ctl_screen_new (on_key, top);
  g_main_loop_run (loop);
  g_source_remove (timer);
  if (top->settling != 0)
    g_source_remove (top->settling);
  g_clear_pointer (&top->screen, ctl_screen_free);
}

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  Top top = { .context = context };

  if (!(interval >= 0.1 && interval <= 3600))
    {
      ctl_set_usage_error (error, _ ("--interval=%g is not within 0.1 and 3600 seconds"), interval);
      return FALSE;
    }
  if (!ctl_context_connect (context, error))
    return FALSE;
  if (once)
    return look (&top, error);
  run_live (&top);
  if (top.failure != NULL)
    g_propagate_error (error, top.failure);
  return top.failure == NULL;
}

const CtlCommand ctl_top = {
  .name = "top",
  .summary = N_ ("Watch collections: their memory, who holds it, who has not answered"),
  .options = options,
  .run = run,
};
