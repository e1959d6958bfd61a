/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bus-child.h"

#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define OPTION "--child"
#define NOBODY 65534

struct _BusChild
{
  GSubprocess *process;
  GDataInputStream *output;
};

uid_t
bus_ordinary_uid (void)
{
  return getuid () == 0 ? NOBODY : getuid ();
}

BusChild *
bus_child_start (BusWorld *world, const char *role, uid_t uid)
{
  BusChild *child = g_new0 (BusChild, 1);
  g_autofree char *user = g_strdup_printf ("%u", (guint)uid);
  g_autoptr (GError) error = NULL;

  child->process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                      "/proc/self/exe", OPTION, role, world->address, user, NULL);
  g_assert_no_error (error);
  child->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child->process));
  return child;
}

char *
bus_child_read (BusChild *child)
{
  g_autoptr (GError) error = NULL;
  char *said = g_data_input_stream_read_line (child->output, NULL, NULL, &error);

  g_assert_no_error (error);
  return said;
}

void
bus_child_expect (BusChild *child, const char *line)
{
  g_autofree char *said = bus_child_read (child);

  g_assert_cmpstr (said, ==, line);
}

void
bus_child_tell (BusChild *child, const char *line)
{
  GOutputStream *input = g_subprocess_get_stdin_pipe (child->process);
  g_autofree char *text = g_strconcat (line, "\n", NULL);
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (input, text, strlen (text), NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
child_free (BusChild *child)
{
  (void)g_subprocess_wait (child->process, NULL, NULL);
  g_object_unref (child->output);
  g_object_unref (child->process);
  g_free (child);
}

void
bus_child_end (BusChild *child)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check (child->process, NULL, &error);
  g_assert_no_error (error);
  child_free (child);
}

void
bus_child_kill (BusChild *child)
{
  g_subprocess_force_exit (child->process);
  child_free (child);
}

void
bus_parent_tell (const char *line)
{
  if (puts (line) < 0 || fflush (stdout) != 0)
    exit (EXIT_FAILURE);
}

void
bus_parent_expect (const char *line)
{
  char said[64];

  if (fgets (said, sizeof said, stdin) == NULL)
    exit (EXIT_FAILURE); /* the parent has given up */
  said[strcspn (said, "\n")] = '\0';
  g_assert_cmpstr (said, ==, line);
}

static void
become (uid_t uid)
{
  if (uid == getuid ())
    return;
  if (setgroups (0, NULL) != 0 || setgid (uid) != 0 || setuid (uid) != 0)
    g_error ("cannot become user %u: %m", (guint)uid);
  (void)prctl (PR_SET_DUMPABLE, 1); /* a sanitizer looks into its own process */
}

void
bus_child_maybe_run (int argc, char **argv, const BusRole *roles)
{
  if (argc != 5 || strcmp (argv[1], OPTION) != 0)
    return;
  become ((uid_t)g_ascii_strtoull (argv[4], NULL, 10));
  for (const BusRole *role = roles; role->name != NULL; role++)
    if (strcmp (role->name, argv[2]) == 0)
      {
        role->func (argv[3]);
        _exit (EXIT_SUCCESS); /* with all it still holds */
      }
  g_error ("there is no role %s", argv[2]);
}
