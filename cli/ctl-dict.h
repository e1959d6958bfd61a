/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading the dictionaries of the contract. What is not there, as before a daemon that does not
 * know the key or a caller who may not see it, is empty. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: (transfer none): valid as long as @dict; "" where there is none */
const char *ctl_dict_get_string (GVariant *dict, const char *key);
/* Of any width, and of booleans; 0 where there is none. */
guint64 ctl_dict_get_number (GVariant *dict, const char *key);
/* Returns: (transfer full): of @type, which is an array; an empty one where there is none */
GVariant *ctl_dict_get_list (GVariant *dict, const char *key, const char *type);
/* Returns: (transfer full): the strings of an `as`, with @separator between them */
char *ctl_dict_join (GVariant *dict, const char *key, const char *separator);

G_END_DECLS
