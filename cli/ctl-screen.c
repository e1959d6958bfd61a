/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ctl-screen.h"

#include "ctl-text.h"
#include <curses.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Title, empty line, table, help. */
#define TABLE_TOP 2
#define N_OTHER_LINES 3

struct _CtlScreen
{
  CtlKeyFunc on_key;
  gpointer data;
  guint keys;    /* a source's id */
  guint resizes; /* a source's id */
  char *title;
  char **lines;
};

static void
put_line (int row, const char *text, attr_t attributes)
{
  g_autofree char *visible = ctl_text_cut (text, (guint)COLS);

  (void)attrset ((int)attributes);
  (void)mvaddstr (row, 0, visible);
  (void)attrset (A_NORMAL);
}

static void
draw (CtlScreen *screen)
{
  (void)erase ();
  put_line (0, screen->title, A_BOLD);
  for (int i = 0; screen->lines[i] != NULL && TABLE_TOP + i < LINES - 1; i++)
    put_line (TABLE_TOP + i, screen->lines[i], i == 0 ? A_REVERSE : A_NORMAL);
  put_line (LINES - 1, _ ("q: quit"), A_DIM);
  (void)refresh ();
}

static gboolean
on_keys (int fd, GIOCondition condition, gpointer data)
{
  CtlScreen *screen = data;
  int key;

  while ((key = getch ()) != ERR)
    screen->on_key (key, screen->data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_resize (gpointer data)
{
  struct winsize size;

  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
    (void)resizeterm (size.ws_row, size.ws_col);
  draw (data);
  return G_SOURCE_CONTINUE;
}

CtlScreen *
ctl_screen_new (CtlKeyFunc on_key, gpointer data)
{
  CtlScreen *screen = g_new0 (CtlScreen, 1);

  screen->on_key = on_key;
  screen->data = data;
  screen->title = g_strdup ("");
  screen->lines = g_new0 (char *, 1);
  (void)initscr ();
  (void)cbreak ();
  (void)noecho ();
  (void)nodelay (stdscr, TRUE);
  (void)curs_set (0);
  screen->keys = g_unix_fd_add (STDIN_FILENO, G_IO_IN, on_keys, screen);
  screen->resizes = g_unix_signal_add (SIGWINCH, on_resize, screen);
  return screen;
}

void
ctl_screen_free (CtlScreen *screen)
{
  g_source_remove (screen->keys);
  g_source_remove (screen->resizes);
  (void)endwin ();
  g_free (screen->title);
  g_strfreev (screen->lines);
  g_free (screen);
}

guint
ctl_screen_get_n_lines (CtlScreen *screen)
{
  return (guint)MAX (LINES - N_OTHER_LINES, 0);
}

void
ctl_screen_show (CtlScreen *screen, const char *title, const char *const *lines)
{
  g_free (screen->title);
  g_strfreev (screen->lines);
  screen->title = g_strdup (title);
  screen->lines = g_strdupv ((char **)lines);
  draw (screen);
}
