/* SPDX-FileCopyrightText: The sysmem authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the script's own files share. */

#pragma once

#include "script.h"

typedef struct
{
  const char *name;
  guint n_words;                               /* at least, without the command itself */
  char *(*run) (Script *script, char **words); /* the words after it; returns the result */
} ScriptCommand;

/* Both end with an empty entry. */
extern const ScriptCommand script_changes[];
extern const ScriptCommand script_queries[];

void script_add_heap (Script *script, const char *name);
void script_add_node (Script *script, SmeNode *node, const char *name);
char *script_take_events (Script *script, GPtrArray *events); /* borrows them */
char *script_take_refusal (GError *error);
char *script_describe_settings (const SmcSettings *settings);
const char *script_get_code_name (SysmemError code);
