/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Text on a terminal. Names come from other programs: nothing of them may command it. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A copy in which control and formatting characters are spelled: \x1b, \u202e. */
char *ctl_text_clean (const char *text);
/* In columns of a terminal. */
guint ctl_text_get_width (const char *text);
/* As much of it as fits into so many columns. */
char *ctl_text_cut (const char *text, guint n_columns);

/* For sentences: translators cannot be shown a format that differs between machines. */
char *ctl_text_format_number (guint64 number);
/* Such as 2.5 MiB. */
char *ctl_text_format_bytes (guint64 bytes);
/* Such as 42 s, 5 min, 3 h, 2 d. */
char *ctl_text_format_age (guint64 microseconds);
/* The user's name, or the number where it has none; empty for nobody (4294967295). */
char *ctl_text_format_user (guint64 uid);
/* A participant: its debug name and, unless it is 0, its id: camera (7). */
char *ctl_text_format_party (const char *name, guint64 id);

/* printf, cleaned. */
void ctl_print (const char *format, ...) G_GNUC_PRINTF (1, 2);

G_END_DECLS
