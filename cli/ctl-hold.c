/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-command.h"
#include "ctl-json.h"
#include "ctl-settings.h"
#include "ctl-text.h"
#include "ctl-token.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>

static void
print (CtlContext *context, SysmemSettings *settings)
{
  g_autoptr (GVariant) dict = sysmem_settings_to_variant (settings);
  g_autoptr (CtlTable) facts = NULL;

  if (context->json)
    {
      ctl_json_print_line (ctl_json_from_variant (dict));
      return;
    }
  facts = ctl_facts_new ();
  ctl_table_add_cell (facts, "%s", _ ("Collection"));
  ctl_table_add_cell (facts, "%" G_GUINT64_FORMAT,
                      sysmem_settings_get_buffer_collection_id (settings));
  ctl_facts_add_settings (facts, dict, sysmem_settings_get_buffer_count (settings));
  ctl_table_print (facts);
  (void)fflush (stdout);
}

static gboolean
on_interrupt (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

static void
on_state (SysmemNode *node, GParamSpec *pspec, gpointer data)
{
  if (sysmem_node_get_state (node) == SYSMEM_NODE_FAILED)
    g_main_loop_quit (data);
}

/* Until somebody interrupts, which may be as soon as it is printed, or the collection fails. */
static gboolean
print_and_hold (CtlContext *context, SysmemNode *collection, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  GError *failure;

  g_unix_signal_add (SIGINT, on_interrupt, loop);
  g_unix_signal_add (SIGTERM, on_interrupt, loop);
  g_signal_connect (collection, "notify::state", G_CALLBACK (on_state), loop);
  print (context, sysmem_collection_get_settings (SYSMEM_COLLECTION (collection)));
  if (sysmem_node_get_state (collection) != SYSMEM_NODE_FAILED)
    g_main_loop_run (loop);
  failure = sysmem_node_dup_failure (collection);
  if (failure == NULL)
    return sysmem_node_release (collection, NULL, error);
  g_propagate_error (error, failure);
  return FALSE;
}

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (SysmemCollection) collection =
    ctl_token_participate (context, arguments[0], arguments[1], error);

  return collection != NULL && print_and_hold (context, SYSMEM_NODE (collection), error);
}

const CtlCommand ctl_hold = {
  .name = "hold",
  .usage = N_ ("TOKEN FILE"),
  .summary = N_ ("Take part and hold the buffers until interrupted"),
  .argument = CTL_ARGUMENT_TOKEN_THEN_FILE,
  .min_arguments = 2,
  .max_arguments = 2,
  .run = run,
};
