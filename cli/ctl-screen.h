/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The whole terminal, for a title and a table; it is as it was when the screen is freed. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _CtlScreen CtlScreen;

typedef void (*CtlKeyFunc) (int key, gpointer data);

CtlScreen *ctl_screen_new (CtlKeyFunc on_key, gpointer data);
void ctl_screen_free (CtlScreen *screen);
/* How many lines of a table can be seen at once. */
guint ctl_screen_get_n_lines (CtlScreen *screen);
/* The first of @lines is the heading. */
void ctl_screen_show (CtlScreen *screen, const char *title, const char *const *lines);

G_END_DECLS
