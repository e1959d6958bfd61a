/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The contract's dictionaries as JSON: the same keys, the same words, never translated.
 * sysmemctl(1), JSON, is what programs rely on. */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Returns: (transfer full) */
JsonNode *ctl_json_from_variant (GVariant *value);

/* For people to read, too; ends in a line break. Takes @node. */
void ctl_json_print (JsonNode *node);
/* One of many, on one line. Takes @node. */
void ctl_json_print_line (JsonNode *node);

G_END_DECLS
