/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any program as a participant: it finds the buffers among its open files. This one stays beside
 * it, since the participant lives as long as its connection. */

#include "ctl-command.h"
#include "ctl-layout.h"
#include "ctl-token.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#define FIRST_FD 3
#define STATUS_OF_SIGNAL 128

static gboolean
give_buffers (GSubprocessLauncher *launcher, SysmemCollection *collection, GError **error)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (collection));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SysmemBuffer) buffer = sysmem_collection_get_buffer (collection, i);
      int fd = sysmem_buffer_dup_fd (buffer, error);

      if (fd < 0)
        return FALSE;
      g_subprocess_launcher_take_fd (launcher, fd, FIRST_FD + (int)i);
    }
  return TRUE;
}

static GSubprocess *
start (char **program, SysmemCollection *collection, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_INHERIT);
  g_autofree char *layout = ctl_layout_format (collection, FIRST_FD);

  if (!give_buffers (launcher, collection, error))
    return NULL;
  g_subprocess_launcher_setenv (launcher, "SYSMEM_BUFFERS", layout, TRUE);
  return g_subprocess_launcher_spawnv (launcher, (const char *const *)program, error);
}

/* A terminal sends its interrupts to the program as well; others know only this process. */
static gboolean
on_terminate (gpointer data)
{
  GSubprocess **process = data;

  g_subprocess_send_signal (*process, SIGTERM);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_interrupt (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Before there is a process, which may make somebody send a signal at once. They are seen to once the
 * loop runs, and then there is one. */
static void
handle_signals (GSubprocess **process)
{
  g_unix_signal_add (SIGTERM, on_terminate, process);
  g_unix_signal_add (SIGINT, on_interrupt, NULL);
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  (void)g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  g_main_loop_quit (data);
}

/* Returns: its exit status, as shells have it */
static int
wait_for (GSubprocess *process)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_subprocess_wait_async (process, NULL, on_ended, loop);
  g_main_loop_run (loop);
  if (g_subprocess_get_if_signaled (process))
    return STATUS_OF_SIGNAL + g_subprocess_get_term_sig (process);
  return g_subprocess_get_exit_status (process);
}

static gboolean
run (CtlContext *context, char **arguments, GError **error)
{
  g_autoptr (SysmemCollection) collection = NULL;
  g_autoptr (GSubprocess) process = NULL;

  if (context->program == NULL)
    {
      ctl_set_usage_error (error, _ ("which program is to have the buffers? It comes after “--”"));
      return FALSE;
    }
  collection = ctl_token_participate (context, arguments[0], arguments[1], error);
  if (collection == NULL)
    return FALSE;
  handle_signals (&process);
  process = start (context->program, collection, error);
  if (process == NULL)
    return FALSE;
  context->status = wait_for (process);
  /* Others may have ended it meanwhile: what the program made of it is in its status. */
  (void)sysmem_node_release (SYSMEM_NODE (collection), NULL, NULL);
  return TRUE;
}

const CtlCommand ctl_exec = {
  .name = "exec",
  .usage = N_ ("TOKEN FILE -- PROGRAM [ARGUMENT…]"),
  .summary = N_ ("Take part, and run a program that inherits the buffers"),
  .argument = CTL_ARGUMENT_TOKEN_THEN_FILE,
  .min_arguments = 2,
  .max_arguments = 2,
  .runs_program = TRUE,
  .run = run,
};
