/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Constraints as JSON. What is read has the types of the contract but is not checked further; @name
 * (nullable) is the value of "name". */
GVariant *sysmem_json_to_constraints (const char *json, char **name, GError **error);
/* @name (nullable) is added as a member. */
char *sysmem_json_from_variant (GVariant *dict, const char *name);

G_END_DECLS
