/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading a{sv} dictionaries with the strictness of 02 (Conventions): an unknown key, a key given
 * twice or a value of another type is refused, and the message says where. */

#pragma once

#include <glib.h>

#include "sysmem-error.h"

G_BEGIN_DECLS

/* Where in a nested value something is, as a list from the inside out that lives on the stack of
 * whoever descends. It becomes text only when something is wrong:
 * "image_format_constraints[1].min_size". */
typedef struct _SmcPath SmcPath;

struct _SmcPath
{
  const SmcPath *parent; /* NULL: this is the outermost name */
  const char *key;
  gint index; /* in a list; -1: this is not an element of one */
};

char *smc_path_to_string (const SmcPath *path);
/* Sets an error whose message begins with @path. Returns: FALSE, so that a reader can return it */
gboolean smc_path_fail (const SmcPath *path,
                        SysmemError code,
                        GError **error,
                        const char *format,
                        ...) G_GNUC_PRINTF (4, 5);

/* Sets an error if @number is beyond @limit, whose key in Limits is @limit_key (03 §13). */
gboolean smc_path_check_limit (
  const SmcPath *path, guint64 number, const char *limit_key, guint64 limit, GError **error);

typedef struct
{
  const char *key;
  const char *type; /* a GVariant type string */
} SmcDictKey;

/* Reads @dict, found at @path (NULL: a participant's constraints, whose keys are named without a
 * prefix), into @values: one place for each of the @n_keys @keys, all NULL before the call, left
 * NULL where the key is absent. What was read before an error stays in @values for the caller to
 * unref. */
gboolean smc_dict_read (GVariant *dict,
                        const SmcPath *path,
                        const SmcDictKey *keys,
                        guint n_keys,
                        GVariant **values,
                        GError **error);

/* Checks @dict against @keys (ends with a NULL key): unknown key, twice the same key, wrong type.
 * @what names the dictionary in the message, e.g. "options". */
gboolean smc_dict_check (GVariant *dict, const char *what, const SmcDictKey *keys, GError **error);

G_END_DECLS
