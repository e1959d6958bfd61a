/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-command.h"
#include "ctl-json.h"
#include "ctl-text.h"
#include "ctl-watch.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

typedef struct
{
  CtlContext *context;
  GMainLoop *loop;
} Monitor;

static void
print_json (const char *what, guint64 id)
{
  JsonNode *root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *event = json_object_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format_iso8601 (now);

  json_object_set_string_member (event, "time", time);
  if (id != 0)
    json_object_set_int_member (event, "id", (gint64)id);
  json_object_set_string_member (event, "what", what);
  json_node_take_object (root, event);
  ctl_json_print_line (root);
}

static void
on_event (const char *what, guint64 id, gpointer data)
{
  Monitor *monitor = data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%T");

  if (monitor->context->json)
    print_json (what, id);
  else if (id != 0)
    ctl_print ("%s  %" G_GUINT64_FORMAT "  %s\n", time, id, what);
  else
    ctl_print ("%s  %s\n", time, what);
}

static gboolean
on_interrupt (gpointer data)
{
  g_main_loop_quit (((Monitor *)data)->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Monitor monitor = { context, loop };
  g_autoptr (CtlWatch) watch = NULL;

  if (!ctl_context_connect (context, error))
    return FALSE;
  watch = ctl_watch_new (context->client, on_event, &monitor);
  g_unix_signal_add (SIGINT, on_interrupt, &monitor);
  g_unix_signal_add (SIGTERM, on_interrupt, &monitor);
  g_main_loop_run (loop);
  return TRUE;
}

const CtlCommand ctl_monitor = {
  .name = "monitor",
  .summary = N_ ("Tell what happens to collections, one line each, until interrupted"),
  .run = run,
};
